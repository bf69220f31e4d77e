"""What makes a callback needed: a resolution, a promise in danger, a chase, a recovery to be looked after, work to be looked at.

A callback always has a purpose (为了回访而回访 is the fault to avoid), and a customer is promised one for each at a time.
"""

from datetime import datetime, timedelta
from hashlib import sha256

from contracts.callback import CallbackPromised
from contracts.model import Staff, made
from contracts.routing import ComplaintResolved
from services.callback.ends import Said, of
from services.callback.ladder import MAKES_UP, impossible, no_way, put_on_ladder, visit
from services.callback.policy import BROKEN, DO_NOT_CALL, ERASED, NOT_WANTED, REQUESTED, CallbackPolicy
from services.callback.rules import Window
from services.callback.state import SECOND, Complaint, Promise
from services.callback.timing import INSTANT, last_time, whole

CONFIRM, PROGRESS, CARE, SUPERVISE = "confirm", "progress", "care", "supervise"
_OF = 10_000


def promise_confirm(complaint: Complaint, told: ComplaintResolved, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    """One for each round."""
    if complaint.named(f"{told.round}-{CONFIRM}"):
        return complaint, []
    window = Window.model_construct(
        earliest_after_seconds=policy.earliest_after_seconds, latest_after_seconds=policy.latest_after_seconds,
        abandon_after_seconds=policy.abandon_after_seconds,
    )  # fmt: skip
    drafted = draft(complaint, CONFIRM, "resolved", window, instant, policy)
    return promise(complaint, drafted.but(finding=told.finding, answer_parts=told.answer_parts), policy)


def promise_progress(complaint: Complaint, because: str, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    """Unless one is promised already, in time; nor does a letter make up for a broken promise."""
    ways = (rung.channel for rung in policy.rungs(complaint.is_vulnerable) if rung.channel in MAKES_UP)
    is_in_vain = because == BROKEN and all(no_way(complaint, channel) for channel in ways)
    if policy.progress is None or is_in_vain or _was_in_vain(complaint):
        return complaint, []
    drafted = draft(complaint, PROGRESS, because, policy.progress.window, instant, policy)
    if any(each.purpose == PROGRESS and each.earliest <= drafted.latest for each in complaint.live):
        return complaint, []
    return promise(complaint, drafted, policy)


def _was_in_vain(complaint: Complaint) -> bool:
    """Nobody is to reach this customer, and that was told in this round."""
    told = any(each.purpose == PROGRESS and each.round == complaint.round and each.ended == "impossible" for each in complaint.promises)
    return told and obstacle(complaint) is not None


def promise_aftercare(complaint: Complaint, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    """After a confirmed recovery: care for those who matter most, or else, of a few, a look at how the work was done."""
    care, look = policy.care, policy.supervise
    if care and complaint.tier in care.tiers:
        return _once(complaint, CARE, care.window, instant, policy)
    if look and is_sampled(complaint.complaint_id, look.per_ten_thousand):
        return _once(complaint, SUPERVISE, look.window, instant, policy)
    return complaint, []


def is_sampled(complaint_id: str, per_ten_thousand: int) -> bool:
    """Always the same of the same complaint, and of nobody's choosing."""
    return int.from_bytes(sha256(f"supervise/{complaint_id}".encode()).digest()[:8], "big") % _OF < per_ten_thousand


def _once(complaint: Complaint, purpose: str, window: Window, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    if complaint.named(f"{complaint.round}-{purpose}"):
        return complaint, []
    return promise(complaint, draft(complaint, purpose, "closed", window, instant, policy), policy)


def has_live(complaint: Complaint, purpose: str) -> Promise | None:
    return next((promise for promise in complaint.live if promise.purpose == purpose), None)


def draft(
    complaint: Complaint, purpose: str, because: str, window: Window, instant: datetime, policy: CallbackPolicy
) -> Promise:
    def after(seconds: int) -> datetime:
        return (instant + timedelta(seconds=seconds)).replace(microsecond=0)

    earliest, latest = after(window.earliest_after_seconds), after(window.latest_after_seconds)
    return made(
        Promise,
        id=_name(complaint, purpose), round=complaint.round, purpose=purpose, because=because, channel="phone", earliest=earliest,
        latest=latest, judged_at=judged_at(latest, policy), ends_at=after(window.abandon_after_seconds), due_at=earliest,
    )  # fmt: skip


def judged_at(latest: datetime, policy: CallbackPolicy) -> datetime:
    return latest + SECOND + timedelta(seconds=policy.settle_seconds)


def _name(complaint: Complaint, purpose: str) -> str:
    """`1-progress`, and the next one of that round `1-progress-2`."""
    name = f"{complaint.round}-{purpose}"
    before = sum(promise.round == complaint.round and promise.purpose == purpose for promise in complaint.promises)
    return f"{name}-{before + 1}" if before else name


def promise(complaint: Complaint, drafted: Promise, policy: CallbackPolicy, by: Staff | None = None) -> tuple[Complaint, Said]:
    """Promised for when, and by what, the customer can be reached; or, once, why there cannot be a callback."""
    if reason := obstacle(complaint):
        never = impossible(complaint, drafted, drafted.channel, reason, goes_on=False)
        return complaint.holding(drafted.but(ended="impossible")), [never]
    onto, in_vain = put_on_ladder(complaint, drafted, drafted.earliest, policy)
    if onto is None:
        return complaint.holding(drafted.but(ended="impossible")), [impossible(complaint, drafted, *in_vain[0], goes_on=False)]
    kept = fitted(complaint, onto, policy)
    word = made(
        CallbackPromised,
        **of(complaint, kept), purpose=kept.purpose, channel=kept.channel, earliest=kept.earliest, latest=kept.latest,
        because=kept.because, by=by, policy=policy.reference,
    )  # fmt: skip
    said = [impossible(complaint, drafted, channel, why, goes_on=True) for channel, why in in_vain]
    return complaint.holding(kept), [*said, word, *visit(complaint, kept)]


def fitted(complaint: Complaint, promise: Promise, policy: CallbackPolicy) -> Promise:
    """From the first allowed instant; where that lies beyond the latest, as long from then on, within the open time that begins there.

    What was asked for is promised as it was asked for.
    """
    earliest, span = whole(promise.due_at), promise.latest - promise.earliest
    promise = promise.but(due_at=earliest)
    if earliest < promise.latest or promise.because == REQUESTED:
        return promise.but(earliest=earliest)
    closes = last_time(complaint, promise.channel, earliest, policy) or earliest + span
    latest = min(earliest + span, (closes + INSTANT).replace(microsecond=0), promise.ends_at - SECOND)
    return promise.but(earliest=earliest, latest=max(earliest, latest), judged_at=judged_at(max(earliest, latest), policy))


def obstacle(complaint: Complaint) -> str | None:
    """Why nobody is to reach this customer, by any channel."""
    if complaint.is_erased:
        return ERASED
    if complaint.do_not_call:
        return DO_NOT_CALL
    return NOT_WANTED if complaint.is_left_in_peace else None
