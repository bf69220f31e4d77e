"""How each clock of a complaint ended, whose it was then, and how late what it measures came in the end."""

from collections.abc import Iterator
from typing import NamedTuple

from services.backtest.report.course import NOBODY, answered_at, closed_at, resolved_at
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
