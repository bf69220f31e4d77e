"""A complaint comes in: how urgent it is, what it is promised, whether it is dangerous, and who is to work on it."""

from datetime import datetime

from contracts.intake import ComplaintRegistered, ProductFacts, ShipmentFacts
from contracts.model import Event, made
from contracts.routing import ClockStarted, ComplaintRouted, ComplaintSentToTriage, ContainmentRequested, WorkRequested
from services.routing import assignment, clocks, containment, triage
from services.routing.clock.clock import counts_from
from services.routing.policy import RoutingPolicy
from services.routing.priority import assess
from services.routing.remedies import entitlement
from services.routing.remedies.ledger import Goods
from services.routing.rules import Rule, facts
from services.routing.state import Complaint
from services.routing.told import Told, then


def register(told: ComplaintRegistered, instant: datetime, policy: RoutingPolicy) -> Told:
    """A danger first; then by the first rule that fits, and where none does, or those of a group disagree, a person decides."""
    known = facts(told)
    answer = policy.table.decide(known)
    opened = _opened(told, instant, policy).but(
        facts=clocks.remembered(known, policy), clock_names=clocks.names(known, policy), entitlements=entitlement.names(known, policy),
        lead=answer.lead if isinstance(answer, Rule) else None,
    )  # fmt: skip
    complaint, events = then(
        clocks.begin(opened, "registered", instant, policy, since=opened.counts_from),
        lambda now: containment.ask(now, now.hazards, now.has_public_exposure, instant, policy, since=now.counts_from),
        lambda now: _owned(now, answer, instant, policy),
    )
    return complaint, sorted(events, key=_place)


def _opened(told: ComplaintRegistered, instant: datetime, policy: RoutingPolicy) -> Complaint:
    priority, reasons = assess(told, policy)
    return made(
        Complaint,
        complaint_id=told.complaint_id, customer=told.customer, stage="triage", priority=priority, priority_reasons=reasons,
        class_kind=told.classes.kind, hazards=told.severity.hazards, has_public_exposure=told.severity.has_public_exposure,
        repeats=len(told.predecessors), is_vulnerable=told.is_vulnerable, tier=told.tier,
        is_reachable=any(way for _, way in told.reachable),
        registered_at=instant, counts_from=counts_from(told.received_at, instant, policy.max_backdating_seconds),
        first_answer_due=told.first_answer_due, goods=_goods(told), repairs=told.repairs_so_far,
    )  # fmt: skip


def _goods(told: ComplaintRegistered) -> Goods:
    product, shipment = told.product or ProductFacts(), told.shipment or ShipmentFacts()
    return made(
        Goods,
        category=product.category, sold_at=product.bought_at, received_at=product.received_at, price=product.price,
        declared_value=shipment.declared_value, is_distance_sale=product.is_distance_sale,
        has_proof_of_purchase=product.has_proof_of_purchase,
    )  # fmt: skip


def _owned(complaint: Complaint, answer: Rule | tuple[str, ...], instant: datetime, policy: RoutingPolicy) -> Told:
    if isinstance(answer, Rule):
        return assignment.request(complaint.but(stage="routed"), answer.departments, answer.lead, instant, policy)
    return triage.wait(complaint, answer, instant, policy)


def _place(event: Event) -> int:
    """In what order a registration is told: the danger, who owns it, the promises, the works, and what is late already."""
    match event:
        case ContainmentRequested():
            return 0
        case ComplaintRouted() | ComplaintSentToTriage():
            return 1
        case ClockStarted(work=None):
            return 2
        case WorkRequested():
            return 3
        case ClockStarted():
            return 4
    return 5
