"""The kinds of figures: exact, and none where there is nothing to reckon with."""

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple, Self

Counts = tuple[tuple[str, int], ...]
"""Name → how many: the most first, and of as many in the order of their names."""
Sums = tuple[tuple[str, int], ...]
"""Currency → minor units, in the order of the currencies.  Never added up across them."""


class Share(NamedTuple):
    part: int
    whole: int

    @property
    def ratio(self) -> Fraction | None:
        return Fraction(self.part, self.whole) if self.whole else None


class Mean(NamedTuple):
    total: int
    of: int

    @property
    def value(self) -> Fraction | None:
        return Fraction(self.total, self.of) if self.of else None


class Spread(NamedTuple):
    """How many there are, and the smallest value that so many per cent of them do not exceed."""

    number: int = 0
    p50: int | None = None
    p90: int | None = None
    worst: int | None = None

    @classmethod
    def of(cls, values: Iterable[int]) -> Self:
        found = sorted(values)
        return cls(len(found), _rank(found, 50), _rank(found, 90), found[-1]) if found else cls()


def _rank(values: list[int], percent: int) -> int:
    return values[-(-len(values) * percent // 100) - 1]


def counted(counts: Mapping[str, int]) -> Counts:
    return tuple(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def summed(sums: Mapping[str, int]) -> Sums:
    return tuple(sorted(sums.items()))


def add(sums: Counter[str], currency: str | None, minor: int) -> None:
    """Nothing is no sum: a currency in which nothing was paid is not told."""
    if currency and minor:
        sums[currency] += minor
