"""Worked examples: when a complaint would be due, by the policy's own calendars.  No clock: the same policy gives the same examples."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.platform.business_time import Calendar, CalendarRules, Target, zone
from services.routing.clock.rules import PRIORITIES, ClockRule, Kind
from services.routing.policy import RoutingPolicy

KINDS: tuple[Kind, ...] = ("acceptance", "resolution", "legal")
"""Whose dues people ask for."""
_YEAR = 2026
"""Of the examples, where the calendar knows no date of its own."""
_AFTERNOON, _MORNING = time(16), time(10)
_DAY = timedelta(days=1)


class Example(NamedTuple):
    clock: str
    start: datetime
    """In the calendar's zone, as the dues are."""
    dues: dict[int, datetime]
    """By priority."""


def examples(policy: RoutingPolicy) -> Iterator[Example]:
    for name, rule in policy.clocks.items():
        if rule.kind in KINDS:
            calendar = policy.calendar(rule.calendar)
            for start in _starts(calendar, policy.calendars.get(rule.calendar or ""), zone(zone_of(name, policy))):
                yield Example(name, start, {priority: _due(rule, rule.targets[priority], start, calendar) for priority in PRIORITIES})


def zone_of(clock: str, policy: RoutingPolicy) -> str:
    """Whose time people read: its calendar's; of one that counts day and night that of the set's first calendar."""
    own = policy.clocks[clock].calendar
    return policy.calendar(own or next(iter(policy.calendars), None)).zone


def _due(rule: ClockRule, target: Target, start: datetime, calendar: Calendar) -> datetime:
    return target.due(start, calendar).astimezone(start.tzinfo)


def _starts(calendar: Calendar, rules: CalendarRules | None, place: ZoneInfo) -> list[datetime]:
    """A Friday afternoon, the morning after, and the afternoon before the longest time off."""
    year = _year(rules)
    friday = next(day for day in _days_of(year) if day.month == 2 and day.weekday() == 4) - 7 * _DAY
    return [_at(friday, _AFTERNOON, place), _at(friday + _DAY, _MORNING, place), *_before_the_longest_rest(year, calendar, place)]


def _before_the_longest_rest(year: int, calendar: Calendar, place: ZoneInfo) -> list[datetime]:
    open_days = [day for day in _days_of(year) if calendar.is_business_day(day)]
    rests = {day: following - day for day, following in pairwise(open_days)}
    longest = max(rests, key=lambda day: rests[day], default=None)
    return [_at(longest, _AFTERNOON, place)] if longest and rests[longest] > _DAY else []


def _days_of(year: int) -> Iterator[date]:
    return (date(year, 1, 1) + n * _DAY for n in range(366))


def _year(rules: CalendarRules | None) -> int:
    """The first whose holidays are known."""
    return int(min(rules.holidays, default=str(_YEAR))[:4]) if rules else _YEAR


def _at(day: date, hour: time, place: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, place)
