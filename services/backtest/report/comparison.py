"""Two reports of one history, under two sets of policies: what would have changed."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from heapq import nlargest
from typing import NamedTuple

from services.backtest.report.differences import Change, change
from services.backtest.report.figures import Counts, counted
from services.backtest.report.lines import Value, lines
from services.backtest.report.report import Report
from services.backtest.report.summary import Summary

RATIOS = frozenset({"percent", "seconds", "score"})
"""Units of which nothing is none; of a number or a sum it is 0."""
GRAVEST = 200
"""How many complaints are kept with all their differences; every one of them is told by `changes`."""


class Beside(NamedTuple):
    """One figure in both reports; None: there is nothing to reckon with."""

    group: str
    name: str
    unit: str
    one: Value
    other: Value

    @property
    def difference(self) -> Value:
        """What the other has more."""
        return None if self.one is None or self.other is None else self.other - self.one


class Comparison(NamedTuple):
    one: Summary
    other: Summary
    figures: tuple[Beside, ...]
    complaints: int
    changed: int
    by_aspect: Counts
    """Complaints in which a clock, a call, … ended otherwise."""
    because: Counts
    """Complaints by what of it the facts tell: another target, calendar, priority, department."""
    turned: tuple[tuple[str, int, int], ...]
    """A kind of clock, or of call: how often it was kept and would not be, and the reverse."""
    gravest: tuple[Change, ...]


def compare(one: Report, other: Report) -> Comparison:
    aspects, because = Counter[str](), Counter[str]()
    worse, better = Counter[str](), Counter[str]()
    changed = 0

    def counting() -> Iterator[Change]:
        nonlocal changed
        for found in changes(one, other):
            changed += 1
            aspects.update({each.aspect for each in found.differences})
            because.update({why for each in found.differences for why in each.because})
            worse.update(each.of for each in found.differences if each.turned > 0)
            better.update(each.of for each in found.differences if each.turned < 0)
            yield found

    gravest = tuple(nlargest(GRAVEST, counting(), key=lambda found: (found.gravity, found.complaint_id)))
    turned = tuple((name, worse[name], better[name]) for name in sorted(worse | better))
    before, after = one.summary(), other.summary()
    return Comparison(
        before, after, tuple(_beside(before, after)), len(one.complaints | other.complaints), changed, counted(aspects), counted(because),
        turned, gravest,
    )  # fmt: skip


def changes(one: Report, other: Report) -> Iterator[Change]:
    """Every complaint that would have ended otherwise, in the order of their ids."""
    found = (change(one.life(id), other.life(id)) for id in sorted(one.complaints | other.complaints))
    return (each for each in found if each)


def _beside(one: Summary, other: Summary) -> Iterator[Beside]:
    """Every figure that either has, in the order of the first, then of the second."""
    before = {line[:3]: line.value for line in lines(one)}
    after = {line[:3]: line.value for line in lines(other)}
    groups = list(dict.fromkeys(name[0] for name in (*before, *after)))
    for name in sorted({**before, **after}, key=lambda name: groups.index(name[0])):
        absent = None if name[2] in RATIOS else Fraction()
        yield Beside(*name, before.get(name, absent), after.get(name, absent))
