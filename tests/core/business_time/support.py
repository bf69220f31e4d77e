"""Desks with round hours, and instants as one writes them."""

from datetime import UTC, datetime
from typing import Any

from services.platform.business_time import Calendar, CalendarRules

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
ALL_DAYS = (*WORKDAYS, "sat", "sun")
OFFICE = [["09:00", "12:00"], ["13:00", "17:00"]]
ROUND_THE_CLOCK = {day: [["00:00", "24:00"]] for day in ALL_DAYS}

CHINA_2026 = {
    "holidays": dict.fromkeys(
        [
            "2026-01-01", "2026-01-02", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-02-23",
            "2026-04-06", "2026-05-01", "2026-05-04", "2026-05-05", "2026-06-19", "2026-09-25", "2026-10-01", "2026-10-02",
            "2026-10-05", "2026-10-06", "2026-10-07",
        ],
        "节假日",
    ),
    "overrides": dict.fromkeys(["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"], OFFICE),
}  # fmt: skip
"""As the State Council announced it: days off, and the weekend days that are worked instead (调休)."""


def rules(zone: str = "UTC", weekly: Any = None, **more: Any) -> CalendarRules:
    """Workdays nine to five with an hour for lunch, unless told otherwise."""
    return CalendarRules.model_validate({"zone": zone, "weekly": dict.fromkeys(WORKDAYS, OFFICE) if weekly is None else weekly, **more})


def desk(zone: str = "UTC", weekly: Any = None, **more: Any) -> Calendar:
    return Calendar.of(rules(zone, weekly, **more))


def at(written: str) -> datetime:
    """`2026-03-01 09:30+08:00`; UTC where it names no offset."""
    instant = datetime.fromisoformat(written)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
