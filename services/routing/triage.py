"""Where a person decides who is to work on it: on the whole complaint, or on a work that a department declined.  Never a default."""

from collections.abc import Sequence
from datetime import datetime

from contracts.model import Event, made
from contracts.routing import AssignDepartments, ComplaintSentToTriage
from services.routing import assignment, clocks
from services.routing.policy import RoutingPolicy
from services.routing.promise import follow
from services.routing.standing import stand
from services.routing.state import MOST_WORKS, Complaint, Work
from services.routing.told import Told, then
from services.routing.transitions import refused


def wait(complaint: Complaint, candidates: Sequence[str], instant: datetime, policy: RoutingPolicy) -> Told:
    """No rule knows the complaint, or those of a group contradict each other: then these are the departments that they name."""
    said = _sent(complaint, "contradicting_rules" if candidates else "no_rule", policy, candidates=tuple(candidates))
    return then((complaint, [said]), lambda now: clocks.reached(now, "triaged", instant, policy))


def send(complaint: Complaint, work: Work, instant: datetime, policy: RoutingPolicy) -> Told:
    """A department declined this work."""
    said = _sent(complaint, "declined", policy, work=work.id)
    return then((complaint, [said]), lambda now: clocks.reached(now, "triaged", instant, policy, work.id))


def _sent(
    complaint: Complaint, reason: str, policy: RoutingPolicy, work: str | None = None, candidates: tuple[str, ...] = ()
) -> ComplaintSentToTriage:
    return made(
        ComplaintSentToTriage,
        **complaint.of, reason=reason, work=work, candidates=candidates, owner=policy.triage.owner, priority=complaint.priority,
        priority_reasons=complaint.priority_reasons, policy=policy.reference,
    )  # fmt: skip


def assign(complaint: Complaint, asked: AssignDepartments, instant: datetime, policy: RoutingPolicy) -> Told:
    """Triage's answer, or the head's.  The lead may have targets of its own; they count from the original start.

    What is declined again and again has a long history, whoever has it now.
    """
    departments = tuple(dict.fromkeys(asked.departments))
    if unknown := [name for name in departments if name not in policy.departments]:
        raise refused("unknown_department", unknown[0])
    is_whole, declined = _waiting(complaint, asked.work)
    remaining = tuple(work for work in complaint.works if work not in declined)
    lead = _lead(complaint, asked, departments, () if is_whole else remaining)
    _must_have_room(departments, remaining)
    works, numbers = assignment.named(complaint.round, departments, complaint.asked)
    declines = max((work.declines for work in declined), default=0)
    works = tuple(work.but(declines=declines) for work in works)
    is_lead_new = lead != complaint.lead
    complaint = complaint.but(works=(*remaining, *works), asked=numbers, lead=lead)
    complaint, counted = _counted(complaint, [None] if is_whole else [work.id for work in declined], is_lead_new, instant, policy)
    complaint, said = assignment.tell(complaint, works, instant, policy, asked.by, declined)
    owned = len(works) + 1
    return complaint, [*said[:owned], *counted, *said[owned:]]


def _waiting(complaint: Complaint, work: str | None) -> tuple[bool, tuple[Work, ...]]:
    """What is answered: the whole complaint, the declined work that is named, or all that a complaint waits for in triage."""
    declined = tuple(each for each in complaint.works if each.is_declined)
    if work is not None:
        if complaint.work(work) is None:
            raise refused("unknown_work")
        declined = tuple(each for each in declined if each.id == work)
    elif not complaint.works:
        return True, ()
    elif complaint.stage != "triage":
        declined = ()
    if not declined:
        raise refused("not_in_triage")
    return False, declined


def _lead(complaint: Complaint, asked: AssignDepartments, departments: Sequence[str], remaining: Sequence[Work]) -> str:
    """Left out, the lead stays whose work goes on; an answer to the whole complaint names one."""
    if asked.lead is None:
        staying = {*departments, *(work.department for work in remaining)} if complaint.works else set()
        if complaint.lead is None or complaint.lead not in staying:
            raise refused("lead_missing")
        return complaint.lead
    if asked.lead not in (*departments, *(work.department for work in remaining if not work.is_declined)):
        raise refused("lead_not_among_departments")
    return asked.lead


def _must_have_room(departments: Sequence[str], remaining: Sequence[Work]) -> None:
    """A department works on one thing at a time, and one can always take the place of another."""
    at_work = {work.department for work in remaining if work.is_open and not work.is_declined}
    if busy := [name for name in departments if name in at_work]:
        raise refused("already_working", busy[0])
    if len(remaining) + len(departments) > MOST_WORKS:
        raise refused("too_many_works")


def _counted(complaint: Complaint, answered: Sequence[str | None], is_lead_new: bool, instant: datetime, policy: RoutingPolicy) -> Told:
    """Triage has answered in time or late; the targets are the lead's, and what rested goes on."""
    events: list[Event] = []
    for work in answered:
        complaint, met = clocks.reached(complaint, "assigned", instant, policy, work)
        events += met
    return then(
        (complaint, events),
        lambda now: clocks.aim(now, "lead", instant, policy) if is_lead_new else (now, []),
        lambda now: (follow(now, instant, policy), []),
        lambda now: stand(now, instant, policy),
    )
