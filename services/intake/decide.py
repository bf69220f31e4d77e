"""What intake decides: register, recognise, forget.  Time passing says nothing here; it only leaves old content behind."""

from collections.abc import Callable

from contracts.ids import complaint_id, reference_number
from contracts.intake import Customer, DossierErased, EraseCustomer, ErasurePending, SubmitComplaint
from contracts.model import Event, Message
from contracts.routing import ComplaintClosed, ComplaintReopened, ComplaintWithdrawn, ContactReturned
from services.intake.policy import IntakePolicy
from services.intake.registration import Outcome, take_in
from services.intake.state import Complaint, CustomerFile, Submission
from services.platform.kernel.service import Cause, Refused, Woken

Key = Callable[[Customer | None], str | None]
"""The key of whom a message names, if it names anybody: what only the service's secret can tell."""
MOST_BYTES = 1024 * 1024
"""How large a customer's file may grow: the store keeps it in one document, with up to two earlier versions of it to fold from."""


def decide(key: Key, file: CustomerFile | None, cause: Cause, policy: IntakePolicy) -> tuple[CustomerFile | None, list[Event]]:
    """The file after the cause, and what is said of it."""
    match cause.message:
        case Woken() if file:
            return file.without_content_before(cause.instant), []
        case SubmitComplaint() as command:
            return _submit(file or CustomerFile(customer=cause.document), command, cause, policy)
        case EraseCustomer() as command:
            return _erase_customer(file, command, key(command.customer))
        case _ if file:
            return _hear(file, cause, policy)
        case _:
            return None, []


def _hear(file: CustomerFile, cause: Cause, policy: IntakePolicy) -> Outcome:
    match cause.message:
        case ComplaintClosed() | ComplaintWithdrawn() as end:
            return _close(file, end, cause, policy)
        case ComplaintReopened() as event:
            return _reopen(file, event)
        case ContactReturned() as event:
            return _take_back(file, event, cause, policy)
        case _:
            return file, []


# -- a customer complains -------------------------------------------------------------------------------------------------------------


def _submit(file: CustomerFile, command: SubmitComplaint, cause: Cause, policy: IntakePolicy) -> Outcome:
    """The same submission is the same for ever: a new one is taken in, a known one is refused."""
    id = complaint_id(cause.source, command.source_ref)
    if complaint := file.lives_in.get(id):
        raise _known(file, id, complaint)
    submission = Submission.of(id, cause.source, file.with_contacts(command))
    if file.weight + submission.weight > MOST_BYTES:
        raise Refused("document_full")
    return take_in(file, submission, cause.instant, policy)


def _known(file: CustomerFile, submission: str, complaint: str) -> Refused:
    if complaint in file.erased:
        return Refused("erased")
    return Refused("already_registered" if submission == complaint else "merged", reference_number(complaint))


def _take_back(file: CustomerFile, event: ContactReturned, cause: Cause, policy: IntakePolicy) -> Outcome:
    """Routing had ended the complaint for good before the repeated contact came: the contact is a matter of its own.

    Of a complaint that is to be erased nothing comes back: the contact was there when the customer asked to be forgotten.
    """
    complaint = file.find(event.complaint_id)
    returned = next((each for each in complaint.repeats if each.id == event.submission), None) if complaint else None
    if not complaint or not returned or complaint.is_to_be_erased:
        return file, []
    rest = tuple(each for each in complaint.repeats if each is not returned)
    file = file.with_complaint(_ended(complaint, cause, policy).model_copy(update={"repeats": rest}))
    return take_in(file, returned, cause.instant, policy)


# -- what routing says ----------------------------------------------------------------------------------------------------------------


def _close(file: CustomerFile, event: ComplaintClosed | ComplaintWithdrawn, cause: Cause, policy: IntakePolicy) -> Outcome:
    """Contacts are no longer merged into it; an erasure that waited for this is done."""
    complaint = file.find(event.complaint_id)
    if not complaint or event.round < complaint.round:
        return file, []
    if is_erasure(file, event):
        return file.erase(complaint.id), [DossierErased(complaint_id=complaint.id, customer=file.customer, is_open=False)]
    return file.with_complaint(_ended(complaint, cause, policy, event)), []


def _ended(
    complaint: Complaint, cause: Cause, policy: IntakePolicy, event: ComplaintClosed | ComplaintWithdrawn | None = None
) -> Complaint:
    """As it ended; an end that is told twice was at its first telling."""
    if not complaint.is_open:
        return complaint
    until = event.reopenable_until if isinstance(event, ComplaintClosed) else cause.instant
    changes = {"ended_at": cause.instant, "kept_until": until + policy.kept, "is_withdrawn": isinstance(event, ComplaintWithdrawn)}
    return complaint.model_copy(update=changes)


def _reopen(file: CustomerFile, event: ComplaintReopened) -> Outcome:
    complaint = file.find(event.complaint_id)
    if not complaint or event.round <= complaint.round:
        return file, []
    changes = {"round": event.round, "ended_at": None, "is_withdrawn": False, "kept_until": None}
    return file.with_complaint(complaint.model_copy(update=changes)), []


# -- a customer wants to be forgotten -------------------------------------------------------------------------------------------------


def _erase_customer(file: CustomerFile | None, command: EraseCustomer, named: str | None) -> Outcome:
    """Every complaint of the file: closed ones at once, open ones when they close, or at once too with `now`."""
    if file is None:
        raise Refused("no_customer")
    if named not in (None, file.customer):
        raise Refused("customers_differ")
    if not file.unerased:
        raise Refused("erased")
    events: list[Event] = []
    for id in file.unerased:
        file, event = _erase(file, id, command.now)
        events.append(event)
    return file, events


def _erase(file: CustomerFile, id: str, now: bool) -> tuple[CustomerFile, Event]:
    complaint = file.find(id)
    is_open = complaint is not None and complaint.is_open
    if complaint and is_open and not now:
        file = file.with_complaint(complaint.model_copy(update={"is_to_be_erased": True}))
        return file, ErasurePending(complaint_id=id, customer=file.customer)
    return file.erase(id), DossierErased(complaint_id=id, customer=file.customer, is_open=is_open)


def is_erasure(file: CustomerFile | None, message: Message) -> bool:
    """Whether the end that is told here is the one that an erasure waits for."""
    if file is None or not isinstance(message, ComplaintClosed | ComplaintWithdrawn):
        return False
    complaint = file.find(message.complaint_id)
    return complaint is not None and complaint.is_to_be_erased and message.round >= complaint.round
