"""What departments do: they take their work on, tell how far it is, and report what they found."""

from collections.abc import Iterable
from datetime import datetime
from typing import get_args

from contracts.model import Event
from contracts.routing import (
    AcceptWork,
    ComplaintResolved,
    Finding,
    ProgressReported,
    ReportProgress,
    ReportResolution,
    WorkAccepted,
    WorkDone,
)
from services.routing import clock
from services.routing.assignment import Told
from services.routing.policy import RoutingPolicy
from services.routing.state import Complaint, Result, Work
from services.routing.transitions import refused

MOST_PARTS = 20
"""As many parts as an answer can name on the wire."""
GRAVEST_FIRST: tuple[Finding, ...] = ("upheld", "partly", "undetermined", "not_upheld")
"""An open question is graver than a no."""


def accept(complaint: Complaint, told: AcceptWork) -> Told:
    work = _found(complaint, told)
    if work.result:
        raise refused("work_done")
    if work.is_accepted:
        raise refused("already_accepted")
    accepted = WorkAccepted(**complaint.of, work=work.id, department=work.department, by=told.by)
    return _with(complaint, work.model_copy(update={"is_accepted": True}), stage="in_progress"), [accepted]


def progress(complaint: Complaint, told: ReportProgress, instant: datetime) -> Told:
    """Once the promise is missed, the cause of the delay and the next update belong to it."""
    work = _in_hand(complaint, told)
    if complaint.is_overdue(instant) and (told.delay_cause is None or told.next_update is None):
        raise refused("delay_untold")
    if told.next_update is not None and told.next_update < instant:
        raise refused("next_update_past")
    return complaint, [
        ProgressReported(
            **complaint.of, work=work.id, department=work.department, is_told_to_customer=told.is_told_to_customer,
            delay_cause=told.delay_cause, next_update=told.next_update, by=told.by,
        )
    ]  # fmt: skip


def resolution(complaint: Complaint, told: ReportResolution, instant: datetime, policy: RoutingPolicy) -> Told:
    """One department's last word; after the last department's the complaint is resolved."""
    work = _in_hand(complaint, told)
    _must_say_what_changes(told, instant)
    result = Result(finding=told.finding, cause_code=told.cause_code, answer_parts=told.answer_parts)
    complaint = _with(complaint, work.model_copy(update={"result": result}))
    done = WorkDone(
        **complaint.of, work=work.id, department=work.department, finding=told.finding, cause_code=told.cause_code,
        corrective_action=told.corrective_action, no_action_because=told.no_action_because, by=told.by,
    )  # fmt: skip
    results = [work.result for work in complaint.works if work.result]
    if len(_parts(results)) > MOST_PARTS:
        raise refused("too_many_answer_parts")
    if len(results) < len(complaint.works):
        return complaint, [done]
    complaint, events = _resolved(complaint, results, instant, policy)
    return complaint, [done, *events]


def _must_say_what_changes(told: ReportResolution, instant: datetime) -> None:
    """Either the corrective action, which is still to come, or why there is none."""
    action = told.corrective_action
    if action is None and told.no_action_because is None:
        raise refused("action_missing")
    if action is not None and told.no_action_because is not None:
        raise refused("action_contradicts")
    if action is not None and action.due < instant:
        raise refused("action_past")


def _resolved(complaint: Complaint, results: list[Result], instant: datetime, policy: RoutingPolicy) -> Told:
    gravest = min((each.finding for each in results), key=GRAVEST_FIRST.index)
    ended, met = clock.meet(complaint.clock, complaint.of, instant)
    until = instant + policy.reopen_window_seconds * clock.SECOND
    said = ComplaintResolved(
        **complaint.of, finding=gravest, causes=_union(each.cause_code for each in results), answer_parts=_parts(results),
        lead=complaint.lead, promised_resolution=complaint.promised_resolution, is_late=complaint.is_overdue(instant),
    )  # fmt: skip
    after = {"stage": "resolved", "clock": ended, "reopenable_until": until, "given_up_at": until + policy.settle_seconds * clock.SECOND}
    events: list[Event] = [*met, said]
    return complaint.model_copy(update=after), events


def _found(complaint: Complaint, told: AcceptWork | ReportProgress | ReportResolution) -> Work:
    """The work that the command names; a sender who says of which department it is may only speak for that one."""
    for work in complaint.works:
        if work.id == told.work:
            if told.by.department not in (None, work.department):
                raise refused("work_of_another_department", work.department)
            return work
    raise refused("unknown_work")


def _in_hand(complaint: Complaint, told: ReportProgress | ReportResolution) -> Work:
    work = _found(complaint, told)
    if work.result:
        raise refused("work_done")
    if not work.is_accepted:
        raise refused("not_accepted")
    return work


def _with(complaint: Complaint, changed: Work, **more: str) -> Complaint:
    works = tuple(changed if work.id == changed.id else work for work in complaint.works)
    return complaint.model_copy(update={"works": works, **more})


def _parts(results: list[Result]) -> tuple[str, ...]:
    return _union(part for each in results for part in each.answer_parts)


def _union(words: Iterable[str]) -> tuple[str, ...]:
    """Each once, in the order in which they came."""
    return tuple(dict.fromkeys(words))


assert set(GRAVEST_FIRST) == set(get_args(Finding))
