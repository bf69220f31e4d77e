"""The open periods of a stretch of time, with the open seconds before each: every question is one bisection."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple, Self

from services.platform.business_time.spans import Span


class Stretch(NamedTuple):
    """`before[i]`: the open seconds of the stretch before its period `i` opens."""

    opens: tuple[int, ...]
    closes: tuple[int, ...]
    before: tuple[int, ...]
    total: int

    @classmethod
    def of(cls, periods: Sequence[Span]) -> Self:
        *before, total = accumulate((closes - opens for opens, closes in periods), initial=0)
        return cls(tuple(opens for opens, _ in periods), tuple(closes for _, closes in periods), tuple(before), total)

    def used(self, instant: int) -> int:
        """Open seconds from the beginning until then."""
        i = bisect_right(self.opens, instant) - 1
        return self.before[i] + min(instant, self.closes[i]) - self.opens[i] if i >= 0 else 0

    def is_open(self, instant: int) -> bool:
        i = bisect_right(self.opens, instant) - 1
        return i >= 0 and instant < self.closes[i]

    def used_up(self, seconds: int) -> int:
        """The first instant with so many open seconds behind it, 0 < seconds <= total: when a period ends with them, its end."""
        i = bisect_left(self.before, seconds) - 1
        return self.opens[i] + seconds - self.before[i]

    def begun(self, seconds: int) -> int:
        """The last instant with so many open seconds behind it, 0 <= seconds < total: when a period begins with them, its beginning."""
        i = bisect_right(self.before, seconds) - 1
        return self.opens[i] + seconds - self.before[i]

    def periods_after(self, instant: int) -> Iterator[Span]:
        """Those that close after it; mostly the first is all that is asked for."""
        return ((self.opens[i], self.closes[i]) for i in range(bisect_right(self.closes, instant), len(self.closes)))
