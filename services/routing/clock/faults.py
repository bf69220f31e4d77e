"""What a policy may not say of its clocks, though it is well formed: it could never work."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, get_args

from services.routing.clock.rules import ClockRule, Kind
from services.routing.rule_table import Conditions

if TYPE_CHECKING:
    from services.routing.policy import RoutingPolicy

Fault = tuple[str, str]
INSTANCE = re.compile(r"(acceptance|triage|containment)-[0-9].*|.*\.[0-9]+")
"""What a single clock of a complaint may be called, besides its name."""


def of_clocks(policy: "RoutingPolicy") -> Iterator[Fault]:
    yield from _of_the_promise(policy.clocks)
    yield from _never_reached(policy.clocks)
    yield from _of_names(policy.clocks)
    for name, rule in policy.clocks.items():
        for field, sentence in _of_clock(rule, policy):
            yield f"clocks.{name}.{field}", sentence
    yield from _of_departments(policy)


def _of_the_promise(clocks: Mapping[str, ClockRule]) -> Iterator[Fault]:
    promises = [rule for rule in clocks.values() if rule.kind == "resolution"]
    if not promises:
        yield "clocks", "there is no clock of kind resolution: it is the promise to the customer."
    elif all(rule.when for rule in promises):
        yield "clocks", "no clock of kind resolution is for all complaints: those that fit none would have no promise."


def _never_reached(clocks: Mapping[str, ClockRule]) -> Iterator[Fault]:
    for kind in dict.fromkeys(rule.kind for rule in clocks.values() if rule.kind != "legal"):
        names = [name for name, rule in clocks.items() if rule.kind == kind]
        for n, earlier in Conditions([clocks[name].when for name in names]).never():
            yield f"clocks.{names[n]}", f"this clock can never run: whatever it is for, clocks.{names[earlier]} takes before it."


def _of_names(clocks: Mapping[str, ClockRule]) -> Iterator[Fault]:
    """One that is another's, of which a command or an event would be taken for that."""
    for name, rule in clocks.items():
        if name in get_args(Kind) and name != rule.kind:
            yield f"clocks.{name}", f"this name is of the clocks of kind {name}: this one is of kind {rule.kind}."
        if INSTANCE.fullmatch(name):
            yield f"clocks.{name}", "this name could be of one complaint's single clock, as triage-1 or total_resolution.2 are."


def _of_clock(rule: ClockRule, policy: "RoutingPolicy") -> Iterator[Fault]:
    yield from _of_hours(rule, policy)
    yield from _of_levels(rule, policy)
    yield from _of_pauses(rule, policy)
    yield from _of_approvers(rule, policy)


def _of_hours(rule: ClockRule, policy: "RoutingPolicy") -> Iterator[Fault]:
    for field, calendar in (("calendar", rule.calendar), ("escalation_calendar", rule.escalation_calendar)):
        if calendar and calendar not in policy.calendars:
            yield field, f"there is no calendar {calendar}; there is {', '.join(policy.calendars) or 'none'}."
        elif calendar and not any(policy.calendars[calendar].weekly.values()):
            yield field, f"the calendar {calendar} opens on no day of the week: after its last override it never opens again."
    if rule.unit != "seconds" and rule.calendar is None:
        yield "calendar", f"a target in {rule.unit.replace('_', ' ')} needs a calendar, whose zone says when a day ends."


def _of_levels(rule: ClockRule, policy: "RoutingPolicy") -> Iterator[Fault]:
    targets = [rule.targets, *(own.targets[rule.kind] for own in policy.departments.values() if rule.kind in own.targets)]
    shortest = min(target.amount for each in targets for target in each.values())
    is_comparable = rule.unit == "seconds" and rule.escalation_calendar in (None, rule.calendar)
    for n, each in enumerate(rule.levels):
        if each.level > max(policy.levels):
            yield f"levels.{n}.level", f"there is no level {each.level}; the highest is {max(policy.levels)}."
        if is_comparable and -each.seconds >= shortest:
            yield f"levels.{n}.seconds", f"{-each.seconds} seconds before the due is before the start: the shortest target is {shortest}."


def _of_pauses(rule: ClockRule, policy: "RoutingPolicy") -> Iterator[Fault]:
    for reason in rule.pauses_for:
        if reason not in policy.pause_reasons:
            yield "pauses_for", f"{reason} is not among the pause_reasons: {', '.join(policy.pause_reasons) or 'there are none'}."


def _of_approvers(rule: ClockRule, policy: "RoutingPolicy") -> Iterator[Fault]:
    known = {*policy.levels.values(), *policy.heads}
    for role in rule.extensions.approvers if rule.extensions else ():
        if role not in known:
            yield "extensions.approvers", f"nobody has the role {role}: levels and heads name {', '.join(sorted(known))}."


def _of_departments(policy: "RoutingPolicy") -> Iterator[Fault]:
    """A department's own target takes the place of the clock's, so it is of the same unit."""
    for name, rules in policy.departments.items():
        for kind, targets in rules.targets.items():
            field = f"departments.{name}.targets.{kind}"
            units = {rule.unit for rule in policy.clocks.values() if rule.kind == kind}
            if not units:
                yield field, f"there is no clock of kind {kind}."
            for unit in sorted({target.unit for target in targets.values()} - units if units else ()):
                yield field, f"the clock counts {', '.join(sorted(units))}, this target {unit}."
