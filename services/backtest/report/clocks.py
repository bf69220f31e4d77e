"""Clocks by how they ended, and by whose they were: what those met used, and how late what those breached measure came."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import NamedTuple

from services.backtest.report.course import urgency
from services.backtest.report.figures import Share, Spread
from services.backtest.report.outcomes import ENDS, Outcome, outcomes
from services.backtest.report.turns import Clock, Life


class ClockFigures(NamedTuple):
    started: int
    met: int
    breached: int
    stopped: int
    paused: int
    extended: int
    warned: int
    used: Spread
    """Open seconds less pauses, of those that were met."""
    late: Spread
    """Of the breaches whose end came."""

    @property
    def kept(self) -> Share:
        return Share(self.met, self.met + self.breached)

    @property
    def running(self) -> int:
        return self.started - self.met - self.breached - self.stopped

    @property
    def never_came(self) -> int:
        """Breaches of what has not come, or is not asked for any more."""
        return self.breached - self.late.number


Rows = tuple[tuple[tuple[str, ...], ClockFigures], ...]


class Clocks(NamedTuple):
    all: ClockFigures
    by_clock: Rows
    by_department: Rows
    """Of those that ended, as the three below."""
    by_priority: Rows
    """P1 …"""
    by_department_and_clock: Rows
    by_priority_and_clock: Rows


class _Cell:
    """Clocks of one name, while the complaint had one priority and was one department's."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.used: list[int] = []
        self.late: list[int] = []

    def ended(self, outcome: Outcome) -> None:
        self.counts[outcome.clock.what] += 1
        if outcome.clock.what == "met":
            self.used.append(outcome.clock.used)
        if outcome.late is not None:
            self.late.append(outcome.late)


Cells = Mapping[tuple[str, str, str], _Cell]
"""(clock, department, P1 …) → what ended there; without department and priority what only happened to a clock on its way."""


class ClockTally:
    def __init__(self) -> None:
        self._cells: defaultdict[tuple[str, str, str], _Cell] = defaultdict(_Cell)

    def take(self, life: Life) -> None:
        for turn in life.of(Clock):
            if turn.what not in ENDS:
                self._cells[turn.clock, "", ""].counts[turn.what] += 1
        for outcome in outcomes(life):
            if outcome.has_ended:
                standing = outcome.standing
                self._cells[outcome.clock.clock, standing.department, urgency(standing.priority)].ended(outcome)

    def clocks(self) -> Clocks:
        ended = {name: cell for name, cell in self._cells.items() if name[1]}
        return Clocks(
            _figures(self._cells.values()),
            _rows(self._cells, lambda clock, department, priority: (clock,)),
            _rows(ended, lambda clock, department, priority: (department,)),
            _rows(ended, lambda clock, department, priority: (priority,)),
            _rows(ended, lambda clock, department, priority: (department, clock)),
            _rows(ended, lambda clock, department, priority: (priority, clock)),
        )


def _rows(cells: Cells, row: Callable[[str, str, str], tuple[str, ...]]) -> Rows:
    gathered: defaultdict[tuple[str, ...], list[_Cell]] = defaultdict(list)
    for name, cell in cells.items():
        gathered[row(*name)].append(cell)
    return tuple((name, _figures(found)) for name, found in sorted(gathered.items()))


def _figures(cells: Iterable[_Cell]) -> ClockFigures:
    found = list(cells)
    counts = sum((cell.counts for cell in found), Counter[str]())
    return ClockFigures(
        started=counts["started"], met=counts["met"], breached=counts["breached"], stopped=counts["stopped"], paused=counts["paused"],
        extended=counts["extended"], warned=counts["warned"], used=Spread.of(chain.from_iterable(cell.used for cell in found)),
        late=Spread.of(chain.from_iterable(cell.late for cell in found)),
    )  # fmt: skip
