"""What intake decides: register, recognise, forget.  Time passing leaves old content behind, and gives up a file that does not come."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from contracts.ids import complaint_id, reference_number
from contracts.intake import (
    AddInformation,
    AdoptFile,
    Customer,
    DossierErased,
    EraseCustomer,
    ForgetFile,
    GiveUpFile,
    KeepFile,
    LinkCustomers,
    NoteComplaint,
    PassOn,
    Sealed,
    SetCustomerProfile,
    SubmitComplaint,
)
from contracts.model import Message, made
from contracts.routing import ComplaintClosed, ComplaintReopened, ComplaintWithdrawn, ContactReturned, RemedyDone
from services.intake.complaint import Complaint, Submission
from services.intake.contacts import check_places
from services.intake.forgetting import erase_customer
from services.intake.information import add_information
from services.intake.linking import between_files, give_up_awaited, is_reached_on_arrival, is_settled, link
from services.intake.mentions import note
from services.intake.passing import Words, pass_on, passed_on
from services.intake.policy import IntakePolicy
from services.intake.profile import set_profile
from services.intake.registration import Outcome, take_in
from services.intake.repairs import repaired
from services.intake.sealing import Seal
from services.intake.state import MOST_BYTES, CustomerFile
from services.platform.kernel.service import Cause, Refused, Woken

AFTERCARE = timedelta(days=60)
"""How long after the closing a customer may at most be called about it."""
Key = Callable[[Customer | None], str | None]
"""The key of whom a message names, if it names anybody: what only the service's secret can tell."""


def decide(key: Key, seal: Seal, file: CustomerFile | None, cause: Cause, policy: IntakePolicy) -> tuple[CustomerFile | None, Words]:
    """The file after the cause, and what is said of it.  What files write to each other is sealed, and heeded only so."""
    if isinstance(cause.message, Sealed) and not seal.is_on(cause.message):
        raise Refused("only_intake")
    file, words = _decide(key, file, cause, policy)
    return file, [seal.on(word) if isinstance(word, Sealed) else word for word in words]


def _decide(key: Key, file: CustomerFile | None, cause: Cause, policy: IntakePolicy) -> tuple[CustomerFile | None, Words]:
    match cause.message:
        case Woken() if file:
            return give_up_awaited(file.without_content_before(cause.instant), cause.instant)
        case GiveUpFile() | KeepFile() | AdoptFile() | PassOn() | ForgetFile():
            return between_files(partial(_decide, key), file, cause, policy)
        case _ if file and file.linked_to:
            return pass_on(file, cause)
        case LinkCustomers() as command:
            return link(key, file, command, cause)
        case SubmitComplaint() as command:
            return _submit(file or made(CustomerFile, customer=cause.document), command, cause, policy)
        case AddInformation() as command:
            return add_information(key, file, command, cause, policy)
        case SetCustomerProfile() as command:
            if not key(command.customer):
                raise Refused("no_customer")
            return set_profile(file or made(CustomerFile, customer=cause.document), command, cause.instant)
        case EraseCustomer() as command:
            return erase_customer(file, command, key(command.customer), cause.instant)
        case NoteComplaint() as told:
            return note(file or made(CustomerFile, customer=cause.document), told)
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
        case RemedyDone() as event:
            return repaired(file, event, policy)
        case _:
            return file, []


# -- a customer complains -------------------------------------------------------------------------------------------------------------


def _submit(file: CustomerFile, command: SubmitComplaint, cause: Cause, policy: IntakePolicy) -> Outcome:
    """The same submission is the same for ever: a new one is taken in, a known one is refused."""
    id = complaint_id(cause.source, command.source_ref)
    if complaint := file.lives_in.get(id):
        raise _known(file, id, complaint)
    check_places(command.customer)
    customer = file.completed(command.customer)
    completed = command if customer is command.customer else command.model_copy(update={"customer": customer})
    submission = Submission.of(id, cause.source, completed)
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
    file = file.with_complaint(_ended(complaint, cause, policy).without(returned))
    return take_in(file, returned, cause.instant, policy)


# -- what routing says ----------------------------------------------------------------------------------------------------------------


def _close(file: CustomerFile, event: ComplaintClosed | ComplaintWithdrawn, cause: Cause, policy: IntakePolicy) -> Outcome:
    """Contacts are no longer merged into it; an erasure that waited for this is done."""
    complaint = file.find(event.complaint_id)
    if not complaint or event.round < complaint.round:
        return file, []
    if _is_awaited_end(file, event):
        return file.erase(complaint.id), [DossierErased(complaint_id=complaint.id, customer=file.customer, is_open=False)]
    return file.with_complaint(_ended(complaint, cause, policy, event)), []


def _ended(
    complaint: Complaint, cause: Cause, policy: IntakePolicy, event: ComplaintClosed | ComplaintWithdrawn | None = None
) -> Complaint:
    """As it ended; an end that is told twice was at its first telling."""
    if not complaint.is_open:
        return complaint
    until = event.reopenable_until if isinstance(event, ComplaintClosed) else cause.instant
    kept_until, is_withdrawn = until + policy.kept(complaint.kind), isinstance(event, ComplaintWithdrawn)
    heard_until = None if is_withdrawn else max(until, cause.instant + AFTERCARE)
    changes = {"ended_at": cause.instant, "kept_until": kept_until, "heard_until": heard_until, "is_withdrawn": is_withdrawn}
    return complaint.model_copy(update=changes)


def _reopen(file: CustomerFile, event: ComplaintReopened) -> Outcome:
    complaint = file.find(event.complaint_id)
    if not complaint or event.round <= complaint.round:
        return file, []
    changes = {"round": event.round, "ended_at": None, "is_withdrawn": False, "kept_until": None, "heard_until": None}
    return file.with_complaint(complaint.model_copy(update=changes)), []


# -- a customer is forgotten ----------------------------------------------------------------------------------------------------------


def is_erasure(seal: Seal, file: CustomerFile | None, message: Message) -> bool:
    """Whether something is forgotten on its account."""
    match message:
        case Sealed() if not seal.is_on(message):
            return False
        case EraseCustomer():
            return file is None or not file.linked_to
        case PassOn():
            first = passed_on(message)
            return file is not None and first is not None and is_erasure(seal, file, first)
        case AdoptFile():
            return file is not None and is_reached_on_arrival(file, message)
        case ForgetFile():
            return file is not None and is_settled(file, message)
        case ComplaintClosed() | ComplaintWithdrawn():
            return file is not None and _is_awaited_end(file, message)
        case _:
            return False


def _is_awaited_end(file: CustomerFile, event: ComplaintClosed | ComplaintWithdrawn) -> bool:
    """Whether it is the end that an erasure waits for."""
    complaint = file.find(event.complaint_id)
    return complaint is not None and complaint.is_to_be_erased and event.round >= complaint.round
