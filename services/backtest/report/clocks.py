"""How clocks ended: met, breached or stopped, each once; what they used, and how late what they measure came in the end."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from services.backtest.report.course import NOBODY, answered_at, closed_at, resolved_at, urgency
from services.backtest.report.figures import Share, Spread
from services.backtest.report.keeping import seconds_between
from services.backtest.report.turns import Clock, Danger, Life, Owned, Raised, Work

ENDS = frozenset({"met", "breached", "stopped"})
ONE_OF_A_KIND = frozenset({"first_answer", "resolution", "total_resolution"})


class Standing(NamedTuple):
    """Of a complaint when one of its clocks ended, by what routing had told until then."""

    priority: int | None
    department: str


class Outcome(NamedTuple):
    """How one clock ended; one that runs when the history ends is told as it was last told of."""

    clock: Clock
    kind: str
    standing: Standing
    late: int | None
    """Of a breach: elapsed seconds from the due until what it measures came; None: it has not come."""

    @property
    def has_ended(self) -> bool:
        return self.clock.what in ENDS

    @property
    def name(self) -> str:
        """The clock's instance, by its kind where a complaint has one of that kind: another set may have another name for it."""
        instance, name = self.clock.instance, self.clock.clock
        return f"{self.kind}{instance.removeprefix(name)}" if self.kind in ONE_OF_A_KIND else instance


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


def outcomes(life: Life) -> Iterator[Outcome]:
    """Of every clock, with whose it was then: those that ended in the order in which they did, then those that run."""
    priority: int | None = None
    lead = desk = guard = NOBODY
    works: dict[str, str] = {}
    kinds: dict[str, str] = {}
    running: dict[str, Clock] = {}

    def standing(clock: Clock, kind: str) -> Standing:
        match kind:
            case "acceptance":
                return Standing(priority, works.get(clock.work or "", lead))
            case "triage":
                return Standing(priority, desk)
            case "containment":
                return Standing(priority, guard)
            case _:
                return Standing(priority, lead)

    for turn in life.turns:
        match turn:
            case Clock() if turn.what in ENDS:
                running.pop(turn.instance, None)
                kind = kinds.get(turn.instance, "")
                yield Outcome(turn, kind, standing(turn, kind), late(life, turn, kind) if turn.what == "breached" else None)
            case Clock():
                running[turn.instance] = turn
                kinds.setdefault(turn.instance, turn.kind or "")
            case Owned():
                priority = turn.priority
                lead, desk = (turn.whose, desk) if turn.what == "routed" else (lead, turn.whose)
            case Raised():
                priority = turn.priority
            case Work(what="requested"):
                works[turn.work] = turn.department
            case Danger(what="requested", department=str(department)):
                guard = department
    for clock in running.values():
        kind = kinds[clock.instance]
        yield Outcome(clock, kind, standing(clock, kind), None)


def late(life: Life, clock: Clock, kind: str) -> int | None:
    """Elapsed seconds from its due until what it measures came, never less than none."""
    came = _came(life, clock, kind)
    return None if came is None else max(0, seconds_between(clock.due, came))


def _came(life: Life, clock: Clock, kind: str) -> int | None:
    """What a legal clock measures, no fact tells."""
    match kind:
        case "acceptance":
            return _first(life, "accepted", clock.work)
        case "first_answer":
            return answered_at(life)
        case "resolution":
            return resolved_at(life)
        case "total_resolution":
            return closed_at(life)
        case "containment":
            return _contained(life, _started(life, clock))
        case "triage":
            return _assigned(life, clock)
        case _:
            return None


def _first(life: Life, what: str, work: str | None) -> int | None:
    return next((turn.at for turn in life.of(Work) if turn.what == what and turn.work == work), None)


def _contained(life: Life, since: int) -> int | None:
    return next((turn.at for turn in life.of(Danger) if turn.what == "contained" and turn.at >= since), None)


def _assigned(life: Life, clock: Clock) -> int | None:
    """Who takes the declined work over; or, where the whole complaint waited, who owns it."""
    if clock.work:
        return next((turn.at for turn in life.of(Work) if turn.instead_of == clock.work), None)
    started = _started(life, clock)
    return next((turn.at for turn in life.of(Owned) if turn.what == "routed" and turn.at >= started), None)


def _started(life: Life, clock: Clock) -> int:
    """When this was told; what was before is of an earlier one."""
    return next(turn.at for turn in life.of(Clock) if turn.what == "started" and turn.instance == clock.instance)
