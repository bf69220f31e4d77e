"""How far a set of policies holds: until which year its holidays are written, and whether the parts of a promise fit into the whole."""

from collections.abc import Iterator
from datetime import UTC, datetime

from services.intake.policy import IntakePolicy
from services.platform.business_time import Target
from services.routing.clock.rules import PRIORITIES, ClockRule
from services.routing.policy import RoutingPolicy

_MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def used_calendars(intake: IntakePolicy, routing: RoutingPolicy) -> set[str]:
    """By which something counts."""
    promise = {intake.first_answer.calendar} if intake.first_answer else set[str]()
    clocks = {name for rule in routing.clocks.values() for name in (rule.calendar, rule.escalation_calendar) if name}
    grants = (grant for table in routing.entitlements.values() for grant in table.grants)
    return promise | clocks | {grant.within.calendar for grant in grants if grant.within and grant.within.calendar}


def never_again(intake: IntakePolicy) -> Iterator[tuple[str, str]]:
    """A promise that counts by a calendar without a week."""
    promise = intake.first_answer
    if promise and promise.calendar in intake.calendars and not any(intake.calendars[promise.calendar].weekly.values()):
        yield (
            "first_answer.calendar",
            f"the calendar {promise.calendar} opens on no day of the week: after its last override it never opens again",
        )


def until_holidays_end(intake: IntakePolicy, routing: RoutingPolicy) -> Iterator[str]:
    """No clock says what today is, so this is told always: whoever reads it knows the year."""
    for name in sorted(used_calendars(intake, routing) & routing.calendars.keys()):
        if holidays := routing.calendars[name].holidays:
            year = max(holidays)[:4]
            yield f"calendars: {name} has its holidays until {year}; what is due later is counted as if there were none."


def beyond_the_total(routing: RoutingPolicy) -> Iterator[str]:
    """What a resolution may take, by its target or by more time, and the total may not."""
    totals = [rule for rule in routing.clocks.values() if rule.kind == "total_resolution" and rule.when is None][:1]
    for total in totals:
        for name, rule in routing.clocks.items():
            if rule.kind == "resolution":
                late = [priority for priority in PRIORITIES if _longest(rule, priority, routing) > _longest(total, priority, routing)]
                if late:
                    whose = ", ".join(f"P{priority}" for priority in late)
                    yield f"routing: clocks.{name} of {whose} may take longer than the total: its time used up breaks total_resolution."


def _longest(rule: ClockRule, priority: int, routing: RoutingPolicy) -> datetime:
    amount = max(rule.targets[priority].amount, rule.extensions.at_most if rule.extensions else 0)
    return Target(amount=amount, unit=rule.unit).due(_MONDAY, routing.calendar(rule.calendar))
