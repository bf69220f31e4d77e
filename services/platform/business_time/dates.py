"""Dates of a zone, counted in days from 1970: which of them are business days, and when they end."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable

from services.platform.business_time.instants import DAY, FIRST, LAST
from services.platform.business_time.zones import WallClock

_LENGTH = 366
"""How many dates are looked at together, when one of them is first asked for."""
_END = LAST // DAY + 1
_LAST = _END // _LENGTH


class BusinessDays:
    """Dates with any open second, also where it is the end of a span that opened the day before."""

    def __init__(self, clock: WallClock, between: Callable[[int, int], int]) -> None:
        self._clock, self._between = clock, between
        self._found: dict[int, list[int]] = {}

    def includes(self, day: int) -> bool:
        days = self._of(day // _LENGTH)
        i = bisect_left(days, day)
        return i < len(days) and days[i] == day

    def after(self, day: int, number: int) -> int:
        """The n-th business day after this date, or before it where negative; not beyond the ends of time."""
        if number == 0:
            return day
        return self._later(day, number) if number > 0 else self._earlier(day, -number)

    def _later(self, day: int, number: int) -> int:
        k = day // _LENGTH
        days = self._of(k)
        index = bisect_right(days, day) + number - 1
        while index >= len(days):
            if k > _LAST:
                return _END
            index, k = index - len(days), k + 1
            days = self._of(k)
        return days[index]

    def _earlier(self, day: int, number: int) -> int:
        k = day // _LENGTH
        days = self._of(k)
        index = bisect_left(days, day) - number
        while index < 0:
            if k == 0:
                return 0
            k -= 1
            days = self._of(k)
            index += len(days)
        return days[index]

    def _of(self, k: int) -> list[int]:
        if k not in self._found:
            midnights = [max(FIRST, self._clock.first(day * DAY)) for day in range(k * _LENGTH, (k + 1) * _LENGTH + 1)]
            spans = zip(range(k * _LENGTH, (k + 1) * _LENGTH), midnights[:-1], midnights[1:], strict=True)
            self._found[k] = [day for day, starts, ends in spans if self._between(starts, min(ends, LAST)) > 0]
        return self._found[k]
