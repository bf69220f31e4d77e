"""A dialer claims a callback that is due, calls, and reports what came of it."""

from datetime import datetime, timedelta

from contracts.callback import CallbackAttempted, CallbackAttemptStarted, RecordAttempt, StartAttempt
from contracts.common import Note
from contracts.model import Staff
from services.callback.ends import Said, abandon, complete, of
from services.callback.policy import TIME_UP, USED_UP, CallbackPolicy, Outcome
from services.callback.state import Complaint, Lease, Promise
from services.platform.kernel.notes import fits
from services.platform.kernel.service import Cause, Refused


def claim(complaint: Complaint, told: StartAttempt, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    """The first to ask has it until the lease ends."""
    promise = _alive(complaint, told.callback)
    if promise.lease:
        raise Refused("claimed")
    if promise.allowed_until is None:
        raise Refused("not_due")
    if instant > promise.allowed_until:
        raise Refused("too_late")
    lease = Lease(until=instant + timedelta(seconds=policy.lease_seconds), by=told.by)
    word = CallbackAttemptStarted(**of(complaint, promise), attempt=promise.attempt, leased_until=lease.until, by=told.by)
    return complaint.holding(promise.but(lease=lease, allowed_until=None)), [word]


def record(complaint: Complaint, told: RecordAttempt, cause: Cause, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    """The holder's report: the customer was reached, or is called again after a pause, or no more."""
    promise, outcome = _alive(complaint, told.callback), policy.outcomes.get(told.outcome)
    if outcome is None:
        raise Refused("unknown_outcome")
    if told.answers is not None and not outcome.reaches:
        raise Refused("answers_without_contact")
    _must_hold(promise, told.by)
    follow = _reached if outcome.reaches else _missed
    promise, said = follow(complaint, promise, told, outcome, cause.instant, policy)
    return _noted(complaint, told, cause).holding(promise), said


def _alive(complaint: Complaint, callback: str) -> Promise:
    promise = complaint.named(callback)
    if promise is None:
        raise Refused("unknown_callback", see=complaint.live[0].id if complaint.live else None)
    if promise.ended:
        raise Refused("callback_ended")
    return promise


def _must_hold(promise: Promise, by: Staff) -> None:
    if promise.lease is None:
        raise Refused("not_claimed", see="StartAttempt")
    if promise.lease.by.staff != by.staff:
        raise Refused("claimed")


def _reached(
    complaint: Complaint, promise: Promise, told: RecordAttempt, outcome: Outcome, instant: datetime, policy: CallbackPolicy
) -> tuple[Promise, Said]:
    attempted = CallbackAttempted(**of(complaint, promise), attempt=promise.attempt, outcome=told.outcome, by=told.by)
    return complete(complaint, promise.but(counted=promise.counted + outcome.counted), told, attempted, instant, policy)


def _missed(
    complaint: Complaint, promise: Promise, told: RecordAttempt, outcome: Outcome, instant: datetime, policy: CallbackPolicy
) -> tuple[Promise, Said]:
    """Due again after the pause, unless something says that there is no next attempt."""
    pause = _pause(promise, told.outcome, outcome)
    after = promise.but(counted=promise.counted + outcome.counted, outcomes=(*promise.outcomes, told.outcome), lease=None)
    next_due = None if pause is None else instant + pause
    given_up = _no_more(after, told.outcome, next_due, policy)
    attempted = CallbackAttempted(
        **of(complaint, promise), attempt=promise.attempt, outcome=told.outcome, next_due=None if given_up else next_due, by=told.by
    )
    if given_up:
        return abandon(complaint, after, given_up, instant, [attempted])
    return after.but(due_at=next_due), [attempted]


def _pause(promise: Promise, code: str, outcome: Outcome) -> timedelta | None:
    """The pause after this outcome, the longer the oftener it came; None when it is not tried again."""
    so_far = promise.outcomes.count(code)
    return timedelta(seconds=outcome.pauses_seconds[so_far]) if so_far < len(outcome.pauses_seconds) else None


def _no_more(promise: Promise, code: str, next_due: datetime | None, policy: CallbackPolicy) -> str | None:
    """Why there is no next attempt: the outcome forbids it, the attempts are used up, or the next one would come too late."""
    if next_due is None:
        return code
    if promise.counted >= policy.max_attempts:
        return USED_UP
    return TIME_UP if next_due >= promise.ends_at else None


def _noted(complaint: Complaint, told: RecordAttempt, cause: Cause) -> Complaint:
    """Where the note finds no room the whole report is refused, audibly; repeated without it, the outcome is recorded."""
    if told.note is None:
        return complaint
    note = Note(at=cause.at, message=cause.id, text=told.note)
    if not fits(note, complaint.notes):
        raise Refused("notes_full")
    return complaint.but(notes=(*complaint.notes, note))
