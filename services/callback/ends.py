"""How a callback ends: completed, abandoned or cancelled; and broken, which is no end."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from contracts.callback import CallbackAbandoned, CallbackAttempted, CallbackBroken, CallbackCancelled, CallbackCompleted, RecordAttempt
from contracts.model import Event
from services.callback.cost import cost_of
from services.callback.policy import CallbackPolicy
from services.callback.state import SECOND, Complaint, Promise

Said = list[Event]


def of(complaint: Complaint, promise: Promise) -> dict[str, Any]:
    """What every word about a callback names."""
    return {"complaint_id": complaint.complaint_id, "customer": complaint.customer, "round": promise.round, "callback": promise.id}


def break_promise(complaint: Complaint, promise: Promise) -> tuple[Promise, Said]:
    """Once, and for ever."""
    word = CallbackBroken(**of(complaint, promise), purpose=promise.purpose, broken_at=promise.breaks_at)
    return promise.but(is_broken=True), [word]


def complete(
    complaint: Complaint, promise: Promise, told: RecordAttempt, attempted: CallbackAttempted, instant: datetime, policy: CallbackPolicy
) -> tuple[Promise, Said]:
    """Kept, in time or late.  The customer counts as reached when the dialer says so, whole seconds beyond `latest` are late."""
    late, rule = max(timedelta(), instant - promise.latest) // SECOND, policy.lateness
    word = CallbackCompleted(
        **of(complaint, promise), purpose=promise.purpose, attempt=attempted.attempt, outcome=told.outcome, answers=told.answers,
        late_by_seconds=late, cost=cost_of(late, rule.tolerance_seconds, rule.compensation),
        is_intolerable=late > rule.tolerance_seconds, policy=policy.reference, by=told.by,
    )  # fmt: skip
    return _end(complaint, promise, "completed", [attempted, word], instant)


def abandon(
    complaint: Complaint, promise: Promise, reason: str, instant: datetime, attempted: Sequence[Event] = ()
) -> tuple[Promise, Said]:
    word = CallbackAbandoned(**of(complaint, promise), purpose=promise.purpose, attempts=promise.counted, reason=reason)
    return _end(complaint, promise, "abandoned", [*attempted, word], instant)


def cancel_all(complaint: Complaint, reason: str, instant: datetime) -> tuple[Complaint, Said]:
    """Whatever still lives is no longer wanted."""
    said: Said = []
    for promise in complaint.live:
        word = CallbackCancelled(**of(complaint, promise), reason=reason)
        ended, words = _end(complaint, promise, "cancelled", [word], instant)
        complaint, said = complaint.holding(ended), said + words
    return complaint, said


def abandon_all(complaint: Complaint, reason: str, instant: datetime) -> tuple[Complaint, Said]:
    """Nobody calls any more, but the question whether it helped stays: feedback asks in writing."""
    said: Said = []
    for promise in complaint.live:
        ended, words = abandon(complaint, promise, reason, instant)
        complaint, said = complaint.holding(ended), said + words
    return complaint, said


def _end(complaint: Complaint, promise: Promise, how: str, words: Sequence[Event], instant: datetime) -> tuple[Promise, Said]:
    """What ends after its `latest` was broken then, even while that waits to be judged: the end may not hide it."""
    broken: Said = []
    if not promise.is_broken and promise.breaks_at <= instant:
        promise, broken = break_promise(complaint, promise)
    return promise.but(ended=how), [*broken, *words]
