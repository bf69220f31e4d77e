"""One complaint in the house, in virtual time: what departments, triage and other services say, and what routing says to it.

Instants are seconds after `START`, the registration.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Self, TypeVar

from contracts.common import CommandRefused
from contracts.feedback import DissatisfactionReported, RecoveryConfirmed, SurveyExpired
from contracts.ids import complaint_id, reference_number
from contracts.intake import Classes, ComplaintRegistered, ContactRepeated, DossierErased, Reachable, Severity
from contracts.model import Command, Event, Staff
from contracts.routing import AcceptWork, AssignDepartments, ReopenComplaint, ReportProgress, ReportResolution, WithdrawComplaint
from services.platform.kernel.run import Run
from services.platform.kernel.service import Practice
from services.routing import SERVICE
from services.routing.policy import RoutingPolicy
from services.routing.state import Complaint

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
COMPLAINT = complaint_id("crm", "T-1")
WHO: dict[str, Any] = {"complaint_id": COMPLAINT, "customer": "c7f3e2a9b4d16805"}
EVERY_WAY, NO_WAY = Reachable(phone=True, mail=True), Reachable()
CHIEF = Staff(staff="chief", role="lead")
E = TypeVar("E", bound=Event)

RULES: dict[str, Any] = {
    "reference": "test/routing@1",
    "departments": {"billing": {}, "network": {"resolution_seconds": {4: 600, 1: 50}}, "safety": {}},
    "rules": [
        {"when": {"hazard": ["fire", "gas"], "complaint_type": "Internet"}, "departments": ["network", "safety"], "lead": "safety"},
        {"when": {"complaint_type": "Internet"}, "departments": ["network"], "lead": "network"},
        {"when": {"complaint_type": ["Bill", "账单"]}, "departments": ["billing"], "lead": "billing"},
        {"when": {"complaint_type": "Both"}, "departments": ["billing", "network"], "lead": "billing"},
    ],
    "priority": {
        "hazard": 1, "many_repeats": 1, "many": 2, "repeat": 2, "vulnerable": 2, "exposure": 2, "tiers": {"key": 3},
        "large_amount": 3, "large_amounts": {"CNY": 50_000}, "ordinary": 4,
    },
    "repeated_contact": {"steps": 1, "at_most": 2},
    "resolution_seconds": {1: 100, 2: 200, 3: 300, 4: 400},
    "warnings_percent": [50, 80],
    "max_backdating_seconds": 1000,
    "reopen_window_seconds": 5000,
    "settle_seconds": 5,
}  # fmt: skip
"""Targets of 400 seconds down to 100; warnings at half and at four fifths."""


def policy(**changes: Any) -> RoutingPolicy:
    return RoutingPolicy.model_validate(RULES | changes)


POLICY = policy()


def second(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def registered(
    type: str | None = "Bill", reachable: Reachable = EVERY_WAY, hazards: Sequence[str] = (), **more: Any
) -> ComplaintRegistered:
    facts: dict[str, Any] = {"classes": Classes(), "severity": Severity(hazards=tuple(hazards))}
    return ComplaintRegistered(
        **WHO, source="crm", source_ref="T-1", reference=reference_number(COMPLAINT), channel="phone", complaint_type=type,
        reachable=reachable, first_answer_due=second(60), acknowledgement="ack.zh", policy="default/intake@1", **facts | more,
    )  # fmt: skip


def contact(*hazards: str, submission: str = "T-2", **more: Any) -> ContactRepeated:
    return ContactRepeated(
        **WHO, submission=complaint_id("crm", submission), source="crm", source_ref=submission, channel="phone", contacts=2,
        severity=Severity(hazards=hazards), policy="default/intake@1", **more,
    )  # fmt: skip


def accept(work: str = "1-billing", by: str | None = None) -> AcceptWork:
    return AcceptWork(complaint_id=COMPLAINT, work=work, by=clerk(work, by))


def progress(work: str = "1-billing", by: str | None = None, **more: Any) -> ReportProgress:
    return ReportProgress(complaint_id=COMPLAINT, work=work, by=clerk(work, by), **more)


def resolution(work: str = "1-billing", finding: str = "upheld", cause: str = "delivery", by: str | None = None, **more: Any) -> Command:
    """Nothing is changed on its account, unless `more` says what is."""
    because = None if "corrective_action" in more else "single_case"
    told = {"complaint_id": COMPLAINT, "work": work, "finding": finding, "cause_code": cause, "by": clerk(work, by)}
    return ReportResolution.model_validate(told | {"no_action_because": because} | more)


def clerk(work: str, department: str | None) -> Staff:
    """Somebody of the department that the work is of, or of another."""
    return Staff(staff="wang", role="agent", department=department or work.partition("-")[2])


def assign(*departments: str, lead: str | None = None) -> AssignDepartments:
    return AssignDepartments(complaint_id=COMPLAINT, departments=departments, lead=lead or departments[0], by=CHIEF)


def reopen(**more: Any) -> ReopenComplaint:
    return ReopenComplaint(complaint_id=COMPLAINT, reason="not_fixed", **more)


def withdraw(**more: Any) -> WithdrawComplaint:
    return WithdrawComplaint(complaint_id=COMPLAINT, reason="changed_mind", **more)


def confirmed(round: int = 1) -> RecoveryConfirmed:
    return RecoveryConfirmed(**WHO, round=round)


def dissatisfied(round: int = 1) -> DissatisfactionReported:
    return DissatisfactionReported(**WHO, round=round, dimension="reliability", because="csat")


def expired(round: int = 1) -> SurveyExpired:
    return SurveyExpired(**WHO, round=round, survey=f"{round}-survey")


def erased(is_open: bool = True) -> DossierErased:
    return DossierErased(**WHO, is_open=is_open)


class House:
    """Begins with the registration at 0; `early`: commands that came before it, by their seconds."""

    def __init__(
        self, rules: RoutingPolicy = POLICY, told: ComplaintRegistered | None = None, early: Mapping[float, Command] = MappingProxyType({}),
        **facts: Any,
    ) -> None:  # fmt: skip
        self.run = Run([Practice(SERVICE, rules)])
        for at, command in early.items():
            self.takes(command, at)
        self.hears(told or registered(**facts), at=0)

    def hears(self, event: Event, at: float, dated: float | None = None) -> Self:
        """An event of another service; `dated`: when it happened, where it comes later than that."""
        speaker = type(event).__module__.rpartition(".")[2]
        self.run.tell(speaker, event, at=second(at), dated=None if dated is None else second(dated))
        self.run.until(second(at))
        return self

    def takes(self, command: Command, at: float) -> Self:
        self.run.send("routing", command, at=second(at))
        self.run.until(second(at))
        return self

    def until(self, at: float) -> Self:
        self.run.until(second(at))
        return self

    def to_the_end(self) -> Self:
        self.run.to_the_end()
        return self

    @property
    def told(self) -> list[str]:
        assert not self.run.dead, self.run.dead
        return self.run.told()

    def last(self, kind: type[E]) -> E:
        return self.run.all(kind)[-1]

    @property
    def refusal(self) -> str:
        """The reason of the last word, which is a refusal."""
        assert self.told[-1] == "CommandRefused", self.told
        return self.last(CommandRefused).reason

    @property
    def complaint(self) -> Complaint:
        assert not self.run.dead, self.run.dead
        document = self.run.document("routing", COMPLAINT)
        assert document is not None
        state: Complaint = document.state
        return state


def in_triage(**facts: Any) -> House:
    return House(type="Unheard of", **facts)


def in_progress(**facts: Any) -> House:
    return House(**facts).takes(accept(), at=10)


def resolved(**facts: Any) -> House:
    return in_progress(**facts).takes(resolution(), at=20)


def reopened(**facts: Any) -> House:
    return resolved(**facts).takes(reopen(), at=30)


def closed(**facts: Any) -> House:
    return resolved(**facts).hears(confirmed(), at=30)


def withdrawn(**facts: Any) -> House:
    return House(**facts).takes(withdraw(), at=10)


IN = {
    "triage": in_triage, "routed": House, "reopened": reopened, "in_progress": in_progress,
    "resolved": resolved, "closed": closed, "withdrawn": withdrawn,
}  # fmt: skip
"""A complaint in each state, no later than second 30."""
