"""One complaint in the house, in virtual time: what departments, triage and other services say, and what routing says to it.

Instants are seconds after `START`, the registration.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Self, TypeVar

from contracts.callback import CallbackBroken, CallbackCompleted
from contracts.common import CommandRefused
from contracts.feedback import DissatisfactionReported, RecoveryConfirmed, SurveyExpired
from contracts.ids import complaint_id, reference_number
from contracts.intake import (
    Classes,
    ComplaintRegistered,
    ContactRepeated,
    CustomerProfileChanged,
    DossierErased,
    InformationAdded,
    ProductFacts,
    Reachable,
    RepeatFactsChanged,
    Severity,
    SubmissionMerged,
)
from contracts.model import Command, Event, Money, Staff
from contracts.routing import (
    AcceptWork,
    ApproveRemedy,
    AssignDepartments,
    ChooseRemedy,
    CloseComplaint,
    ConfirmRemedyDone,
    DeclineWork,
    ExtendClock,
    PauseWork,
    ProposeRemedy,
    RejectRemedy,
    ReopenComplaint,
    ReportContained,
    ReportProgress,
    ReportRemedyFailed,
    ReportResolution,
    ResumeWork,
    SetPriority,
    WithdrawComplaint,
)
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
HEAD = Staff(staff="boss", role="head")
E = TypeVar("E", bound=Event)

RULES: dict[str, Any] = {
    "reference": "test/routing@1",
    "calendars": {"desk": {"zone": "UTC", "weekly": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}},
    "departments": {"billing": {}, "network": {"targets": {"resolution": {4: "600s", 1: "50s"}}}, "safety": {}, "press": {}},
    "rules": [
        {"when": {"hazard": ["fire", "gas"], "complaint_type": "Internet"}, "departments": ["network", "safety"], "lead": "safety"},
        {"when": {"complaint_type": "Internet"}, "departments": ["network"], "lead": "network"},
        {"when": {"complaint_type": ["Bill", "账单"]}, "departments": ["billing"], "lead": "billing"},
        {"when": {"complaint_type": "Both"}, "departments": ["billing", "network"], "lead": "billing"},
    ],
    "triage": {"owner": "duty_desk"},
    "priority": {
        "hazard": 1, "many_repeats": 1, "many": 2, "repeat": 2, "vulnerable": 2, "exposure": 2, "tiers": {"key": 3},
        "large_amount": 3, "large_amounts": {"CNY": 50_000}, "ordinary": 4,
    },
    "repeated_contact": {"steps": 1, "at_most": 2},
    "ageing": {"after_seconds": [250, 350, 390], "at_most": 2},
    "clocks": {
        "acceptance": {"kind": "acceptance", "targets": "60s", "levels": [{"level": 1, "seconds": 0}]},
        "first_answer": {"kind": "first_answer", "targets": "90s"},
        "resolution": {
            "kind": "resolution", "targets": {1: "100s", 2: "200s", 3: "300s", 4: "400s"}, "warnings_percent": [50, 80],
            "levels": [{"level": 1, "seconds": 0}, {"level": 2, "seconds": 100}], "pauses_for": ["customer", "parts"],
            "extensions": {"reasons": ["parts", "authority"], "approvers": ["head"], "at_most": 1000, "times": 2},
        },
        "total_resolution": {
            "kind": "total_resolution", "targets": "800s", "pauses_for": ["customer"],
            "extensions": {"reasons": ["parts", "authority"], "approvers": ["head"], "at_most": 2000},
        },
        "containment": {"kind": "containment", "targets": "50s", "levels": [{"level": 2, "seconds": 0}]},
        "triage": {"kind": "triage", "targets": "60s", "warnings_percent": [90], "levels": [{"level": 1, "seconds": 0}]},
        "statute": {
            "kind": "legal", "when": {"source": "city"}, "targets": "45 business days", "calendar": "desk", "starts": "accepted",
            "extensions": {"reasons": ["authority"], "approvers": ["head"], "at_most": 60},
        },
    },
    "levels": {1: "team_lead", 2: "head", 3: "director"},
    "containment": {"hazard": "safety", "exposure": "press", "hazards": {"gas": "network"}},
    "decline_reasons": ["not_ours", "no_such_place"],
    "pause_reasons": ["customer", "parts", "weather"],
    "causes": {"delivery": {"gap": 3}, "communication": {"gap": 4}, "specification": {"gap": 2}},
    "answers": [
        {"finding": ["upheld", "partly"], "class_kind": "quality", "parts": ["explanation", "apology"]},
        {"finding": ["upheld"], "sign": "many_repeats", "class_kind": "quality", "parts": ["prevention"]},
    ],
    "remedies": {"money": ["refund", "compensation"], "goods": ["repair", "exchange"], "other": ["apology"]},
    "entitlements": {
        "guarantee": {"when": {"class_kind": ["quality", "unclassified"]}, "grants": [
            {"basis": "law.9", "within": {"since": "sale", "days": 7}, "unless": ["misuse"], "evidence": ["receipt"],
             "options": [{"kind": "refund", "sum": "price"}, {"kind": "exchange"}, {"kind": "repair"}]},
            {"basis": "law.11", "repairs": 2, "unless": ["misuse"], "evidence": ["receipt", "slips"], "options": [{"kind": "exchange"}]},
            {"basis": "law.10", "within": {"since": "sale", "days": 365, "excludes_out_of_use": True}, "unless": ["misuse"],
             "options": [{"kind": "repair"}]},
        ]},
        "late": {"once": "complaint", "grants": [{"basis": "terms.4", "given": ["late"], "options": [{"kind": "refund", "sum": "price"}]}]},
        "missed_promise": {"once": "round", "grants": [
            {"basis": "terms.7", "given": ["promise_missed"], "options": [{"kind": "compensation", "sum": "fixed", "sums": {"CNY": 3000}}]},
        ]},
        "statutory_only": {"when": {"source": "city"}, "grants": [{"basis": "law.1", "options": [{"kind": "repair"}]}]},
    },
    "goodwill": {"CNY": {"cap_minor": 500_000, "bands": [
        {"from_minor": 0, "below_minor": 50_000},
        {"from_minor": 50_000, "below_minor": 200_000, "approvers": ["team_lead", "head"]},
        {"from_minor": 200_000, "approvers": ["head"]},
    ]}},
    "reopening": {"window_seconds": 5000, "max_rounds": 3},
    "heads": ["head"],
    "max_backdating_seconds": 1000,
    "settle_seconds": 5,
}  # fmt: skip
"""Targets of 400 seconds down to 100; warnings at half and at four fifths.  Accepted, triaged and contained within a minute, answered
within intake's promise of a minute; the whole within 800 seconds.  Who asks for an answer's parts is of class quality; who comes from
the city has a legal clock.  Nothing that a test does in the first minute makes a clock speak."""


def policy(**changes: Any) -> RoutingPolicy:
    return RoutingPolicy.model_validate(RULES | changes)


POLICY = policy()


def second(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def registered(
    type: str | None = "Bill", reachable: Reachable = EVERY_WAY, hazards: Sequence[str] = (), **more: Any
) -> ComplaintRegistered:
    facts: dict[str, Any] = {"source": "crm", "channel": "phone", "classes": Classes(), "severity": Severity(hazards=tuple(hazards))}
    return ComplaintRegistered(
        **WHO, source_ref="T-1", reference=reference_number(COMPLAINT), complaint_type=type,
        reachable=reachable, first_answer_due=second(60), acknowledgement="ack.zh", policy="default/intake@1", **facts | more,
    )  # fmt: skip


def contact(*hazards: str, submission: str = "T-2", **more: Any) -> ContactRepeated:
    facts = {"severity": Severity(hazards=hazards)} | more
    return ContactRepeated(
        **WHO, submission=complaint_id("crm", submission), source="crm", source_ref=submission, channel="phone", contacts=2,
        policy="default/intake@1", **facts,
    )  # fmt: skip


def information(*hazards: str, is_chasing: bool = False, **more: Any) -> InformationAdded:
    facts = {"severity": Severity(hazards=hazards)} | more
    return InformationAdded(**WHO, is_chasing=is_chasing, contacts=2, **facts)


def repeats(*predecessors: str, repairs: int = 0) -> RepeatFactsChanged:
    """Late news: these were complaints about the same matter, and so often was the thing repaired."""
    before = tuple(complaint_id("crm", ref) for ref in predecessors)
    return RepeatFactsChanged(
        **WHO, predecessors=before, repairs_so_far=repairs, because="customers_linked", policy="default/intake@1"
    )


def bought(days_ago: float, price: int | None = 19_900, **more: Any) -> ProductFacts:
    """So many days before the complaint was registered, at nine in the morning."""
    return ProductFacts(bought_at=second(-days_ago * 86_400), price=yuan(price) if price is not None else None, **more)


def yuan(minor: int, currency: str = "CNY") -> Money:
    return Money(amount_minor=minor, currency=currency)


def owed(entitlement: str = "late", *circumstances: str, by: Staff = CHIEF, **more: Any) -> ProposeRemedy:
    """What a table says; of late delivery, unless another is named, that it was late."""
    found = circumstances or (("late",) if entitlement == "late" else ())
    told = {"circumstances": found, "price": yuan(19_900)} | more
    return ProposeRemedy.model_validate({"complaint_id": COMPLAINT, "entitlement": entitlement, "by": by} | told)


def give(minor: int | None = 10_000, kind: str = "compensation", currency: str = "CNY", by: Staff = CHIEF, **more: Any) -> ProposeRemedy:
    amount = yuan(minor, currency) if minor is not None else None
    return ProposeRemedy(complaint_id=COMPLAINT, kind=kind, amount=amount, by=by, **more)


def choose(kind: str = "refund", remedy: str = "1-late", *evidence: str) -> ChooseRemedy:
    return ChooseRemedy(complaint_id=COMPLAINT, remedy=remedy, kind=kind, evidence=evidence)


def approve(remedy: str = "1-goodwill", by: Staff = HEAD) -> ApproveRemedy:
    return ApproveRemedy(complaint_id=COMPLAINT, remedy=remedy, by=by)


def reject(remedy: str = "1-goodwill", by: Staff = HEAD, **more: Any) -> RejectRemedy:
    return RejectRemedy(complaint_id=COMPLAINT, remedy=remedy, reason="too_much", by=by, **more)


def done(remedy: str = "1-goodwill", **more: Any) -> ConfirmRemedyDone:
    return ConfirmRemedyDone(complaint_id=COMPLAINT, remedy=remedy, by=CHIEF, **more)


def failed(remedy: str = "1-goodwill", **more: Any) -> ReportRemedyFailed:
    return ReportRemedyFailed(complaint_id=COMPLAINT, remedy=remedy, reason="account_closed", by=CHIEF, **more)


def profile(tier: str = "general", is_vulnerable: bool = False) -> CustomerProfileChanged:
    return CustomerProfileChanged(**WHO, tier=tier, is_vulnerable=is_vulnerable, do_not_call=False)


def merged() -> SubmissionMerged:
    lives_on = complaint_id("crm", "T-0")
    return SubmissionMerged(**WHO, into=lives_on, reference=reference_number(lives_on))


def called(purpose: str = "progress", round: int = 1) -> CallbackCompleted:
    """The customer was reached by phone."""
    return CallbackCompleted(
        **WHO, round=round, callback=f"{round}-{purpose}", purpose=purpose, attempt=1, outcome="reached", late_by_seconds=0,
        cost=Money(amount_minor=0, currency="CNY"), policy="default/callback@1", by=clerk("1-desk", None),
    )  # fmt: skip


def not_called(round: int = 1, purpose: str = "confirm") -> CallbackBroken:
    """The customer was not called back as promised."""
    return CallbackBroken(**WHO, round=round, callback=f"{round}-{purpose}", purpose=purpose, broken_at=second(9))


def accept(work: str = "1-billing", by: str | None = None) -> AcceptWork:
    return AcceptWork(complaint_id=COMPLAINT, work=work, by=clerk(work, by))


def decline(work: str = "1-billing", reason: str = "not_ours", by: str | None = None, **more: Any) -> DeclineWork:
    return DeclineWork(complaint_id=COMPLAINT, work=work, reason=reason, by=clerk(work, by), **more)


def pause(work: str = "1-billing", reason: str = "customer", by: str | None = None, **more: Any) -> PauseWork:
    return PauseWork(complaint_id=COMPLAINT, work=work, reason=reason, by=clerk(work, by), **more)


def resume(work: str = "1-billing", by: str | None = None) -> ResumeWork:
    return ResumeWork(complaint_id=COMPLAINT, work=work, by=clerk(work, by))


def extend(target: int = 500, clock: str = "resolution", reason: str = "parts", approver: Staff | None = HEAD, **more: Any) -> ExtendClock:
    """The next word comes after an hour, unless `more` says when."""
    told = {"next_update": second(3600), "by": CHIEF} | more
    return ExtendClock(complaint_id=COMPLAINT, clock=clock, target=target, reason=reason, approver=approver, **told)


def contain(**more: Any) -> ReportContained:
    return ReportContained(complaint_id=COMPLAINT, measure="valve_shut", by=CHIEF, **more)


def set_priority(priority: int, reason: str = "mayor_asked") -> SetPriority:
    return SetPriority(complaint_id=COMPLAINT, priority=priority, reason=reason, by=CHIEF)


def close(by: Staff = HEAD, **more: Any) -> CloseComplaint:
    return CloseComplaint(complaint_id=COMPLAINT, final_position="no_further_remedy", by=by, **more)


def progress(work: str = "1-billing", by: str | None = None, **more: Any) -> ReportProgress:
    return ReportProgress(complaint_id=COMPLAINT, work=work, by=clerk(work, by), **more)


def resolution(work: str = "1-billing", finding: str = "upheld", cause: str = "delivery", by: str | None = None, **more: Any) -> Command:
    """Nothing is changed on its account, unless `more` says what is."""
    because = None if "corrective_action" in more else "single_case"
    told = {"complaint_id": COMPLAINT, "work": work, "finding": finding, "cause_code": cause, "by": clerk(work, by)}
    return ReportResolution.model_validate(told | {"no_action_because": because} | more)


def clerk(work: str, department: str | None) -> Staff:
    """Somebody of the department that the work is of, or of another."""
    return Staff(staff="wang", role="agent", department=department or work.partition("-")[2].partition(".")[0])


def assign(*departments: str, lead: str | None = None, work: str | None = None) -> AssignDepartments:
    """The first of them leads, unless they take over one declined work."""
    leads = lead or (departments[0] if work is None else None)
    return AssignDepartments(complaint_id=COMPLAINT, work=work, departments=departments, lead=leads, by=CHIEF)


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
        self, rules: RoutingPolicy = POLICY, told: ComplaintRegistered | SubmissionMerged | None = None,
        early: Mapping[float, Command] = MappingProxyType({}), **facts: Any,
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

    def under(self, rules: RoutingPolicy) -> Self:
        """From now on by another policy, as a new release of the set brings it: it knows the one before."""
        self.run.practices["routing"] = Practice(SERVICE, rules.knowing([self.run.practices["routing"].policy]))
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

    @property
    def story(self) -> list[str]:
        """What was told, less what clocks say."""
        return [name for name in self.told if not name.startswith("Clock")]

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


def both(*accepted: str, **facts: Any) -> House:
    """Asked of billing, who leads, and network; these have accepted by second 10."""
    house = House(type="Both", **facts)
    for department in accepted:
        house.takes(accept(f"1-{department}"), at=10)
    return house


def in_progress(**facts: Any) -> House:
    return House(**facts).takes(accept(), at=10)


def waiting(**facts: Any) -> House:
    return in_progress(**facts).takes(pause(), at=15)


def resolved(**facts: Any) -> House:
    return in_progress(**facts).takes(resolution(), at=20)


def reopened(**facts: Any) -> House:
    return resolved(**facts).takes(reopen(), at=30)


def closed(**facts: Any) -> House:
    return resolved(**facts).hears(confirmed(), at=30)


def withdrawn(**facts: Any) -> House:
    return House(**facts).takes(withdraw(), at=10)


def with_head(rules: RoutingPolicy = POLICY, **facts: Any) -> House:
    """All its rounds are used up by second 27."""
    house = resolved(rules=rules, **facts)
    for round in range(2, rules.reopening.max_rounds + 1):
        for command in (reopen(), accept(f"{round}-billing"), resolution(f"{round}-billing")):
            house.takes(command, at=20 + round)
    return house.takes(reopen(), at=27)


def merged_away() -> House:
    return House(told=merged())


IN = {
    "triage": in_triage, "routed": House, "reopened": reopened, "in_progress": in_progress, "waiting": waiting, "with_head": with_head,
    "resolved": resolved, "closed": closed, "withdrawn": withdrawn, "merged": merged_away,
}  # fmt: skip
"""A complaint in each state, no later than second 30."""
