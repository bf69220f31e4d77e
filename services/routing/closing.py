"""How a complaint ends: confirmed, in silence, given up on, by the head's last word, or withdrawn."""

from datetime import datetime
from typing import Any

from contracts.feedback import RecoveryConfirmed, SurveyExpired
from contracts.model import Event, made
from contracts.routing import CloseComplaint, ComplaintClosed, ComplaintWithdrawn, WithdrawComplaint
from services.routing import clocks
from services.routing.clock.clock import LAST, SECOND
from services.routing.escalation import escalate
from services.routing.policy import RoutingPolicy
from services.routing.remedies.carrying_out import cancel_pending
from services.routing.state import Complaint
from services.routing.told import Told, then
from services.routing.transitions import refused
from services.routing.work import going


def confirmed(complaint: Complaint, told: RecoveryConfirmed, instant: datetime, policy: RoutingPolicy) -> Told:
    if complaint.stage != "resolved" or told.round != complaint.round:
        return complaint, []
    return _close(complaint, "confirmed", instant, policy)


def silent(complaint: Complaint, told: SurveyExpired, instant: datetime, policy: RoutingPolicy) -> Told:
    """No answer is taken for a good one, but never from a vulnerable customer: somebody higher is to call on them, and ends it."""
    if complaint.stage != "resolved" or told.round != complaint.round or complaint.waits_for_a_person:
        return complaint, []
    if complaint.is_vulnerable:
        return _for_a_person(complaint, instant, policy)
    return _close(complaint, "silence", instant, policy)


def given_up(complaint: Complaint, instant: datetime, policy: RoutingPolicy) -> Told:
    """There was no way to ask the customer, and the time in which it could be reopened is over.  A vulnerable one's waits for a person."""
    if complaint.is_vulnerable:
        return _for_a_person(complaint, instant, policy)
    return _close(complaint, "unreachable", instant, policy)


def answered_by_silence(complaint: Complaint, instant: datetime, policy: RoutingPolicy) -> Told:
    """What waited for a person because its customer was vulnerable, who is not any more: its silence counts, whichever came first."""
    if complaint.is_vulnerable or complaint.stage != "resolved" or not complaint.waits_for_a_person:
        return complaint, []
    return _close(complaint, "silence" if complaint.is_reachable else "unreachable", instant, policy)


def forgotten(complaint: Complaint, instant: datetime, policy: RoutingPolicy) -> Told:
    """It is given up on no sooner than this, with time for a word that is on its way; what waits for a person waits on.

    Nobody is left to choose, or to be given, what was only proposed.  The word may come again, and takes nothing away then.
    """
    settled = min(instant + policy.settle_seconds * SECOND, LAST)
    given_up_at = max(complaint.given_up_at, settled) if complaint.given_up_at else None
    forgotten = complaint.but(is_erased=True, is_reachable=False, notes=(), given_up_at=given_up_at)
    return (forgotten, []) if complaint.is_erased else cancel_pending(forgotten, "erased")


def _for_a_person(complaint: Complaint, instant: datetime, policy: RoutingPolicy) -> Told:
    """No answer of a vulnerable customer closes anything."""
    waiting = complaint.but(waits_for_a_person=True, given_up_at=None)
    return escalate(waiting, "vulnerable_silence", instant, policy)


def close(complaint: Complaint, asked: CloseComplaint, instant: datetime, policy: RoutingPolicy) -> Told:
    """The head's last word.  After all rounds it is final; after a visit in vain it is not, for nobody has heard the customer yet."""
    is_final = complaint.stage == "with_head"
    if not is_final and not complaint.waits_for_a_person:
        raise refused("nothing_to_close")
    if asked.by.role not in policy.heads:
        raise refused("not_the_role", policy.heads[0])
    if complaint.danger == "uncontained":
        raise refused("not_contained")
    if is_final:
        complaint = complaint.but(is_final=True, reopenable_until=instant)
    return _close(complaint, "final_position", instant, policy, final_position=asked.final_position, by=asked.by)


def _close(complaint: Complaint, how: str, instant: datetime, policy: RoutingPolicy, **more: Any) -> Told:
    closed = made(ComplaintClosed, **complaint.of, how=how, reopenable_until=complaint.reopenable_until, policy=policy.reference, **more)
    complaint = complaint.but(stage="closed", waits_for_a_person=False)
    return then(
        (complaint, [closed]),
        lambda now: cancel_pending(now, "erased") if now.is_erased else (now, []),
        lambda now: clocks.reached(now, "closed", instant, policy),
    )


def withdraw(complaint: Complaint, asked: WithdrawComplaint, instant: datetime, policy: RoutingPolicy) -> Told:
    """Whatever rests goes no further, nor what was only proposed; what is dangerous is still to be contained."""
    resumed: list[Event] = []
    for work in complaint.open_works:
        work, told = going(complaint, work, instant, None)
        complaint, resumed = complaint.with_work(work), [*resumed, *told]
    withdrawn = ComplaintWithdrawn(**complaint.of, reason=asked.reason, by=asked.by)
    complaint = complaint.but(stage="withdrawn", waits_for_a_person=False)
    return then(
        (complaint, [*resumed, withdrawn]),
        lambda now: cancel_pending(now, "withdrawn"),
        lambda now: clocks.stop(now, "withdrawn", instant, policy),
    )
