"""Whose file a message belongs to: found by complaint first, so that a submission stays the same under a corrected number."""

from dataclasses import dataclass

from contracts.ids import complaint_id, derived_id
from contracts.intake import (
    AddInformation,
    AdoptFile,
    Customer,
    EraseCustomer,
    ForgetFile,
    GiveUpFile,
    KeepFile,
    LinkCustomers,
    NoteComplaint,
    PassOn,
    SetCustomerProfile,
    SubmitComplaint,
)
from contracts.model import Message
from contracts.routing import ComplaintClosed, ComplaintReopened, ComplaintWithdrawn, ContactReturned, RemedyDone
from services.intake.identity import customer_key, identity
from services.intake.references import reference_alias
from services.platform.kernel.service import Address

USED = frozenset[type[Message]]((ContactReturned, ComplaintClosed, ComplaintWithdrawn, ComplaintReopened, RemedyDone))
"""What routing says that belongs to a file."""


@dataclass(frozen=True)
class Addresses:
    secret: bytes
    region: str

    def __post_init__(self) -> None:
        if not self.secret:
            raise ValueError("The secret of the customers' keys is empty: give one, and never change it.")

    def __call__(self, message: Message, source: str) -> Address | None:
        match message:
            case SubmitComplaint():
                return self._first(complaint_id(source, message.source_ref), self.key(message.customer))
            case AddInformation():
                reference = reference_alias(message.reference) if message.reference else None
                return self._named(message, source, reference, complaint_named(message, source))
            case EraseCustomer():
                return self._named(message, source, complaint_named(message, source))
            case SetCustomerProfile():
                return self._named(message, source)
            case LinkCustomers(into=into, request=request):
                return self._first(self.key(into) or derived_id("intake", "nobody", source, request))
            case GiveUpFile(customer=name) | NoteComplaint(customer=name):
                return self._first(name)
            case PassOn():
                return self._first(message.submission, message.into)
            case AdoptFile(into=id) | KeepFile(into=id) | ForgetFile(customer=id):
                return Address(id)
            case ContactReturned():
                return self._first(message.submission, message.complaint_id, message.customer)
            case ComplaintClosed() | ComplaintWithdrawn() | ComplaintReopened() | RemedyDone():
                return self._first(message.complaint_id, message.customer)
            case _:
                return None

    def _named(self, command: AddInformation | EraseCustomer | SetCustomerProfile, source: str, *complaint: str | None) -> Address:
        """Where nobody is named, a document of its own, in which the request is refused."""
        nobody = derived_id("intake", "nobody", source, command.request)
        names = (*complaint, self.key(command.customer))
        return self._first(*names) if any(names[-2:]) else self._first(*names, nobody)

    def _first(self, *names: str | None) -> Address:
        """The file that has the first of these names; a new one goes by the last: the customer's key, or an anonymous complaint's id."""
        told = tuple(name for name in names if name)
        return Address(told[-1], told)

    def key(self, customer: Customer | None) -> str | None:
        """Whom the message names, if anybody."""
        who = identity(customer, self.region) if customer else None
        return customer_key(who, self.secret) if who else None


def complaint_named(command: AddInformation | EraseCustomer, source: str) -> str | None:
    """By its source (else the sender's) and source_ref, if it is."""
    return complaint_id(command.complaint_source or source, command.source_ref) if command.source_ref else None
