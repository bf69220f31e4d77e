"""All situations in which some lines of tables fit and others do not, without trying one situation after another.

A line asks for circumstances that were found or not, and for numbers of which one is at most so much more than another: the days of the
sale, the receipt and the claim, and the repairs.  What is bounded so is known to the last day: of bounds that do not contradict each other
when they are added up there is a situation in whole numbers, and of any others there is none.
"""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import NamedTuple


class Number(IntEnum):
    """Days of a calendar, and two that are none."""

    SOLD = 0
    RECEIVED = 1
    CAME = 2
    CAME_LESS_OUT_OF_USE = 3
    """The day of the claim, less the days out of use."""
    ZERO = 4
    REPAIRS = 5


FAR = 10**9
"""More than any bound that a policy can say."""


class Word(NamedTuple):
    """A circumstance was found, or not."""

    word: str
    is_found: bool

    @property
    def opposite(self) -> "Word":
        return Word(self.word, not self.is_found)


class AtMost(NamedTuple):
    """One number is at most so much more than the other."""

    one: Number
    other: Number
    more: int

    @property
    def opposite(self) -> "AtMost":
        return AtMost(self.other, self.one, -self.more - 1)


Condition = Word | AtMost
Line = tuple[Condition, ...]
"""All of it must hold."""


class Situations(NamedTuple):
    """All in which these circumstances were found or not, and these bounds hold.  There is one: none is told as None."""

    words: frozenset[Word]
    bounds: tuple[tuple[int, ...], ...]
    """How much more than each other each number is at most, by all that is known: closed."""

    def where(self, condition: Condition) -> "Situations | None":
        match condition:
            case Word():
                return None if condition.opposite in self.words else Situations(self.words | {condition}, self.bounds)
            case AtMost():
                return self._bounded(*condition)

    def where_all(self, line: Iterable[Condition]) -> "Situations | None":
        left: Situations | None = self
        for condition in line:
            left = left and left.where(condition)
        return left

    def _bounded(self, one: Number, other: Number, more: int) -> "Situations | None":
        if self.bounds[other][one] + more < 0:
            return None
        if more >= self.bounds[one][other]:
            return self
        after = [more + most for most in self.bounds[other]]
        closed = tuple(tuple(min(most, row[one] + then) for most, then in zip(row, after, strict=True)) for row in self.bounds)
        return Situations(self.words, closed)

    def least(self, one: Number, other: Number) -> int:
        """How much more than the other it is at least."""
        return -self.bounds[other][one]

    def with_least(self, one: Number, other: Number) -> "Situations":
        left = self.where(AtMost(one, other, self.least(one, other)))
        assert left is not None, "bounds that are closed are reached"
        return left


ANY = Situations(frozenset(), tuple(tuple(0 if one == other else FAR for other in Number) for one in Number))


def some(situations: Situations | None, unfit: Sequence[Line]) -> Situations | None:
    """Some of them, in which none of these lines fits.

    The line that has the fewest ways not to fit comes first: none at all, and there is nothing to look for.
    """
    if situations is None:
        return None
    ways = {line: _ways_not_to(line, situations) for line in unfit if situations.where_all(line)}
    if not ways:
        return situations
    first = min(ways, key=lambda line: len(ways[line]))
    left = [line for line in ways if line != first]
    return next(filter(None, (some(way, left) for way in ways[first])), None)


def _ways_not_to(line: Line, situations: Situations) -> list[Situations]:
    return [way for condition in line if (way := situations.where(condition.opposite))]
