"""Which remedies wait, and for whom: from the events that are told.  Pure."""

from collections.abc import Iterable, Iterator

from services.cli.show.forms import Told, either, options, words, worth

OVER = frozenset({"remedy_rejected", "remedy_done", "remedy_failed", "remedy_cancelled"})


def remedies_that_wait(told: Iterable[tuple[str, Told]]) -> Iterator[str]:
    """`refund of 5.00 CNY (1-goodwill) for a lead to approve`, in the order of their proposals; `told`: (name, event) pairs."""
    waiting = dict[str, str]()
    for name, event in told:
        if name in OVER:
            waiting.pop(event["remedy"], None)
        elif name == "remedy_proposed":
            waiting[event["remedy"]] = _proposed(event)
        elif name == "remedy_issued":
            waiting[event["remedy"]] = f"{worth(event, event)} ({event['remedy']}), issued, to be confirmed by whoever carries it out"
    yield from waiting.values()


def _proposed(event: Told) -> str:
    what = f"{options(event['options'], event)} ({event['remedy']})"
    if event.get("approvers"):
        return f"{what} for {either(event['approvers'], event)} to approve, but not for {event['by']['staff']}, whose proposal it is"
    missing = [paper for paper in event.get("evidence_needed", ()) if paper not in event.get("evidence", ())]
    return f"{what} for the customer to choose{f', and {words(missing, event)} to be seen' if missing else ''}"
