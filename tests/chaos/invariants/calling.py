"""What was promised to a customer is promised once, ends once, and is tried by one at a time."""

from collections.abc import Iterator

from contracts.callback import (
    CallbackAbandoned,
    CallbackAttempted,
    CallbackAttemptStarted,
    CallbackBroken,
    CallbackCancelled,
    CallbackCompleted,
    CallbackImpossible,
    CallbackPromised,
)
from contracts.intake import DossierErased
from contracts.routing import ComplaintResolved
from tests.chaos.history import History
from tests.chaos.invariants.facts import Fact, all_of, by, by_complaint, once

ENDS = (CallbackCompleted, CallbackCancelled, CallbackAbandoned, CallbackImpossible)


def is_promised_once(history: History) -> Iterator[tuple[str, str]]:
    """One callback for each promise: a name is promised once, is broken at most once and ends at most once."""
    said = by((_callback(fact), fact) for fact in once(history, "callback") if hasattr(fact.message, "callback"))
    for (complaint, callback), found in said.items():
        subject = f"{complaint} {callback}"
        for kind, told in ((CallbackPromised, "promised"), (CallbackBroken, "broken")):
            if (times := sum(isinstance(fact.message, kind) for fact in found)) > 1:
                yield subject, f"was {told} {times} times"
        if (times := sum(_is_end(fact) for fact in found)) > 1:
            yield subject, f"ended {times} times"


def is_promised(history: History) -> Iterator[tuple[str, str]]:
    """A resolution is followed by one call that asks whether it helped, or by why there can be none; who is erased may be gone first."""
    if not {"routing", "callback"} <= history.documents.keys():
        return
    answered = {_callback(fact) for kind in (CallbackPromised, CallbackImpossible) for fact, _ in all_of(history, kind)}
    erased = {fact.complaint for fact, _ in all_of(history, DossierErased)}
    for _, resolved in all_of(history, ComplaintResolved):
        if resolved.complaint_id not in erased and (resolved.complaint_id, f"{resolved.round}-confirm") not in answered:
            yield resolved.complaint_id, f"round {resolved.round} was resolved, and nobody is to ask whether it helped"


def has_one_winner(history: History) -> Iterator[tuple[str, str]]:
    """One winner for each claim: nobody is called by two at a time, and who reports is who claimed."""
    for complaint, said in by_complaint(once(history, "callback")).items():
        holder: CallbackAttemptStarted | None = None
        for fact in said:
            match fact.message:
                case CallbackAttemptStarted() as claim:
                    if holder:
                        yield f"{complaint} {claim.callback}", f"attempt {claim.attempt} was claimed while {holder.callback} was"
                    holder = claim
                case CallbackAttempted() as report if holder and report.callback == holder.callback:
                    if report.by.staff != holder.by.staff:
                        yield f"{complaint} {report.callback}", f"attempt {report.attempt} was claimed by one and reported by another"
                    holder = None
                case _ if holder and _is_end(fact) and fact.message.callback == holder.callback:
                    holder = None


def _callback(fact: Fact) -> tuple[str, str]:
    return fact.complaint, fact.message.callback


def _is_end(fact: Fact) -> bool:
    return isinstance(fact.message, ENDS) and not getattr(fact.message, "goes_on", False)
