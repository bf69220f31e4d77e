"""The rules of routing as data: who works on what, how urgent it is, by when it is promised, what an answer needs, and how it ends."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.model import Code, Currency, Minor, Part
from contracts.routing import Codes, Finding, Gap, Level, Priority
from services.platform.business_time import ALWAYS, Calendar, CalendarRules, Target
from services.platform.kernel.service import Policy
from services.routing import faults
from services.routing.clock.rules import ClockRule, Kind, Milestone, Targets
from services.routing.remedies.rules import Entitlement, Goodwill, Kinds, Name
from services.routing.rule_table import RuleTable
from services.routing.rules import CodeWords, Rule

DAY = 24 * 3600
Span = Annotated[int, Field(ge=1, le=3660 * DAY)]
Department = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=40)]
"""A code, short enough for `acceptance-1000-department.1000000` to be one too: a work's clock, however often the work was declined."""

ClockName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=56)]
"""A code, short enough for `name.1000` to be one too: what a reopened complaint's whole time counts on as."""


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


class Ageing(Part):
    """How a complaint that waits rises: one step when its resolution clock has used so much, at most to `at_most`.  Its targets stay."""

    after_seconds: Annotated[tuple[Span, ...], Field(min_length=1, max_length=10)]
    """Open seconds of the clock, less its pauses."""
    at_most: Priority

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if list(self.after_seconds) != sorted(set(self.after_seconds)):
            raise ValueError(f"after_seconds must rise: {list(self.after_seconds)}")
        return self


class DepartmentRules(Part):
    """What is particular to one department: its own targets by the kind of clock, where they differ; a lead's are the complaint's."""

    targets: Mapping[Kind, Targets] = {}


class Triage(Part):
    owner: Code
    """Whose desk it is."""


class Containment(Part):
    """Who stops it from spreading, by what it is."""

    hazard: Department
    exposure: Department
    hazards: Mapping[Code, Department] = {}
    """Of single hazards, where it is another: gas → gas_emergency."""

    def departments(self, hazards: Iterable[str], has_public_exposure: bool) -> dict[str, tuple[str, ...]]:
        """Whom to ask, and for which hazards.  A danger to people goes before one to the name; empty where there is nothing to contain."""
        asked: dict[str, tuple[str, ...]] = {}
        for hazard in hazards:
            department = self.hazards.get(hazard, self.hazard)
            asked[department] = (*asked.get(department, ()), hazard)
        return asked or ({self.exposure: ()} if has_public_exposure else {})


class Cause(Part):
    gap: Gap


class AnswerRule(Part):
    """Parts that an answer needs; those of every rule that fits are needed."""

    finding: Annotated[tuple[Finding, ...], Field(min_length=1)] = ("upheld", "partly", "not_upheld", "undetermined")
    sign: CodeWords | None = None
    """Any of the complaint's priority reasons: hazard, repeat, vulnerable, public_exposure, …"""
    class_kind: CodeWords | None = None
    parts: Annotated[Codes, Field(min_length=1)]


class Reopening(Part):
    window_seconds: Span
    """After the last resolution."""
    max_rounds: Annotated[int, Field(ge=1, le=100)] = 3
    """A reopening after so many is the head's."""


class RoutingPolicy(Policy):
    calendars: Mapping[Code, CalendarRules] = {}
    """From the set's `calendars.yaml`."""
    departments: Annotated[Mapping[Department, DepartmentRules], Field(min_length=1)]
    rules: tuple[Rule, ...]
    """The first that fits decides; where none fits, or those of one group contradict each other, a person does: never a default."""
    triage: Triage
    priority: Signs
    repeated_contact: RepeatedContact
    ageing: Ageing | None = None
    clocks: Annotated[Mapping[ClockName, ClockRule], Field(min_length=1, max_length=20)]
    """A clock of kind `resolution` is needed: it is the promise."""
    levels: Annotated[Mapping[Annotated[Level, Field(ge=1)], Code], Field(min_length=1)]
    """Whose each level of escalation is, without a hole from 1 on; beyond the last it is the last's."""
    broken_callback_level: Annotated[Level, Field(ge=1)] = 1
    """Whose it is that a customer was not called back as promised, at once."""
    containment: Containment | None = None
    decline_reasons: Annotated[Codes, Field(min_length=1)]
    pause_reasons: Codes = ()
    causes: Annotated[Mapping[Code, Cause], Field(min_length=1)]
    answers: tuple[AnswerRule, ...] = ()
    remedies: Kinds = Kinds()
    entitlements: Annotated[Mapping[Name, Entitlement], Field(max_length=20)] = {}
    """What is owed, by the law or by contract."""
    goodwill: Mapping[Currency, Goodwill] = {}
    """What may be given besides, by currency."""
    reopening: Reopening
    heads: Annotated[Codes, Field(min_length=1)]
    """Roles that may close with a final position."""
    max_backdating_seconds: Annotated[int, Field(ge=0, le=366 * DAY)]
    """How far before its registration a complaint may claim to have been received, for its clocks to start from there."""
    settle_seconds: Annotated[int, Field(ge=1, le=60)]
    """How long after a deadline the word of another service that meets it may still arrive."""
    open_complaints: Literal["keep", "follow"] = "keep"
    """Whether complaints that are open when this policy comes keep the targets they began with, or follow it."""

    @cached_property
    def table(self) -> RuleTable:
        return RuleTable(self.rules)

    @cached_property
    def beginnings(self) -> frozenset[Milestone]:
        """The milestones from which some clock counts."""
        return frozenset(rule.measures[0] for rule in self.clocks.values())

    @cached_property
    def _calendars(self) -> dict[str, Calendar]:
        return {name: Calendar.of(rules) for name, rules in self.calendars.items()}

    def calendar(self, name: str | None) -> Calendar:
        """Of this name; all the time where there is none.  Only a clock that a version began which is not known here may miss its own."""
        return self._calendars.get(name, ALWAYS) if name else ALWAYS

    def target(self, clock: str, priority: int, lead: str | None) -> Target:
        """The lead's own target of that kind of clock, if it has one; in triage there is no lead yet."""
        rule = self.clocks[clock]
        own = self.departments[lead].targets.get(rule.kind) if lead and lead in self.departments else None
        return own.get(priority, rule.targets[priority]) if own else rule.targets[priority]

    def whose(self, level: int) -> str:
        """Whom a level of escalation is."""
        return self.levels[min(level, max(self.levels))]

    def faults(self) -> Iterator[tuple[str, str]]:
        return faults.of(self)
