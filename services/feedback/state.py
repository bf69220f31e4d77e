"""What feedback remembers of a complaint, and when it must be woken."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Self

from contracts.common import CustomerKey, Note, Notes, Round
from contracts.intake import Reachable
from contracts.model import Code, ComplaintId, Instant, Language, Part, Score

SECOND = timedelta(seconds=1)


class Survey(Part):
    """A round's questions to the customer.  `ended`: answered, expired, cancelled; None while it can be answered."""

    id: Code
    round: Round
    expires_at: Instant
    ended: Code | None = None

    @property
    def lapses_at(self) -> datetime:
        """The first whole second after its time: an answer exactly at `expires_at` counts."""
        return self.expires_at + SECOND


class Complaint(Part):
    """The complaint as feedback knows it."""

    complaint_id: ComplaintId
    customer: CustomerKey
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
    is_over: bool = False
    """That round was withdrawn or closed."""
    call_answered: bool = False
    """That round's call brought the customer's answers."""
    is_unasked: bool = False
    """That round's question could reach nobody; it is asked as soon as a way to the customer is known."""
    surveys: tuple[Survey, ...] = ()
    notes: tuple[Note, ...] = ()

    def named(self, survey: str) -> Survey | None:
        return next((known for known in self.surveys if known.id == survey), None)

    @property
    def live(self) -> Survey | None:
        """The survey that can be answered: the last, if at all."""
        last = self.surveys[-1] if self.surveys else None
        return last if last and last.ended is None else None

    def wants_to_know(self, round: int) -> bool:
        """Whether this is the present round and the customer has neither answered on the phone nor been asked in writing."""
        is_current = round == self.round and not self.is_over
        return is_current and not self.call_answered and not any(survey.round == round for survey in self.surveys)

    def ending_survey(self, how: str) -> Self:
        """With the live survey ended."""
        return self.but(surveys=(*self.surveys[:-1], self.surveys[-1].model_copy(update={"ended": how})))

    def but(self, **changes: Any) -> Self:
        return self.model_copy(update=changes)


def wake_at(complaint: Complaint) -> datetime | None:
    return complaint.live.lapses_at if complaint.live else None


def dossiers(complaint: Complaint) -> Mapping[str, Part | None]:
    """The comments that customers wrote; None once the customer is erased."""
    if complaint.is_erased:
        return {complaint.complaint_id: None}
    if not complaint.notes:
        return {}
    return {complaint.complaint_id: Notes(complaint_id=complaint.complaint_id, notes=complaint.notes)}


def facets(complaint: Complaint) -> Mapping[str, str]:
    """How the last survey stands: none, open, answered, expired, cancelled."""
    return {"state": (complaint.surveys[-1].ended or "open") if complaint.surveys else "none"}
