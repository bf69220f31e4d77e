"""Complaints under the policies that come with Redress: intake and routing in virtual time, events with their dues in local time."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

from contracts.ids import complaint_id
from contracts.intake import ComplaintRegistered, Customer, SubmitComplaint
from contracts.model import Command, Event, Staff
from contracts.routing import (
    AcceptWork,
    ClockAimed,
    ClockBreached,
    ClockExtended,
    ClockMet,
    ClockResumed,
    ClockStarted,
    ComplaintRouted,
    ComplaintSentToTriage,
    ReportResolution,
)
from services import callback, feedback, intake, routing
from services.intake.policy import IntakePolicy
from services.platform.business_time import zone
from services.platform.chassis.policies import load
from services.platform.kernel.run import Run
from services.platform.kernel.service import Policy, Practice, Service
from services.routing.policy import RoutingPolicy

INTAKE = intake.service(b"a secret of sixteen bytes")
SERVICES: tuple[Service, ...] = (INTAKE, routing.SERVICE, callback.SERVICE, feedback.SERVICE)
ID = complaint_id("crm", "T-1")
DAY = timedelta(days=1)
E = TypeVar("E", bound=Event)


@cache
def policy(name: str, service: Service) -> Policy:
    return load(name, service)


def intake_policy(name: str) -> IntakePolicy:
    found = policy(name, INTAKE)
    assert isinstance(found, IntakePolicy)
    return found


def routing_policy(name: str) -> RoutingPolicy:
    found = policy(name, routing.SERVICE)
    assert isinstance(found, RoutingPolicy)
    return found


def staff(role: str = "agent", name: str = "s1", department: str | None = None) -> Staff:
    return Staff(staff=name, role=role, department=department)


class Life:
    """One complaint under one set; instants are wall-clock times of the set's zone: `2026-02-14 16:00`."""

    def __init__(self, name: str, place: str, registered: str, **said: Any) -> None:
        self.zone: ZoneInfo = zone(place)
        self.run = Run(Practice(service, policy(name, service)) for service in (INTAKE, routing.SERVICE))
        source = said.pop("source", "crm")
        self.id = complaint_id(source, "T-1")
        told = {"source_ref": "T-1", "channel": "phone", "customer": Customer(phone="+8613800138000")} | said
        self.run.send("intake", SubmitComplaint.model_validate(told), at=self.at(registered), source=source)
        self.until(registered)

    def at(self, written: str) -> datetime:
        return datetime.fromisoformat(written).replace(tzinfo=self.zone)

    def local(self, instant: datetime) -> str:
        return f"{instant.astimezone(self.zone):%Y-%m-%d %H:%M:%S}".removesuffix(":00")

    def until(self, written: str) -> Self:
        self.run.until(self.at(written))
        assert not self.run.dead, self.run.dead
        return self

    def takes(self, kind: type[Command], at: str, /, **said: Any) -> Self:
        told = {"complaint_id": self.id, "by": staff()} | said
        self.run.send("routing", kind.model_validate(told), at=self.at(at))
        return self.until(at)

    def accepts(self, work: str, at: str) -> Self:
        return self.takes(AcceptWork, at, work=work, by=staff(department=work.partition("-")[2]))

    def resolves(self, work: str, at: str, **said: Any) -> Self:
        told = {"finding": "upheld", "no_action_because": "single_case", "by": staff(department=work.partition("-")[2])} | said
        return self.takes(ReportResolution, at, work=work, **told)

    def all(self, kind: type[E]) -> list[E]:
        return self.run.all(kind)

    def last(self, kind: type[E]) -> E:
        return self.all(kind)[-1]

    @property
    def classes(self) -> tuple[str, str | None]:
        found = self.last(ComplaintRegistered).classes
        return found.kind, found.element

    @property
    def works(self) -> tuple[str, ...]:
        """Who works on it, the lead first; nobody while it waits in triage."""
        if not (routed := self.all(ComplaintRouted)):
            assert self.all(ComplaintSentToTriage)
            return ()
        lead = routed[-1].lead
        return lead, *(name for name in routed[-1].departments if name != lead)

    def due(self, clock: str) -> str:
        """As it is now; the end of a day is its own 24:00."""
        moved = (ClockStarted, ClockAimed, ClockExtended, ClockResumed)
        told = [each.message for each in self.run.events if isinstance(each.message, moved) and each.message.clock == clock]
        due = self.local(told[-1].due)
        return f"{self.local(told[-1].due - DAY)[:10]} 24:00" if due.endswith(" 00:00") else due

    def clocks(self) -> set[str]:
        return {started.clock for started in self.all(ClockStarted)}

    def met(self) -> set[str]:
        return {each.clock for each in self.all(ClockMet)}

    def breached(self) -> dict[str, str]:
        return {each.clock: self.local(each.breached_at) for each in self.all(ClockBreached)}

    @property
    def story(self) -> list[str]:
        """What was told, less what clocks say."""
        return [name for name in self.run.told() if not name.startswith("Clock")]
