"""What departments do: they take their work on or say that it is not theirs, tell how far it is, and let it rest."""

from collections.abc import Iterable
from datetime import datetime

from contracts.model import Event, Staff, made
from contracts.routing import (
    AcceptWork,
    DeclineWork,
    PauseWork,
    ProgressReported,
    ReportProgress,
    ReportResolution,
    ResumeWork,
    WorkAccepted,
    WorkDeclined,
    WorkPaused,
    WorkResumed,
)
from services.platform.kernel.service import listed
from services.routing import clocks, triage
from services.routing.clock.clock import elapsed, whole
from services.routing.escalation import escalate
from services.routing.policy import RoutingPolicy
from services.routing.promise import is_missed
from services.routing.standing import stand
from services.routing.state import Complaint, Work
from services.routing.told import Told, then
from services.routing.transitions import refused

OfWork = AcceptWork | DeclineWork | ReportProgress | PauseWork | ResumeWork | ReportResolution


def accept(complaint: Complaint, told: AcceptWork, instant: datetime, policy: RoutingPolicy) -> Told:
    work = found(complaint, told)
    if work.is_accepted:
        raise refused("already_accepted")
    accepted = made(WorkAccepted, **complaint.of, work=work.id, department=work.department, by=told.by)
    return then(
        (complaint.with_work(work.but(is_accepted=True)), [accepted]),
        lambda now: stand(now, instant, policy),
        lambda now: clocks.reached(now, "accepted", instant, policy, work.id),
    )


def decline(complaint: Complaint, told: DeclineWork, instant: datetime, policy: RoutingPolicy) -> Told:
    """It waits in triage, the other departments go on; declined again it is for somebody higher."""
    work = found(complaint, told)
    must_be_known(told.reason, policy.decline_reasons)
    work, resumed = going(complaint, work, instant, told.by)
    work = work.but(is_declined=True, is_accepted=False, declines=work.declines + 1)
    declined = WorkDeclined(**complaint.of, work=work.id, department=work.department, reason=told.reason, by=told.by)
    return then(
        (complaint.with_work(work), [*resumed, declined]),
        lambda now: clocks.stop(now, "declined", instant, policy, work.id),
        lambda now: triage.send(now, work, instant, policy),
        lambda now: escalate(now, "declined_twice", instant, policy) if work.declines > 1 else (now, []),
        lambda now: stand(now, instant, policy),
    )


def progress(complaint: Complaint, told: ReportProgress, instant: datetime, policy: RoutingPolicy) -> Told:
    """Once the promise is missed, the cause of the delay and the next update belong to it.  Told to the customer it is a first answer."""
    work = in_hand(complaint, told)
    if is_missed(complaint, instant, policy) and (told.delay_cause is None or told.next_update is None):
        raise refused("delay_untold")
    if told.next_update is not None and told.next_update < instant:
        raise refused("next_update_past")
    reported = made(
        ProgressReported,
        **complaint.of, work=work.id, department=work.department, is_told_to_customer=told.is_told_to_customer,
        delay_cause=told.delay_cause, next_update=told.next_update, by=told.by,
    )  # fmt: skip
    if not told.is_told_to_customer:
        return complaint, [reported]
    return then((complaint, [reported]), lambda now: clocks.reached(now, "answered", instant, policy))


def pause(complaint: Complaint, told: PauseWork, instant: datetime, policy: RoutingPolicy) -> Told:
    work = in_hand(complaint, told)
    if work.paused_at:
        raise refused("already_paused")
    must_be_known(told.reason, policy.pause_reasons)
    paused = made(WorkPaused, **complaint.of, work=work.id, department=work.department, reason=told.reason, by=told.by)
    complaint = complaint.with_work(work.but(paused_at=instant, pause_reason=told.reason))
    return then((complaint, [paused]), lambda now: stand(now, instant, policy))


def resume(complaint: Complaint, told: ResumeWork, instant: datetime, policy: RoutingPolicy) -> Told:
    work = in_hand(complaint, told)
    if not work.paused_at:
        raise refused("not_paused")
    work, resumed = going(complaint, work, instant, told.by)
    return then((complaint.with_work(work), resumed), lambda now: stand(now, instant, policy))


def going(complaint: Complaint, work: Work, instant: datetime, by: Staff | None) -> tuple[Work, list[Event]]:
    """The work no longer rests, and what is to be told if it did."""
    if work.paused_at is None:
        return work, []
    rested = elapsed(whole(work.paused_at), whole(instant))
    resumed = made(WorkResumed, **complaint.of, work=work.id, department=work.department, paused_seconds=rested, by=by)
    return work.but(paused_at=None, pause_reason=None), [resumed]


def found(complaint: Complaint, told: OfWork) -> Work:
    """The work that the command names, still to be done; a sender who says of which department it is may only speak for that one."""
    work = complaint.work(told.work)
    if work is None:
        raise refused("unknown_work")
    if told.by.department not in (None, work.department):
        raise refused("work_of_another_department", work.department)
    if work.result:
        raise refused("work_done")
    if work.is_declined:
        raise refused("work_in_triage")
    return work


def in_hand(complaint: Complaint, told: OfWork) -> Work:
    work = found(complaint, told)
    if not work.is_accepted:
        raise refused("not_accepted")
    return work


def must_be_known(reason: str, known: Iterable[str]) -> None:
    """Refuses a word that is not the policy's, and says which are."""
    if reason not in known:
        raise refused("unknown_reason", listed(known))
