"""A complaint as its customer's file holds it: what was submitted, what came later, and where it stands."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, field_serializer

from contracts.common import Expectation, Round
from contracts.intake import AddInformation, Customer, PriorRepairs, SubmitComplaint
from contracts.model import Code, ComplaintId, Instant, Label, Part, made

ID_BYTES = 100
"""About what a submission weighs of which only the ids are kept …"""
RECORD_BYTES = 400
"""… what is written about one beside its own words …"""
FAREWELL_BYTES = 600
"""… and what is said when a complaint is erased: there must be room for it in one answer, for all of them."""

MOST_REPAIRS = 10_000
"""As many as can be told."""


class Submission(Part):
    """What a customer sent, whole, and what was known before of how to reach whoever sent it.

    All personal data and free text that intake holds is in these, and in what was added.
    """

    id: ComplaintId
    source: Label
    command: SubmitComplaint
    weight: int
    """About how many bytes it is as JSON."""

    @staticmethod
    def of(id: str, source: str, command: SubmitComplaint) -> "Submission":
        return made(Submission, id=id, source=source, command=command, weight=_weight(command))

    @property
    def customer(self) -> Customer:
        return self.command.customer

    def with_customer(self, customer: Customer) -> "Submission":
        return self.of(self.id, self.source, self.command.model_copy(update={"customer": customer}))

    @field_serializer("command", when_used="json")
    def _without_the_untold(self, command: SubmitComplaint) -> dict[str, Any]:
        return command.model_dump(mode="json", exclude_defaults=True)


class Addition(Part):
    """What was added to an open complaint, whole, as a submission is kept."""

    command: AddInformation
    weight: int

    @staticmethod
    def of(command: AddInformation) -> "Addition":
        return Addition(command=command, weight=_weight(command))

    @property
    def customer(self) -> Customer | None:
        return self.command.customer

    def with_customer(self, customer: Customer) -> "Addition":
        return self.of(self.command.model_copy(update={"customer": customer}))

    @field_serializer("command", when_used="json")
    def _without_the_untold(self, command: AddInformation) -> dict[str, Any]:
        return command.model_dump(mode="json", exclude_defaults=True)


Contact = Submission | Addition


class Complaint(Part):
    """A complaint with its content: open, or closed so lately that its customer may come again."""

    first: Submission
    kind: Code
    """Its class: what a repeated contact must have too."""
    later: tuple[Annotated[Contact, Field(union_mode="left_to_right")], ...] = ()
    """Repeated contacts and what was added, in their order.  Repeats are whole, because routing may hand one back to be registered anew."""
    predecessors: tuple[ComplaintId, ...] = ()
    last_contact: Instant
    round: Round = 1
    ended_at: Instant | None = None
    """When it was closed or withdrawn."""
    is_withdrawn: bool = False
    kept_until: Instant | None = None
    """The last instant at which its content is still kept, if it is not reopened."""
    heard_until: Instant | None = None
    """Closed, until when it hears of its customer all the same: it may be reopened, or its customer be called after the recovery."""
    is_to_be_erased: bool = False
    """When it closes."""
    was_vulnerable: bool = False
    """Known of its customer when that was asked for, and heeded until it closes …"""
    was_not_to_be_called: bool = False
    """… the same."""
    repairs_done: int = 0
    """As routing told, since the product was last exchanged."""
    repairs_of_another: int = 0
    """Of the proven ones, those of what was exchanged since."""

    @property
    def id(self) -> str:
        return self.first.id

    @property
    def contacts(self) -> tuple[Contact, ...]:
        return (self.first, *self.later)

    @property
    def submissions(self) -> tuple[Submission, ...]:
        return tuple(each for each in self.contacts if isinstance(each, Submission))

    @property
    def repeats(self) -> tuple[Submission, ...]:
        return self.submissions[1:]

    @property
    def times_contacted(self) -> int:
        """By the customer who wants it settled: a paper that is handed in later is no further contact."""
        return sum(isinstance(each, Submission) or each.command.is_chasing for each in self.contacts)

    @property
    def told_customers(self) -> tuple[Customer, ...]:
        """What each contact said of the customer, in their order; each knows how to reach whom the one before could reach."""
        return tuple(each.customer for each in self.contacts if each.customer)

    @property
    def expectation(self) -> Expectation | None:
        """As stated with the complaint itself."""
        return stated(self.first.command.expectation)

    @property
    def proven_repairs(self) -> int:
        """How many repairs were done before, as far as papers prove them.

        A message proves as many as it counts, each by a paper that no earlier one gave; counting more than were counted before, it proves
        them by all papers that there are.
        """
        proven, papers = 0, frozenset[str]()
        for told in (each.command.prior_repairs for each in self.contacts):
            if told:
                proven, papers = _proven_with(proven, papers, told)
        return min(proven, MOST_REPAIRS)

    @property
    def repairs_before(self) -> int:
        """Proven ones, of what is in the customer's hands now."""
        return max(0, self.proven_repairs - self.repairs_of_another)

    @property
    def weight(self) -> int:
        return sum(each.weight for each in self.contacts) + ID_BYTES * len(self.predecessors)

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    def hears(self, instant: datetime) -> bool:
        """Whether something may still come of it for its customer."""
        return self.is_open or (self.heard_until is not None and instant <= self.heard_until)

    @property
    def takes_in(self) -> bool:
        """Open, and not to be forgotten when it closes."""
        return self.is_open and not self.is_to_be_erased

    def with_contact(self, contact: Contact, instant: datetime) -> "Complaint":
        return self.model_copy(update={"later": (*self.later, contact), "last_contact": max(self.last_contact, instant)})

    def with_customers(self, corrected: Mapping[str, Any]) -> "Complaint":
        """Whatever a contact says of the customer, it says this."""
        first, *later = (_corrected(each, corrected) for each in self.contacts)
        return self.model_copy(update={"first": first, "later": tuple(later)})

    def without(self, repeat: Submission) -> "Complaint":
        return self.model_copy(update={"later": tuple(each for each in self.later if each is not repeat)})


def stated(expectation: Expectation | None) -> Expectation | None:
    """What says nothing was not stated."""
    return expectation if expectation and expectation != Expectation() else None


def _corrected(contact: Contact, corrected: Mapping[str, Any]) -> Contact:
    return contact.with_customer(contact.customer.model_copy(update=dict(corrected))) if contact.customer else contact


def _proven_with(proven: int, papers: frozenset[str], told: PriorRepairs) -> tuple[int, frozenset[str]]:
    new = frozenset(told.evidence) - papers
    return max(proven + min(told.count, len(new)), min(told.count, len(papers | new))), papers | new


def _weight(command: SubmitComplaint | AddInformation) -> int:
    return RECORD_BYTES + len(command.__pydantic_serializer__.to_json(command, exclude_defaults=True))
