"""By when a later round is promised: the first round's promise is the due of its clock, a later one has that target from its beginning."""

from datetime import datetime

from services.platform.business_time import breach
from services.routing.clock.choice import own
from services.routing.clock.clock import LAST
from services.routing.policy import RoutingPolicy
from services.routing.state import Complaint


def promised(complaint: Complaint, policy: RoutingPolicy) -> datetime:
    assert complaint.round_began is not None, "it is of a later round"
    policy = _under(complaint, policy)
    name = _clock(complaint, policy)
    calendar = policy.calendar(policy.clocks[name].calendar)
    return policy.target(name, complaint.priority, complaint.lead).due(complaint.round_began, calendar)


def is_missed(complaint: Complaint, instant: datetime, policy: RoutingPolicy) -> bool:
    """Whether the present round's promise is past.  None is missed while its calendar is closed, nor the first while its clock rests."""
    if complaint.round_began is None or complaint.promised_resolution is None:
        return any(clock.is_missed(instant) for clock in complaint.clocks if clock.kind == "resolution")
    policy = _under(complaint, policy)
    name = _clock(complaint, policy)
    unit = policy.target(name, complaint.priority, complaint.lead).unit
    return LAST > instant >= breach(complaint.promised_resolution, unit, policy.calendar(policy.clocks[name].calendar))


def follow(complaint: Complaint, instant: datetime, policy: RoutingPolicy) -> Complaint:
    """With the promise that priority and lead ask for now; one that was kept or missed before stays, and so does the first round's."""
    is_kept = complaint.stage in ("resolved", "closed")
    if complaint.round_began is None or is_kept or is_missed(complaint, instant, policy):
        return complaint
    return complaint.but(promised_resolution=promised(complaint, policy))


def _under(complaint: Complaint, policy: RoutingPolicy) -> RoutingPolicy:
    """The version of the first promise, where open complaints keep what they began with."""
    begun = next((clock.policy for clock in complaint.clocks if clock.kind == "resolution"), policy.reference)
    return policy.under(begun) if policy.open_complaints == "keep" else policy


def _clock(complaint: Complaint, policy: RoutingPolicy) -> str:
    return next(name for name, rule in own(complaint, policy).items() if rule.kind == "resolution")
