"""How urgent a complaint is, by its signs; and how a further contact raises it.  It never falls by itself."""

from collections.abc import Iterator

from contracts.intake import ComplaintRegistered, ContactRepeated
from contracts.model import Money
from services.routing.policy import RoutingPolicy, Signs
from services.routing.state import Complaint


def assess(told: ComplaintRegistered, policy: RoutingPolicy) -> tuple[int, tuple[str, ...]]:
    """The priority, and the signs that speak for it or for a lesser one, the gravest first."""
    signs = sorted(_signs(told, policy.priority)) or [(policy.priority.ordinary, "ordinary")]
    return signs[0][0], tuple(reason for _, reason in signs)


def _signs(told: ComplaintRegistered, rules: Signs) -> Iterator[tuple[int, str]]:
    repeats = len(told.predecessors)
    if told.severity.hazards:
        yield rules.hazard, "hazard"
    if repeats >= rules.many:
        yield rules.many_repeats, "many_repeats"
    elif repeats:
        yield rules.repeat, "repeat"
    if told.is_vulnerable:
        yield rules.vulnerable, "vulnerable"
    if told.severity.has_public_exposure:
        yield rules.exposure, "public_exposure"
    if told.tier in rules.tiers:
        yield rules.tiers[told.tier], f"{told.tier}_tier"[:64]
    if told.severity.amount_at_stake and _is_large(told.severity.amount_at_stake, rules):
        yield rules.large_amount, "large_amount"


def _is_large(amount: Money, rules: Signs) -> bool:
    limit = rules.large_amounts.get(amount.currency)
    return limit is not None and amount.amount_minor >= limit


def raised(complaint: Complaint, told: ContactRepeated, policy: RoutingPolicy) -> tuple[int, str]:
    """The priority after this contact, and why: by its new signs, and without one by having come again."""
    rule = policy.repeated_contact
    again = (max(rule.at_most, complaint.priority - rule.steps), "repeated_contact")
    priority, reason = min(_new_signs(complaint, told, policy.priority), default=again)
    return min(complaint.priority, priority), reason


def has_new_sign(complaint: Complaint, told: ContactRepeated, policy: RoutingPolicy) -> bool:
    """Whether it tells of a hazard, or of a vulnerable customer, for the first time."""
    return any(_new_signs(complaint, told, policy.priority))


def _new_signs(complaint: Complaint, told: ContactRepeated, rules: Signs) -> Iterator[tuple[int, str]]:
    if not set(told.severity.hazards) <= set(complaint.hazards):
        yield rules.hazard, "new_hazard"
    if told.is_vulnerable and not complaint.is_vulnerable:
        yield rules.vulnerable, "vulnerable"
