"""Who is to work on a complaint: ordered rules, the first that fits decides."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from contracts.intake import ComplaintRegistered
from contracts.model import Code, Label, Part
from contracts.routing import Departments


def _as_list(told: Any) -> Any:
    return (told,) if isinstance(told, str) else told


def _in_order(words: tuple[str, ...]) -> tuple[str, ...]:
    """So that two conditions that mean the same are equal."""
    return tuple(sorted(set(words)))


Words = Annotated[tuple[Label, ...], BeforeValidator(_as_list), Field(min_length=1), AfterValidator(_in_order)]
"""One word or a list of them; a list means any of them."""


class When(Part):
    """A condition: every field that is named must fit, and at least one is."""

    source: Words | None = None
    complaint_type: Words | None = None
    descriptor: Words | None = None
    kind: Words | None = None
    """As the source names it."""
    class_kind: Words | None = None
    """As intake's policy classified it: quality, contract, transport, service, unclassified, …"""
    stage: Words | None = None
    region: Words | None = None
    product_category: Words | None = None
    hazard: Words | None = None

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

    @model_validator(mode="after")
    def _lead_is_one_of_them(self) -> Self:
        if self.lead not in self.departments:
            raise ValueError(f"the lead {self.lead} is not among the rule's departments")
        if len(set(self.departments)) < len(self.departments):
            raise ValueError("a department is named twice")
        return self


def facts(told: ComplaintRegistered) -> dict[str, tuple[str | None, ...]]:
    """What rules can ask of a complaint, by the names of `When`."""
    return {
        "source": (told.source,),
        "complaint_type": (told.complaint_type,),
        "descriptor": (told.descriptor,),
        "kind": (told.kind,),
        "class_kind": (told.classes.kind,),
        "stage": (told.classes.stage,),
        "region": (told.region,),
        "product_category": (told.product.category if told.product else None,),
        "hazard": told.severity.hazards,
    }


class RuleTable:
    """Rules as sets of bits, built once for a policy: a complaint is matched with one look for each fact, however many rules there are.

    Bit n stands for the nth rule.  For each field there is the set of rules that do not ask for it, and for each of its words the set
    of rules that want it.
    """

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._rules = rules
        self._indifferent = dict.fromkeys(When.model_fields, 0)
        self._wanting: dict[str, dict[str | None, int]] = {field: {} for field in When.model_fields}
        for n, rule in enumerate(rules):
            for field in When.model_fields:
                self._enter(1 << n, field, getattr(rule.when, field))

    def _enter(self, rule: int, field: str, words: tuple[str, ...] | None) -> None:
        if words is None:
            self._indifferent[field] |= rule
        for word in words or ():
            self._wanting[field][word] = self._wanting[field].get(word, 0) | rule

    def first(self, told: Mapping[str, tuple[str | None, ...]]) -> Rule | None:
        """The first rule that fits these `facts`."""
        fitting = (1 << len(self._rules)) - 1
        for field, words in told.items():
            fits = self._indifferent[field]
            for word in words:
                fits |= self._wanting[field].get(word, 0)
            fitting &= fits
        return self._rules[(fitting & -fitting).bit_length() - 1] if fitting else None
