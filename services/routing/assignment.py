"""Who works on it: by the policy's rules at registration, by a person in triage, by the same departments again in a new round."""

from collections.abc import Sequence
from datetime import datetime

from contracts.intake import ComplaintRegistered
from contracts.model import Event, Staff
from contracts.routing import AssignDepartments, ComplaintRouted, ComplaintSentToTriage, WorkRequested
from services.routing import clock
from services.routing.policy import RoutingPolicy
from services.routing.priority import assess
from services.routing.rules import Rule, facts
from services.routing.state import Complaint, Work
from services.routing.transitions import refused

Told = tuple[Complaint, list[Event]]
"""The complaint after it, and what routing says."""


def register(told: ComplaintRegistered, instant: datetime, policy: RoutingPolicy) -> Told:
    """By the first rule that fits; where none does a person decides.  The clock runs either way."""
    rule = policy.table.first(facts(told))
    complaint = _opened(told, instant, policy, lead=rule.lead if rule else None)
    begun = clock.started(complaint.clock, complaint.of, instant)
    complaint, asked = _by_rule(complaint, rule, policy) if rule else (complaint, [_to_triage(complaint, policy)])
    complaint, late = tell(complaint, instant)
    return complaint, [asked[0], begun, *asked[1:], *late]


def _opened(told: ComplaintRegistered, instant: datetime, policy: RoutingPolicy, lead: str | None) -> Complaint:
    priority, reasons = assess(told, policy)
    promise = clock.start(told, instant, policy.target(priority, lead), policy)
    return Complaint(
        complaint_id=told.complaint_id, customer=told.customer, stage="triage", priority=priority, priority_reasons=reasons,
        hazards=told.severity.hazards, is_vulnerable=told.is_vulnerable, is_reachable=any(way for _, way in told.reachable),
        clock=promise, promised_resolution=promise.due,
    )  # fmt: skip


def _by_rule(complaint: Complaint, rule: Rule, policy: RoutingPolicy) -> Told:
    return request(complaint.model_copy(update={"stage": "routed"}), rule.departments, rule.lead, policy)


def _to_triage(complaint: Complaint, policy: RoutingPolicy) -> Event:
    return ComplaintSentToTriage(
        **complaint.of, reason="no_rule", priority=complaint.priority, priority_reasons=complaint.priority_reasons, policy=policy.reference
    )


def assign(complaint: Complaint, asked: AssignDepartments, instant: datetime, policy: RoutingPolicy) -> Told:
    """Triage's answer.  The lead may have a target of its own; it counts from the original start."""
    departments = tuple(dict.fromkeys(asked.departments))
    if unknown := [name for name in departments if name not in policy.departments]:
        raise refused("unknown_department", unknown[0])
    if asked.lead not in departments:
        raise refused("lead_not_among_departments")
    promise = clock.aim(complaint.clock, policy.target(complaint.priority, asked.lead), policy)
    complaint = complaint.model_copy(update={"stage": "routed", "clock": promise, "promised_resolution": promise.due})
    complaint, events = request(complaint, departments, asked.lead, policy, asked.by)
    complaint, late = tell(complaint, instant)
    return complaint, [*events, *late]


def request(complaint: Complaint, departments: Sequence[str], lead: str, policy: RoutingPolicy, by: Staff | None = None) -> Told:
    """Ask these departments to work on it in its present round."""
    works = tuple(Work(id=f"{complaint.round}-{department}", department=department) for department in departments)
    complaint = complaint.model_copy(update={"works": works, "lead": lead})
    routed = ComplaintRouted(
        **complaint.of, departments=complaint.departments, lead=lead, priority=complaint.priority,
        priority_reasons=complaint.priority_reasons, promised_resolution=complaint.promised_resolution, policy=policy.reference, by=by,
    )  # fmt: skip
    return complaint, [routed, *(_requested(complaint, work) for work in works)]


def _requested(complaint: Complaint, work: Work) -> WorkRequested:
    return WorkRequested(**complaint.of, work=work.id, department=work.department, is_lead=work.department == complaint.lead)


def tell(complaint: Complaint, instant: datetime) -> Told:
    """What the clock has to say by now."""
    after, events = clock.tell(complaint.clock, complaint.of, instant)
    return (complaint.model_copy(update={"clock": after}) if events else complaint), events
