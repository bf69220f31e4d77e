"""One clock: what it counts from, its target, its pauses, and what it has still to say.  Pure arithmetic on a calendar.

Time is measured in whole seconds, by cutting both ends.  `due` is the instant at which the target is used up; exactly then is met; the
breach is the first whole open second beyond, for ever.  Warnings, levels and the breach are told when they are true, also where that was
long ago; their own instants are fields.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple, Self

from contracts.common import PolicyReference
from contracts.model import LATEST, Code, Instant, Part, Seconds
from contracts.routing import Priority, Work
from services.platform.business_time import Calendar, Target, Unit, breach
from services.routing.clock.days import on_business_days, on_days, whole_days
from services.routing.clock.rules import Kind, Milestone

SECOND = timedelta(seconds=1)
LAST = LATEST - SECOND
"""What never comes, or after it, is told as it: nothing is late then."""


def whole(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)


def elapsed(start: datetime, end: datetime) -> int:
    """Whole seconds; 0 where the end, told by another log, is before the start."""
    return max(0, (end - start) // SECOND)


What = Literal["warning", "breach", "level", "age"]


class Mark(NamedTuple):
    """Something that the clock will say at an instant: a warning (`number` is its percent), a level, the breach, a point of ageing."""

    at: datetime
    what: What
    number: int = 0

    @property
    def name(self) -> str:
        return f"{self.what}-{self.number}"


Ahead = tuple[Seconds, What, int]
"""A mark, in seconds after what the clock counts from: a state is read at every turn, and a number ten times as fast as an instant."""
Pause = tuple[Seconds, Seconds]
"""When it began, in seconds after what the clock counts from, and how long it was."""


class Clock(Part):
    name: Code
    instance: Code
    kind: Kind
    work: Work | None = None
    met_by: Milestone
    priority: Priority
    """Whose target it has.  Ageing raises the complaint above it: a promise does not break because it got old."""
    started_from: Instant
    target: Target
    calendar: Code | None = None
    due_after: Seconds = 0
    """In seconds after what it counts from."""
    ahead: tuple[Ahead, ...] = ()
    """What it has still to say, in the order of time; each once, ever."""
    told: tuple[Code, ...] = ()
    """What was told already, by the names of marks: a new target tells nothing twice."""
    paused_at: Instant | None = None
    pauses: tuple[Pause, ...] = ()
    """Those that ended."""
    extensions: int = 0
    approved: Target | None = None
    """The longest that somebody approved: no shorter one takes its place."""
    settle_seconds: int = 0
    """How long after a breach the word of another service that was in time may still arrive."""
    ended: Literal["met", "breached", "stopped"] | None = None
    is_late: bool = False
    """What it measured came after the breach, which the word of another service may still prevent: it is over once that is told."""
    is_over: bool = False
    """What it measured has come, or is no longer asked for: nothing more is said, no level either."""
    policy: PolicyReference
    """The version under which it is computed, as long as open complaints keep what they began with."""

    @property
    def due(self) -> datetime:
        return self._at(self.due_after)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What it has still to say, each with its instant."""
        return tuple(self._mark(*each) for each in self.ahead)

    def instants(self, what: What) -> tuple[datetime, ...]:
        """When it has still to say such a thing."""
        return tuple(self._at(after) for after, each, _ in self.ahead if each == what)

    def _mark(self, after: int, what: What, number: int) -> Mark:
        return Mark(self._at(after), what, number)

    def with_marks(self, marks: Iterable[Mark]) -> Self:
        """With these ahead, less what never comes."""
        return self.but(ahead=tuple((elapsed(self.started_from, at), what, number) for at, what, number in marks if at < LAST))

    def _at(self, after: int) -> datetime:
        return self.started_from + after * SECOND

    @property
    def next(self) -> datetime | None:
        """When it has something new to say; never while it rests."""
        return self._at(self._judged_after) if self.ahead and not self.paused_at else None

    @property
    def _judged_after(self) -> int:
        """A breach that a late word may still prevent, and what comes with it, only once that had its time.  In seconds."""
        after = self.ahead[0][0]
        if self.settle_seconds and self.ended is None and after > self.due_after:
            return min(after + self.settle_seconds, (LAST - self.started_from) // SECOND)
        return after

    def says(self, instant: datetime) -> Mark | None:
        """The first that is true by then, whatever may still arrive, and was not told."""
        return self._mark(*self.ahead[0]) if self.ahead and self._judged_after <= self._counted(instant) else None

    def is_missed(self, instant: datetime) -> bool:
        """Whether the target was used up by more than a second, told or not."""
        used = self._counted(instant)
        return self.ended == "breached" or any(what == "breach" and after <= used for after, what, _ in self.ahead)

    def _counted(self, instant: datetime) -> int:
        """Whole seconds from its start until then, negative before it.  Every turn asks, and numbers compare faster than instants."""
        return (self.counted_until(instant) - self.started_from) // SECOND

    def is_running(self, instant: datetime) -> bool:
        """Whether it can still be met: resting or not."""
        return self.ended is None and not self.is_missed(instant)

    def counted_until(self, instant: datetime) -> datetime:
        return min(instant, self.paused_at) if self.paused_at else instant

    def used(self, instant: datetime, calendar: Calendar) -> int:
        """Open seconds, less those in pauses; 0 for a command that came before what the clock counts from."""
        until = self.counted_until(instant)
        rested = sum(calendar.between(since, min(end, until)) for since, end in self.rests())
        return max(0, calendar.between(self.started_from, until) - rested)

    def paused(self, instant: datetime) -> int:
        """Elapsed seconds in all pauses by then, a present one included."""
        ended = sum(elapsed(since, min(end, whole(instant))) for since, end in self.rests())
        return ended + (elapsed(self.paused_at, whole(instant)) if self.paused_at else 0)

    def rests(self) -> Iterator[tuple[datetime, datetime]]:
        return ((since := self.started_from + begun * SECOND, since + length * SECOND) for begun, length in self.pauses)

    def used_up(self, seconds: int, calendar: Calendar) -> datetime:
        """The instant at which so many open seconds are used."""
        return self._later("seconds", calendar, lambda rested: calendar.add(self.started_from, seconds + rested))

    def due_in(self, calendar: Calendar) -> datetime:
        """Later by what it rested: by as many open seconds, or, in days and weeks, by as many days, a part of one being a whole one."""
        start, amount = self.started_from, self.target.amount
        match self.target.unit:
            case "seconds":
                return self.used_up(amount, calendar)
            case "business_days":
                return self._later("business_days", calendar, lambda days: calendar.end_of_business_day(start, amount + days))
            case "calendar_days":
                return self._later("calendar_days", calendar, lambda days: calendar.end_of_day(start, amount + days))
            case "weeks":
                return self._later("weeks", calendar, lambda days: calendar.end_of_day(start, 7 * amount + days))

    def _later(self, unit: Unit, calendar: Calendar, comes: Callable[[int], datetime]) -> datetime:
        """When it comes, with so much rest: only what began before it was past moves it, for what was late then stays late."""
        rested, at = 0, comes(0)
        for since, until in self.rests():
            if since >= breach(at, unit, calendar):
                break
            rested += _rest(unit, since, until, calendar)
            at = comes(rested if unit == "seconds" else whole_days(rested))
        return at

    def resumed(self, instant: datetime) -> Self:
        """With its pause counted."""
        if self.paused_at is None:
            return self
        since = max(self.paused_at, self.started_from)
        pause = (elapsed(self.started_from, since), elapsed(since, whole(instant)))
        return self.but(paused_at=None, pauses=(*self.pauses, pause))

    @property
    def over(self) -> Self:
        return self.but(is_over=True, ahead=(), told=(), paused_at=None)

    def but(self, **changes: Any) -> Self:
        return self.model_copy(update=changes)


def counts_from(received_at: datetime | None, registered_at: datetime, max_backdating_seconds: int) -> datetime:
    """When it was received, as far as the policy believes that; else its registration."""
    if received_at is None or not timedelta(0) <= registered_at - received_at <= max_backdating_seconds * SECOND:
        return whole(registered_at)
    return whole(received_at)


def _rest(unit: Unit, since: datetime, until: datetime, calendar: Calendar) -> int:
    """In seconds that count for such a target."""
    match unit:
        case "seconds":
            return calendar.between(since, until)
        case "business_days":
            return on_business_days(since, until, calendar)
        case "calendar_days" | "weeks":
            return on_days(since, until, calendar)
