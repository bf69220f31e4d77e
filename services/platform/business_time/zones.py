"""Time zones by the pinned `tzdata` package, never by the machine's own data: the same rules give the same instants everywhere."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from importlib import resources
from importlib.metadata import version
from itertools import chain, pairwise
from zoneinfo import ZoneInfo

from services.platform.business_time.instants import DAY, FIRST, LAST, SECOND
from services.platform.business_time.spans import Span, joined, overlap

ZONE_DATA_VERSION = version("tzdata")
"""Part of what decides: other zone data may move a due date."""
_WEEK = 7 * DAY
"""By the pinned data no zone's clocks were ever changed twice within it."""
_FARTHEST = 2 * DAY
"""Farther than any zone is from UTC."""


def known_zone(name: str) -> bool:
    """Whether IANA has a zone of exactly this name."""
    return name in _names()


@cache
def zone(name: str) -> ZoneInfo:
    """A known zone."""
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, name)


@cache
def _names() -> frozenset[str]:
    return frozenset(resources.files("tzdata").joinpath("zones").read_text("utf-8").split())


def told_apart(names: Iterable[str]) -> tuple[str, ...]:
    """Of known zones one of each that always read alike.

    Those come first that lie farthest apart: where already they are never open together, nobody need look at the others.
    """
    found: dict[tuple[tuple[int, int, int], ...], str] = {}
    for name in names:
        found.setdefault(wall_clock(name).steps, name)
    eastward = [name for _, name in sorted(found.items(), key=lambda each: each[0][-1][2])]
    return tuple(chain.from_iterable(zip(reversed(eastward), eastward, strict=True)))[: len(eastward)]


class WallClock:
    """What the clocks of one zone read, as seconds since 1970 had they never been changed.

    Time is cut into steps of constant distance from UTC, `(start, end, seconds ahead)`, so that whole lists of readings become instants
    by one subtraction.
    """

    def __init__(self, name: str) -> None:
        self._zone = zone(name)
        looks = [(at, self._offset(at)) for at in range(FIRST - DAY, LAST + _WEEK, _WEEK)]
        changes = [self._change(before, after) for (before, old), (after, new) in pairwise(looks) if old != new]
        self._starts = [FIRST - DAY, *changes]
        edges = pairwise([*self._starts, LAST + 2 * _FARTHEST])
        self.steps = tuple((start, end, self._offset(start)) for start, end in edges)

    def reads(self, instant: int) -> int:
        _, _, ahead = self.steps[self._step(instant)]
        return instant + ahead

    def first(self, reading: int) -> int:
        """The first instant at which the clock reads this or later: a time that is skipped comes when the clock is changed."""
        reading = min(reading, LAST + _FARTHEST)
        steps = self.steps[self._step(reading - _FARTHEST) :]
        return next(at for start, end, ahead in steps if (at := max(start, reading - ahead)) < end)

    def instants(self, readings: list[Span], start: int, end: int) -> list[Span]:
        """When, within [start, end), the clock reads a time within these: a skipped hour is never, a repeated one is twice."""
        steps = self.steps[self._step(start) :]
        return joined(
            span
            for since, until, ahead in steps if since < end
            for span in overlap([(opens - ahead, closes - ahead) for opens, closes in readings], [(max(since, start), min(until, end))])
        )  # fmt: skip

    def _step(self, instant: int) -> int:
        return max(0, bisect_right(self._starts, instant) - 1)

    def _offset(self, instant: int) -> int:
        ahead = datetime.fromtimestamp(instant, self._zone).utcoffset()
        assert ahead is not None
        return ahead // SECOND

    def _change(self, before: int, after: int) -> int:
        """The first second of the new distance from UTC, between two instants that differ in it."""
        old = self._offset(before)
        while after - before > 1:
            middle = (before + after) // 2
            before, after = (middle, after) if self._offset(middle) == old else (before, middle)
        return after


@cache
def wall_clock(name: str) -> WallClock:
    """Of a known zone."""
    return WallClock(name)
