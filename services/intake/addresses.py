"""Whose file a message belongs to: found by complaint first, so that a submission stays the same under a corrected number."""

from dataclasses import dataclass

from contracts.ids import complaint_id, derived_id
from contracts.intake import Customer, EraseCustomer, SubmitComplaint
from contracts.model import Message
from contracts.routing import ComplaintClosed, ComplaintReopened, ComplaintWithdrawn, ContactReturned
from services.intake.identity import customer_key, identity
from services.platform.kernel.service import Address


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
            case EraseCustomer():
                return self._to_erase(message, source)
            case ContactReturned():
                return self._first(message.submission, message.complaint_id, message.customer)
            case ComplaintClosed() | ComplaintWithdrawn() | ComplaintReopened():
                return self._first(message.complaint_id, message.customer)
            case _:
                return None

    def _to_erase(self, command: EraseCustomer, source: str) -> Address:
        """Where nobody is named, a document of its own, in which the request is refused."""
        ref, key = command.source_ref, self.key(command.customer)
        complaint = complaint_id(command.complaint_source or source, ref) if ref else None
        return self._first(complaint, key) if complaint or key else Address(derived_id("intake", "nobody", source, command.request))

    def _first(self, *names: str | None) -> Address:
        """The file that has the first of these names; a new one goes by the last: the customer's key, or an anonymous complaint's id."""
        told = tuple(name for name in names if name)
        return Address(told[-1], told)

    def key(self, customer: Customer | None) -> str | None:
        """Whom the message names, if anybody."""
        who = identity(customer, self.region) if customer else None
        return customer_key(who, self.secret) if who else None
