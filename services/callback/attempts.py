"""A dialer claims a callback that is due, calls, and reports what came of it."""

from datetime import datetime, timedelta

from contracts.callback import CallbackAttempted, CallbackAttemptStarted, RecordAttempt, StartAttempt
from contracts.common import Answers, Note
from contracts.model import Staff
from services.callback.ends import Said, abandon, abandon_all, break_promise, cancel, complete, late
from services.callback.ladder import climb, make_way, no_way, rung_of
from services.callback.policy import REQUESTED, TIME_UP, USED_UP, CallbackPolicy
from services.callback.promising import PROGRESS
from services.callback.rules import MOST_ATTEMPTS, Outcome
from services.callback.state import Complaint, Lease, Promise
from services.callback.timing import RINGING, first_time, free_from, is_inside
from services.platform.kernel.answers import on_scale
from services.platform.kernel.notes import fits
from services.platform.kernel.service import Cause, Refused, listed

WRITTEN = frozenset({"message", "letter"})
"""What is answered when the customer likes."""


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
    lease = Lease(since=instant, until=instant + timedelta(seconds=policy.lease_seconds), by=told.by)
    word = CallbackAttemptStarted(
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
        complaint, said = _missed(complaint, promise, told, outcome, cause.instant, policy)
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
    attempted = _attempted(complaint, promise, told, None, instant, policy)
    settled = complaint.broken_besides(promise) if promise.purpose == PROGRESS else ()
    said: Said = [attempted]
    kept_here = promise.but(counted=promise.counted + outcome.counted)
    for one in (kept_here, *settled):
        heard = answers if one is (settled[0] if settled else kept_here) else None
        kept, words = complete(complaint, one, told, heard, promise.attempt, instant, policy)
        complaint, said = complaint.holding(kept), said + words
    for other in complaint.live:
        if other.purpose == PROGRESS and (other.because != REQUESTED or other.earliest <= instant):
            complaint, words = cancel(complaint, other, "reached", instant, policy)
            said += words
    return complaint.but(reached_at=instant, pauses={}), said


def _missed(
    complaint: Complaint, promise: Promise, told: RecordAttempt, outcome: Outcome, instant: datetime, policy: CallbackPolicy
) -> tuple[Complaint, Said]:
    """Due again after the pause, unless something says that there is no next attempt on this rung."""
    again = _again(complaint, promise, told.outcome, outcome, instant)
    if again:
        complaint = complaint.but(pauses={**complaint.pauses, promise.channel: again})
    next_due = first_time(complaint, promise.channel, again, policy) if again else None
    after = promise.but(
        counted=promise.counted + outcome.counted, counted_here=promise.counted_here + outcome.counted,
        outcomes=(*promise.outcomes, told.outcome), lease=None, is_sent=promise.is_sent or _is_out(promise, outcome),
    )  # fmt: skip
    given_up = _no_more(complaint, after, told.outcome, again, policy)
    is_held_back = not given_up and (next_due is None or next_due >= promise.ends_at)
    attempted = _attempted(complaint, promise, told, None if given_up or is_held_back else next_due, instant, policy)
    if outcome.ends:
        complaint, said = abandon_all(complaint.holding(after).but(is_left_in_peace=True), told.outcome, instant, policy)
        return complaint, [attempted, *said]
    if is_held_back:
        onto, said = make_way(complaint, after, instant, policy)
    elif given_up == TIME_UP:
        onto, said = abandon(complaint, after, given_up, instant, policy)
    elif given_up:
        onto, said = climb(complaint, after, given_up, instant, policy)
    else:
        onto, said = after.but(due_at=next_due), []
    return _with_others(complaint.holding(onto), promise, again if onto.channel == promise.channel else None, instant), [attempted, *said]


def _with_others(complaint: Complaint, missed: Promise, next_due: datetime | None, instant: datetime) -> Complaint:
    """On another callback's account nobody is tried sooner by the same channel, nor ever by a number that was wrong.

    What waited for the end of this claim waits no longer: the report came before it.
    """
    for other in complaint.live:
        if other.id == missed.id or other.lease or other.given_up_for:
            continue
        if other.waits_for == missed.id:
            other = other.but(due_at=max(instant, other.earliest), waits_for=None)
            complaint = complaint.holding(other)
        if no_way(complaint, other.channel):
            complaint = complaint.holding(other.but(due_at=max(instant, other.earliest), allowed_until=None))
        elif next_due and other.channel == missed.channel and (other.allowed_until or other.due_at < next_due):
            complaint = complaint.holding(other.but(due_at=max(next_due, other.earliest), allowed_until=None))
    return complaint


def _is_out(promise: Promise, outcome: Outcome) -> bool:
    return promise.channel in WRITTEN and outcome.counted


def _attempted(
    complaint: Complaint, promise: Promise, told: RecordAttempt, next_due: datetime | None, instant: datetime, policy: CallbackPolicy
) -> CallbackAttempted:
    return CallbackAttempted(
        **late(complaint, promise, instant, policy), channel=promise.channel, attempt=promise.attempt, outcome=told.outcome,
        next_due=next_due, by=told.by,
    )  # fmt: skip


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


def _noted(complaint: Complaint, told: RecordAttempt, cause: Cause) -> Complaint:
    """Where the note finds no room the whole report is refused, audibly; repeated without it, the outcome is recorded."""
    if told.note is None:
        return complaint
    note = Note(at=cause.at, message=cause.id, text=told.note)
    if not fits(note, complaint.notes):
        raise Refused("notes_full")
    return complaint.but(notes=(*complaint.notes, note))
