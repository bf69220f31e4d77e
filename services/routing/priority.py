"""How urgent a complaint is, by its signs.  It rises with new ones and never falls by itself; a person may set it, with a reason."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from contracts.intake import ComplaintRegistered
from contracts.model import Money, Staff, made
from contracts.routing import PriorityChanged, SetPriority
from services.routing import clocks
from services.routing.policy import RoutingPolicy, Signs
from services.routing.promise import follow, is_missed
from services.routing.standing import stand
from services.routing.state import Complaint
from services.routing.told import Told, then
from services.routing.transitions import OPEN, refused

MOST_REASONS = 20
"""As many as an event can name."""

Sign = tuple[int, str]
"""The priority that it asks for, and its name."""


def assess(told: ComplaintRegistered, policy: RoutingPolicy) -> tuple[int, tuple[str, ...]]:
    """The priority, and the signs that speak for it or for a lesser one, the gravest first."""
    signs = sorted(_signs(told, policy.priority)) or [(policy.priority.ordinary, "ordinary")]
    return signs[0][0], tuple(reason for _, reason in signs)


def _signs(told: ComplaintRegistered, rules: Signs) -> Iterator[Sign]:
    if told.severity.hazards:
        yield rules.hazard, "hazard"
    yield from of_repeats(len(told.predecessors), rules)
    if told.is_vulnerable:
        yield rules.vulnerable, "vulnerable"
    if told.severity.has_public_exposure:
        yield rules.exposure, "public_exposure"
    yield from of_tier(told.tier, rules)
    yield from of_amount(told.severity.amount_at_stake, rules)


def of_repeats(repeats: int, rules: Signs) -> Iterator[Sign]:
    if repeats >= rules.many:
        yield rules.many_repeats, "many_repeats"
    elif repeats:
        yield rules.repeat, "repeat"


def of_tier(tier: str, rules: Signs) -> Iterator[Sign]:
    if tier in rules.tiers:
        yield rules.tiers[tier], f"{tier}_tier"[:64]


def of_amount(amount: Money | None, rules: Signs) -> Iterator[Sign]:
    limit = rules.large_amounts.get(amount.currency) if amount else None
    if amount and limit is not None and amount.amount_minor >= limit:
        yield rules.large_amount, "large_amount"


def rise(before: Complaint, complaint: Complaint, signs: Iterable[Sign], instant: datetime, policy: RoutingPolicy) -> Told:
    """By new signs, as far as the gravest of them asks for; those of less weight than what is known are kept as reasons all the same.

    `before`: when it knew less; it may have other clocks now.
    """
    new = sorted(signs)
    if new and new[0][0] < complaint.priority:
        gravest, reason = new[0]
        complaint = _with_reasons(complaint, *complaint.priority_reasons, *(other for _, other in new[1:]))
        return _change(complaint, gravest, reason, instant, policy, before=before)
    complaint = _with_reasons(complaint, *complaint.priority_reasons, *(reason for _, reason in new))
    return _chosen(before, complaint, instant, policy)


def reopened(complaint: Complaint, instant: datetime, policy: RoutingPolicy) -> Told:
    """By what came to light of the customer while nobody worked on it."""
    known = [sign for sign in _of_customer(complaint, policy.priority) if sign[1] not in complaint.priority_reasons]
    return rise(complaint, complaint, known, instant, policy)


def _of_customer(complaint: Complaint, rules: Signs) -> Iterator[Sign]:
    yield from of_repeats(complaint.repeats, rules)
    if complaint.is_vulnerable:
        yield rules.vulnerable, "vulnerable"
    yield from of_tier(complaint.tier, rules)


def _chosen(before: Complaint, complaint: Complaint, instant: datetime, policy: RoutingPolicy) -> Told:
    return then(
        clocks.choose(before, complaint, instant, policy),
        lambda now: stand(now, instant, policy) if now.stage == "waiting" else (now, []),
        lambda now: (follow(now, instant, policy), []),
    )


def set(complaint: Complaint, asked: SetPriority, instant: datetime, policy: RoutingPolicy) -> Told:
    if asked.priority == complaint.priority:
        raise refused("same_priority")
    return _change(complaint, asked.priority, asked.reason, instant, policy, asked.by)


def _change(
    complaint: Complaint, priority: int, reason: str, instant: datetime, policy: RoutingPolicy, by: Staff | None = None,
    before: Complaint | None = None,
) -> Told:  # fmt: skip
    """Its clocks follow, and so does the promise, as long as it is open."""
    is_promise_open = complaint.stage in OPEN and not is_missed(complaint, instant, policy)
    changed = _with_reasons(complaint.but(priority=priority), reason, *complaint.priority_reasons)
    changed, aimed = then(clocks.aim(changed, "priority", instant, policy), lambda now: _chosen(before or complaint, now, instant, policy))
    said = made(
        PriorityChanged,
        **complaint.of, before=complaint.priority, priority=priority, reason=reason, by=by, policy=policy.reference,
        promised_resolution=changed.promised_resolution if is_promise_open else None,
    )  # fmt: skip
    return changed, [said, *aimed]


def _with_reasons(complaint: Complaint, *reasons: str) -> Complaint:
    return complaint.but(priority_reasons=tuple(dict.fromkeys(reasons))[:MOST_REASONS])
