"""How it was put right: what was owed and what was given, each apart, by kind and by cause, in each currency apart."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from services.backtest.report.figures import Sums, add, summed
from services.backtest.report.turns import Life, Remedy, Resolved

UNDECIDED, NOT_FOUND = "(not chosen)", "(not found)"


class RemedyFigures(NamedTuple):
    proposed: int
    chosen: int
    approved: int
    issued: int
    done: int
    failed: int
    rejected: int
    cancelled: int
    sums_issued: Sums
    sums_done: Sums

    @property
    def pending(self) -> int:
        return self.proposed - self.issued - self.rejected - self.cancelled


class Remedies(NamedTuple):
    all: RemedyFigures
    by_kind: tuple[tuple[tuple[str, ...], RemedyFigures], ...]
    """(ground, kind)."""
    by_cause: tuple[tuple[tuple[str, ...], RemedyFigures], ...]
    """(ground, causes of the round's resolution): several together are one row, so that no sum counts twice."""


class OneRemedy(NamedTuple):
    """All that was told of a remedy."""

    remedy: str
    ground: str
    kind: str
    causes: str
    steps: tuple[Remedy, ...]


class _Cell:
    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.issued: Counter[str] = Counter()
        self.done: Counter[str] = Counter()

    def take(self, one: OneRemedy) -> None:
        for step in one.steps:
            self.counts[step.what] += 1
            if step.what in ("issued", "done"):
                add(self.issued if step.what == "issued" else self.done, step.currency, step.amount)

    def figures(self) -> RemedyFigures:
        counts = self.counts
        return RemedyFigures(
            proposed=counts["proposed"], chosen=counts["chosen"], approved=counts["approved"], issued=counts["issued"], done=counts["done"],
            failed=counts["failed"], rejected=counts["rejected"], cancelled=counts["cancelled"], sums_issued=summed(self.issued),
            sums_done=summed(self.done),
        )  # fmt: skip


class RemedyTally:
    def __init__(self) -> None:
        self._all = _Cell()
        self._kinds: defaultdict[tuple[str, ...], _Cell] = defaultdict(_Cell)
        self._causes: defaultdict[tuple[str, ...], _Cell] = defaultdict(_Cell)

    def take(self, life: Life) -> None:
        for one in remedies(life):
            for cell in (self._all, self._kinds[one.ground, one.kind], self._causes[one.ground, one.causes]):
                cell.take(one)

    def remedies(self) -> Remedies:
        return Remedies(
            self._all.figures(),
            tuple((name, cell.figures()) for name, cell in sorted(self._kinds.items())),
            tuple((name, cell.figures()) for name, cell in sorted(self._causes.items())),
        )


def remedies(life: Life) -> Iterator[OneRemedy]:
    """Each once, in the order in which they were proposed."""
    steps: dict[str, list[Remedy]] = {}
    for turn in life.of(Remedy):
        steps.setdefault(turn.remedy, []).append(turn)
    causes = {turn.round: ", ".join(turn.causes) for turn in life.of(Resolved)}
    for name, told in steps.items():
        kind = next((step.kind for step in reversed(told) if step.kind), UNDECIDED)
        yield OneRemedy(name, told[0].ground, kind, causes.get(told[0].round) or NOT_FOUND, tuple(told))
