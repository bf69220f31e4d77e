"""Mutants of what the services decide."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from contracts.ids import complaint_id
from tests.chaos.mutants.mutant import Mutant, Patch

Old = Callable[..., Any]
LATER = timedelta(seconds=1)


def _open_to_all(claim: Old) -> Old:
    """Whoever asks has it, as long as it lives."""

    def claimed(complaint: Any, told: Any, instant: Any, policy: Any) -> Any:
        promise = complaint.named(told.callback)
        if promise and promise.lease:
            complaint = complaint.holding(promise.but(lease=None, allowed_until=instant))
        return claim(complaint, told, instant, policy)

    return claimed


def _nothing(check: Old) -> Old:
    return lambda *arguments: None


def _again(issue: Old) -> Old:
    return lambda complaint, remedy: issue(complaint, remedy.but(standing="proposed"))


def _twice(promise: Old) -> Old:
    def promised(*arguments: Any) -> Any:
        complaint, said = promise(*arguments)
        return complaint, [*said, *said]

    return promised


def _never(promise: Old) -> Old:
    return lambda complaint, *arguments: (complaint, [])


def _a_second_late(breach: Old) -> Old:
    return lambda due, unit, calendar: breach(due, unit, calendar) + LATER


def _when_judged(broken: Old) -> Old:
    """Broken at the instant at which it is safe to say so."""
    return lambda complaint, promise, policy: broken(complaint, promise.but(latest=promise.judged_at), policy)


def _taken_again(submit: Old) -> Old:
    """As if it had never been seen."""

    def submitted(file: Any, command: Any, cause: Any, policy: Any) -> Any:
        known = {complaint_id(cause.source, command.source_ref)}
        unseen = {id: into for id, into in file.lives_in.items() if id not in known}
        return submit(file.model_copy(update={"lives_in": unseen}), command, cause, policy)

    return submitted


def _drawn(derived: Old) -> Old:
    return lambda source, ref: str(uuid4())


MUTANTS = (
    Mutant("anybody claims", "A callback that is claimed can be claimed by another dialer.",
           (Patch("services.callback.decide:claim", _open_to_all),), ("one winner", "fold")),
    Mutant("issued again", "What was issued is issued again, when it is approved again.",
           (Patch("services.routing.remedies.answering:_must_await_approval", _nothing),
            Patch("services.routing.remedies.answering:issue", _again)), ("remedies", "fold")),
    Mutant("promised twice", "The call after a resolution is promised two times.",
           (Patch("services.callback.decide:promise_confirm", _twice),), ("one promise", "fold")),
    Mutant("never asked", "After a resolution nobody is to ask whether it helped.",
           (Patch("services.callback.decide:promise_confirm", _never),), ("promised", "in hand", "fold")),
    Mutant("a second late", "A deadline breaks a second later than it should.",
           (Patch("services.routing.clock.marks:breach", _a_second_late),), ("deadlines", "fold")),
    Mutant("broken when judged", "A call is broken when that is safe to say, not when it was.",
           (Patch("services.callback.ends:break_promise", _when_judged),
            Patch("services.callback.deadlines:break_promise", _when_judged)), ("broken calls", "fold")),
    Mutant("anything goes", "Routing's table is not asked.", (Patch("services.routing.decide:permit", _nothing),), ("legal", "fold")),
    Mutant("registered again", "A submission that is on file is taken in again, under another message.",
           (Patch("services.intake.decide:_submit", _taken_again),), ("one complaint", "fold")),
    Mutant("ids are drawn", "A complaint's id is made up, not derived from what its sender calls it.",
           (Patch("services.intake.decide:complaint_id", _drawn),), ("one complaint", "fold")),
)  # fmt: skip
