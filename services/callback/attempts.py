"""A dialer claims a callback that is due, calls, and reports what came of it."""

from datetime import datetime, timedelta

from contracts.callback import CallbackAttemptStarted, RecordAttempt, StartAttempt
from contracts.common import Answers, Note
from contracts.model import Staff, made
from services.callback.ends import Said, attempted, break_promise, cancel, complete, late
from services.callback.misses import missed
from services.callback.policy import REQUESTED, CallbackPolicy
from services.callback.promising import PROGRESS
from services.callback.rules import MOST_ATTEMPTS, Outcome
from services.callback.state import Complaint, Lease, Promise
from services.callback.timing import RINGING, free_from, is_inside
from services.platform.kernel.answers import on_scale
from services.platform.kernel.notes import fits
from services.platform.kernel.service import Cause, Refused, listed


def claim(complaint: Complaint, told: StartAttempt, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    """The first to ask has it until the lease ends."""
    promise = alive(complaint, told.callback)
    if promise.lease:
        raise Refused("claimed")
    if promise.allowed_until is None:
        raise Refused("not_due")
    if instant > promise.allowed_until:
        raise Refused("too_late")
    _must_be_allowed(complaint, promise, instant, policy)
    lease = made(Lease, since=instant, until=instant + timedelta(seconds=policy.lease_seconds), by=told.by)
    word = made(
        CallbackAttemptStarted,
        **late(complaint, promise, instant, policy), attempt=promise.attempt, leased_until=lease.until, by=told.by
    )
    return complaint.holding(promise.but(lease=lease, allowed_until=None)), [word]


def _must_be_allowed(complaint: Complaint, promise: Promise, instant: datetime, policy: CallbackPolicy) -> None:
    """What is known of the customer may have changed since the due."""
    if other := complaint.leased_besides(promise):
        raise Refused("claimed", see=other.id)
    if not is_inside(complaint, promise.channel, instant, policy):
        raise Refused("outside_hours")
    if instant < free_from(complaint, promise.channel, policy):
        raise Refused("too_many_attempts")


def record(complaint: Complaint, told: RecordAttempt, cause: Cause, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    """The holder's report: the customer was reached, or is tried again after a pause, by another channel, or no more."""
    promise = alive(complaint, told.callback)
    outcome = _outcome(promise, told.outcome, policy)
    if told.answers is not None and not outcome.reaches:
        raise Refused("answers_without_contact")
    _must_hold(promise, told.by, outcome)
    answers = None if told.answers is None else on_scale(told.answers)
    complaint = _tried(_noted(complaint, told, cause), promise, outcome)
    broken: Said = []
    if not promise.is_broken and promise.breaks_at <= cause.instant:
        promise, broken = break_promise(complaint, promise, policy)
    if outcome.reaches:
        complaint, said = _reached(complaint, promise, told, answers, outcome, cause.instant, policy)
    else:
        complaint, said = missed(complaint, promise, told, outcome, cause.instant, policy)
    return complaint, broken + said


def _outcome(promise: Promise, code: str, policy: CallbackPolicy) -> Outcome:
    """One of the policy's that can come by the channel that is claimed; an answer to what was written may come after its rung."""
    by_channel = [name for name, each in policy.outcomes.items() if promise.channel in each.channels]
    outcome = policy.outcomes.get(code)
    if outcome is None:
        raise Refused("unknown_outcome", see=listed(by_channel))
    if promise.lease and code not in by_channel:
        raise Refused("other_channel", see=listed(by_channel))
    return outcome


def alive(complaint: Complaint, callback: str) -> Promise:
    promise = complaint.named(callback)
    if promise is None:
        raise Refused("unknown_callback", see=complaint.live[0].id if complaint.live else None)
    if promise.ended:
        raise Refused("callback_ended")
    return promise


def _must_hold(promise: Promise, by: Staff, outcome: Outcome) -> None:
    """An answer to what was written comes when the customer likes: it needs no claim."""
    if promise.lease is None:
        if promise.is_sent and outcome.reaches:
            return
        raise Refused("not_claimed", see="StartAttempt")
    if promise.lease.by.staff != by.staff:
        raise Refused("claimed")


def _tried(complaint: Complaint, promise: Promise, outcome: Outcome) -> Complaint:
    """What was called was the number that was known when the call began."""
    if promise.lease is None:
        return complaint
    tried_at = complaint.tried_at
    if promise.channel in RINGING:
        tried_at = (*tried_at, promise.lease.since)[-MOST_ATTEMPTS:]
    is_of_new_phone = complaint.phone_told_at is None or complaint.phone_told_at <= promise.lease.since
    is_wrong = complaint.is_phone_wrong or (outcome.asks_for_phone and is_of_new_phone)
    return complaint.but(tried_at=tried_at, is_phone_wrong=is_wrong)


def _reached(
    complaint: Complaint, promise: Promise, told: RecordAttempt, answers: Answers | None, outcome: Outcome, instant: datetime,
    policy: CallbackPolicy,
) -> tuple[Complaint, Said]:
    """One conversation does: who was spoken with is not called of progress besides, nor again for what a progress call settled.

    What was said answers what was to be asked: it is told once, of the call that was settled.
    """
    settled = complaint.broken_besides(promise) if promise.purpose == PROGRESS else ()
    said: Said = [attempted(complaint, promise, told.outcome, None, told.by, instant, policy)]
    kept_here = promise.but(counted=promise.counted + outcome.counted)
    answered = settled[0] if settled else kept_here
    for one in (kept_here, *settled):
        kept, words = complete(complaint, one, told, answers if one is answered else None, promise.attempt, instant, policy)
        complaint, said = complaint.holding(kept), said + words
    for other in complaint.live:
        if other.purpose == PROGRESS and (other.because != REQUESTED or other.earliest <= instant):
            complaint, words = cancel(complaint, other, "reached", instant, policy)
            said += words
    return complaint.but(reached_at=instant, pauses={}), said


def _noted(complaint: Complaint, told: RecordAttempt, cause: Cause) -> Complaint:
    """Where the note finds no room the whole report is refused, audibly; repeated without it, the outcome is recorded."""
    if told.note is None:
        return complaint
    note = Note(at=cause.at, message=cause.id, text=told.note)
    if not fits(note, complaint.notes):
        raise Refused("notes_full")
    return complaint.but(notes=(*complaint.notes, note))
