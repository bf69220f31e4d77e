"""What routing knows of a complaint: who works on it in the present round, what is promised, and what came of it."""

from datetime import datetime
from typing import Any, Literal

from contracts.common import CustomerKey, Note, Notes, Round
from contracts.model import Code, ComplaintId, Instant, Part
from contracts.routing import Codes, Finding, Priority
from services.routing.clock import SECOND, Clock

Stage = Literal["triage", "routed", "reopened", "in_progress", "resolved", "closed", "withdrawn"]
"""Where the complaint stands.  Routed and reopened: asked for, and no department has taken it on yet in this round."""


class Result(Part):
    """What a department found and answered."""

    finding: Finding
    cause_code: Code
    answer_parts: Codes = ()


class Work(Part):
    """What one department is asked to do in one round."""

    id: Code
    department: Code
    is_accepted: bool = False
    result: Result | None = None


class Complaint(Part):
    """A new round has new works; `clock` is the first promise and stays as it ended."""

    complaint_id: ComplaintId
    customer: CustomerKey
    stage: Stage
    round: Round = 1
    priority: Priority
    priority_reasons: Codes
    hazards: tuple[Code, ...] = ()
    is_vulnerable: bool = False
    is_reachable: bool
    """Whether any way is known to reach the customer; never again once erased."""
    is_erased: bool = False
    lead: Code | None = None
    works: tuple[Work, ...] = ()
    clock: Clock
    promised_resolution: Instant
    """Of the present round."""
    round_began: Instant | None = None
    """From when the promise of a later round counts; the first round's counts from the clock's start."""
    reopenable_until: Instant | None = None
    """Set by the last resolution."""
    given_up_at: Instant | None = None
    """When a resolved complaint whose customer cannot be reached is closed."""
    notes: tuple[Note, ...] = ()

    @property
    def of(self) -> dict[str, Any]:
        """What every event of it repeats."""
        return {"complaint_id": self.complaint_id, "customer": self.customer, "round": self.round}

    @property
    def departments(self) -> tuple[str, ...]:
        return tuple(work.department for work in self.works)

    def is_reopenable(self, instant: datetime) -> bool:
        """By a person: within the window since the last resolution.  What waits for a person, because silence never ends it, always."""
        if self.stage == "resolved" and self.is_vulnerable:
            return True
        is_done = self.stage in ("resolved", "closed")
        return is_done and self.reopenable_until is not None and instant <= self.reopenable_until

    def is_overdue(self, instant: datetime) -> bool:
        """Whether the present round's promise is missed; exactly then is still in time."""
        return instant >= self.promised_resolution + SECOND


def wake_at(complaint: Complaint) -> datetime | None:
    """When the clock has something to say, or an unreachable customer's complaint is to be closed."""
    if complaint.stage == "resolved":
        return None if complaint.is_reachable else complaint.given_up_at
    return complaint.clock.next


def facets(complaint: Complaint) -> dict[str, str]:
    return {"state": complaint.stage, "priority": f"P{complaint.priority}"}


def dossiers(complaint: Complaint) -> dict[str, Notes | None]:
    """What people wrote about the complaint, in the order in which it came."""
    id = complaint.complaint_id
    if complaint.is_erased:
        return {id: None}
    return {id: Notes(complaint_id=id, notes=complaint.notes)} if complaint.notes else {}
