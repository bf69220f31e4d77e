"""One clock: what it counts from, its target, its pauses, and what it has still to say.  Pure arithmetic on a calendar.

Time is measured in whole seconds, by cutting both ends.  `due` is the instant at which the target is used up; exactly then is met; the
breach is the first whole open second beyond, for ever.  Warnings, levels and the breach are told when they are true, also where that was
long ago; their own instants are fields.
"""

from datetime import datetime, timedelta
from typing import Any, Literal, Self

from contracts.common import PolicyReference
from contracts.model import LATEST, Code, Instant, Part, Seconds
from contracts.routing import Priority, Work
from services.platform.business_time import Calendar, Target
from services.routing.clock.rules import Kind, Milestone

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
LAST = LATEST - SECOND


def whole(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)


def elapsed(start: datetime, end: datetime) -> int:
    """Whole seconds; 0 where the end, told by another log, is before the start."""
    return max(0, (end - start) // SECOND)


class Mark(Part):
    """Something that the clock will say at an instant: a warning (`number` is its percent), a level, the breach, a point of ageing."""

    at: Instant
    what: Literal["warning", "breach", "level", "age"]
    number: int = 0

    @property
    def name(self) -> str:
        return f"{self.what}-{self.number}"


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
    due: Instant
    marks: tuple[Mark, ...] = ()
    """What it has still to say, in the order of time; each once, ever."""
    told: tuple[Code, ...] = ()
    """What was told already, by the names of marks: a new target tells nothing twice."""
    paused_at: Instant | None = None
    paused_seconds: Seconds = 0
    """Elapsed, in all pauses that ended."""
    paused_open_seconds: Seconds = 0
    """The same of the calendar's open time."""
    paused_business_seconds: Seconds = 0
    """The same of business days, each from midnight to midnight."""
    extensions: int = 0
    settle_seconds: int = 0
    """How long after a breach the word of another service that was in time may still arrive."""
    ended: Literal["met", "breached", "stopped"] | None = None
    is_over: bool = False
    """What it measured has come, or is no longer asked for: nothing more is said, no level either."""
    policy: PolicyReference

    @property
    def next(self) -> datetime | None:
        """When it has something new to say; never while it rests."""
        return self._judged_at(self.marks[0]) if self.marks and not self.paused_at else None

    def _judged_at(self, mark: Mark) -> datetime:
        """A breach that a late word may still prevent, and what comes with it, only once that had its time."""
        is_open = self.ended is None and mark.at > self.due
        return min(mark.at + self.settle_seconds * SECOND, LAST) if is_open else mark.at

    def says(self, instant: datetime, is_final: bool = False) -> Mark | None:
        """The first that is true by then and was not told; `is_final`: nothing that may still arrive can change it."""
        if not self.marks:
            return None
        mark = self.marks[0]
        return mark if (mark.at if is_final else self._judged_at(mark)) <= self._counted_until(instant) else None

    def is_missed(self, instant: datetime) -> bool:
        """Whether the target was used up by more than a second, told or not."""
        until = self._counted_until(instant)
        return self.ended == "breached" or any(mark.what == "breach" and mark.at <= until for mark in self.marks)

    def is_running(self, instant: datetime) -> bool:
        """Whether it can still be met: resting or not."""
        return self.ended is None and not self.is_missed(instant)

    def _counted_until(self, instant: datetime) -> datetime:
        return min(instant, self.paused_at) if self.paused_at else instant

    def used(self, instant: datetime, calendar: Calendar) -> int:
        """Open seconds, less those in pauses; 0 for a command that came before what the clock counts from."""
        return max(0, calendar.between(self.started_from, self._counted_until(instant)) - self.paused_open_seconds)

    def paused(self, instant: datetime) -> int:
        """Elapsed seconds in all pauses, a present one included."""
        return self.paused_seconds + (elapsed(self.paused_at, whole(instant)) if self.paused_at else 0)

    def used_up(self, seconds: int, calendar: Calendar) -> datetime:
        """The instant at which so many open seconds are used, pauses left out."""
        return calendar.add(self.started_from, seconds + self.paused_open_seconds)

    def due_in(self, calendar: Calendar) -> datetime:
        """Later by what it rested: by as many open seconds, or, in days and weeks, by as many days, a part of one being a whole one."""
        amount = self.target.amount
        match self.target.unit:
            case "seconds":
                return self.used_up(amount, calendar)
            case "business_days":
                return calendar.end_of_business_day(self.started_from, amount + _days(self.paused_business_seconds))
            case "calendar_days":
                return calendar.end_of_day(self.started_from, amount + _days(self.paused_seconds))
            case "weeks":
                return calendar.end_of_day(self.started_from, 7 * amount + _days(self.paused_seconds))

    def resumed(self, instant: datetime, calendar: Calendar) -> Self:
        """With its pause counted."""
        if self.paused_at is None:
            return self
        since, until = self.paused_at, max(self.paused_at, whole(instant))
        return self.but(
            paused_at=None,
            paused_seconds=self.paused_seconds + elapsed(since, until),
            paused_open_seconds=self.paused_open_seconds + calendar.between(since, until),
            paused_business_seconds=self.paused_business_seconds + _on_business_days(since, until, calendar),
        )

    def but(self, **changes: Any) -> Self:
        return self.model_copy(update=changes)


def counts_from(received_at: datetime | None, registered_at: datetime, max_backdating_seconds: int) -> datetime:
    """When it was received, as far as the policy believes that; else its registration."""
    if received_at is None or not timedelta(0) <= registered_at - received_at <= max_backdating_seconds * SECOND:
        return whole(registered_at)
    return whole(received_at)


def _days(seconds: int) -> int:
    return -(-seconds * SECOND // DAY)


def _on_business_days(since: datetime, until: datetime, calendar: Calendar) -> int:
    """The seconds between that lie on business days, open or not."""
    first = calendar.local_date(since)
    days = [first + n * DAY for n in range((calendar.local_date(until) - first).days + 1)]
    midnights = [min(calendar.end_of_day(since, n), until) for n in range(len(days))]
    starts = [since, *midnights]
    return sum(elapsed(starts[n], midnights[n]) for n, day in enumerate(days) if calendar.is_business_day(day))
