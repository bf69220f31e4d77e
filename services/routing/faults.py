"""What a policy of routing may not say, though it is well formed: it could never work.  The field, and a sentence."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, get_args

from contracts.routing import Finding
from services.routing.clock.faults import of_clocks
from services.routing.remedies.faults import of_remedies

if TYPE_CHECKING:
    from services.routing.policy import AnswerRule, RoutingPolicy

Fault = tuple[str, str]
LEAST_URGENT = 4
MOST_PARTS = 20
"""As many parts as an answer can name on the wire."""


def of(policy: "RoutingPolicy") -> Iterator[Fault]:
    yield from _of_rules(policy)
    yield from _of_containment(policy)
    yield from of_clocks(policy)
    yield from _of_levels(policy.levels)
    yield from _of_ageing(policy)
    yield from _of_answers(policy)
    yield from of_remedies(policy)


def unknown(field: str, what: str, names: Iterable[str], known: Iterable[str]) -> Iterator[Fault]:
    for name in names:
        if name not in known:
            yield field, f"there is no {what} {name}; there is {', '.join(known) or 'none'}."


def _of_rules(policy: "RoutingPolicy") -> Iterator[Fault]:
    for n, rule in enumerate(policy.rules):
        yield from unknown(f"rules.{n}.departments", "department", rule.departments, policy.departments)
    for n, earlier in policy.table.never():
        yield f"rules.{n}", f"this rule can never decide: wherever it fits, rules.{earlier} does before it."


def _of_containment(policy: "RoutingPolicy") -> Iterator[Fault]:
    if asks := policy.containment:
        yield from unknown("containment.hazard", "department", [asks.hazard], policy.departments)
        yield from unknown("containment.exposure", "department", [asks.exposure], policy.departments)
        for hazard, department in asks.hazards.items():
            yield from unknown(f"containment.hazards.{hazard}", "department", [department], policy.departments)


def _of_levels(levels: Mapping[int, str]) -> Iterator[Fault]:
    if holes := sorted(set(range(1, max(levels))) - set(levels)):
        yield "levels", f"levels rise one by one from 1: there is no level {holes[0]}, but a level {max(levels)}."


def _of_ageing(policy: "RoutingPolicy") -> Iterator[Fault]:
    if ageing := policy.ageing:
        steps = LEAST_URGENT - ageing.at_most
        if steps == 0:
            yield "ageing.at_most", f"age raises nothing at most to P{LEAST_URGENT}, which is the least urgent."
        elif len(ageing.after_seconds) > steps:
            at = f"P{LEAST_URGENT} is P{ageing.at_most} after {steps} step{'s' if steps > 1 else ''}"
            yield f"ageing.after_seconds.{steps}", f"nothing is left to raise at this point: {at}."


def _of_answers(policy: "RoutingPolicy") -> Iterator[Fault]:
    reasons = signs(policy)
    for n, rule in enumerate(policy.answers):
        yield from unknown(f"answers.{n}.sign", "sign", rule.sign or (), reasons)
    for finding in get_args(Finding):
        if (needed := len(_parts(policy.answers, finding))) > MOST_PARTS:
            yield "answers", f"an answer that is {finding} could need {needed} parts; it can name {MOST_PARTS}."


def _parts(rules: Iterable["AnswerRule"], finding: str) -> set[str]:
    return {part for rule in rules if finding in rule.finding for part in rule.parts}


def signs(policy: "RoutingPolicy") -> tuple[str, ...]:
    """The reasons of a priority, less those that persons give."""
    tiers = (f"{tier}_tier" for tier in policy.priority.tiers)
    always = ("hazard", "new_hazard", "many_repeats", "repeat", "vulnerable", "public_exposure", "large_amount", "ordinary")
    return (*always, "repeated_contact", "age", *tiers)
