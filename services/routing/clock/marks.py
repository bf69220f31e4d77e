"""What a clock will say, and when: its warnings, its breach, the levels of escalation around its due, the complaint's ageing."""

from collections.abc import Iterator
from datetime import datetime

from services.platform.business_time import Calendar, breach
from services.routing.clock.clock import LAST, SECOND, Clock, Mark, elapsed
from services.routing.clock.rules import ClockRule, LevelAt
from services.routing.policy import RoutingPolicy


def rule_of(clock: Clock, policy: RoutingPolicy) -> ClockRule | None:
    """By the clock's own version of the policy; None where that has no such clock, or one that measures something else by its name."""
    rule = policy.under(clock.policy).clocks.get(clock.name)
    return rule if rule and rule.kind == clock.kind else None


def calendar_of(clock: Clock, policy: RoutingPolicy) -> Calendar:
    return policy.under(clock.policy).calendar(clock.calendar)


def hours_of(clock: Clock, policy: RoutingPolicy) -> Calendar:
    """Which its levels count."""
    rule = rule_of(clock, policy)
    own = rule.escalation_calendar if rule else None
    return policy.under(clock.policy).calendar(own) if own else calendar_of(clock, policy)


def marked(clock: Clock, policy: RoutingPolicy, no_sooner: datetime | None = None) -> Clock:
    """With its due and what it has still to say, as its target and its pauses are now, and the version by which; what was told is told.

    `no_sooner`: a due that stands, whatever the calendar says that takes the place of one which is not known here.
    """
    calendar = calendar_of(clock, policy)
    due = clock.due_in(calendar)
    due = max(due, no_sooner) if no_sooner else due
    marks = sorted(_marks(clock, due, calendar, policy), key=lambda mark: mark.at) if due < LAST else []
    left = (mark for mark in marks if mark.name not in clock.told)
    return clock.but(due_after=elapsed(clock.started_from, due), policy=policy.under(clock.policy).reference).with_marks(left)


def _marks(clock: Clock, due: datetime, calendar: Calendar, policy: RoutingPolicy) -> Iterator[Mark]:
    """Of one instant in this order.  Of a clock that no version known here has only the breach is left."""
    rule, ageing, hours = rule_of(clock, policy), policy.under(clock.policy).ageing, hours_of(clock, policy)
    beyond = breach(due, clock.target.unit, calendar)
    for percent in rule.warnings_percent if rule else ():
        yield Mark(at=_warning(clock, due, percent, calendar), what="warning", number=percent)
    yield Mark(at=beyond, what="breach")
    for level in rule.levels if rule else ():
        yield Mark(at=_level(level, clock.started_from, due, beyond, hours), what="level", number=level.level)
    if clock.kind == "resolution" and ageing:
        for n, seconds in enumerate(ageing.after_seconds):
            yield Mark(at=clock.used_up(seconds, calendar), what="age", number=n)


def _warning(clock: Clock, due: datetime, percent: int, calendar: Calendar) -> datetime:
    """The first whole second in which so much is used up."""
    if clock.target.unit == "seconds":
        return clock.used_up(_share(clock.target.amount, percent), calendar)
    return clock.started_from + _share((due - clock.started_from) // SECOND, percent) * SECOND


def _share(seconds: int, percent: int) -> int:
    return -(-seconds * percent // 100)


def _level(rule: LevelAt, start: datetime, due: datetime, beyond: datetime, hours: Calendar) -> datetime:
    """Beyond the due never sooner than the breach: until then nothing is late, whatever hours the escalation counts."""
    if rule.seconds < 0:
        return max(start, hours.before(due, -rule.seconds))
    return max(beyond, hours.add(due, rule.seconds))
