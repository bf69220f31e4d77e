"""Who must be called back, until when, and what became of it.  Pure.

A resolution promises a call that asks whether it helped; the complaint's reopening, withdrawal, closing or erasure ends the promise, and so
does a customer who wants no calls.
"""

from datetime import datetime, timedelta

from contracts.callback import CallbackImpossible, CallbackPromised, RecordAttempt, StartAttempt
from contracts.intake import ComplaintRegistered, ContactRepeated, CustomerProfileChanged, DossierErased, InformationAdded
from contracts.model import Message
from contracts.routing import (
    ComplaintClosed,
    ComplaintReopened,
    ComplaintResolved,
    ComplaintRouted,
    ComplaintSentToTriage,
    ComplaintWithdrawn,
    PriorityChanged,
)
from services.callback.attempts import claim, record
from services.callback.deadlines import woken
from services.callback.ends import Said, abandon_all, cancel_all, of
from services.callback.policy import DO_NOT_CALL, ERASED, NO_PHONE, CallbackPolicy
from services.callback.state import SECOND, Complaint, Promise
from services.platform.kernel.service import Address, Cause, Decision, Woken, by_complaint

CONFIRM, PHONE = "confirm", "phone"
USED = (
    ComplaintRegistered, ContactRepeated, InformationAdded, CustomerProfileChanged, DossierErased, ComplaintRouted, ComplaintSentToTriage,
    PriorityChanged, ComplaintResolved, ComplaintReopened, ComplaintWithdrawn, ComplaintClosed, StartAttempt, RecordAttempt,
)  # fmt: skip


def address(message: Message, source: str) -> Address | None:
    """The complaint's document, for what `decide` has a use for."""
    return by_complaint(message, source) if isinstance(message, USED) else None


def decide(complaint: Complaint | None, cause: Cause, policy: CallbackPolicy) -> Decision:
    """The complaint's callbacks after this cause, and what is said of them.  Raises `Refused` for a command that breaks a rule."""
    if complaint is None:
        return (_open(cause.message) if isinstance(cause.message, ComplaintRegistered) else None), []
    match cause.message:
        case ComplaintRouted() | ComplaintSentToTriage() | PriorityChanged() as told:
            return _prioritise(complaint, told.round, told.priority), []
        case ComplaintResolved() as told:
            return _promise(complaint, told, cause.instant, policy)
        case ComplaintReopened() as told:
            return _enter(complaint, told.round, cause.instant)
        case ComplaintWithdrawn() as told:
            return _leave(complaint, told.round, "withdrawn", cause.instant)
        case ComplaintClosed() as told:
            return _leave(complaint, told.round, "closed", cause.instant)
        case ContactRepeated() | InformationAdded() as told:
            return _learn(complaint, told, cause.instant)
        case CustomerProfileChanged() as told:
            return _know_anew(complaint, told, cause.instant)
        case DossierErased():
            return _erase(complaint, cause.instant)
        case StartAttempt() as told:
            return claim(complaint, told, cause.instant, policy)
        case RecordAttempt() as told:
            return record(complaint, told, cause, policy)
        case Woken():
            return woken(complaint, cause.instant, policy)
    return complaint, []


def _open(told: ComplaintRegistered) -> Complaint:
    return Complaint(
        complaint_id=told.complaint_id, customer=told.customer, reference=told.reference, language=told.language,
        time_zone=told.time_zone, contact_windows=told.contact_windows, has_phone=told.reachable.phone,
        do_not_call=told.do_not_call, is_vulnerable=told.is_vulnerable,
    )  # fmt: skip


def _learn(complaint: Complaint, told: ContactRepeated | InformationAdded, instant: datetime) -> tuple[Complaint, Said]:
    """What a later contact says of the customer: a phone, that no call is wanted, that care is needed.  True once said."""
    if complaint.is_erased:
        return complaint, []
    complaint = complaint.but(
        has_phone=complaint.has_phone or bool(told.reachable and told.reachable.phone),
        do_not_call=complaint.do_not_call or bool(told.do_not_call), is_vulnerable=complaint.is_vulnerable or bool(told.is_vulnerable),
    )  # fmt: skip
    return _heed(complaint, instant)


def _know_anew(complaint: Complaint, told: CustomerProfileChanged, instant: datetime) -> tuple[Complaint, Said]:
    """The customer's file has the last word, and alone takes something back: who may be called again is, by the promises to come."""
    if complaint.is_erased:
        return complaint, []
    return _heed(complaint.but(do_not_call=told.do_not_call, is_vulnerable=told.is_vulnerable), instant)


def _heed(complaint: Complaint, instant: datetime) -> tuple[Complaint, Said]:
    """Who wants no calls is not called, whatever was promised."""
    return abandon_all(complaint, DO_NOT_CALL, instant) if complaint.do_not_call else (complaint, [])


def _prioritise(complaint: Complaint, round: int, priority: int) -> Complaint:
    return complaint if round < complaint.round else complaint.but(priority=priority)


def _promise(complaint: Complaint, told: ComplaintResolved, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    """One confirming call for each round, or why there cannot be one."""
    complaint, said = _enter(complaint, told.round, instant)
    if told.round < complaint.round or complaint.is_over or complaint.named(name_of(told.round)):
        return complaint, said
    promise = _draft(told, instant, policy)
    if reason := _obstacle(complaint):
        word = CallbackImpossible(**of(complaint, promise), purpose=CONFIRM, reason=reason)
        return complaint.holding(promise.but(ended="impossible")), [*said, word]
    return complaint.holding(promise), [*said, CallbackPromised(
        **of(complaint, promise), purpose=CONFIRM, channel=PHONE, earliest=promise.earliest, latest=promise.latest, policy=policy.reference,
    )]  # fmt: skip


def name_of(round: int) -> str:
    return f"{round}-{CONFIRM}"


def _draft(told: ComplaintResolved, instant: datetime, policy: CallbackPolicy) -> Promise:
    def after(seconds: int) -> datetime:
        return (instant + timedelta(seconds=seconds)).replace(microsecond=0)

    earliest, latest = after(policy.earliest_after_seconds), after(policy.latest_after_seconds)
    return Promise(
        id=name_of(told.round), round=told.round, purpose=CONFIRM, channel=PHONE, earliest=earliest, latest=latest, due_at=earliest,
        judged_at=latest + SECOND + timedelta(seconds=policy.settle_seconds), ends_at=after(policy.abandon_after_seconds),
        finding=told.finding, answer_parts=told.answer_parts,
    )  # fmt: skip


def _obstacle(complaint: Complaint) -> str | None:
    if complaint.is_erased:
        return ERASED
    if complaint.do_not_call:
        return DO_NOT_CALL
    return None if complaint.has_phone else NO_PHONE


def _enter(complaint: Complaint, round: int, instant: datetime) -> tuple[Complaint, Said]:
    """A newer round makes the older one's promises void; an older one's words come too late to matter."""
    if round <= complaint.round:
        return complaint, []
    return cancel_all(complaint.but(round=round, is_over=False), "reopened", instant)


def _leave(complaint: Complaint, round: int, how: str, instant: datetime) -> tuple[Complaint, Said]:
    if round < complaint.round:
        return complaint, []
    return cancel_all(complaint.but(round=round, is_over=True), how, instant)


def _erase(complaint: Complaint, instant: datetime) -> tuple[Complaint, Said]:
    """The work may go on, but there is nobody to call."""
    empty = complaint.but(is_erased=True, notes=(), language=None, time_zone=None, contact_windows=())
    return cancel_all(empty, ERASED, instant)
