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
from services.routing.priority import has_new_sign, raised
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
    if not complaint.is_reopenable(instant):
        raise refused("past_reopening")
    return _next_round(complaint, asked.reason, instant, policy)


def dissatisfied(complaint: Complaint, told: DissatisfactionReported, instant: datetime, policy: RoutingPolicy) -> Told:
    if told.round != complaint.round or not _is_open_to_the_customer(complaint, instant):
        return complaint, []
    return _next_round(complaint, "dissatisfied", instant, policy)


def contacted_again(complaint: Complaint, told: ContactRepeated, instant: datetime, policy: RoutingPolicy) -> Told:
    """More urgent while it is open, not solved if it was thought so, and a new complaint where this one is over for good."""
    if complaint.stage in ("closed", "withdrawn") and not complaint.is_reopenable(instant):
        back = ContactReturned(complaint_id=complaint.complaint_id, customer=complaint.customer, submission=told.submission)
        return complaint, [back]
    if complaint.stage not in ("resolved", "closed"):
        return _raise(complaint, told, instant, policy)
    is_graver = has_new_sign(complaint, told, policy)
    complaint, worse = _raise(complaint, told, instant, policy) if is_graver else (_learnt(complaint, told), [])
    complaint, events = _next_round(complaint, "contact_repeated", instant, policy)
    return complaint, [*worse, *events]


def _learnt(complaint: Complaint, told: ContactRepeated) -> Complaint:
    """With what the contact says of the customer and of the matter.  True once said; an erased customer cannot be reached again."""
    is_reachable = told.reachable is not None and any(way for _, way in told.reachable)
    return complaint.model_copy(
        update={
            "hazards": tuple(dict.fromkeys((*complaint.hazards, *told.severity.hazards))),
            "is_vulnerable": complaint.is_vulnerable or bool(told.is_vulnerable),
            "is_reachable": complaint.is_reachable or (is_reachable and not complaint.is_erased),
        }
    )


def _raise(complaint: Complaint, told: ContactRepeated, instant: datetime, policy: RoutingPolicy) -> Told:
    """The promise follows the new priority, as long as it is still open."""
    before, (priority, reason) = complaint.priority, raised(complaint, told, policy)
    complaint = _learnt(complaint, told)
    if priority == before:
        return complaint, []
    target = policy.target(priority, complaint.lead)
    promise = clock.aim(complaint.clock, target, policy)
    promised = _aimed(complaint, target, instant) if complaint.round_began else None if promise.ended else promise.due
    complaint = complaint.model_copy(
        update={
            "priority": priority, "priority_reasons": tuple(dict.fromkeys((reason, *complaint.priority_reasons))),
            "clock": promise, "promised_resolution": promised or complaint.promised_resolution,
        }
    )  # fmt: skip
    changed = PriorityChanged(**complaint.of, before=before, priority=priority, reason=reason, promised_resolution=promised)
    complaint, late = tell(complaint, instant)
    return complaint, [changed, *late]


def _aimed(complaint: Complaint, target: int, instant: datetime) -> datetime | None:
    """A later round's new promise; None where the old one was kept or missed before."""
    is_kept = complaint.stage in ("resolved", "closed")
    if complaint.round_began is None or is_kept or complaint.is_overdue(instant):
        return None
    return complaint.round_began + target * clock.SECOND


def _is_open_to_the_customer(complaint: Complaint, instant: datetime) -> bool:
    """The answer to a survey that lives counts however late it is; once closed, as long as was told then."""
    return complaint.stage == "resolved" or complaint.is_reopenable(instant)


def _next_round(complaint: Complaint, reason: str, instant: datetime, policy: RoutingPolicy) -> Told:
    """The same departments again, one level higher, with a new promise."""
    assert complaint.lead is not None, "it was resolved, so somebody led it"
    lead, began = complaint.lead, clock.whole(instant)
    promised = began + policy.target(complaint.priority, lead) * clock.SECOND
    again = {"stage": "reopened", "round": complaint.round + 1, "round_began": began, "promised_resolution": promised}
    complaint = complaint.model_copy(update=again)
    reopened = ComplaintReopened(**complaint.of, reason=reason, level=complaint.round - 1)
    complaint, events = request(complaint, complaint.departments, lead, policy)
    return complaint, [reopened, *events]
