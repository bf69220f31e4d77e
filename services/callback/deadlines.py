"""What time brings: a claim that ran out, a broken promise, the end, a due.  In this order, when several have come at once."""

from datetime import datetime, timedelta

from contracts.callback import CallbackAttempted, CallbackDue, Script
from services.callback.ends import Said, abandon, break_promise, of
from services.callback.policy import LOST, TIME_UP, CallbackPolicy
from services.callback.state import Complaint, Promise

INSTANT = timedelta(milliseconds=1)
"""The log knows no finer."""


def woken(complaint: Complaint, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    said: Said = []
    for promise in complaint.live:
        for step in (_lose_claim, _judge, _give_up, _announce):
            promise, words = step(complaint, promise, instant, policy)
            said += words
        complaint = complaint.holding(promise)
    return complaint, said


def _lose_claim(complaint: Complaint, promise: Promise, instant: datetime, policy: CallbackPolicy) -> tuple[Promise, Said]:
    """The claimant vanished: due again at once, and the attempt does not count."""
    lease = promise.lease
    if lease is None or instant < lease.until:
        return promise, []
    next_due = instant if instant < promise.ends_at else None
    word = CallbackAttempted(**of(complaint, promise), attempt=promise.attempt, outcome=LOST, next_due=next_due, by=lease.by)
    return promise.but(lease=None, due_at=instant), [word]


def _judge(complaint: Complaint, promise: Promise, instant: datetime, policy: CallbackPolicy) -> tuple[Promise, Said]:
    """Broken, whatever is running."""
    return break_promise(complaint, promise) if promise.judged_at <= instant and not promise.is_broken else (promise, [])


def _give_up(complaint: Complaint, promise: Promise, instant: datetime, policy: CallbackPolicy) -> tuple[Promise, Said]:
    """A call that is running may end first."""
    return abandon(complaint, promise, TIME_UP, instant) if promise.ends_at <= instant and not promise.lease else (promise, [])


def _announce(complaint: Complaint, promise: Promise, instant: datetime, policy: CallbackPolicy) -> tuple[Promise, Said]:
    """Dialers are told.  What nobody claims while it may be claimed is told again later."""
    if promise.ended or promise.lease or instant < promise.due_at:
        return promise, []
    allowed_until = min(instant + timedelta(seconds=policy.allowed_seconds), promise.ends_at - INSTANT)
    word = CallbackDue(
        **of(complaint, promise), purpose=promise.purpose, channel=promise.channel, language=complaint.language,
        time_zone=complaint.time_zone, contact_windows=complaint.contact_windows, attempt=promise.attempt,
        allowed_until=allowed_until, latest=promise.latest, script=_script(complaint, promise),
    )  # fmt: skip
    return promise.but(allowed_until=allowed_until, due_at=allowed_until + timedelta(seconds=policy.again_seconds)), [word]


def _script(complaint: Complaint, promise: Promise) -> Script:
    return Script(
        reference=complaint.reference, finding=promise.finding, answer_parts=promise.answer_parts, priority=complaint.priority,
        is_vulnerable=complaint.is_vulnerable,
    )  # fmt: skip
