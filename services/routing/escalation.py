"""What raises a complaint by one level, besides its clocks."""

from datetime import datetime

from contracts.model import made
from contracts.routing import ComplaintEscalated
from services.routing.policy import RoutingPolicy
from services.routing.state import Complaint
from services.routing.told import Told

HIGHEST = 1000


def escalate(complaint: Complaint, reason: str, instant: datetime, policy: RoutingPolicy) -> Told:
    level = min(complaint.level + 1, HIGHEST)
    said = made(
        ComplaintEscalated,
        **complaint.of, level=level, to=policy.whose(level), reason=reason, escalated_at=instant, policy=policy.reference
    )
    return complaint.but(level=level), [said]
