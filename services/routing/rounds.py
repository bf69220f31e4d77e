"""How a complaint ends, and how it begins again: confirmed, given up on, withdrawn, reopened by the customer or by dissatisfaction."""

from datetime import datetime

from contracts.feedback import DissatisfactionReported, RecoveryConfirmed, SurveyExpired
from contracts.intake import ContactRepeated
from contracts.routing import (
    ComplaintClosed,
    ComplaintReopened,
    ComplaintWithdrawn,
    ContactReturned,
    PriorityChanged,
    ReopenComplaint,
    WithdrawComplaint,
)
from services.routing import clock
from services.routing.assignment import Told, request, tell
from services.routing.policy import RoutingPolicy
from services.routing.priority import has_new_hazard, raised
from services.routing.state import Complaint
from services.routing.transitions import refused


def confirmed(complaint: Complaint, told: RecoveryConfirmed) -> Told:
    if complaint.stage != "resolved" or told.round != complaint.round:
        return complaint, []
    return _close(complaint, "confirmed")


def silent(complaint: Complaint, told: SurveyExpired) -> Told:
    """No answer is taken for a good one, but never from a vulnerable customer: that complaint stays resolved until a person ends it."""
    if complaint.stage != "resolved" or told.round != complaint.round or complaint.is_vulnerable:
        return complaint, []
    return _close(complaint, "silence")


def given_up(complaint: Complaint) -> Told:
    """There was no way to ask the customer, and the time in which it could be reopened is over."""
    return _close(complaint, "unreachable")


def _close(complaint: Complaint, how: str) -> Told:
    closed = ComplaintClosed(**complaint.of, how=how, reopenable_until=complaint.reopenable_until)
    return complaint.model_copy(update={"stage": "closed"}), [closed]


def withdraw(complaint: Complaint, asked: WithdrawComplaint, instant: datetime) -> Told:
    stopped, events = clock.stop(complaint.clock, complaint.of, instant, "withdrawn")
    withdrawn = ComplaintWithdrawn(**complaint.of, reason=asked.reason, by=asked.by)
    return complaint.model_copy(update={"stage": "withdrawn", "clock": stopped}), [*events, withdrawn]


def reopen(complaint: Complaint, asked: ReopenComplaint, instant: datetime, policy: RoutingPolicy) -> Told:
    if not _can_reopen(complaint, instant):
        raise refused("past_reopening")
    return _next_round(complaint, asked.reason, instant, policy)


def dissatisfied(complaint: Complaint, told: DissatisfactionReported, instant: datetime, policy: RoutingPolicy) -> Told:
    if told.round != complaint.round or not _can_reopen(complaint, instant):
        return complaint, []
    return _next_round(complaint, "dissatisfied", instant, policy)


def contacted_again(complaint: Complaint, told: ContactRepeated, instant: datetime, policy: RoutingPolicy) -> Told:
    """More urgent while it is open, not solved if it was thought so, and a new complaint where this one is over for good."""
    if complaint.stage == "withdrawn" or (complaint.stage == "closed" and not _can_reopen(complaint, instant)):
        back = ContactReturned(complaint_id=complaint.complaint_id, customer=complaint.customer, submission=told.submission)
        return complaint, [back]
    if complaint.stage not in ("resolved", "closed"):
        return _raise(complaint, told, instant, policy)
    complaint, worse = _raise(complaint, told, instant, policy) if has_new_hazard(complaint, told) else (complaint, [])
    complaint, events = _next_round(complaint, "contact_repeated", instant, policy)
    return complaint, [*worse, *events]


def _raise(complaint: Complaint, told: ContactRepeated, instant: datetime, policy: RoutingPolicy) -> Told:
    """The promise follows the new priority, as long as it is the first and still open."""
    before, (priority, reason) = complaint.priority, raised(complaint, told, policy)
    hazards = tuple(dict.fromkeys((*complaint.hazards, *told.severity.hazards)))
    if priority == before:
        return complaint.model_copy(update={"hazards": hazards}), []
    promise = clock.aim(complaint.clock, policy.target(priority, complaint.lead), policy)
    promised = None if promise.ended else promise.due
    complaint = complaint.model_copy(
        update={
            "hazards": hazards, "priority": priority, "priority_reasons": tuple(dict.fromkeys((reason, *complaint.priority_reasons))),
            "clock": promise, "promised_resolution": promised or complaint.promised_resolution,
        }
    )  # fmt: skip
    changed = PriorityChanged(**complaint.of, before=before, priority=priority, reason=reason, promised_resolution=promised)
    complaint, late = tell(complaint, instant)
    return complaint, [changed, *late]


def _can_reopen(complaint: Complaint, instant: datetime) -> bool:
    """While it waits for the customer's word always; once closed, as long as was told then."""
    if complaint.stage == "closed":
        return complaint.reopenable_until is not None and instant <= complaint.reopenable_until
    return complaint.stage == "resolved"


def _next_round(complaint: Complaint, reason: str, instant: datetime, policy: RoutingPolicy) -> Told:
    """The same departments again, one level higher, with a new promise."""
    assert complaint.lead is not None, "it was resolved, so somebody led it"
    lead, promised = complaint.lead, clock.whole(instant) + policy.target(complaint.priority, complaint.lead) * clock.SECOND
    again = {"stage": "reopened", "round": complaint.round + 1, "promised_resolution": promised}
    complaint = complaint.model_copy(update=again)
    reopened = ComplaintReopened(**complaint.of, reason=reason, level=complaint.round - 1)
    complaint, events = request(complaint, complaint.departments, lead, policy)
    return complaint, [reopened, *events]
