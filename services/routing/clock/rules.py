"""The clocks of a set as data: what each measures, its target, its calendar, when it warns, escalates and rests."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from contracts.model import Code, Part
from contracts.routing import Amount, Codes, Level, Priority
from services.platform.business_time import Target, Unit
from services.routing.rules import When

Kind = Literal["acceptance", "first_answer", "resolution", "total_resolution", "containment", "triage", "legal"]
Milestone = Literal[
    "registered", "requested", "accepted", "answered", "resolved", "closed", "triaged", "assigned", "endangered", "contained"
]  # fmt: skip
"""What happens to a complaint, or to one of its works, that starts a clock or meets one."""
MEASURES: Mapping[Kind, tuple[Milestone, Milestone]] = {
    "acceptance": ("requested", "accepted"),
    "first_answer": ("registered", "answered"),
    "resolution": ("registered", "resolved"),
    "total_resolution": ("registered", "closed"),
    "containment": ("endangered", "contained"),
    "triage": ("triaged", "assigned"),
}
"""From what to what each kind measures; a legal one says so itself."""
NEVER_REST: tuple[Kind, ...] = ("acceptance", "triage", "containment", "first_answer")
"""What is asked of the house itself, and what was promised to the customer already."""
PRIORITIES: tuple[Priority, ...] = (1, 2, 3, 4)
MOST_SECONDS = 3660 * 24 * 3600
MOST: Mapping[Unit, int] = {"seconds": MOST_SECONDS, "calendar_days": 3660, "business_days": 3660, "weeks": 522}
"""Ten years."""


def _for_all(told: object) -> object:
    is_by_priority = isinstance(told, Mapping) and not {"amount", "unit"} & set(told)
    return told if is_by_priority else dict.fromkeys(PRIORITIES, told)


def _bounded(targets: Mapping[Priority, Target]) -> Mapping[Priority, Target]:
    for target in targets.values():
        if target.amount > MOST[target.unit]:
            raise ValueError(f"a target is at most ten years: {MOST[target.unit]} {target.unit}")
    if len({target.unit for target in targets.values()}) > 1:
        raise ValueError("targets are all in one unit: seconds, calendar_days, business_days or weeks")
    return targets


Targets = Annotated[Mapping[Priority, Target], BeforeValidator(_for_all), AfterValidator(_bounded)]
"""By priority; one target that is given without a priority holds for all."""


class LevelAt(Part):
    """When a level of escalation is reached."""

    level: Annotated[Level, Field(ge=1)]
    seconds: Annotated[int, Field(ge=-MOST_SECONDS, le=MOST_SECONDS)]
    """Of the escalation calendar: before the due if negative, beyond it otherwise, never sooner than the breach; 0 is with the breach."""


class Extensions(Part):
    """延期: how a clock may be given more time."""

    reasons: Annotated[Codes, Field(min_length=1)]
    approvers: Annotated[Codes, Field(min_length=1)]
    """Roles."""
    at_most: Amount
    """The longest target, in the clock's unit."""
    times: Annotated[int, Field(ge=1, le=10)] = 1


class ClockRule(Part):
    """One clock.  Of those of a kind (legal ones apart) the first that fits a complaint is its clock; every legal one that fits runs."""

    kind: Kind
    when: When | None = None
    """Which complaints it is for; None: all."""
    targets: Targets
    calendar: Code | None = None
    """None: all the time."""
    pauses_for: Codes = ()
    """The reasons for which it rests while all open work rests."""
    warnings_percent: Annotated[tuple[Annotated[int, Field(ge=1, le=99)], ...], Field(max_length=20)] = ()
    """Of the target: of its seconds, or of the time from start to due where the target is in days or weeks."""
    levels: Annotated[tuple[LevelAt, ...], Field(max_length=20)] = ()
    escalation_calendar: Code | None = None
    """Whose hours the levels count; None: the clock's own."""
    extensions: Extensions | None = None
    starts: Literal["registered", "accepted"] = "registered"
    """Of a legal one."""
    met_by: Literal["accepted", "answered", "resolved"] = "resolved"
    """Of a legal one."""

    @property
    def measures(self) -> tuple[Milestone, Milestone]:
        return (self.starts, self.met_by) if self.kind == "legal" else MEASURES[self.kind]

    @property
    def unit(self) -> Unit:
        return self.targets[1].unit

    @model_validator(mode="after")
    def _has_a_target_for_each_priority(self) -> Self:
        if missing := [f"P{priority}" for priority in PRIORITIES if priority not in self.targets]:
            raise ValueError(f"targets has none for {', '.join(missing)}")
        return self

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if list(self.warnings_percent) != sorted(set(self.warnings_percent)):
            raise ValueError(f"warnings_percent must rise: {list(self.warnings_percent)}")
        numbers, seconds = [each.level for each in self.levels], [each.seconds for each in self.levels]
        if numbers != sorted(set(numbers)) or seconds != sorted(set(seconds)):
            raise ValueError("levels are out of order: each is higher, and comes later, than the one before")
        return self

    @model_validator(mode="after")
    def _measures_something(self) -> Self:
        if self.kind != "legal" and (self.starts, self.met_by) != ("registered", "resolved"):
            raise ValueError(f"starts and met_by are of legal clocks: what {self.kind} measures is fixed")
        if self.starts == self.met_by:
            raise ValueError(f"it would start and be met by the same: {self.starts}")
        return self

    @model_validator(mode="after")
    def _rests_and_is_extended_as_its_kind_may(self) -> Self:
        if self.pauses_for and self.kind in NEVER_REST:
            raise ValueError(f"a clock of kind {self.kind} never rests: leave pauses_for out")
        if self.extensions and self.kind == "first_answer":
            raise ValueError("the first answer is promised to the customer already: no extension")
        if self.extensions and self.extensions.at_most <= min(target.amount for target in self.targets.values()):
            raise ValueError("extensions.at_most is no longer than the shortest target: nothing can be extended")
        return self
