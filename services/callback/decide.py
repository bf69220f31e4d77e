"""Who must be called back, for what, until when, and what became of it.  Pure.

A promise in danger, or a chase, is told; a resolution is followed by a call that asks whether it helped, and a recovery by care.  The
complaint's reopening, withdrawal, closing or erasure ends what is promised, and so does a customer who wants no calls.
"""

from datetime import datetime

from contracts.callback import CancelCallback, RecordAttempt, RequestCallback, RescheduleCallback, StartAttempt
from contracts.intake import ComplaintRegistered, ContactRepeated, CustomerProfileChanged, DossierErased, InformationAdded
from contracts.model import Message, made
from contracts.routing import (
    ClockBreached,
    ClockWarned,
    ComplaintClosed,
    ComplaintReopened,
    ComplaintResolved,
    ComplaintRouted,
    ComplaintSentToTriage,
    ComplaintWithdrawn,
    PriorityChanged,
    ProgressReported,
)
from services.callback.attempts import claim, record
from services.callback.customer import erase, know_anew, learn
from services.callback.deadlines import woken
from services.callback.ends import Said, cancel_all
from services.callback.policy import CallbackPolicy
from services.callback.promising import PROGRESS, obstacle, promise_aftercare, promise_confirm, promise_progress
from services.callback.state import Complaint
from services.callback.wishes import call_off, request, reschedule
from services.platform.kernel.service import Address, Cause, Decision, Woken, by_complaint

USED = frozenset[type[Message]]((
    ComplaintRegistered, ContactRepeated, InformationAdded, CustomerProfileChanged, DossierErased, ComplaintRouted, ComplaintSentToTriage,
    PriorityChanged, ComplaintResolved, ComplaintReopened, ComplaintWithdrawn, ComplaintClosed, ClockWarned, ClockBreached,
    ProgressReported, StartAttempt, RecordAttempt, RequestCallback, RescheduleCallback, CancelCallback,
))  # fmt: skip


def address(message: Message, source: str) -> Address | None:
    """The complaint's document, for what `decide` has a use for."""
    return by_complaint(message, source) if type(message) in USED else None


def decide(complaint: Complaint | None, cause: Cause, policy: CallbackPolicy) -> Decision:
    """The complaint's callbacks after this cause, and what is said of them.  Raises `Refused` for a command that breaks a rule."""
    if complaint is None:
        return (_open(cause.message) if isinstance(cause.message, ComplaintRegistered) else None), []
    instant = cause.instant
    match cause.message:
        case ComplaintRouted() | ComplaintSentToTriage() | PriorityChanged() as told:
            return _prioritise(complaint, told.round, told.priority), []
        case ComplaintResolved() as told:
            return _resolve(complaint, told, instant, policy)
        case ComplaintReopened() as told:
            return _enter(complaint, told.round, instant, policy)
        case ComplaintWithdrawn() as told:
            return _leave(complaint, told.round, "withdrawn", instant, policy)
        case ComplaintClosed() as told:
            return _close(complaint, told, instant, policy)
        case ClockWarned() as told:
            return _endangered(complaint, told, "clock_warned", instant, policy)
        case ClockBreached() as told:
            return _endangered(complaint, told, "clock_breached", instant, policy)
        case ProgressReported() as told:
            return _delayed(complaint, told, instant, policy)
        case ContactRepeated() | InformationAdded() as told:
            return learn(complaint, told, instant, policy)
        case CustomerProfileChanged() as told:
            return know_anew(complaint, told, instant, policy)
        case DossierErased():
            return erase(complaint, instant, policy)
        case StartAttempt() as told:
            return claim(complaint, told, instant, policy)
        case RecordAttempt() as told:
            return record(complaint, told, cause, policy)
        case RequestCallback() as told:
            return request(complaint, told, instant, policy)
        case RescheduleCallback() as told:
            return reschedule(complaint, told, instant, policy)
        case CancelCallback() as told:
            return call_off(complaint, told, instant, policy)
        case Woken():
            return woken(complaint, instant, policy)
    return complaint, []


def _open(told: ComplaintRegistered) -> Complaint:
    return made(
        Complaint,
        complaint_id=told.complaint_id, customer=told.customer, reference=told.reference, language=told.language,
        time_zone=told.time_zone, time_zones=told.time_zones or ((told.time_zone,) if told.time_zone else ()), country=told.country,
        contact_windows=told.contact_windows, reachable=told.reachable, do_not_call=told.do_not_call, is_vulnerable=told.is_vulnerable,
        tier=told.tier,
    )  # fmt: skip


def _prioritise(complaint: Complaint, round: int, priority: int) -> Complaint:
    return complaint if round < complaint.round else complaint.but(priority=priority)


def _resolve(complaint: Complaint, told: ComplaintResolved, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    """There is no progress to tell any more; did it help?"""
    complaint, said = _enter(complaint, told.round, instant, policy)
    if told.round < complaint.round or complaint.is_over or complaint.resolved == told.round:
        return complaint, said
    complaint, cancelled = cancel_all(complaint.but(resolved=told.round), "resolved", instant, policy, purpose=PROGRESS)
    complaint, promised = promise_confirm(complaint, told, instant, policy)
    return complaint, said + cancelled + promised


def _endangered(
    complaint: Complaint, told: ClockWarned | ClockBreached, because: str, instant: datetime, policy: CallbackPolicy
) -> tuple[Complaint, Said]:
    """The customer hears it from us before finding out."""
    is_promise = policy.progress is not None and told.clock in policy.progress.clocks
    if not is_promise or told.round < complaint.round or not complaint.is_in_progress:
        return complaint, []
    return promise_progress(complaint, because, instant, policy)


def _delayed(complaint: Complaint, told: ProgressReported, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    """The caller tells why it takes longer; who was told by the department needs no call for it."""
    if told.round < complaint.round or complaint.is_erased:
        return complaint, []
    if told.delay_cause:
        complaint = complaint.but(delay_cause=told.delay_cause, next_update=told.next_update)
    return cancel_all(complaint, "told", instant, policy, purpose=PROGRESS) if told.is_told_to_customer else (complaint, [])


def _enter(complaint: Complaint, round: int, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    """A newer round makes the older one's promises void; an older one's words come too late to matter."""
    if round <= complaint.round:
        return complaint, []
    return cancel_all(complaint.but(round=round, is_over=False, delay_cause=None, next_update=None), "reopened", instant, policy)


def _leave(complaint: Complaint, round: int, how: str, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    """What is promised for afterwards outlives a closing that is told again."""
    if round < complaint.round or (complaint.is_over and round == complaint.round):
        return complaint, []
    return cancel_all(complaint.but(round=round, is_over=True), how, instant, policy)


def _close(complaint: Complaint, told: ComplaintClosed, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    after, said = _leave(complaint, told.round, "closed", instant, policy)
    if after is complaint or told.how != "confirmed" or obstacle(after):
        return after, said
    after, promised = promise_aftercare(after, instant, policy)
    return after, said + promised
