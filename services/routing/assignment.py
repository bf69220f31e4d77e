"""Departments are asked to work on a complaint: who owns it then, what each is asked for, and by when it is to be taken on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count

from contracts.model import Event, Staff, made
from contracts.routing import ComplaintRouted, WorkRequested
from services.routing import clocks
from services.routing.policy import RoutingPolicy
from services.routing.state import Complaint, Work
from services.routing.told import Told


def request(
    complaint: Complaint, departments: Iterable[str], lead: str, instant: datetime, policy: RoutingPolicy, by: Staff | None = None
) -> Told:
    """Ask these departments, and no others, to work on it in its present round; its promise stands already."""
    works, asked = named(complaint.round, departments, {})
    complaint = complaint.but(works=works, asked=asked, lead=lead)
    return tell(complaint, works, instant, policy, by)


def named(round: int, departments: Iterable[str], asked: Mapping[str, int]) -> tuple[tuple[Work, ...], Mapping[str, int]]:
    """Works with ids of their own: a department that is asked a second time in a round has a second one, `1-quality.2`.

    `asked`: the number of each department's last work in this round, given back with those of the new ones.
    """
    works: list[Work] = []
    for department in departments:
        name, number = next(each for each in _names(department, asked) if not _is_taken(each[0], asked))
        asked = {**asked, department: number}
        works.append(Work(id=f"{round}-{name}", department=department))
    return tuple(works), asked


def _names(department: str, asked: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """What its next work may be called, and by which number."""
    for number in count(asked.get(department, 0) + 1):
        yield f"{department}.{number}" if number > 1 else department, number


def _is_taken(name: str, asked: Mapping[str, int]) -> bool:
    """By the work of another department, which is called so or has had so many."""
    department, _, number = name.rpartition(".")
    return name in asked or (number.isdigit() and int(number) <= asked.get(department, 0))


def tell(
    complaint: Complaint, works: Sequence[Work], instant: datetime, policy: RoutingPolicy, by: Staff | None, declined: Sequence[Work] = ()
) -> Told:
    """Who owns it now, which works are new, and by when they are to be taken on.  `declined`: what these take over, in this order."""
    routed = made(
        ComplaintRouted,
        **complaint.of, departments=tuple(dict.fromkeys(complaint.departments)), lead=complaint.lead, priority=complaint.priority,
        priority_reasons=complaint.priority_reasons, promised_resolution=complaint.promised_resolution, policy=policy.reference, by=by,
    )  # fmt: skip
    replaced = [declined[min(n, len(declined) - 1)].id if declined else None for n in range(len(works))]
    requested = [
        made(
            WorkRequested, **complaint.of, work=work.id, department=work.department, is_lead=work.department == complaint.lead,
            instead_of=old,
        )
        for work, old in zip(works, replaced, strict=True)
    ]
    started: list[Event] = []
    for work in works:
        complaint, more = clocks.reached(complaint, "requested", instant, policy, work.id)
        started += more
    return complaint, [routed, *requested, *started]
