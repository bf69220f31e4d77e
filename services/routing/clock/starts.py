"""When a complaint's clocks begin, and with which target."""

from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import chain, count

from contracts.model import made
from services.platform.business_time import Target
from services.routing.clock import facts
from services.routing.clock.choice import own
from services.routing.clock.clock import Clock, elapsed, whole
from services.routing.clock.marks import marked
from services.routing.clock.rules import MEASURES, MOST_SECONDS, ClockRule, Kind, Milestone
from services.routing.clock.telling import promised
from services.routing.policy import RoutingPolicy
from services.routing.state import Complaint
from services.routing.told import Told

FIRST_ANSWER = "first_answer"
"""The name of intake's promise, where the policy has no clock of that kind."""


def begin(
    complaint: Complaint, milestone: Milestone, instant: datetime, policy: RoutingPolicy, work: str | None = None,
    since: datetime | None = None,
) -> Told:  # fmt: skip
    """The clocks that this milestone starts.  What of them is true already is for `tell`.

    `since`: what they count from, where that is before the instant: of all that the registration starts.
    """
    counts_from = whole(instant) if since is None else since
    begun = [
        _clock(complaint, name, rule, counts_from, policy, work)
        for name, rule in _rules(complaint, milestone, policy)
        if _is_called_for(complaint, name, rule)
    ]
    if not begun:
        return complaint, []
    registered_at = complaint.registered_at if milestone == "registered" else instant
    kept = [clock for clock in complaint.clocks if not _is_history(complaint, clock, begun)]
    complaint = complaint.but(clocks=(*kept, *begun))
    for clock in begun:
        complaint = promised(complaint, clock)
    return complaint, [facts.started(complaint, clock, registered_at) for clock in begun]


def _rules(complaint: Complaint, milestone: Milestone, policy: RoutingPolicy) -> Iterator[tuple[str, ClockRule | None]]:
    """Most milestones start nothing, which the policy alone tells: which clocks are the complaint's own takes longer to find."""
    is_promised = complaint.first_answer_due is not None and milestone == "registered"
    if not is_promised and milestone not in policy.beginnings:
        return
    known = own(complaint, policy)
    yield from ((name, rule) for name, rule in known.items() if rule.measures[0] == milestone)
    if is_promised and all(rule.kind != "first_answer" for rule in known.values()):
        yield FIRST_ANSWER, None


def _is_called_for(complaint: Complaint, name: str, rule: ClockRule | None) -> bool:
    """A work's clock, or triage's, each time; one against danger unless one runs; of all others a complaint has one in its life.

    Where it turns out graver later, what the registration starts is called for unless it has come already.
    """
    kind = _kind(rule)
    if kind in ("acceptance", "triage"):
        return True
    if rule and rule.measures[0] == "registered" and _has_come(complaint, rule.measures[1]):
        return False
    its_like = [clock for clock in complaint.clocks if clock.kind == kind and (kind != "legal" or clock.name == name)]
    return not any(kind != "containment" or not clock.is_over for clock in its_like)


def _has_come(complaint: Complaint, milestone: Milestone) -> bool:
    """Of what a clock that the registration starts may be met by."""
    if milestone == "answered":
        return any(clock.kind == "first_answer" and (clock.is_over or clock.is_late) for clock in complaint.clocks)
    if milestone == "accepted":
        return complaint.round > 1 or any(work.is_accepted for work in complaint.works)
    return milestone == "resolved" and complaint.round > 1


def _is_history(complaint: Complaint, clock: Clock, begun: list[Clock]) -> bool:
    """What is over and whose like may come again: of works that were replaced, earlier rounds, dangers that were contained."""
    if not clock.is_over:
        return False
    if clock.work is not None:
        return complaint.work(clock.work) is None
    if clock.kind == "containment":
        return any(each.kind == "containment" for each in begun)
    return clock.kind == "triage" and clock.instance.partition(".")[0] != f"triage-{complaint.round}"


def _kind(rule: ClockRule | None) -> Kind:
    return rule.kind if rule else "first_answer"


def _clock(
    complaint: Complaint, name: str, rule: ClockRule | None, counts_from: datetime, policy: RoutingPolicy, work: str | None
) -> Clock:
    kind = _kind(rule)
    target, calendar = aim_of(complaint, name, rule, complaint.priority, work, policy)
    met_by = (rule.measures if rule else MEASURES["first_answer"])[1]
    clock = made(
        Clock,
        name=name, instance=_instance_of(complaint, name, kind, work), kind=kind, work=work if kind in ("acceptance", "triage") else None,
        met_by=met_by, priority=complaint.priority, started_from=counts_from, target=target, calendar=calendar,
        settle_seconds=policy.settle_seconds if met_by == "answered" else 0, policy=policy.reference,
    )  # fmt: skip
    return marked(clock, policy)


def _instance_of(complaint: Complaint, name: str, kind: Kind, work: str | None) -> str:
    match kind:
        case "acceptance" | "triage":
            return unused(f"{kind}-{work or complaint.round}", {clock.instance for clock in complaint.clocks})
        case "containment":
            before = [clock for clock in complaint.clocks if clock.kind == kind]
            return f"containment-{int(before[-1].instance.rpartition('-')[2]) + 1 if before else 1}"
    return name


def unused(name: str, taken: Collection[str]) -> str:
    """Numbered where the same comes again."""
    again = (f"{name}.{number}" for number in count(2))
    return next(each for each in chain([name], again) if each not in taken)


def aim_of(
    complaint: Complaint, name: str, rule: ClockRule | None, priority: int, work: str | None, policy: RoutingPolicy
) -> tuple[Target, str | None]:
    """Its target and calendar.  A first answer is promised by intake: the policy's target counts where it is no later."""
    by_intake = whole(complaint.first_answer_due) if complaint.first_answer_due and _kind(rule) == "first_answer" else None
    own = policy.target(name, priority, _whose(complaint, rule, work)) if rule else None
    calendar = rule.calendar if rule else None
    if own and (by_intake is None or own.due(complaint.counts_from, policy.calendar(calendar)) <= by_intake):
        return own, calendar
    assert by_intake is not None, "without a rule of its own it is intake's promise"
    seconds = min(max(1, elapsed(complaint.counts_from, by_intake)), MOST_SECONDS)
    return Target(amount=seconds, unit="seconds"), None


def _whose(complaint: Complaint, rule: ClockRule, work: str | None) -> str | None:
    """The department whose own targets count: of an acceptance the one that is asked, else the lead."""
    asked = complaint.work(work) if work and rule.kind == "acceptance" else None
    return asked.department if asked else complaint.lead
