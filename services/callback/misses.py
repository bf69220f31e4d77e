"""What follows an attempt that did not reach the customer: a pause, another channel, or peace; and what others wait for."""

from datetime import datetime, timedelta

from contracts.callback import RecordAttempt
from services.callback.ends import Said, abandon, abandon_all, attempted
from services.callback.ladder import climb, make_way, no_way, rung_of
from services.callback.policy import TIME_UP, USED_UP, CallbackPolicy
from services.callback.rules import Outcome
from services.callback.state import Complaint, Promise
from services.callback.timing import time_left

WRITTEN = frozenset({"message", "letter"})
"""What is answered when the customer likes."""


def missed(
    complaint: Complaint, promise: Promise, told: RecordAttempt, outcome: Outcome, instant: datetime, policy: CallbackPolicy
) -> tuple[Complaint, Said]:
    """Due again after the pause, unless something says that there is no next attempt on this rung."""
    again = _again(complaint, promise, told.outcome, outcome, instant)
    if again:
        complaint = complaint.but(pauses={**complaint.pauses, promise.channel: again})
    after = promise.but(
        counted=promise.counted + outcome.counted, counted_here=promise.counted_here + outcome.counted,
        outcomes=(*promise.outcomes, told.outcome), lease=None, is_sent=promise.is_sent or _is_out(promise, outcome),
    )  # fmt: skip
    if outcome.asks_for_phone and complaint.has_phone:
        after = after.but(counted_here=0, outcomes=())
    given_up = _no_more(complaint, after, told.outcome, again, policy)
    next_due = None if given_up or again is None else time_left(complaint, promise, promise.channel, again, policy)
    word = attempted(complaint, promise, told.outcome, next_due, told.by, instant, policy)
    if outcome.ends:
        complaint, said = abandon_all(complaint.holding(after).but(is_left_in_peace=True), told.outcome, instant, policy)
        return complaint, [word, *said]
    onto, said = _onto(complaint, after, given_up, next_due, instant, policy)
    return _with_others(complaint.holding(onto), promise, again, instant), [word, *said]


def _onto(
    complaint: Complaint, promise: Promise, given_up: str | None, next_due: datetime | None, instant: datetime, policy: CallbackPolicy
) -> tuple[Promise, Said]:
    """Due again; or, where the hours or the limit leave no time on this rung, or the rung is used up, wherever it goes from there."""
    if next_due:
        return promise.but(due_at=next_due), []
    if not given_up:
        return make_way(complaint, promise, instant, policy)
    if given_up == TIME_UP:
        return abandon(complaint, promise, given_up, instant, policy)
    return climb(complaint, promise, given_up, instant, policy)


def _with_others(complaint: Complaint, missed: Promise, next_due: datetime | None, instant: datetime) -> Complaint:
    """On another callback's account nobody is tried sooner by the same channel, nor ever by a number that was wrong.

    What waited for the end of this claim waits no longer: the report came before it.
    """
    for other in complaint.live:
        if other.id == missed.id or other.lease or other.given_up_for:
            continue
        if other.waits_for == missed.id:
            other = other.but(due_at=instant, waits_for=None)
            complaint = complaint.holding(other)
        if no_way(complaint, other.channel):
            complaint = complaint.holding(other.but(due_at=max(instant, other.earliest), allowed_until=None))
        elif next_due and other.channel == missed.channel and (other.allowed_until or other.due_at < next_due):
            complaint = complaint.holding(other.but(due_at=max(next_due, other.earliest), allowed_until=None))
    return complaint


def _is_out(promise: Promise, outcome: Outcome) -> bool:
    return promise.channel in WRITTEN and outcome.counted


def _again(complaint: Complaint, promise: Promise, code: str, outcome: Outcome, instant: datetime) -> datetime | None:
    """After the pause of this outcome, the longer the oftener it came; None when it is not tried again.

    In the place of a number that was wrong another one may have been told during the call.
    """
    if outcome.asks_for_phone:
        return instant if complaint.has_phone else None
    so_far = promise.outcomes.count(code)
    return None if so_far >= len(outcome.pauses_seconds) else instant + timedelta(seconds=outcome.pauses_seconds[so_far])


def _no_more(complaint: Complaint, promise: Promise, code: str, again: datetime | None, policy: CallbackPolicy) -> str | None:
    """Why there is no next attempt: the outcome forbids it, the attempts are used up, or the pause is longer than the time."""
    if again is None:
        return code
    if promise.counted_here >= (rung_of(complaint, promise, policy).max_attempts or policy.max_attempts):
        return USED_UP
    return TIME_UP if again >= promise.ends_at else None
