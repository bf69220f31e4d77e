"""What feedback remembers of a complaint, and when it must be woken."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, Self

from contracts.canary import is_canary
from contracts.common import CustomerKey, Note, Notes, Round
from contracts.intake import Reachable
from contracts.model import Code, ComplaintId, Instant, Language, Part, Score, made

SECOND = timedelta(seconds=1)


class Survey(Part):
    """Questions to the customer: a round's, or the relationship's.

    `ended`: answered, expired, cancelled; None while it can be answered.
    """

    id: Code
    kind: Literal["recovery", "relationship"] = "recovery"
    round: Round
    channel: Code
    remind_at: Instant | None = None
    """When the customer is to be reminded; None: never, or no more."""
    expires_at: Instant
    is_declined: bool = False
    ended: Code | None = None

    @property
    def lapses_at(self) -> datetime:
        """The first whole second after its time: an answer exactly at `expires_at` counts."""
        return self.expires_at + SECOND


class Complaint(Part):
    """The complaint as feedback knows it; or an ordinary transaction, of which it only knows that its feedback was recorded."""

    complaint_id: ComplaintId
    is_transaction: bool = False
    customer: CustomerKey | None = None
    """None only of a transaction."""
    segment: Code
    """The customer's tier: what scores are compared by."""
    language: Language | None = None
    reachable: Reachable = Reachable()
    core_expectation: Score | None = None
    department: Code | None = None
    """The one that led the round's work."""
    is_erased: bool = False
    round: Round = 1
    """The latest heard of."""
    resolved: int = 0
    """The latest round whose resolution was heard of."""
    is_over: bool = False
    """That round was withdrawn or closed."""
    awaited_call: Code | None = None
    """The confirming call that is promised in that round: until it has ended no survey's time is over."""
    call_answered: bool = False
    """That round's call brought the customer's answers."""
    is_unasked: bool = False
    """That round's question could reach nobody; it is asked as soon as a way to the customer is known."""
    relationship_due: Instant | None = None
    """When the customer, who is of the sample, is to be asked about the relationship."""
    surveys: tuple[Survey, ...] = ()
    notes: tuple[Note, ...] = ()

    def named(self, survey: str) -> Survey | None:
        return next((known for known in self.surveys if known.id == survey), None)

    @property
    def live(self) -> Survey | None:
        """The survey that can be answered: the last, if at all."""
        last = self.surveys[-1] if self.surveys else None
        return last if last and last.ended is None else None

    @property
    def was_asked_about_relationship(self) -> bool:
        return any(survey.kind == "relationship" for survey in self.surveys)

    def wants_to_know(self, round: int) -> bool:
        """Whether this is the present round and the customer has neither answered on the phone nor been asked in writing."""
        return self.may_still_say(round) and not any(survey.round == round for survey in self.surveys)

    def may_still_say(self, round: int) -> bool:
        """Whether this is the present round and the customer has answered neither on the phone nor in writing."""
        is_current = round == self.round and not self.is_over
        return is_current and not self.call_answered and not any(s.round == round and s.ended == "answered" for s in self.surveys)

    def with_live(self, **changes: Any) -> Self:
        """With the live survey changed."""
        return self.but(surveys=(*self.surveys[:-1], self.surveys[-1].model_copy(update=changes)))

    def but(self, **changes: Any) -> Self:
        return self.model_copy(update=changes)


def is_open(complaint: Complaint | None) -> bool:
    """Whether it is a complaint, and not nothing yet or a transaction that its source calls so."""
    return complaint is not None and not complaint.is_transaction


def wake_at(complaint: Complaint) -> datetime | None:
    """A survey's reminder, else its end; or the relationship survey's beginning, which no other survey outlives."""
    survey = complaint.live
    if survey is None:
        return complaint.relationship_due
    return survey.remind_at or (None if complaint.awaited_call else survey.lapses_at)


def dossiers(complaint: Complaint) -> Mapping[str, Part | None]:
    """The comments that customers wrote; None once the customer is erased."""
    if complaint.is_erased:
        return {complaint.complaint_id: None}
    if not complaint.notes:
        return {}
    return {complaint.complaint_id: made(Notes, complaint_id=complaint.complaint_id, notes=complaint.notes)}


def facets(complaint: Complaint) -> Mapping[str, str]:
    """How the last survey stands: none, open, answered, expired, cancelled; or that it is a transaction's feedback: recorded."""
    if is_canary(complaint.customer):
        return {}
    if complaint.is_transaction:
        return {"state": "recorded"}
    return {"state": (complaint.surveys[-1].ended or "open") if complaint.surveys else "none"}
