"""The resolution clock: elapsed time, each fact at its own instant and once, ever, with the working shown.

Time is measured in whole seconds, by cutting both ends: `used > target` is the same as "a second beyond due or later", exactly on target
is met.  Warnings and the breach are told when they are true, also where that was long ago: a complaint registered late, or one whose
target became shorter.  Their own instants are fields.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from contracts.common import PolicyReference
from contracts.intake import ComplaintRegistered
from contracts.model import Event, Instant, Part, Seconds
from contracts.routing import ClockBreached, ClockMet, ClockStarted, ClockStopped, ClockWarned
from services.routing.policy import RoutingPolicy

SECOND = timedelta(seconds=1)
RESOLUTION = "resolution"


def whole(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)


class Clock(Part):
    """The first promise to resolve.  `warnings`: the percents not told yet, rising."""

    started_from: Instant
    target_seconds: Seconds
    warnings: tuple[int, ...]
    ended: Literal["met", "breached", "stopped"] | None = None
    policy: PolicyReference
    """Whose target this is."""

    @property
    def due(self) -> datetime:
        return self.started_from + self.target_seconds * SECOND

    @property
    def breach(self) -> datetime:
        """The first whole second beyond the target."""
        return self.due + SECOND

    @property
    def next(self) -> datetime | None:
        """When it has something new to say."""
        if self.ended:
            return None
        return self.warns_at(self.warnings[0]) if self.warnings else self.breach

    def warns_at(self, percent: int) -> datetime:
        """The first whole second in which so much of the target is used up."""
        return self.started_from + -(-self.target_seconds * percent // 100) * SECOND

    def used(self, instant: datetime) -> int:
        """Whole seconds; 0 for a command that came before the registration did."""
        return max(0, (whole(instant) - self.started_from) // SECOND)


Of = Mapping[str, Any]
"""The complaint's id, customer and round, which every event of it repeats."""


def start(told: ComplaintRegistered, registered_at: datetime, target: int, policy: RoutingPolicy) -> Clock:
    """From when it was received, as far as the policy believes that; else from its registration."""
    received_at = told.received_at
    believed = received_at is not None and timedelta(0) <= registered_at - received_at <= policy.max_backdating_seconds * SECOND
    started_from = whole(received_at if received_at is not None and believed else registered_at)
    return Clock(started_from=started_from, target_seconds=target, warnings=policy.warnings_percent, policy=policy.reference)


def started(clock: Clock, of: Of, registered_at: datetime) -> ClockStarted:
    return ClockStarted(
        **of, **_working(clock), unit="elapsed_seconds", started_from=clock.started_from, registered_at=registered_at,
        warnings=tuple(map(clock.warns_at, clock.warnings)), policy=clock.policy,
    )  # fmt: skip


def aim(clock: Clock, target: int, policy: RoutingPolicy) -> Clock:
    """A new target counts from the original start; what was told stays told, and a clock that ended stays ended."""
    if clock.ended or clock.target_seconds == target:
        return clock
    return clock.model_copy(update={"target_seconds": target, "policy": policy.reference})


def tell(clock: Clock, of: Of, instant: datetime) -> tuple[Clock, list[Event]]:
    """All that is true by now and was not told."""
    if clock.next is None or instant < clock.next:
        return clock, []
    passed = [percent for percent in clock.warnings if clock.warns_at(percent) <= instant]
    events: list[Event] = [_warned(clock, of, clock.warns_at(percent)) for percent in passed]
    clock = clock.model_copy(update={"warnings": clock.warnings[len(passed) :]})
    if clock.breach <= instant:
        return _end(clock, "breached"), [*events, _breached(clock, of)]
    return clock, events


def meet(clock: Clock, of: Of, instant: datetime) -> tuple[Clock, list[Event]]:
    """What was promised is done."""
    if clock.ended:
        return clock, []
    return _end(clock, "met"), [ClockMet(**of, **_working(clock), used_seconds=clock.used(instant), met_at=instant, policy=clock.policy)]


def stop(clock: Clock, of: Of, instant: datetime, reason: str) -> tuple[Clock, list[Event]]:
    """What was promised is no longer asked for."""
    if clock.ended:
        return clock, []
    return _end(clock, "stopped"), [ClockStopped(**of, **_working(clock), used_seconds=clock.used(instant), reason=reason)]


def _end(clock: Clock, how: str) -> Clock:
    return clock.model_copy(update={"ended": how})


def _warned(clock: Clock, of: Of, instant: datetime) -> ClockWarned:
    return ClockWarned(**of, **_working(clock), warned_at=instant, used_seconds=clock.used(instant))


def _breached(clock: Clock, of: Of) -> ClockBreached:
    used = clock.used(clock.breach)
    return ClockBreached(**of, **_working(clock), used_seconds=used, breached_at=clock.breach, policy=clock.policy)


def _working(clock: Clock) -> dict[str, Any]:
    return {"clock": RESOLUTION, "target_seconds": clock.target_seconds, "due": clock.due}
