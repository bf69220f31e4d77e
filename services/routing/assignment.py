"""Departments are asked to work on a complaint: who owns it then, what each is asked for, and by when it is to be taken on."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain, count

from contracts.model import Event, Staff
from contracts.routing import ComplaintRouted, WorkRequested
from services.routing import clocks
from services.routing.policy import RoutingPolicy
from services.routing.state import Complaint, Work
from services.routing.told import Told


def request(
    complaint: Complaint, departments: Iterable[str], lead: str, instant: datetime, policy: RoutingPolicy, by: Staff | None = None
) -> Told:
    """Ask these departments, and no others, to work on it in its present round; its promise stands already."""
    works = named(complaint.round, tuple(departments), ())
    complaint = complaint.but(works=works, requested=tuple(work.id for work in works), lead=lead)
    return tell(complaint, works, instant, policy, by)


def named(round: int, departments: Sequence[str], taken: Sequence[str]) -> tuple[Work, ...]:
    """Works with ids of their own: a department that is asked a second time in a round has a second one, `1-quality.2`."""
    works: list[Work] = []
    for department in departments:
        used = {*taken, *(work.id for work in works)}
        first = f"{round}-{department}"
        names = chain([first], (f"{first}.{n}" for n in count(2)))
        works.append(Work(id=next(name for name in names if name not in used), department=department))
    return tuple(works)


def tell(
    complaint: Complaint, works: Sequence[Work], instant: datetime, policy: RoutingPolicy, by: Staff | None, declined: Sequence[Work] = ()
) -> Told:
    """Who owns it now, which works are new, and by when they are to be taken on.  `declined`: what these take over, in this order."""
    routed = ComplaintRouted(
        **complaint.of, departments=tuple(dict.fromkeys(complaint.departments)), lead=complaint.lead, priority=complaint.priority,
        priority_reasons=complaint.priority_reasons, promised_resolution=complaint.promised_resolution, policy=policy.reference, by=by,
    )  # fmt: skip
    replaced = [declined[min(n, len(declined) - 1)].id if declined else None for n in range(len(works))]
    requested = [
        WorkRequested(**complaint.of, work=work.id, department=work.department, is_lead=work.department == complaint.lead, instead_of=old)
        for work, old in zip(works, replaced, strict=True)
    ]
    started: list[Event] = []
    for work in works:
        complaint, more = clocks.reached(complaint, "requested", instant, policy, work.id)
        started += more
    return complaint, [routed, *requested, *started]
