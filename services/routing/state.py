"""What routing knows of a complaint: who works on it in the present round, what is promised, which clocks run, and what came of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field

from contracts.canary import is_canary
from contracts.common import CustomerKey, Note, Notes, Round
from contracts.intake import Reference
from contracts.model import Code, ComplaintId, Instant, Label, Part, made
from contracts.routing import Codes, Finding, Gap, Level, Priority
from services.routing.clock.clock import Clock
from services.routing.remedies.ledger import Goods, Remedy

LAST_ROUND = 1000
"""The highest number that a round has on the wire."""
MOST_WORKS = 20
"""At a time, in one round: as many departments as an event can name.  What was declined and replaced does not count."""

Stage = Literal["triage", "routed", "reopened", "in_progress", "waiting", "with_head", "resolved", "closed", "withdrawn", "merged"]
"""Where the complaint stands.  Routed and reopened: asked for, and no department has taken it on yet in this round.  Waiting: all open work
rests.  With the head: the rounds are used up.  Merged: no complaint, but a contact that lives on in another."""


class Result(Part):
    """What a department found and answered."""

    finding: Finding
    cause_code: Code
    gap: Gap
    is_same_cause: bool | None = None
    answer_parts: Codes = ()


class Work(Part):
    """What one department is asked to do in one round."""

    id: Code
    department: Code
    is_accepted: bool = False
    is_declined: bool = False
    """It waits in triage, for another department to take its place."""
    declines: int = 0
    """How often this piece of work was declined, by whomever."""
    paused_at: Instant | None = None
    pause_reason: Code | None = None
    result: Result | None = None

    @property
    def is_open(self) -> bool:
        return self.result is None

    def but(self, **changes: Any) -> Self:
        return self.model_copy(update=changes)


class Complaint(Part):
    """A new round has new works; the clock `resolution` is the first promise and stays as it ended."""

    complaint_id: ComplaintId
    customer: CustomerKey
    stage: Stage
    merged_into: Reference | None = None
    round: Round = 1
    priority: Priority
    priority_reasons: Codes
    class_kind: Code = "unclassified"
    hazards: tuple[Code, ...] = ()
    has_public_exposure: bool = False
    repeats: int = 0
    """Complaints about the same matter before this one."""
    is_vulnerable: bool = False
    tier: Code = "general"
    is_reachable: bool = False
    """Whether any way is known to reach the customer; never again once erased."""
    is_erased: bool = False
    registered_at: Instant
    counts_from: Instant
    """What the clocks of the whole complaint count from: when it was received, as far as the policy believes that."""
    first_answer_due: Instant | None = None
    """Intake's promise."""
    lead: Code | None = None
    works: tuple[Work, ...] = ()
    """Of the present round, the declined that were replaced left out."""
    asked: Mapping[Code, int] = {}
    """By department the number of its last work in the present round, replaced or not: no id names another work again."""
    facts: Mapping[Code, Label] = {}
    """Of its registration, what the policy's clocks and tables ask for."""
    clock_names: Codes = ()
    """Of the policy's clocks, those that are this complaint's, chosen at its registration and again when it turns out graver."""
    clocks: tuple[Clock, ...] = ()
    """Those that may still say something, or whose work is shown; ended ones of earlier rounds are left out."""
    level: Level = 0
    danger: Literal["uncontained", "contained"] | None = None
    containments: int = 0
    """How often it was asked to be contained."""
    promised_resolution: Instant | None = None
    """Of the present round."""
    round_began: Instant | None = None
    """From when the promise of a later round counts; the first round's counts as the clocks do."""
    reopenable_until: Instant | None = None
    """Set by the last resolution; by a final position to its own instant."""
    given_up_at: Instant | None = None
    """When a resolved complaint whose customer cannot be reached is closed."""
    callback_broken_in: Annotated[int, Field(ge=0)] = 0
    """The last round in which a promise to call back was broken."""
    promises_missed: tuple[Round, ...] = ()
    """Rounds in which the customer was not called back, or that were resolved, later than was promised."""
    waits_for_a_person: bool = False
    """A vulnerable customer did not answer: silence closes nothing here."""
    is_final: bool = False
    """Closed with the head's final position."""
    goods: Goods = Goods()
    repairs: int = 0
    """Of the product, done so far, as intake counts them."""
    entitlements: Codes = ()
    """Of the policy's tables, those that are this complaint's, chosen at its registration; a sign that comes to light brings more."""
    remedies: tuple[Remedy, ...] = ()
    """Of all rounds, in the order in which they were proposed."""
    notes: tuple[Note, ...] = ()

    @property
    def of(self) -> dict[str, Any]:
        """What every event of it repeats."""
        return {"complaint_id": self.complaint_id, "customer": self.customer, "round": self.round}

    @property
    def departments(self) -> tuple[str, ...]:
        return tuple(work.department for work in self.works)

    @property
    def open_works(self) -> tuple[Work, ...]:
        return tuple(work for work in self.works if work.is_open)

    def work(self, id: str) -> Work | None:
        """Of the present round."""
        return next((work for work in self.works if work.id == id), None)

    def with_work(self, changed: Work) -> Self:
        return self.but(works=tuple(changed if work.id == changed.id else work for work in self.works))

    def with_remedy(self, changed: Remedy) -> Self:
        return self.but(remedies=tuple(changed if remedy.id == changed.id else remedy for remedy in self.remedies))

    def with_promise_missed(self, round: int) -> Self:
        return self.but(promises_missed=tuple(dict.fromkeys((*self.promises_missed, round))))

    def is_reopenable(self, instant: datetime) -> bool:
        """By a person: within the window since the last resolution.  What waits for a person, because silence never ends it, always."""
        if self.stage == "resolved" and self.is_vulnerable and self.round < LAST_ROUND:
            return True
        is_done = self.stage in ("resolved", "closed") and not self.is_final and self.round < LAST_ROUND
        return is_done and self.reopenable_until is not None and instant <= self.reopenable_until

    def but(self, **changes: Any) -> Self:
        return self.model_copy(update=changes)


def stage_of(complaint: Complaint) -> Stage:
    """Where the works of its round leave a complaint that somebody is to work on; what was declined waits, and counts for nothing."""
    at_hand = [work for work in complaint.open_works if not work.is_declined]
    if not at_hand:
        return "triage"
    if all(work.paused_at for work in at_hand):
        return "waiting"
    if any(work.is_accepted and not work.is_declined for work in complaint.works):
        return "in_progress"
    return "routed" if complaint.round == 1 else "reopened"


def wake_at(complaint: Complaint) -> datetime | None:
    """When a clock has something to say, or an unreachable customer's complaint is to be closed."""
    due = [at for clock in complaint.clocks if (at := clock.next) is not None]
    if complaint.stage == "resolved" and not complaint.is_reachable and complaint.given_up_at:
        due.append(complaint.given_up_at)
    return min(due, default=None)


OVER = frozenset[Stage](("closed", "withdrawn", "merged"))
WORKED_ON = frozenset[Stage](("triage", "routed", "reopened", "in_progress", "with_head"))
"""Somebody is to do something; while all work rests nothing is due."""


def facets(complaint: Complaint) -> dict[str, str | datetime]:
    """`since`: its registration, or its return, until it is over; `due`: the promised resolution, while it is worked on."""
    if is_canary(complaint.customer):
        return {}
    found: dict[str, str | datetime] = {"state": complaint.stage, "priority": f"P{complaint.priority}"}
    if complaint.stage not in OVER:
        found["since"] = complaint.round_began or complaint.registered_at
    if complaint.stage in WORKED_ON and complaint.promised_resolution:
        found["due"] = complaint.promised_resolution
    return found


def dossiers(complaint: Complaint) -> dict[str, Notes | None]:
    """What people wrote about the complaint, in the order in which it came."""
    id = complaint.complaint_id
    if complaint.is_erased:
        return {id: None}
    return {id: made(Notes, complaint_id=id, notes=complaint.notes)} if complaint.notes else {}
