"""By how many days the ends of one and the same term can lie apart that is counted by several calendars.

A claim is in time by a calendar where no more days have passed than the term has, and than lie just before the claim and are none of
business: an end that falls on those has rolled.  So how the calendars differ depends on the days of the claim, the sale and the receipt,
and there are as many differences as can be read from the calendars.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import product
from typing import NamedTuple

from contracts.model import LATEST
from services.platform.business_time import ALWAYS, Calendar, CalendarRules
from services.routing.remedies.rules import Within

Way = tuple[str, str]
"""Of counting: since when, and by which calendar, "" for none."""
Each = tuple[int, ...]
"""Of each calendar, how many days more than of another."""
DAY, YEAR = timedelta(days=1), timedelta(days=366)


class Counting(NamedTuple):
    later: tuple[tuple[Way, int], ...]
    """By how many days the end is later than in the way of counting in which it is soonest."""
    least_way: int
    """So many days lie between the sale and the receipt at least."""

    def days(self, within: Within) -> int:
        return within.days + dict(self.later)[_way(within)]


def countings(withins: Iterable[Within], calendars: Mapping[str, CalendarRules]) -> list[Counting]:
    """All that there are, in one order.  Where the receipt may follow on the same day, what is a day apart needs no look of its own."""
    ways = sorted({_way(within) for within in withins})
    names = sorted({name for _, name in ways})
    if len(names) < 2:
        return [Counting(tuple((way, 0) for way in ways), 0)]
    rules = [calendars.get(name) for name in names]
    turns = list(_turns([Calendar.of(each) if each else ALWAYS for each in rules], _days(filter(None, rules))))
    claims, starts = {turn.rolled for turn in turns}, {turn.ahead for turn in turns}
    found = sorted({_counting(ways, names, *when) for when in product(claims, starts, starts)}, reverse=True)
    return [Counting(later, least_way) for later, least_way in dict(found).items()]


def _way(within: Within) -> Way:
    return within.since, within.calendar or ""


def _counting(ways: list[Way], names: list[str], claim: Each, sold: Each, received: Each) -> Counting:
    of = {name: n for n, name in enumerate(names)}
    more = [claim[of[name]] + (sold if since == "sale" else received)[of[name]] for since, name in ways]
    later = tuple((way, days - min(more)) for way, days in zip(ways, more, strict=True))
    is_in_order = all(early <= late for early, late in zip(sold, received, strict=True))
    return Counting(later, 0 if is_in_order else 1)


# -- what the calendars say ---------------------------------------------------------------------------------------------------------------


class _Turn(NamedTuple):
    """An instant at which it becomes another date somewhere: until the next one nothing changes."""

    ahead: Each
    """Days by which the calendar's date is ahead of the one that is furthest behind."""
    rolled: Each
    """Days by which an end that a claim of now still meets may have rolled, less those that the date is ahead."""


def _turns(calendars: list[Calendar], days: Iterable[datetime]) -> Iterator[_Turn]:
    for at in sorted({calendar.end_of_day(day, 0) for day in days for calendar in calendars}):
        dates = [calendar.local_date(at) for calendar in calendars]
        ahead = tuple((each - min(dates)).days for each in dates)
        yield _Turn(ahead, tuple(_closed_before(calendar, at) - more for calendar, more in zip(calendars, ahead, strict=True)))


def _closed_before(calendar: Calendar, at: datetime) -> int:
    """How many days in a row, up to the day before."""
    return (calendar.local_date(at) - calendar.local_date(calendar.add_business_days(at, -1))).days - 1


def _days(rules: Iterable[CalendarRules]) -> Iterator[datetime]:
    """Enough to see how the calendars differ: those about which they say something, and a year of others."""
    named = [datetime.fromisoformat(f"{day}T12:00:00Z") for each in rules for day in (*each.overrides, *each.holidays, *each.breaks)]
    day, end = min(named, default=LATEST - YEAR), min(LATEST, max(named, default=LATEST - YEAR) + YEAR)
    while day < end:
        yield day
        day += DAY
