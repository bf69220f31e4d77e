"""Where a complaint stands after something happened to its works, and which of its clocks rest with them."""

from datetime import datetime

from services.routing import clocks
from services.routing.policy import RoutingPolicy
from services.routing.state import Complaint, Work, stage_of
from services.routing.told import Told


def stand(complaint: Complaint, instant: datetime, policy: RoutingPolicy) -> Told:
    """The stage that its works make.  While all open work rests its clocks may rest too; as soon as some goes on they count again."""
    before, complaint = complaint.stage, complaint.but(stage=stage_of(complaint))
    if complaint.stage == "waiting":
        return clocks.rest(complaint, _why(complaint), instant, policy)
    return clocks.go_on(complaint, instant, policy) if before == "waiting" else (complaint, [])


def _why(complaint: Complaint) -> str:
    """The reason of the last work that came to rest."""
    last = max((work for work in complaint.open_works if work.paused_at), key=_rested_at)
    assert last.pause_reason is not None, "it rests for a reason"
    return last.pause_reason


def _rested_at(work: Work) -> datetime:
    assert work.paused_at is not None, "it rests"
    return work.paused_at
