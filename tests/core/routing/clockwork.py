"""Houses whose policy has the clocks of one test, and what was said of one clock."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from contracts.model import Event
from services.platform.kernel.service import Cause
from services.routing import SERVICE
from services.routing.policy import RoutingPolicy
from services.routing.state import Complaint
from tests.core.routing.house import COMPLAINT, House, policy, registered

E = TypeVar("E", bound=Event)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
IN_TWO_SPANS = [["09:00", "12:00"], ["13:00", "17:00"]]
CALENDARS: dict[str, Any] = {
    "desk": {"zone": "UTC", "weekly": {day: [["09:00", "17:00"]] for day in WEEKDAYS}},
    "night_and_day": {"zone": "UTC", "weekly": {day: [["00:00", "24:00"]] for day in (*WEEKDAYS, "sat", "sun")}},
    "new_york": {"zone": "America/New_York", "weekly": {day: [["00:00", "24:00"]] for day in (*WEEKDAYS, "sat", "sun")}},
    "london": {
        "zone": "Europe/London", "weekly": {day: [["09:00", "17:00"]] for day in WEEKDAYS}, "holidays": {"2026-04-03": "Good Friday"},
    },
    "beijing": {
        "zone": "Asia/Shanghai", "weekly": dict.fromkeys(WEEKDAYS, IN_TWO_SPANS),
        "holidays": {f"2026-05-0{day}": "劳动节" for day in range(1, 6)}, "overrides": {"2026-05-09": IN_TWO_SPANS},
    },
}  # fmt: skip
"""`desk`: 8 hours on weekdays.  `beijing`: the Labour Day week of 2026, whose Saturday of the 9th is worked (调休)."""


def clock(target: Any = "400s", kind: str = "resolution", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "targets": target, **more}


def policy_with(resolution: dict[str, Any] | None = None, others: dict[str, Any] | None = None, **changes: Any) -> RoutingPolicy:
    """Only these clocks; a resolution there always is."""
    clocks = {"resolution": resolution or clock(), **(others or {})}
    return policy(**{"clocks": clocks, "calendars": CALENDARS, "ageing": None} | changes)


def said(house: House, kind: type[E], name: str = "resolution") -> list[E]:
    return [event for event in house.run.all(kind) if getattr(event, "clock", None) == name]


def only(house: House, kind: type[E], name: str = "resolution") -> E:
    """It was said once."""
    (event,) = said(house, kind, name)
    return event


def of(house: House, name: str = "resolution") -> list[str]:
    """What was said of one clock, in order."""
    return [type(told.message).__name__ for told in house.run.events if getattr(told.message, "clock", None) == name]


def stamps(house: House, kind: type[Event], name: str = "resolution") -> list[datetime]:
    """When routing said so."""
    messages = ((told.envelope.at, told.message) for told in house.run.events)
    return [at for at, message in messages if at and isinstance(message, kind) and getattr(message, "clock", None) == name]


def day(date: str, time: str = "00:00:00") -> datetime:
    return datetime.fromisoformat(f"{date}T{time}").replace(tzinfo=UTC)


def opened(rules: RoutingPolicy, at: datetime, **facts: Any) -> tuple[Complaint, Sequence[Event]]:
    """A registration at any instant, and what was said of it."""
    told = registered(**facts).model_copy(update={"first_answer_due": at + timedelta(hours=1)})
    complaint, events = SERVICE.decide(None, Cause(told, COMPLAINT, "intake", at, at, COMPLAINT), rules)
    return complaint, events
