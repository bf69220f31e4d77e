"""Where service falls short of what customers expect (SERVQUAL): gap = perception − expectation, below 0 where it does.

Each item counts alike in its dimension, however many answered it, and each dimension alike in the whole, unless customers weighed them.
Here since it is what a measured gap means: who says one, and who adds up many, reckon alike.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

DIMENSIONS = ("tangibles", "reliability", "responsiveness", "assurance", "empathy")
ITEMS: Mapping[str, int] = dict(zip(DIMENSIONS, (4, 5, 4, 4, 5), strict=True))
"""How many items the questionnaire has of each dimension, in its order: 22 in all."""


class Answer(NamedTuple):
    """One row: what one customer, or the average of many, expected and perceived."""

    dimension: str
    item: str
    expectation: Fraction
    perception: Fraction


class Item(NamedTuple):
    name: str
    answers: int
    gap: Fraction
    """The mean of its answers."""


class Dimension(NamedTuple):
    name: str
    items: tuple[Item, ...]
    weight: Fraction | None
    """Points of 100 that customers give it; all dimensions have one or none has."""

    @property
    def sum(self) -> Fraction:
        return sum((item.gap for item in self.items), Fraction())

    @property
    def gap(self) -> Fraction:
        """The mean of its items."""
        return self.sum / len(self.items)


def dimensions(answers: Iterable[Answer], weights: Mapping[str, Fraction]) -> tuple[Dimension, ...]:
    """Those that were asked for, in the order of `DIMENSIONS`; `weights`: dimension → points, empty where there are none."""
    gaps: dict[str, dict[str, list[Fraction]]] = {name: {} for name in DIMENSIONS}
    for answer in answers:
        gaps[answer.dimension].setdefault(answer.item, []).append(answer.perception - answer.expectation)
    return tuple(Dimension(name, _items(of_items), weights.get(name)) for name, of_items in gaps.items() if of_items)


def of_questionnaire(expectation: Iterable[int], perception: Iterable[int]) -> tuple[Answer, ...]:
    """One customer's scores of all 22 items, in the questionnaire's order; raises ValueError where one is missing."""
    items = [(dimension, f"{dimension}.{n}") for dimension, count in ITEMS.items() for n in range(1, count + 1)]
    scored = zip(items, expectation, perception, strict=True)
    return tuple(Answer(*item, Fraction(expected), Fraction(perceived)) for item, expected, perceived in scored)


def _items(gaps: Mapping[str, list[Fraction]]) -> tuple[Item, ...]:
    return tuple(Item(name, len(found), sum(found, Fraction()) / len(found)) for name, found in gaps.items())


def total(found: Iterable[Dimension]) -> Fraction:
    """The sum of the dimensions' gaps."""
    return sum((each.gap for each in found), Fraction())


def overall(found: tuple[Dimension, ...]) -> Fraction:
    """The mean of the dimensions' gaps."""
    return total(found) / len(found)


def weighted(found: tuple[Dimension, ...]) -> Fraction | None:
    """Σ weight · gap / 100; None where the dimensions have no weights."""
    parts = [each.weight * each.gap / 100 for each in found if each.weight is not None]
    return sum(parts, Fraction()) if parts else None


def worst(found: tuple[Dimension, ...]) -> tuple[str, ...]:
    """The dimension with the lowest gap; several where they are equal."""
    lowest = min(each.gap for each in found)
    return tuple(each.name for each in found if each.gap == lowest)
