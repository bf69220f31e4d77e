"""The clocks of a routing policy in words: one paragraph each."""

from collections.abc import Iterator

from services.cli.policy.phrases import counted, exactly, listed, plainly, target, targets, when
from services.platform.business_time import Target
from services.routing.clock.rules import ClockRule, LevelAt
from services.routing.policy import RoutingPolicy

_TIMES = {1: "once", 2: "twice"}


def clocks(policy: RoutingPolicy) -> Iterator[str]:
    for name, rule in policy.clocks.items():
        yield f"{name}: {' '.join(f'{said}.' for said in _sentences(name, rule, policy))}"


def _sentences(name: str, rule: ClockRule, policy: RoutingPolicy) -> Iterator[str]:
    start, end = rule.measures
    whose = f"where {when(rule.when)}" if rule.when else "for every complaint"
    yield f"{targets(rule.targets, rule.calendar)}, from {start} to {end}, {whose}"
    for department, rules in policy.departments.items():
        if rule.kind in rules.targets:
            yield f"Of {department} {targets(rules.targets[rule.kind], rule.calendar)}"
    if rule.pauses_for:
        yield f"Rests for {listed(map(plainly, rule.pauses_for), 'or')}"
    if rule.warnings_percent:
        yield f"Warns at {listed(map(str, rule.warnings_percent))} %"
    if rule.levels:
        hours = rule.escalation_calendar or rule.calendar
        yield f"Goes up to {listed(f'{policy.whose(each.level)} (level {each.level}) {_when(each, hours)}' for each in rule.levels)}"
    if rule.extensions:
        yield _extensions(rule)


def _when(level: LevelAt, calendar: str | None) -> str:
    if level.seconds == 0:
        return "when it is missed"
    length = exactly(abs(level.seconds), not calendar)
    return f"{length}{f' of {calendar} time' if calendar else ''} {'before it is due' if level.seconds < 0 else 'after it was due'}"


def _extensions(rule: ClockRule) -> str:
    assert rule.extensions is not None, "it has some"
    more, reasons = rule.extensions, listed(map(plainly, rule.extensions.reasons), "or")
    longest = target(Target(amount=more.at_most, unit=rule.unit), rule.calendar)
    times = _TIMES.get(more.times, f"{more.times} times")
    return f"May be given more time {times} for {reasons}, up to {longest}, if {listed(more.approvers, 'or')} approves"


def priorities(policy: RoutingPolicy) -> Iterator[str]:
    """What makes a complaint how urgent, and what raises it later."""
    signs, raised = policy.priority, policy.repeated_contact
    asked = {
        "a hazard": signs.hazard, f"{signs.many} or more repeats": signs.many_repeats, "a repeat": signs.repeat,
        "a vulnerable customer": signs.vulnerable, "public exposure": signs.exposure,
        **{f"tier {tier}": priority for tier, priority in signs.tiers.items()},
        **({"a large amount": signs.large_amount} if signs.large_amounts else {}), "nothing of the kind": signs.ordinary,
    }  # fmt: skip
    for priority in sorted(set(asked.values())):
        yield f"P{priority}: {listed((sign for sign, each in asked.items() if each == priority), 'or')}."
    if raised.steps:
        yield f"A further contact raises it by {counted(raised.steps, 'step')}, at most to P{raised.at_most}."
    yield f"A new hazard raises it to P{signs.hazard}."
    if ageing := policy.ageing:
        points = listed(exactly(seconds, days=False) for seconds in ageing.after_seconds)
        yield f"Waiting raises it by one step after {points} of its resolution clock, at most to P{ageing.at_most}."
