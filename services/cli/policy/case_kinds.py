"""The kinds of published cases: what each asks, what it expects, and what business time answers.

An instant without an offset is local to the calendar's zone.
"""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Annotated, Any, Literal

from pydantic import Field

from contracts.model import Part
from services.cli.policy.case_pauses import Pause, deadline, unpaused
from services.cli.policy.case_states import state
from services.platform.business_time import Calendar, zone

Answer = bool | int | str | list[list[str]]
Count = Annotated[int, Field(ge=0)]
Pauses = tuple[Pause, ...]
NEXT_DAY = "next day "


class Case(Part):
    """What every case has.  `convention`: `boundary=next` expects the next opening where a target runs out at closing."""

    id: str
    calendar: str
    source: str = ""
    note: str = ""
    convention: Literal["", "boundary=end", "boundary=next"] = ""
    on_boundary: bool = False


class Deadline(Case):
    kind: Literal["deadline"]
    start: datetime
    seconds: Count
    pauses: Pauses = ()
    expect: datetime


class Elapsed(Case):
    kind: Literal["elapsed"]
    start: datetime
    end: datetime
    pauses: Pauses = ()
    expect_seconds: int
    reference_seconds: int | None = None


class Before(Case):
    kind: Literal["before"]
    at: datetime
    seconds: Count
    expect: datetime


class IsOpen(Case):
    kind: Literal["is_open"]
    at: datetime
    expect: bool


class NextOpen(Case):
    kind: Literal["next_open"]
    at: datetime
    expect: datetime


class Periods(Case):
    kind: Literal["periods"]
    start: datetime
    expect: tuple[Pause, ...]


class AddBusinessDays(Case):
    kind: Literal["add_business_days", "add_business_days_rolled"]
    start: datetime
    days: int
    expect: datetime


class SlaState(Case):
    kind: Literal["sla_state"]
    policy: str
    date: date
    events: Annotated[tuple[tuple[str, str], ...], Field(min_length=1)]
    """A time of that day, `HH:MM` or `next day HH:MM`, and a word."""
    expect: str


AnyCase = Annotated[
    Deadline | Elapsed | Before | IsOpen | NextOpen | Periods | AddBusinessDays | SlaState, Field(discriminator="kind")
]  # fmt: skip


def expected(case: Any, calendar: Calendar) -> Answer:
    """What the case expects, instants in UTC."""
    match case:
        case Elapsed():
            return case.expect_seconds
        case IsOpen() | SlaState():
            return case.expect
        case Periods():
            return [[_shown(_placed(edge, calendar)) for edge in period] for period in case.expect]
        case _:
            return _shown(_placed(case.expect, calendar))


def answer(case: Any, calendar: Calendar) -> Answer:
    """What business time says; raises ValueError where the case asks what cannot be."""
    got = _answer(case, calendar)
    if case.convention == "boundary=next" and isinstance(got, datetime):
        got = calendar.next_open(got)
    return _shown(got) if isinstance(got, datetime) else got


def _answer(case: Any, calendar: Calendar) -> Answer | datetime:
    def at(instant: datetime) -> datetime:
        return _placed(instant, calendar)

    match case:
        case Deadline():
            return deadline(calendar, at(case.start), case.seconds, _all_placed(case.pauses, calendar))
        case Elapsed():
            return unpaused(calendar, at(case.start), at(case.end), _all_placed(case.pauses, calendar))
        case Before():
            return calendar.before(at(case.at), case.seconds)
        case IsOpen():
            return calendar.is_open(at(case.at))
        case NextOpen():
            return calendar.next_open(at(case.at))
        case Periods():
            return [[*map(_shown, period)] for period in islice(calendar.periods(at(case.start)), len(case.expect))]
        case AddBusinessDays():
            found = calendar.add_business_days(at(case.start), case.days)
            return calendar.next_open(found) if case.kind == "add_business_days_rolled" else found
        case SlaState():
            return state(calendar, case.policy, [(at(_told(case.date, when)), word) for when, word in case.events])
    raise AssertionError(case)


def _told(day: date, when: str) -> datetime:
    later = timedelta(days=1) if when.startswith(NEXT_DAY) else timedelta(0)
    return datetime.combine(day, time.fromisoformat(when.removeprefix(NEXT_DAY))) + later


def _placed(instant: datetime, calendar: Calendar) -> datetime:
    return instant if instant.tzinfo else instant.replace(tzinfo=zone(calendar.zone))


def _all_placed(pauses: Pauses, calendar: Calendar) -> list[Pause]:
    return [(_placed(since, calendar), _placed(until, calendar)) for since, until in pauses]


def _shown(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
