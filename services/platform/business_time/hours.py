"""Which readings of the wall clock are open hours: holiday before break before override before week."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from services.platform.business_time.instants import DAY
from services.platform.business_time.spans import Span, joined, without

Times = tuple[Span, ...]
"""Seconds into a day; past midnight they go on counting, to the end of the next day at most."""
_THURSDAY = 3
"""The weekday of day 0, counted from Monday."""


@dataclass(frozen=True)
class Hours:
    """Days are counted from 1970."""

    week: tuple[Times, ...]
    overrides: Mapping[int, Times]
    holidays: frozenset[int]
    breaks: Mapping[int, Times]

    def readings(self, first: int, last: int) -> list[Span]:
        """What the clock reads while it is open by the spans that begin on these days, [first, last)."""
        opened = joined(span for day in range(first, last) for span in _on(day, self._opened(day)))
        closed = joined(span for day in range(first - 1, last + 1) for span in self._closed(day))
        return without(opened, closed)

    def _opened(self, day: int) -> Times:
        return () if day in self.holidays else self.overrides.get(day, self.week[(day + _THURSDAY) % 7])

    def _closed(self, day: int) -> Iterator[Span]:
        """A break that goes on past midnight cuts the next day, also where its own day is a holiday."""
        whole: Times = ((0, DAY),) if day in self.holidays else ()
        return _on(day, (*whole, *self.breaks.get(day, ())))


def _on(day: int, times: Iterable[Span]) -> Iterator[Span]:
    return ((day * DAY + opens, day * DAY + closes) for opens, closes in times)
