"""What is given is given once, as it was proposed."""

from collections.abc import Iterator

from contracts.model import Event
from contracts.routing import (
    RemedyApproved,
    RemedyCancelled,
    RemedyChosen,
    RemedyDone,
    RemedyFailed,
    RemedyIssued,
    RemedyProposed,
    RemedyRejected,
)
from tests.chaos.history import History
from tests.chaos.invariants.facts import by, by_complaint, once

ALLOWED: dict[type[Event], tuple[type[Event] | None, ...]] = {
    RemedyProposed: (None,),
    RemedyChosen: (RemedyProposed,),
    RemedyApproved: (RemedyProposed,),
    RemedyIssued: (RemedyProposed, RemedyChosen, RemedyApproved),
    RemedyDone: (RemedyIssued,),
    RemedyFailed: (RemedyIssued,),
    RemedyRejected: (RemedyProposed,),
    RemedyCancelled: (RemedyProposed,),
}
"""What may have been said of a remedy last, for this to be said of it now."""


def is_issued_once(history: History) -> Iterator[tuple[str, str]]:
    """A remedy goes from its proposal to its end without a step twice; only goodwill that needs no approval issues by itself, and what is
    carried out is what was issued."""
    for complaint, facts in by_complaint(once(history, "routing")).items():
        said = by((fact.message.remedy, fact.message) for fact in facts if type(fact.message) in ALLOWED)
        for remedy, words in said.items():
            yield from ((f"{complaint} {remedy}", told) for told in _faults(words))


def _faults(words: list[Event]) -> Iterator[str]:
    last: type[Event] | None = None
    for word in words:
        if last not in ALLOWED[type(word)]:
            yield f"{type(word).__name__} after {last.__name__ if last else 'nothing'}"
        last = type(word)
    proposed = next((word for word in words if isinstance(word, RemedyProposed)), None)
    issued = next((word for word in words if isinstance(word, RemedyIssued)), None)
    if proposed and issued and not any(isinstance(word, _leave(proposed)) for word in words):
        yield "was issued, and nobody chose or approved it"
    if proposed and issued and (issued.kind not in {each.kind for each in proposed.options} or issued.policy != proposed.policy):
        yield "was issued otherwise than it was proposed"
    chosen = next((word for word in words if isinstance(word, RemedyChosen)), None)
    if chosen and issued and (issued.kind, issued.amount) != (chosen.kind, chosen.amount):
        yield "was issued otherwise than it was chosen"
    carried_out = [word for word in words if isinstance(word, RemedyDone | RemedyFailed)]
    if issued and any((word.kind, word.amount) != (issued.kind, issued.amount) for word in carried_out):
        yield "was carried out otherwise than it was issued"


def _leave(proposed: RemedyProposed) -> type[Event]:
    """What must be said of it before it is issued."""
    if proposed.entitlement:
        return RemedyChosen
    return RemedyApproved if proposed.approvers else RemedyProposed
