"""In what one complaint's life would have gone otherwise, and why, where the facts tell."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from services.backtest.report.callbacks import OneCallback, callbacks
from services.backtest.report.course import closed_at, standing
from services.backtest.report.outcomes import outcomes
from services.backtest.report.remedies import remedies
from services.backtest.report.turns import Escalated, Life, Owned, Reopened, Work

ASPECTS = ("clock", "call", "reopening", "remedy", "escalation", "end")
"""The gravest first."""
KEPT, BROKEN = frozenset({"met", "kept"}), frozenset({"breached", "late", "broken", "given_up"})


class Aim(NamedTuple):
    """What a clock's outcome rests on."""

    clock: str
    priority: int | None
    department: str
    target: int
    unit: str
    calendar: str | None


class Ending(NamedTuple):
    """`word`: a clock's outcome, how a call ended, a remedy's kind and standing, whose the level is, why it was reopened, how it stands."""

    word: str
    seconds: int = 0
    """How late a call was."""
    minor: int = 0
    currency: str | None = None
    """What its lateness cost, or what the remedy is worth."""
    at: int | None = None
    """Of the end, when it was closed."""
    of: str = ""
    """The clock's kind, or what the call was for."""
    aim: Aim | None = None

    @property
    def told(self) -> tuple[object, ...]:
        """What makes a difference: another aim alone is none."""
        return self[:-2]


class Difference(NamedTuple):
    aspect: str
    name: str
    one: Ending | None
    """None: it did not come to that."""
    other: Ending | None
    because: tuple[str, ...]
    """priority, department, target, calendar, clock: what is different; empty where the facts do not tell."""

    @property
    def of(self) -> str:
        """The clock's kind, or what the call was for."""
        return next(each.of for each in (self.one, self.other) if each)

    @property
    def turned(self) -> int:
        """1 where a promise was kept and would not be, -1 where it would be kept, else 0."""
        one, other = (each.word if each else "" for each in (self.one, self.other))
        return (one in KEPT and other in BROKEN) - (one in BROKEN and other in KEPT)


class Change(NamedTuple):
    """A complaint with all that is different."""

    complaint_id: str
    differences: tuple[Difference, ...]

    @property
    def gravity(self) -> tuple[int, ...]:
        """First how many promises turned, then how many differences of each aspect there are."""
        aspects = [each.aspect for each in self.differences]
        return sum(abs(each.turned) for each in self.differences), *(aspects.count(aspect) for aspect in ASPECTS)


def change(one: Life, other: Life) -> Change | None:
    """None: it would have ended alike, whatever was aimed at on the way."""
    if one.turns == other.turns:
        return None
    before, after = endings(one), endings(other)
    names = [*before, *(name for name in after if name not in before)]
    differences = tuple(
        Difference(*name, before.get(name), after.get(name), _because(name[0], before.get(name), after.get(name), one, other))
        for name in sorted(names, key=lambda name: ASPECTS.index(name[0]))
        if _told(before.get(name)) != _told(after.get(name))
    )
    return Change(one.complaint_id, differences) if differences else None


def _told(ending: Ending | None) -> tuple[object, ...] | None:
    return ending and ending.told


def endings(life: Life) -> Mapping[tuple[str, str], Ending]:
    """(aspect, name) → how it ended."""
    return dict((*_clocks(life), *_calls(life), *_reopenings(life), *_remedies(life), *_escalations(life), *_end(life)))


Named = tuple[tuple[str, str], Ending]


def _clocks(life: Life) -> Iterator[Named]:
    for outcome in outcomes(life):
        clock = outcome.clock
        aim = Aim(clock.clock, *outcome.standing, clock.target, clock.unit, clock.calendar)
        yield ("clock", outcome.name), Ending(clock.what if outcome.has_ended else "running", of=outcome.kind, aim=aim)


def _calls(life: Life) -> Iterator[Named]:
    for one in callbacks(life):
        last = one.end or one.steps[-1]
        late = last.late if one.is_broken else 0
        yield ("call", one.callback), Ending(_how(one), late, last.cost, last.currency, of=f"{one.purpose} call")


def _how(one: OneCallback) -> str:
    match one.end.what if one.end else one.steps[-1].what:
        case "completed":
            return "late" if one.is_broken else "kept"
        case "abandoned":
            return "given_up"
        case "cancelled":
            return "called_off"
        case "impossible":
            return "impossible"
        case _:
            return "broken" if one.is_broken else "open"


def _remedies(life: Life) -> Iterator[Named]:
    for one in remedies(life):
        last = one.steps[-1]
        worth = next((step for step in reversed(one.steps) if step.currency), last)
        yield ("remedy", one.remedy), Ending(f"{one.kind} {last.what}", minor=worth.amount, currency=worth.currency)


def _reopenings(life: Life) -> Iterator[Named]:
    return ((("reopening", f"{turn.round}"), Ending(turn.reason)) for turn in life.of(Reopened))


def _escalations(life: Life) -> Iterator[Named]:
    for turn in life.of(Escalated):
        yield ("escalation", f"{turn.reason} {turn.level} {turn.instance or ''}".strip()), Ending(turn.to)


def _end(life: Life) -> Iterator[Named]:
    if life.registered:
        yield ("end", ""), Ending(standing(life), at=closed_at(life))


def _because(aspect: str, one: Ending | None, other: Ending | None, before: Life, after: Life) -> tuple[str, ...]:
    """Of a clock, or what it led to: what its aims have otherwise; where it ran only once, whose the complaint was and how urgent."""
    aims = one and one.aim, other and other.aim
    if aims[0] and aims[1]:
        pairs = zip(Aim._fields, aims[0], aims[1], strict=True)
        return tuple(dict.fromkeys("target" if name == "unit" else name for name, was, would_be in pairs if was != would_be))
    if aspect != "clock":
        return ()
    differs = {"priority": _priority(before) != _priority(after), "department": _departments(before) != _departments(after)}
    return tuple(name for name, does in differs.items() if does)


def _departments(life: Life) -> frozenset[str]:
    return frozenset(turn.department for turn in life.of(Work))


def _priority(life: Life) -> int | None:
    return next((turn.priority for turn in life.of(Owned)), None)
