"""When a desk is open, as data: the form in which a calendar file says it."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, model_validator

from contracts.model import Label, Part
from services.platform.business_time.hours import Hours
from services.platform.business_time.instants import day_of
from services.platform.business_time.spans import Span
from services.platform.business_time.zones import known_zone

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = re.compile(r"(?:[0-3][0-9]|4[0-7]):[0-5][0-9]|48:00")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _in_order(times: tuple[str, str]) -> tuple[str, str]:
    opens, closes = times
    if opens >= "24:00":
        raise ValueError(f"{opens} to {closes} opens on the next day: write it there")
    if opens >= closes:
        raise ValueError(f"{opens} to {closes} closes before it opens: past midnight the hours go on, as in 22:00 to 30:00")
    return times


def _apart(spans: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    for (opens, closes), (next_opens, next_closes) in pairwise(sorted(spans)):
        if next_opens < closes:
            raise ValueError(f"{opens} to {closes} and {next_opens} to {next_closes} overlap")
    return spans


def _a_time(written: str) -> str:
    if _TIME.fullmatch(written):
        return written
    raise ValueError(f"{written!r} is no time: write it as 09:00, from 00:00 to 48:00")


def _a_date(written: str) -> str:
    try:
        if _DATE.fullmatch(written) and date.fromisoformat(written):
            return written
    except ValueError:
        pass
    raise ValueError(f"{written!r} is no date: write it as 2026-01-01")


def _a_zone(name: str) -> str:
    if known_zone(name):
        return name
    raise ValueError(f"there is no time zone {name}")


Time = Annotated[str, AfterValidator(_a_time)]
"""A reading of the wall clock; `31:00` is 07:00 of the next day."""
Times = Annotated[tuple[Annotated[tuple[Time, Time], AfterValidator(_in_order)], ...], AfterValidator(_apart)]
Day = Annotated[str, AfterValidator(_a_date)]
"""A date as `2026-01-01`: a text, so that a policy that holds it is JSON."""


class CalendarRules(Part):
    """The hours of one desk.  Where several speak of a date: a holiday, else a break, else an override, else the week.

    A span past midnight belongs to the date on which it opens; a holiday or break of the next date closes what reaches into it.
    """

    zone: Annotated[str, AfterValidator(_a_zone)]
    weekly: Mapping[Weekday, Times] = {}
    """The open spans of each day of the week; a day that is not here is closed."""
    overrides: Mapping[Day, Times] = {}
    """The open spans of one date in place of its weekday's: a make-up working day (调休), a short day; none is closed."""
    holidays: Mapping[Day, Label] = {}
    """Whole dates off, by name."""
    breaks: Mapping[Day, Times] = {}
    """Spans of one date in which it is closed."""

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(self.model_dump_json())

    @model_validator(mode="after")
    def _opens_at_some_time(self) -> Self:
        hours = self.hours()
        if any(hours.week) or any(hours.readings(day, day + 1) for day in hours.overrides):
            return self
        raise ValueError("the calendar never opens")

    def hours(self) -> Hours:
        return Hours(
            week=tuple(_seconds(self.weekly.get(day, ())) for day in WEEKDAYS),
            overrides=_by_day(self.overrides),
            holidays=frozenset(map(_number, self.holidays)),
            breaks=_by_day(self.breaks),
        )


def _by_day(written: Mapping[str, Iterable[tuple[str, str]]]) -> dict[int, tuple[Span, ...]]:
    return {_number(day): _seconds(times) for day, times in written.items()}


def _number(day: str) -> int:
    return day_of(date.fromisoformat(day))


def _seconds(times: Iterable[tuple[str, str]]) -> tuple[Span, ...]:
    return tuple((_into_the_day(opens), _into_the_day(closes)) for opens, closes in times)


def _into_the_day(time: str) -> int:
    return int(time[:2]) * 3600 + int(time[3:]) * 60
