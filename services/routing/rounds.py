"""How a complaint begins again: reopened by a person, by dissatisfaction, or by the customer's coming again; and when the head takes it."""

from datetime import datetime

from contracts.feedback import DissatisfactionReported
from contracts.intake import ContactRepeated, InformationAdded
from contracts.model import Staff
from contracts.routing import ComplaintReopened, ContactReturned, ReopenComplaint
from services.routing import assignment, clocks, contacts, priority
from services.routing.clock.clock import whole
from services.routing.escalation import escalate
from services.routing.policy import RoutingPolicy
from services.routing.promise import promised
from services.routing.state import LAST_ROUND, Complaint
from services.routing.told import Told, then
from services.routing.transitions import OPEN, refused


def reopen(complaint: Complaint, asked: ReopenComplaint, instant: datetime, policy: RoutingPolicy) -> Told:
    if complaint.is_final:
        raise refused("rounds_used_up")
    if not complaint.is_reopenable(instant):
        raise refused("past_reopening")
    return _next_round(complaint, asked.reason, instant, policy, asked.by)


def dissatisfied(complaint: Complaint, told: DissatisfactionReported, instant: datetime, policy: RoutingPolicy) -> Told:
    if told.round != complaint.round or not _is_open_to_the_customer(complaint, instant):
        return complaint, []
    return _next_round(complaint, "dissatisfied", instant, policy)


def contacted_again(complaint: Complaint, told: ContactRepeated, instant: datetime, policy: RoutingPolicy) -> Told:
    """More urgent while it is open, not solved if it was thought so, and a new complaint where this one is over for good."""
    if complaint.stage in OPEN:
        return contacts.repeated(complaint, told, instant, policy)
    if complaint.stage == "merged":
        return complaint, []
    if not _is_open_to_the_customer(complaint, instant):
        return complaint, [ContactReturned(**complaint.of, submission=told.submission)]
    graver = contacts.learnt(complaint, told, instant, policy)
    return then(graver, lambda now: _next_round(now, "contact_repeated", instant, policy))


def informed(complaint: Complaint, told: InformationAdded, instant: datetime, policy: RoutingPolicy) -> Told:
    """While it is open like a contact; later it is not solved where the customer is chasing, or a danger comes to light.

    That the public knows of it does not reopen it, but somebody is asked at once to contain that.
    """
    if complaint.stage in OPEN:
        return contacts.informed(complaint, told, instant, policy)
    if not _is_open_to_the_customer(complaint, instant):
        return complaint, []
    has_new_hazard = not set(told.severity.hazards) <= set(complaint.hazards)
    if not (told.is_chasing or has_new_hazard):
        return contacts.learnt_afterwards(complaint, told, instant, policy)
    graver = contacts.learnt(complaint, told, instant, policy)
    return then(graver, lambda now: _next_round(now, "new_hazard" if has_new_hazard else "chased", instant, policy))


def _is_open_to_the_customer(complaint: Complaint, instant: datetime) -> bool:
    """The answer to a survey that lives counts however late it is; once closed, as long as was told then."""
    return (complaint.stage == "resolved" and complaint.round < LAST_ROUND) or complaint.is_reopenable(instant)


def _next_round(complaint: Complaint, reason: str, instant: datetime, policy: RoutingPolicy, by: Staff | None = None) -> Told:
    """One level higher, with a new promise: the same departments again, or once the rounds are used up the head."""
    known = priority.reopened(complaint, instant, policy)
    return then(known, lambda now: _begun_again(now, reason, instant, policy, by))


def _begun_again(complaint: Complaint, reason: str, instant: datetime, policy: RoutingPolicy, by: Staff | None) -> Told:
    is_with_head, departments, lead = complaint.round >= policy.reopening.max_rounds, complaint.departments, complaint.lead
    complaint = complaint.but(
        stage="with_head" if is_with_head else "reopened", round=complaint.round + 1, round_began=whole(instant), works=(), asked={},
        reopenable_until=None, given_up_at=None, waits_for_a_person=False,
    )  # fmt: skip
    complaint = complaint.but(promised_resolution=promised(complaint, policy))
    complaint, escalated = escalate(complaint, "rounds_used_up" if is_with_head else "reopened", instant, policy)
    reopened = ComplaintReopened(
        **complaint.of, reason=reason, level=complaint.level, is_with_head=is_with_head, by=by, policy=policy.reference
    )
    told = then((complaint, [reopened, *escalated]), lambda now: clocks.count_on(now, instant, policy))
    if is_with_head:
        return told
    assert lead is not None, "it was resolved, so somebody led it"
    return then(told, lambda now: assignment.request(now, dict.fromkeys(departments), lead, instant, policy))
