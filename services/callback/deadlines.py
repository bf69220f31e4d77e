"""What time brings: a claim that ran out, a broken promise, the end, a due.  In this order, when several have come at once."""

from datetime import datetime, timedelta

from contracts.callback import CallbackDue, Script
from contracts.model import made
from services.callback.ends import Said, abandon, attempted, break_promise, late
from services.callback.ladder import make_way, no_way
from services.callback.policy import BROKEN, LOST, TIME_UP, CallbackPolicy
from services.callback.promising import PROGRESS, promise_progress
from services.callback.state import Complaint, Promise
from services.callback.timing import INSTANT, first_time, last_time, time_left


def woken(complaint: Complaint, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    said: Said = []
    for bring in (_lose_claim, _judge, _give_up, _announce):
        for promise in complaint.live:
            complaint, words = bring(complaint, complaint.now(promise), instant, policy)
            said += words
    return complaint, said


def _lose_claim(complaint: Complaint, promise: Promise, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    """The claimant vanished: due again as soon as it is allowed, and the attempt does not count."""
    lease = promise.lease
    if lease is None or instant < lease.until:
        return complaint, []
    next_due = time_left(complaint, promise, promise.channel, instant, policy)
    word = attempted(complaint, promise, LOST, next_due, lease.by, instant, policy)
    return complaint.holding(promise.but(lease=None, due_at=next_due or instant)), [word]


def _judge(complaint: Complaint, promise: Promise, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    """Broken, whatever is running; and the customer is owed a word of it."""
    if promise.is_broken or instant < promise.judged_at:
        return complaint, []
    promise, said = break_promise(complaint, promise, policy)
    complaint = complaint.holding(promise)
    if promise.purpose == PROGRESS or (complaint.reached_at and complaint.reached_at >= promise.breaks_at):
        return complaint, said
    complaint, words = promise_progress(complaint, BROKEN, instant, policy)
    return complaint, said + words


def _give_up(complaint: Complaint, promise: Promise, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    """A call that is running may end first."""
    if promise.lease or instant < promise.over_at:
        return complaint, []
    ended, said = abandon(complaint, promise, promise.given_up_for or TIME_UP, instant, policy)
    return complaint.holding(ended), said


def _announce(complaint: Complaint, promise: Promise, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    """Dialers are told, in allowed time, and not while the customer is being called already.  What nobody claims is told again later,
    or makes way, where no hours are left.
    """
    if promise.lease or instant < promise.due_at:
        return complaint, []
    if (other := complaint.leased_besides(promise)) and other.lease:
        return complaint.holding(promise.but(due_at=other.lease.until, allowed_until=None, waits_for=other.id)), []
    if no_way(complaint, promise.channel):
        return _shut_out(complaint, promise, instant, policy)
    opens = time_left(complaint, promise, promise.channel, instant, policy)
    if opens is None:
        return _shut_out(complaint, promise, instant, policy)
    if opens > instant:
        return complaint.holding(promise.but(due_at=opens, allowed_until=None, waits_for=None)), []
    allowed_until = _allowed_until(complaint, promise, instant, policy)
    again = allowed_until + timedelta(seconds=policy.again_seconds)
    due_at = first_time(complaint, promise.channel, again, policy)
    if due_at is None or again < promise.ends_at <= due_at:
        due_at = allowed_until + INSTANT
    word = _due(complaint, promise, allowed_until, instant, policy)
    return complaint.holding(promise.but(allowed_until=allowed_until, due_at=due_at, waits_for=None)), [word]


def _shut_out(complaint: Complaint, promise: Promise, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    """By what was learnt since, this channel does not lead there, or has no time left."""
    onto, said = make_way(complaint, promise, instant, policy)
    if onto.ended:
        return complaint.holding(onto), said
    complaint, words = _announce(complaint.holding(onto), onto, instant, policy)
    return complaint, said + words


def _allowed_until(complaint: Complaint, promise: Promise, instant: datetime, policy: CallbackPolicy) -> datetime:
    longest = min(instant + timedelta(seconds=policy.allowed_seconds), promise.ends_at - INSTANT)
    closes = last_time(complaint, promise.channel, instant, policy)
    return min(longest, closes) if closes else longest


def _due(complaint: Complaint, promise: Promise, allowed_until: datetime, instant: datetime, policy: CallbackPolicy) -> CallbackDue:
    settled = complaint.broken_besides(promise) if promise.purpose == PROGRESS else ()
    return made(
        CallbackDue,
        **late(complaint, promise, instant, policy), purpose=promise.purpose, channel=promise.channel, because=promise.because,
        settles=tuple(other.id for other in settled),
        asks_for=("phone",) if complaint.is_phone_wrong else (), language=complaint.language, time_zone=complaint.time_zone,
        time_zones=complaint.time_zones, contact_windows=complaint.contact_windows, attempt=promise.attempt,
        allowed_until=allowed_until, latest=promise.latest, script=_script(complaint, settled[0] if settled else promise),
    )  # fmt: skip


def _script(complaint: Complaint, promise: Promise) -> Script:
    return made(
        Script,
        reference=complaint.reference, finding=promise.finding, answer_parts=promise.answer_parts, priority=complaint.priority,
        is_vulnerable=complaint.is_vulnerable, delay_cause=complaint.delay_cause, next_update=complaint.next_update,
    )  # fmt: skip
