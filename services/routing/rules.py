"""Conditions on a complaint, and the rules that say who is to work on it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from contracts.intake import ComplaintRegistered
from contracts.model import Code, Label, Part
from contracts.routing import Departments


def _as_list(told: Any) -> Any:
    return (told,) if isinstance(told, str) else told


def _in_order(words: tuple[str, ...]) -> tuple[str, ...]:
    """So that two conditions that mean the same are equal."""
    return tuple(sorted(set(words)))


Sign = Literal["hazard", "exposure", "repeat", "vulnerable"]
Words = Annotated[tuple[Label, ...], BeforeValidator(_as_list), Field(min_length=1), AfterValidator(_in_order)]
"""One word or a list of them, letter for letter; a list means any of them."""
CodeWords = Annotated[tuple[Code, ...], BeforeValidator(_as_list), Field(min_length=1), AfterValidator(_in_order)]
"""The same of words that are codes: one that is none would never be met."""
SignWords = Annotated[tuple[Sign, ...], BeforeValidator(_as_list), Field(min_length=1), AfterValidator(_in_order)]


class When(Part):
    """A condition: every field that is named must fit, and at least one is."""

    source: Words | None = None
    complaint_type: Words | None = None
    descriptor: Words | None = None
    kind: Words | None = None
    """As the source names it."""
    class_kind: CodeWords | None = None
    """As intake's policy classified it: quality, contract, transport, service, unclassified, …"""
    element: CodeWords | None = None
    failed_right: CodeWords | None = None
    service_class: CodeWords | None = None
    stage: CodeWords | None = None
    region: Words | None = None
    product_category: CodeWords | None = None
    channel: CodeWords | None = None
    tier: CodeWords | None = None
    hazard: CodeWords | None = None
    sign: SignWords | None = None
    """What makes it grave: any hazard, public exposure, a repeat, a vulnerable customer."""

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if all(words is None for _, words in self):
            raise ValueError("a rule without a condition would be a default department; what no rule knows goes to triage")
        return self


class Rule(Part):
    """Which departments work on it, and which of them leads: it owns the answer."""

    when: When
    departments: Departments
    lead: Code
    group: Code | None = None
    """Rules of one group have equal weight: where those that fit disagree a person decides.  None: the rule's place alone counts."""

    @model_validator(mode="after")
    def _lead_is_one_of_them(self) -> Self:
        if self.lead not in self.departments:
            raise ValueError(f"the lead {self.lead} is not among the rule's departments")
        if len(set(self.departments)) < len(self.departments):
            raise ValueError("a department is named twice")
        return self


Facts = Mapping[str, tuple[str | None, ...]]
"""By the names of `When`: the words that a complaint has there."""


def facts(told: ComplaintRegistered) -> Facts:
    """Every field of `When`, each with what the complaint has there."""
    classes = told.classes
    return {
        "source": (told.source,),
        "complaint_type": (told.complaint_type,),
        "descriptor": (told.descriptor,),
        "kind": (told.kind,),
        "class_kind": (classes.kind,),
        "element": (classes.element,),
        "failed_right": (classes.failed_right,),
        "service_class": (classes.service_class,),
        "stage": (classes.stage,),
        "region": (told.region,),
        "product_category": (told.product.category if told.product else None,),
        "channel": (told.channel,),
        "tier": (told.tier,),
        "hazard": told.severity.hazards,
        "sign": tuple(signs(told.severity.hazards, told.severity.has_public_exposure, len(told.predecessors), told.is_vulnerable)),
    }


def signs(hazards: Sequence[str], has_public_exposure: bool, repeats: int, is_vulnerable: bool) -> Iterator[Sign]:
    if hazards:
        yield "hazard"
    if has_public_exposure:
        yield "exposure"
    if repeats:
        yield "repeat"
    if is_vulnerable:
        yield "vulnerable"
