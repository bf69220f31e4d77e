"""How a callback ends: completed, abandoned or cancelled; and broken, which is no end."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from contracts.callback import CallbackAbandoned, CallbackAttempted, CallbackBroken, CallbackCancelled, CallbackCompleted, RecordAttempt
from contracts.common import Answers
from contracts.model import Event, Staff, made
from services.callback.cost import cost_of
from services.callback.policy import CallbackPolicy
from services.callback.state import SECOND, Complaint, Promise

Said = list[Event]


def of(complaint: Complaint, promise: Promise) -> dict[str, Any]:
    """What every word about a callback names."""
    return {"complaint_id": complaint.complaint_id, "customer": complaint.customer, "round": promise.round, "callback": promise.id}


def late(complaint: Complaint, promise: Promise, instant: datetime, policy: CallbackPolicy) -> dict[str, Any]:
    """The same, with how late it is at this instant and what that costs: whole seconds beyond `latest`.  What is broken was late, also by
    the word of a cause that lags behind."""
    instant = max(instant, promise.breaks_at) if promise.is_broken else instant
    seconds, rule = max(timedelta(), instant - promise.latest) // SECOND, policy.lateness
    return of(complaint, promise) | {
        "late_by_seconds": seconds,
        "cost": cost_of(seconds, rule.tolerance_seconds, rule.compensation),
        "is_intolerable": seconds > rule.tolerance_seconds,
    }


def attempted(
    complaint: Complaint, promise: Promise, outcome: str, next_due: datetime | None, by: Staff, instant: datetime, policy: CallbackPolicy
) -> CallbackAttempted:
    return made(
        CallbackAttempted,
        **late(complaint, promise, instant, policy), channel=promise.channel, attempt=promise.attempt, outcome=outcome, next_due=next_due,
        by=by,
    )  # fmt: skip


def break_promise(complaint: Complaint, promise: Promise, policy: CallbackPolicy) -> tuple[Promise, Said]:
    """Once, and for ever."""
    at = promise.breaks_at
    word = made(CallbackBroken, **late(complaint, promise, at, policy), purpose=promise.purpose, broken_at=at)
    return promise.but(is_broken=True), [word]


def complete(
    complaint: Complaint, promise: Promise, told: RecordAttempt, answers: Answers | None, attempt: int, instant: datetime,
    policy: CallbackPolicy,
) -> tuple[Promise, Said]:
    """Kept, in time or late.  The customer counts as reached when the dialer says so, whole seconds beyond `latest` are late."""
    word = made(
        CallbackCompleted,
        **late(complaint, promise, instant, policy), purpose=promise.purpose, attempt=attempt, outcome=told.outcome,
        answers=answers, policy=policy.reference, by=told.by,
    )  # fmt: skip
    return _end(complaint, promise, "completed", [word], instant, policy)


def abandon(complaint: Complaint, promise: Promise, reason: str, instant: datetime, policy: CallbackPolicy) -> tuple[Promise, Said]:
    word = made(
        CallbackAbandoned,
        **late(complaint, promise, instant, policy), purpose=promise.purpose, attempts=promise.counted, reason=reason
    )
    return _end(complaint, promise, "abandoned", [word], instant, policy)


def cancel(
    complaint: Complaint, promise: Promise, reason: str, instant: datetime, policy: CallbackPolicy, by: Staff | None = None
) -> tuple[Complaint, Said]:
    """It is no longer wanted."""
    word = made(CallbackCancelled, **late(complaint, promise, instant, policy), reason=reason, by=by)
    ended, words = _end(complaint, promise, "cancelled", [word], instant, policy)
    return complaint.holding(ended), words


def cancel_all(
    complaint: Complaint, reason: str, instant: datetime, policy: CallbackPolicy, purpose: str | None = None
) -> tuple[Complaint, Said]:
    """Whatever still lives, or of it what is for this purpose."""
    said: Said = []
    for promise in complaint.live:
        if purpose in (None, promise.purpose):
            complaint, words = cancel(complaint, promise, reason, instant, policy)
            said += words
    return complaint, said


def abandon_all(complaint: Complaint, reason: str, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    """Nobody calls any more, but the question whether it helped stays: feedback asks in writing."""
    said: Said = []
    for promise in complaint.live:
        ended, words = abandon(complaint, promise, reason, instant, policy)
        complaint, said = complaint.holding(ended), said + words
    return complaint, said


def _end(
    complaint: Complaint, promise: Promise, how: str, words: Sequence[Event], instant: datetime, policy: CallbackPolicy
) -> tuple[Promise, Said]:
    """What ends after its `latest` was broken then, even while that waits to be judged: the end may not hide it."""
    broken: Said = []
    if not promise.is_broken and promise.breaks_at <= instant:
        promise, broken = break_promise(complaint, promise, policy)
    return promise.but(ended=how, lease=None), [*broken, *words]
