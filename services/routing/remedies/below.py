"""Whether a contract's table gives less than the law's table that it extends: both are asked about every case at which either changes.

The cases are all sets of the circumstances that the tables know (with many, those of up to two), each number of repairs, and each day at
which a line begins or ends to fit, with and without time out of use, received at once and later than sold, and with an end that one
calendar rolls forward and the others do not.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, combinations, product
from typing import NamedTuple

from services.routing.remedies.rules import Entitlement, Grant, Option, Within
from services.routing.remedies.table import Case, fitting

MANY = 8
"""So many circumstances make 256 sets; of more only the small sets are looked at."""
OUT_OF_USE_DAYS, WAY_DAYS = 30, 7
LONG_OUT_OF_USE_DAYS, LONG_WAY_DAYS = 365, 60
"""So that a longer term from the sale does not pass for one that leaves these days out."""
OFTEN = (None, "round", "complaint")
"""From most to least."""

PLAIN_AND_LATE = (
    *product((0, WAY_DAYS), (0, OUT_OF_USE_DAYS), (None,)),
    (LONG_WAY_DAYS, 0, None),
    (0, LONG_OUT_OF_USE_DAYS, None),
)
"""Days on the way, days out of use, and no calendar that rolls."""


class Point(NamedTuple):
    circumstances: frozenset[str]
    repairs: int
    day: int
    """Since the receipt …"""
    way: int
    """… which was so many days after the sale."""
    out_of_use: int
    rolling: str | None = None
    """The calendar on which the last day is none of business."""

    @property
    def case(self) -> Case:
        return Case(self.circumstances, self.repairs, self._is_within)

    def _is_within(self, within: Within) -> bool:
        day = self.day + (self.way if within.since == "sale" else 0)
        rolled = 1 if self.rolling and within.calendar == self.rolling else 0
        return day <= within.days + rolled + (self.out_of_use if within.excludes_out_of_use else 0)

    def __str__(self) -> str:
        found = f", {' and '.join(sorted(self.circumstances))}" if self.circumstances else ""
        without = f" ({self.out_of_use} of them out of use)" if self.out_of_use else ""
        received = f", received on day {self.way}," if self.way else ""
        rolled = f" (the last is none of business by {self.rolling})" if self.rolling else ""
        return f"on day {self.day + self.way}{received}{without}{rolled} after {self.repairs} repairs{found}"


def below(table: Entitlement, law: Entitlement) -> Iterator[str]:
    """Where it is, in words."""
    if OFTEN.index(table.once) > OFTEN.index(law.once):
        yield f"it is owed once a {table.once}, and the law gives it {f'once a {law.once}' if law.once else 'again'}"
    for point in _points((*table.grants, *law.grants)):
        owed, promised = fitting(law.grants, point.case), fitting(table.grants, point.case)
        if owed and not owed.is_charged and (lacks := _lacks(promised, owed)):
            yield f"{point} the law gives {lacks}"


def _lacks(promised: Grant | None, owed: Grant) -> str | None:
    """What the contract's line does not have of the law's."""
    options = {option.kind: option for option in promised.options} if promised and not promised.is_charged else {}
    for option in owed.options:
        if option.kind not in options or not _is_as_much(options[option.kind], option):
            return option.kind
    more = [paper for paper in promised.evidence if paper not in owed.evidence] if promised else []
    return f"it without {more[0]}" if more else None


def _is_as_much(promised: Option, owed: Option) -> bool:
    if owed.sum is None:
        return True
    is_like = promised.sum == owed.sum or ((promised.sum, owed.sum) == ("price_and_costs", "price") and not owed.sums)
    is_enough = all(promised.sums.get(currency, 0) >= minor for currency, minor in owed.sums.items())
    return is_like and is_enough and promised.times >= owed.times


def _points(grants: tuple[Grant, ...]) -> Iterator[Point]:
    edges = {grant.within.days for grant in grants if grant.within}
    later = (0, OUT_OF_USE_DAYS, LONG_OUT_OF_USE_DAYS)
    days = sorted({0} | {edge + more + past for edge in edges for more in later for past in (0, 1)})
    repairs = sorted({0} | {grant.repairs for grant in grants})
    words = sorted({word for grant in grants for word in (*grant.given, *grant.unless)})
    sets = [frozenset(each) for each in _sets(words)]
    calendars = sorted({grant.within.calendar for grant in grants if grant.within and grant.within.calendar})
    plain_first = product((*PLAIN_AND_LATE, *((0, 0, calendar) for calendar in calendars)), sets, repairs, days)
    yield from (Point(found, times, day, *when) for when, found, times, day in plain_first)


def _sets(words: list[str]) -> Iterable[tuple[str, ...]]:
    largest = len(words) if len(words) <= MANY else 2
    return chain.from_iterable(combinations(words, size) for size in range(largest + 1))
