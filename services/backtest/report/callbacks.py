"""Promised calls: kept in time, late, broken, and what that cost."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from services.backtest.report.course import NOT_TOLD
from services.backtest.report.figures import Counts, Share, Spread, Sums, add, counted, summed
from services.backtest.report.turns import Callback, Life

ENDS = frozenset({"completed", "abandoned", "cancelled"})


class CallbackFigures(NamedTuple):
    promised: int
    kept: int
    """Completed, not a second late."""
    late: int
    """Completed, late; those are broken too."""
    broken: int
    abandoned: int
    cancelled: int
    impossible: int
    """Never promised: nothing led to the customer."""
    moved: int
    late_by: Spread
    """Seconds, of those completed late."""
    cost: Sums
    """Of lateness, as the fact tells it that ended the callback: completed, given up or called off."""

    @property
    def in_time(self) -> Share:
        """Of the promises that were kept in time or broken."""
        return Share(self.kept, self.kept + self.broken)

    @property
    def open(self) -> int:
        return self.promised - self.kept - self.late - self.abandoned - self.cancelled


class Callbacks(NamedTuple):
    all: CallbackFigures
    by_purpose: tuple[tuple[tuple[str, ...], CallbackFigures], ...]
    attempts: Counts
    """By outcome; `lost` is none, but a claimant who vanished."""
    why_not: Counts
    """Why calls were given up, or could not be promised."""


class OneCallback(NamedTuple):
    """All that was told of a callback."""

    callback: str
    purpose: str
    steps: tuple[Callback, ...]

    @property
    def end(self) -> Callback | None:
        return next((step for step in self.steps if step.what in ENDS), None)

    @property
    def is_broken(self) -> bool:
        return any(step.what == "broken" for step in self.steps)


class _Cell:
    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.late_by: list[int] = []
        self.cost: Counter[str] = Counter()

    def take(self, one: OneCallback) -> None:
        for step in one.steps:
            self.counts["late" if step.what == "completed" and step.late else step.what] += 1
            if step.what == "completed" and step.late:
                self.late_by.append(step.late)
            if step.what in ENDS:
                add(self.cost, step.currency, step.cost)

    def figures(self) -> CallbackFigures:
        counts = self.counts
        return CallbackFigures(
            promised=counts["promised"], kept=counts["completed"], late=counts["late"], broken=counts["broken"],
            abandoned=counts["abandoned"], cancelled=counts["cancelled"], impossible=counts["impossible"], moved=counts["moved"],
            late_by=Spread.of(self.late_by), cost=summed(self.cost),
        )  # fmt: skip


class CallbackTally:
    def __init__(self) -> None:
        self._all = _Cell()
        self._purposes: defaultdict[tuple[str, ...], _Cell] = defaultdict(_Cell)
        self._attempts: Counter[str] = Counter()
        self._why_not: Counter[str] = Counter()

    def take(self, life: Life) -> None:
        for one in callbacks(life):
            self._all.take(one)
            self._purposes[one.purpose,].take(one)
            for step in one.steps:
                if step.word and step.what == "attempted":
                    self._attempts[step.word] += 1
                if step.word and step.what in ("abandoned", "impossible"):
                    self._why_not[step.word] += 1

    def callbacks(self) -> Callbacks:
        return Callbacks(
            self._all.figures(),
            tuple((name, cell.figures()) for name, cell in sorted(self._purposes.items())),
            counted(self._attempts),
            counted(self._why_not),
        )


def callbacks(life: Life) -> Iterator[OneCallback]:
    """Each once, in the order in which they were first told of."""
    steps: dict[str, list[Callback]] = {}
    for turn in life.of(Callback):
        steps.setdefault(turn.callback, []).append(turn)
    for name, told in steps.items():
        yield OneCallback(name, next((step.purpose for step in told if step.purpose), NOT_TOLD), tuple(told))
