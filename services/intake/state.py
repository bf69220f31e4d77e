"""The customer's file: which submissions it has seen, and the content of the complaints that may still need it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import field_serializer

from contracts.common import CustomerKey, Round
from contracts.ids import reference_number
from contracts.intake import Customer, IntakeDossier, LaterContact, SubmitComplaint
from contracts.model import Code, ComplaintId, Instant, Label, Part
from services.intake.contacts import completed, differing

ID_BYTES = 100
"""About what a submission weighs of which only the ids are kept …"""
RECORD_BYTES = 400
"""… what is written about one beside its own words …"""
FAREWELL_BYTES = 350
"""… and what is said when a complaint is erased: there must be room for it in one answer, for all of them."""

BEYOND = timedelta(seconds=1)
"""Content is kept to the end of its time, and left behind a second beyond."""


class Submission(Part):
    """What a customer sent, whole, and what was known before of how to reach whoever sent it.

    All personal data and free text that intake holds is in these.
    """

    id: ComplaintId
    source: Label
    command: SubmitComplaint
    weight: int
    """About how many bytes it is as JSON."""

    @staticmethod
    def of(id: str, source: str, command: SubmitComplaint) -> "Submission":
        written = command.__pydantic_serializer__.to_json(command, exclude_defaults=True)
        return Submission(id=id, source=source, command=command, weight=RECORD_BYTES + len(written))

    @field_serializer("command", when_used="json")
    def _without_the_untold(self, command: SubmitComplaint) -> dict[str, Any]:
        return command.model_dump(mode="json", exclude_defaults=True)


class Complaint(Part):
    """A complaint with its content: open, or closed so lately that its customer may come again."""

    first: Submission
    kind: Code
    """Its class: what a repeated contact must have too."""
    repeats: tuple[Submission, ...] = ()
    """Whole, because routing may hand one back to be registered anew."""
    last_contact: Instant
    round: Round = 1
    ended_at: Instant | None = None
    """When it was closed or withdrawn."""
    is_withdrawn: bool = False
    kept_until: Instant | None = None
    """The last instant at which its content is still kept, if it is not reopened."""
    is_to_be_erased: bool = False
    """When it closes."""

    @property
    def id(self) -> str:
        return self.first.id

    @property
    def submissions(self) -> tuple[Submission, ...]:
        return (self.first, *self.repeats)

    @property
    def weight(self) -> int:
        return sum(each.weight for each in self.submissions)

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


class CustomerFile(Part):
    """All complaints of one customer, or the only one of somebody anonymous."""

    customer: CustomerKey
    """The file's own id: the customer's key, or the id of an anonymous complaint."""
    lives_in: Mapping[ComplaintId, ComplaintId] = {}
    """Every submission ever seen → the complaint that it is, or that it was merged into.  Never forgotten: it is the same for ever."""
    complaints: tuple[Complaint, ...] = ()
    """Those whose content is held, in the order of their registration."""
    erased: tuple[ComplaintId, ...] = ()
    """Complaints of which nothing is held any more."""
    do_not_call: bool = False
    """Said in any contact that was not erased.  Nothing takes it back."""
    is_vulnerable: bool = False
    """The same."""

    @property
    def weight(self) -> int:
        """About how many bytes the file is."""
        ids, farewells = ID_BYTES * len(self.lives_in), FAREWELL_BYTES * len(self.unerased)
        return ids + farewells + sum(each.weight for each in self.complaints)

    @property
    def unerased(self) -> tuple[str, ...]:
        """Every complaint that an erasure would reach, in the order in which they were first heard of."""
        erased = set(self.erased)
        return tuple(id for id in dict.fromkeys(self.lives_in.values()) if id not in erased)

    def find(self, complaint: str) -> Complaint | None:
        """The complaint, if its content is held."""
        return next((each for each in self.complaints if each.id == complaint), None)

    def with_contacts(self, command: SubmitComplaint) -> SubmitComplaint:
        """The command, completed by how the customer was to be reached before; a complaint that is to be erased lends nothing."""
        lending = [each for each in self.complaints if not each.is_to_be_erased]
        if not lending:
            return command
        known = max(lending, key=lambda each: each.last_contact).submissions[-1].command.customer
        return command.model_copy(update={"customer": completed(command.customer, known)})

    def heeding(self, customer: Customer) -> "CustomerFile":
        """What is said once of a customer is true of every complaint from then on."""
        return self._with(
            do_not_call=self.do_not_call or customer.do_not_call, is_vulnerable=self.is_vulnerable or bool(customer.vulnerable)
        )

    def with_complaint(self, complaint: Complaint) -> "CustomerFile":
        """In the place of the one with its id, else as the newest."""
        others = {each.id: each for each in self.complaints}
        seen = {each.id: complaint.id for each in complaint.submissions}
        return self._with(complaints=tuple((others | {complaint.id: complaint}).values()), lives_in={**self.lives_in, **seen})

    def erase(self, complaint: str) -> "CustomerFile":
        """Nothing is kept but the ids, so that the same submissions bring nothing back; and what other complaints say of the customer."""
        rest = tuple(each for each in self.complaints if each.id != complaint)
        said = [each.command.customer for other in rest for each in other.submissions]
        return self._with(
            complaints=rest,
            erased=(*self.erased, complaint),
            do_not_call=any(each.do_not_call for each in said),
            is_vulnerable=any(each.vulnerable for each in said),
        )

    def without_content_before(self, instant: datetime) -> "CustomerFile":
        """What was to be kept until some time before the instant is forgotten but for its ids."""
        kept = tuple(each for each in self.complaints if each.kept_until is None or each.kept_until >= instant)
        return self if len(kept) == len(self.complaints) else self._with(complaints=kept)

    def _with(self, **changes: Any) -> "CustomerFile":
        return self.model_copy(update=changes)


def aliases(file: CustomerFile) -> tuple[str, ...]:
    """The customer's key and every submission: whichever is named, this file is found."""
    return tuple({file.customer: None} | dict.fromkeys(file.lives_in))


def wake_at(file: CustomerFile) -> datetime | None:
    """When the next content is to be left behind.  Each wake comes later than the last: it leaves none that was to go before it."""
    ends = [each.kept_until for each in file.complaints if each.kept_until]
    return min(ends) + BEYOND if ends else None


def facets(file: CustomerFile) -> Mapping[str, str]:
    return {"state": "open" if any(each.is_open for each in file.complaints) else "closed"}


def dossiers(file: CustomerFile) -> Mapping[str, IntakeDossier | None]:
    return {each.id: _dossier(each) for each in file.complaints} | dict.fromkeys(file.erased)


def _dossier(complaint: Complaint) -> IntakeDossier:
    told = complaint.first.command
    return IntakeDossier(
        complaint_id=complaint.id,
        reference=reference_number(complaint.id),
        customer=told.customer,
        place=told.place,
        product=told.product,
        shipment=told.shipment,
        narrative=told.narrative,
        attachments=told.attachments,
        evidence_of_repairs=told.prior_repairs.evidence if told.prior_repairs else (),
        later_contacts=tuple(_later(each, told.customer) for each in complaint.repeats),
    )


def _later(contact: Submission, first: Customer) -> LaterContact:
    told = contact.command
    return LaterContact(
        submission=contact.id, customer=differing(told.customer, first), narrative=told.narrative, attachments=told.attachments
    )
