"""The customer's file: which submissions it has seen, and the content of the complaints that may still need it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import field_serializer

from contracts.common import CustomerKey, Round
from contracts.ids import reference_number
from contracts.intake import IntakeDossier, LaterContact, SubmitComplaint
from contracts.model import Code, ComplaintId, Instant, Label, Part

ID_BYTES = 100
"""About what a submission weighs of which only the ids are kept …"""
RECORD_BYTES = 400
"""… what is written about one beside its own words …"""
FAREWELL_BYTES = 350
"""… and what is said when a complaint is erased: there must be room for it in one answer, for all of them."""


class Submission(Part):
    """What a customer sent, whole.  All personal data and free text that intake holds is in these."""

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
    reopenable_until: Instant | None = None
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

    def with_complaint(self, complaint: Complaint) -> "CustomerFile":
        """In the place of the one with its id, else as the newest."""
        others = {each.id: each for each in self.complaints}
        seen = {each.id: complaint.id for each in complaint.submissions}
        return self._with(complaints=tuple((others | {complaint.id: complaint}).values()), lives_in={**self.lives_in, **seen})

    def erase(self, complaint: str) -> "CustomerFile":
        """Nothing is kept but the ids, so that the same submissions bring nothing back."""
        return self._with(complaints=tuple(each for each in self.complaints if each.id != complaint), erased=(*self.erased, complaint))

    def without_content_before(self, instant: datetime) -> "CustomerFile":
        """What could last be reopened before the instant is forgotten but for its ids."""
        kept = tuple(each for each in self.complaints if each.reopenable_until is None or each.reopenable_until >= instant)
        return self if len(kept) == len(self.complaints) else self._with(complaints=kept)

    def _with(self, **changes: Any) -> "CustomerFile":
        return self.model_copy(update=changes)


def aliases(file: CustomerFile) -> tuple[str, ...]:
    """The customer's key and every submission: whichever is named, this file is found."""
    return tuple({file.customer: None} | dict.fromkeys(file.lives_in))


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
        later_contacts=tuple(
            LaterContact(submission=each.id, narrative=each.command.narrative, attachments=each.command.attachments)
            for each in complaint.repeats
        ),
    )
