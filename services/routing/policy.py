"""The rules of routing as data: who works on what, how urgent it is, by when it is promised, and how long it can be reopened."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.model import Code, Currency, Minor, Part
from contracts.routing import Priority
from services.platform.kernel.service import Policy
from services.routing.rules import Rule, RuleTable

PRIORITIES = (1, 2, 3, 4)
DAY = 24 * 3600
Span = Annotated[int, Field(ge=1, le=3660 * DAY)]
Department = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=59)]
"""A code, short enough for `1000-department` to be one too: the id of a work."""


class Signs(Part):
    """The priority that each sign of severity asks for; the gravest counts.  Tone is never a sign."""

    hazard: Priority
    many_repeats: Priority
    """The same matter complained of `many` times before, or more often."""
    many: Annotated[int, Field(ge=2)]
    repeat: Priority
    vulnerable: Priority
    exposure: Priority
    tiers: Mapping[Code, Priority] = {}
    large_amount: Priority
    large_amounts: Mapping[Currency, Minor] = {}
    """From how much on an amount at stake is large; in a currency that is not here, none is."""
    ordinary: Priority
    """Where there is no sign at all."""


class RepeatedContact(Part):
    """How far a further contact about an open complaint raises it, unless it tells of a new hazard."""

    steps: Annotated[int, Field(ge=0, le=3)]
    at_most: Priority


class DepartmentRules(Part):
    """What is particular to one department: its own resolution targets, where they differ."""

    resolution_seconds: Mapping[Priority, Span] = {}


class RoutingPolicy(Policy):
    """The rules of one set.  All spans are elapsed seconds."""

    departments: Annotated[Mapping[Department, DepartmentRules], Field(min_length=1)]
    rules: tuple[Rule, ...]
    """The first that fits decides; where none fits a person does (triage), never a default."""
    priority: Signs
    repeated_contact: RepeatedContact
    resolution_seconds: Mapping[Priority, Span]
    """From registration to resolution, by priority."""
    warnings_percent: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(max_length=20)]
    """Of the target: when the clock warns."""
    max_backdating_seconds: Annotated[int, Field(ge=0, le=366 * DAY)]
    """How far before its registration a complaint may claim to have been received, for its clock to start from there."""
    reopen_window_seconds: Span
    """After the last resolution."""
    settle_seconds: Annotated[int, Field(ge=1, le=60)]
    """How long after a deadline the word of another service that meets it may still arrive."""

    @cached_property
    def table(self) -> RuleTable:
        return RuleTable(self.rules)

    def target(self, priority: int, lead: str | None) -> int:
        """The lead's own target in seconds, if it has one; in triage there is no lead yet."""
        rules = self.departments.get(lead) if lead else None
        general = self.resolution_seconds[priority]
        return rules.resolution_seconds.get(priority, general) if rules else general

    @model_validator(mode="after")
    def _targets_are_complete(self) -> Self:
        for priority in PRIORITIES:
            if priority not in self.resolution_seconds:
                raise ValueError(f"resolution_seconds has no target for priority {priority}")
        return self

    @model_validator(mode="after")
    def _warnings_rise_and_come_before_the_target(self) -> Self:
        warnings = self.warnings_percent
        if list(warnings) != sorted(set(warnings)):
            raise ValueError(f"warnings_percent must rise: {list(warnings)}")
        if warnings and warnings[-1] >= 100:
            raise ValueError(f"a warning comes before the target is used up, at less than 100 percent: {warnings[-1]}")
        return self

    @model_validator(mode="after")
    def _rules_name_departments_that_exist(self) -> Self:
        for number, rule in enumerate(self.rules, 1):
            if unknown := [name for name in rule.departments if name not in self.departments]:
                raise ValueError(f"rule {number} names the department {unknown[0]}, which is not among the departments")
        return self

    @model_validator(mode="after")
    def _no_rule_repeats_an_earlier_one(self) -> Self:
        first: dict[object, int] = {}
        for number, rule in enumerate(self.rules, 1):
            if (earlier := first.setdefault(rule.when, number)) != number:
                raise ValueError(f"rule {number} has the condition of rule {earlier} and could never decide anything")
        return self
