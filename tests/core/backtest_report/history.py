"""Small histories: facts of a complaint, told at seconds after `START`."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from contracts.callback import CallbackAbandoned, CallbackBroken, CallbackCancelled, CallbackCompleted, CallbackPromised
from contracts.common import Answers
from contracts.feedback import FeedbackReceived
from contracts.ids import complaint_id, reference_number
from contracts.intake import Classes, ComplaintRegistered
from contracts.model import Event, Money, Staff
from contracts.routing import (
    ClockBreached,
    ClockMet,
    ClockPaused,
    ClockStarted,
    ClockStopped,
    ComplaintClosed,
    ComplaintReopened,
    ComplaintResolved,
    ComplaintRouted,
    ComplaintSentToTriage,
    PriorityChanged,
    ProgressReported,
    RemedyOption,
    RemedyProposed,
    WorkAccepted,
    WorkRequested,
)
from services.backtest.fact import Fact
from services.backtest.report import Report
from tests.core.backtest.wild import wild
from tests.core.heard import speaker_of

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
BY = Staff(staff="li", role="agent")
C = TypeVar("C", bound=Event)
Told = tuple[float, Event]


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def heard(*told: Told) -> Report:
    """A report of these facts, in this order."""
    return report_of(facts(told))


def report_of(facts: Iterable[Fact]) -> Report:
    report = Report()
    for fact in facts:
        report.hear(fact)
    return report


def facts_of_lives(policies: str, pace: float) -> list[Fact]:
    """Of the kernel's own run of 30 complaints; customers and staff act `pace` times slower than in the demonstration."""
    run = wild(7, policies, 30, pace).run
    return [Fact(told.envelope.source, told.envelope.at, told.message, b"") for told in run.events if isinstance(told.message, Event)]


def facts(told: Iterable[Told]) -> list[Fact]:
    return [Fact(speaker_of(event), at(seconds), event, b"") for seconds, event in told]


class Matter:
    """One complaint's words."""

    def __init__(self, ref: str = "T-1") -> None:
        self.id = complaint_id("crm", ref)
        self.ref = ref
        self.who: dict[str, Any] = {"complaint_id": self.id, "customer": "c7f3e2a9b4d16805"}

    def registered(self, kind: str = "quality", channel: str = "phone", **more: Any) -> ComplaintRegistered:
        return ComplaintRegistered(
            **self.who, source="crm", source_ref=self.ref, reference=reference_number(self.id), channel=channel,
            classes=Classes(kind=kind), first_answer_due=at(3_600), acknowledgement="received", policy="test/intake@1", **more,
        )  # fmt: skip

    def routed(self, lead: str = "repairs", priority: int = 4, round: int = 1) -> ComplaintRouted:
        return ComplaintRouted(
            **self.who, round=round, departments=(lead,), lead=lead, priority=priority, priority_reasons=("default",),
            promised_resolution=at(7_200), policy="test/routing@1",
        )  # fmt: skip

    def in_triage(self, owner: str = "duty_desk", work: str | None = None, priority: int = 4) -> ComplaintSentToTriage:
        return ComplaintSentToTriage(
            **self.who, round=1, reason="no_rule", work=work, owner=owner, priority=priority, priority_reasons=("default",),
            policy="test/routing@1",
        )  # fmt: skip

    def raised(self, priority: int) -> PriorityChanged:
        return PriorityChanged(**self.who, round=1, before=4, priority=priority, reason="age", policy="test/routing@1")

    def requested(self, department: str, instead_of: str | None = None) -> WorkRequested:
        return WorkRequested(
            **self.who, round=1, work=f"1-{department}", department=department, is_lead=True, instead_of=instead_of
        )  # fmt: skip

    def accepted(self, department: str) -> WorkAccepted:
        return WorkAccepted(**self.who, round=1, work=f"1-{department}", department=department, by=BY)

    def progress(self, is_told: bool = True) -> ProgressReported:
        return ProgressReported(
            **self.who, round=1, work="1-repairs", department="repairs", is_told_to_customer=is_told, by=BY
        )  # fmt: skip

    def clock(self, word: type[C], clock: str = "resolution", due: float = 600, instance: str | None = None, **more: Any) -> C:
        """What a clock says; its kind is its name, where nothing else is said."""
        own: dict[type[Event], dict[str, Any]] = {
            ClockStarted: {"kind": more.pop("kind", clock), "started_from": START, "registered_at": START},
            ClockMet: {"met_at": at(due)}, ClockBreached: {"breached_at": at(due + 1)}, ClockStopped: {"reason": "withdrawn"},
            ClockPaused: {"reason": "parts", "paused_at": START},
        }  # fmt: skip
        told = {"used_seconds": 0} if "used_seconds" in word.model_fields else {}
        told |= {"clock": clock, "instance": instance or clock, "target": 600, "unit": "seconds", "due": at(due)}
        return word(**self.who, round=1, policy="test/routing@1", **told | own.get(word, {}) | more)

    def resolved(self, round: int = 1, causes: tuple[str, ...] = ("worn_part",), **more: Any) -> ComplaintResolved:
        told = {"is_late": False} | more
        return ComplaintResolved(
            **self.who, round=round, finding="upheld", causes=causes, gaps=(3,), answer_parts=("apology",), lead="repairs",
            promised_resolution=at(7_200), reopenable_until=at(10**6), policy="test/routing@1", **told,
        )  # fmt: skip

    def reopened(self, round: int = 2, reason: str = "dissatisfied", is_with_head: bool = False) -> ComplaintReopened:
        return ComplaintReopened(
            **self.who, round=round, reason=reason, level=round - 1, is_with_head=is_with_head, policy="test/routing@1"
        )  # fmt: skip

    def closed(self, how: str = "confirmed", round: int = 1) -> ComplaintClosed:
        return ComplaintClosed(**self.who, round=round, how=how, reopenable_until=at(10**6), policy="test/routing@1")

    # -- callbacks

    def promised(self, callback: str = "1-confirm") -> CallbackPromised:
        return CallbackPromised(
            **self.call(callback), purpose=_purpose(callback), channel="phone", earliest=at(0), latest=at(3_600), policy="test/callback@1"
        )

    def completed(self, callback: str = "1-confirm", late: int = 0, cost: int = 0) -> CallbackCompleted:
        return CallbackCompleted(
            **self.call(callback), purpose=_purpose(callback), attempt=1, outcome="reached", late_by_seconds=late,
            cost=Money(amount_minor=cost, currency="CNY"), policy="test/callback@1", by=BY,
        )  # fmt: skip

    def broken(self, callback: str = "1-confirm") -> CallbackBroken:
        return CallbackBroken(**self.call(callback), purpose=_purpose(callback), broken_at=at(3_601), late_by_seconds=1)

    def given_up(self, callback: str = "1-confirm", late: int = 0, cost: int = 0, reason: str = "time_up") -> CallbackAbandoned:
        return CallbackAbandoned(
            **self.call(callback), purpose=_purpose(callback), attempts=3, reason=reason, late_by_seconds=late,
            cost=Money(amount_minor=cost, currency="CNY"),
        )  # fmt: skip

    def called_off(self, callback: str = "1-confirm", cost: int = 0) -> CallbackCancelled:
        return CallbackCancelled(**self.call(callback), reason="reopened", cost=Money(amount_minor=cost, currency="CNY"))

    def call(self, callback: str) -> dict[str, Any]:
        return {**self.who, "round": 1, "callback": callback}

    # -- remedies and feedback

    def proposed(self, *options: RemedyOption, ground: str = "goodwill", remedy: str = "", round: int = 1) -> RemedyProposed:
        return RemedyProposed(
            **self.of_remedy(ground, remedy, round), options=options, by=BY, policy="test/routing@1"
        )  # fmt: skip

    def remedy(self, kind: type[C], given: str | None = None, amount: Money | None = None, ground: str = "goodwill", **more: Any) -> C:
        remedy, round = more.pop("remedy", ""), more.pop("round", 1)
        told = {"kind": given, "amount": amount} if "kind" in kind.model_fields else {}
        told |= {name: word for name, word in (("by", BY), ("reason", "word"), ("policy", "test/routing@1")) if name in kind.model_fields}
        return kind(**self.of_remedy(ground, remedy, round), **told | more)

    def of_remedy(self, ground: str, remedy: str, round: int) -> dict[str, Any]:
        return {**self.who, "round": round, "remedy": remedy or f"{round}-{ground}", "ground": ground}

    def opinion(self, group: str = "recovered", **said: Any) -> FeedbackReceived:
        beside = {name: said.pop(name) for name in ("gap", "satisfaction", "intent", "is_praise", "via") if name in said}
        told = {"via": "callback", "segment": "general", "policy": "test/feedback@1"} | beside
        return FeedbackReceived(**self.who, round=1, group=group, answers=Answers(**said), **told)


def _purpose(callback: str) -> str:
    return callback.partition("-")[2]
