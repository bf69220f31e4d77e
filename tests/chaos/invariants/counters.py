"""What the counters count is what the ledger, the history, has."""

from collections import Counter
from collections.abc import Iterator, Mapping

from prometheus_client.parser import text_string_to_metric_families

from contracts.callback import CallbackAbandoned, CallbackBroken, CallbackCancelled, CallbackCompleted, CallbackImpossible
from contracts.common import Wake
from contracts.model import Message
from contracts.routing import ClockBreached, ClockMet, ClockStopped, ClockWarned
from contracts.wire import header
from services.platform.kernel.dead import REASON
from services.platform.kernel.service import own_source
from tests.chaos.history import History, Scrape
from tests.chaos.invariants.dead import origin_of
from tests.chaos.invariants.facts import commands, once, readable
from tests.chaos.invariants.surroundings import is_undisturbed

CLOCKS = {ClockMet: "met", ClockBreached: "breached", ClockStopped: "stopped", ClockWarned: "warned"}
CALLBACKS = {CallbackBroken: "broken", CallbackAbandoned: "abandoned", CallbackCancelled: "cancelled"}
Counted = Mapping[tuple[str, ...], int]


def is_the_ledger(history: History) -> Iterator[tuple[str, str]]:
    """Of a service all of whose processes told their last: clocks, callbacks and wakes are counted exactly, and, where nothing disturbed
    it, messages and dead letters too; else these at least once for each record, for what is delivered again is counted again."""
    for service in history.practices:
        scrapes = [scrape for scrape in history.scrapes if scrape.service == service]
        if not scrapes or not all(scrape.is_last for scrape in scrapes):
            continue
        exactly, at_least = _ledger(history, service), _deliveries(history, service)
        if is_undisturbed(history):
            exactly, at_least = {**exactly, **at_least}, {}
        for counter, ledger in exactly.items():
            counted = _counted(scrapes, counter)
            for key in {*ledger, *counted}:
                if counted[key] != ledger.get(key, 0):
                    yield f"{service} {counter} {' '.join(key)}", f"counted {counted[key]}, and there are {ledger.get(key, 0)}"
        for counter, ledger in at_least.items():
            counted = _counted(scrapes, counter)
            yield from (
                (f"{service} {counter} {' '.join(key)}", f"counted {counted[key]} of {there}")
                for key, there in ledger.items()
                if counted[key] < there
            )


def is_handed_over(history: History) -> Iterator[tuple[str, str]]:
    """Where processes only came and went as they were asked to, no record is taken twice: what they recognised as seen before came twice.

    The last answers of a document are said again all the same, by whoever did not see them acknowledged (law 3).
    """
    if not is_undisturbed(history):
        return
    for service, under in history.practices.items():
        heard = readable(record for record in history.records if record.topic in under.service.inputs)
        bodies = Counter((fact.record.topic, fact.envelope.source, fact.envelope.id, fact.record.value) for fact in heard)
        came = sum(bodies.values()) - len(bodies)
        counted = _counted([scrape for scrape in history.scrapes if scrape.service == service], "repeats")[()]
        if counted > came:
            yield service, f"recognised {counted} records as seen before, of which {came} came twice"


def _ledger(history: History, service: str) -> Mapping[str, Counted]:
    said = [fact.message for fact in once(history, service)]
    woken = [fact for fact in commands(history, service) if isinstance(fact.message, Wake) and fact.envelope.source == own_source(service)]
    return {
        "clock_outcomes": Counter((word.clock, CLOCKS[type(word)]) for word in said if type(word) in CLOCKS),
        "callbacks": Counter((outcome,) for word in said if (outcome := _outcome(word))),
        "wakes": Counter({(): len(woken)}),
    }


def _outcome(word: Message) -> str | None:
    match word:
        case CallbackCompleted():
            return word.outcome
        case CallbackImpossible():
            return None if word.goes_on else "impossible"
    return CALLBACKS.get(type(word))


def _deliveries(history: History, service: str) -> Mapping[str, Counted]:
    inputs = history.practices[service].service.inputs
    letters = {origin_of(record): record for record in history.records if record.topic == f"{service}.dlq.v1"}
    reasons = Counter((header(letter.headers, REASON) or "",) for letter in letters.values())
    return {"messages": Counter({(): sum(record.topic in inputs for record in history.records)}), "dead_letters": reasons}


LABELS = {"clock_outcomes": ("clock", "outcome"), "callbacks": ("outcome",), "dead_letters": ("reason",)}


def _counted(scrapes: list[Scrape], counter: str) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for scrape in scrapes:
        for family in text_string_to_metric_families(scrape.text):
            for sample in family.samples:
                if sample.name == f"redress_{counter}_total":
                    found[tuple(sample.labels[label] for label in LABELS.get(counter, ()))] += int(sample.value)
    return found
