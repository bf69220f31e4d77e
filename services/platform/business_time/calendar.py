"""Arithmetic with open time: how much of it lies between two instants, and when so much of it is used up."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cached_property, lru_cache

from contracts.model import EARLIEST
from services.platform.business_time.dates import BusinessDays
from services.platform.business_time.instants import DAY, FIRST, LAST, date_of, day_of, instant_of, seconds_of
from services.platform.business_time.rules import WEEKDAYS, CalendarRules
from services.platform.business_time.spans import Span, overlap
from services.platform.business_time.table import Stretch
from services.platform.business_time.zones import WallClock, wall_clock

_LENGTH = 366 * DAY
"""How much of a calendar is worked out at once, when it is first asked for."""
_LAST_STRETCH = LAST // _LENGTH
_FACTS = seconds_of(EARLIEST)
_REACH = 2
"""Days before and after a stretch whose spans can reach into it."""

Opening = Callable[[int, int], list[Span]]
"""The open periods within [start, end)."""


class Calendar:
    """Half-open spans (the opening second is open, the closing one is not), real seconds across changes of the clock.

    Instants are cut to the second and answered in UTC.  Nothing raises on instants of the contracts: what would lie beyond 2099, or
    never comes, is told as the last second of 2099.
    """

    def __init__(self, zone: str, opening: Opening) -> None:
        """`of` and `intersection` make them."""
        self.zone = zone
        self._opening = opening
        self._stretches: dict[int, Stretch] = {}

    @staticmethod
    def of(rules: CalendarRules) -> "Calendar":
        """One and the same for equal rules, so that what is worked out is shared."""
        return _calendar_of(rules)

    def meeting(self, *others: "Calendar") -> "Calendar":
        """Open where all are, with this one's zone and so its dates.  That may be never: `between` tells, for as far as it matters."""

        def opening(start: int, end: int) -> list[Span]:
            open = self._opening(start, end)
            for each in others:
                open = overlap(open, each._opening(start, end)) if open else []
            return open

        return Calendar(self.zone, opening)

    def intersection(self, other: "Calendar") -> "Calendar":
        """As `meeting`, and looked through to 2099 for that: raises ValueError when it never is."""
        both = self.meeting(other)
        if not any(both._opening(k * _LENGTH, (k + 1) * _LENGTH) for k in range(_FACTS // _LENGTH, _LAST_STRETCH + 1)):
            raise ValueError("these calendars are never open at the same time")
        return both

    def add(self, start: datetime, seconds: int) -> datetime:
        """The instant at which so many open seconds since `start` are used up: at closing, the closing instant; 0 is `start` itself."""
        begin = seconds_of(start)
        if seconds <= 0:
            return instant_of(begin)
        k = begin // _LENGTH
        stretch = self._stretch(k)
        seconds += stretch.used(begin)
        while seconds > stretch.total:
            if k == _LAST_STRETCH:
                return instant_of(LAST)
            seconds -= stretch.total
            k += 1
            stretch = self._stretch(k)
        return instant_of(stretch.used_up(seconds))

    def before(self, at: datetime, seconds: int) -> datetime:
        """The instant at which so many open seconds remain until `at`: at opening, the opening instant; 0 is `at` itself.

        Not before 2000, where facts begin, unless `at` is.
        """
        end = seconds_of(at)
        if seconds <= 0:
            return instant_of(end)
        earliest = _FACTS if end >= _FACTS else FIRST
        k = end // _LENGTH
        left = self._stretch(k).used(end)
        while seconds > left:
            if k == 0:
                return instant_of(earliest)
            seconds -= left
            k -= 1
            left = self._stretch(k).total
        return instant_of(max(earliest, self._stretch(k).begun(left - seconds)))

    def between(self, start: datetime, end: datetime) -> int:
        """The open seconds in [start, end); 0 where the end is not after the start."""
        return self._between(seconds_of(start), seconds_of(end))

    def is_open(self, at: datetime) -> bool:
        instant = seconds_of(at)
        return self._stretch(instant // _LENGTH).is_open(instant)

    def next_open(self, at: datetime) -> datetime:
        """The first open second, at or after `at`."""
        return instant_of(next(self._periods(seconds_of(at)), (LAST, LAST))[0])

    def next_close(self, at: datetime) -> datetime:
        """The first closing instant after `at`."""
        return instant_of(next(self._periods(seconds_of(at)), (LAST, LAST))[1])

    def periods(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open spans after `start`, the first without what is past of it, until the end of 2099."""
        return ((instant_of(opens), instant_of(closes)) for opens, closes in self._periods(seconds_of(start)))

    def local_date(self, at: datetime) -> date:
        """The date in the calendar's zone."""
        return date_of(self._day(at))

    def wall_seconds(self, at: datetime) -> int:
        """What the clock on the wall reads: 86400 seconds for each date since 1970, also where summer time begins or ends."""
        return self._clock.reads(seconds_of(at))

    def is_business_day(self, day: date) -> bool:
        """Whether the date has any open second."""
        return self._business_days.includes(day_of(day))

    def add_business_days(self, start: datetime, days: int) -> datetime:
        """The same time of day on the n-th business day after the date of `start`, open at that time or not; before it, where negative."""
        reading = self._clock.reads(seconds_of(start))
        day = self._business_days.after(reading // DAY, days)
        return instant_of(self._clock.first(day * DAY + reading % DAY))

    def end_of_day(self, at: datetime, days: int) -> datetime:
        """24:00 of the date so many days after that of `at`."""
        return self._end_of(self._day(at) + days)

    def end_of_business_day(self, at: datetime, days: int) -> datetime:
        """24:00 of the n-th business day after the date of `at`."""
        return self._end_of(self._business_days.after(self._day(at), days))

    @cached_property
    def _clock(self) -> WallClock:
        return wall_clock(self.zone)

    @cached_property
    def _business_days(self) -> BusinessDays:
        return BusinessDays(self._clock, self._between)

    def _day(self, at: datetime) -> int:
        return self._clock.reads(seconds_of(at)) // DAY

    def _end_of(self, day: int) -> datetime:
        return instant_of(self._clock.first((day + 1) * DAY))

    def _between(self, start: int, end: int) -> int:
        if end <= start:
            return 0
        first, last = start // _LENGTH, end // _LENGTH
        whole = sum(self._stretch(k).total for k in range(first, last))
        return whole + self._stretch(last).used(end) - self._stretch(first).used(start)

    def _periods(self, start: int) -> Iterator[Span]:
        """A span that the table holds in two stretches is one."""
        held: Span | None = None
        for k in range(start // _LENGTH, _LAST_STRETCH + 1):
            for opens, closes in self._stretch(k).periods_after(start):
                if held and held[1] < opens:
                    yield held
                held = (held[0] if held and held[1] == opens else max(opens, start), closes)
        if held:
            yield held

    def _stretch(self, k: int) -> Stretch:
        if (found := self._stretches.get(k)) is None:
            found = self._stretches[k] = Stretch.of(self._opening(k * _LENGTH, min((k + 1) * _LENGTH, LAST)))
        return found


@lru_cache(maxsize=256)
def _calendar_of(rules: CalendarRules) -> Calendar:
    hours = rules.hours()

    def opening(start: int, end: int) -> list[Span]:
        clock = wall_clock(rules.zone)
        first, last = clock.reads(start) // DAY - _REACH, clock.reads(end) // DAY + _REACH
        return clock.instants(hours.readings(first, last), start, end)

    return Calendar(rules.zone, opening)


ALWAYS = Calendar.of(CalendarRules(zone="UTC", weekly=dict.fromkeys(WEEKDAYS, (("00:00", "24:00"),))))
"""Open day and night, in UTC: open time is elapsed time."""
