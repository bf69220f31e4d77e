"""What moves clocks: they rest while nobody can work on the complaint, go on, and take other targets."""

from collections.abc import Callable
from datetime import datetime

from services.routing.clock import facts
from services.routing.clock.clock import Clock, whole
from services.routing.clock.marks import hours_of, marked, rule_of
from services.routing.clock.rules import NEVER_REST
from services.routing.clock.starts import aim_of
from services.routing.clock.telling import put, tell
from services.routing.policy import RoutingPolicy
from services.routing.state import Complaint
from services.routing.told import Told, then


def rest(complaint: Complaint, reason: str, instant: datetime, policy: RoutingPolicy) -> Told:
    """All open work rests: clocks that rest for each of its reasons stop counting."""
    reasons = {reason, *(work.pause_reason for work in complaint.open_works if work.pause_reason)}
    return then(
        tell(complaint, instant, policy),
        lambda now: each(
            now,
            lambda clock: clock.is_running(instant) and _rests_for(clock, reasons, policy),
            lambda at, clock: pause(at, clock, reason, instant, policy),
        ),
    )


def _rests_for(clock: Clock, reasons: set[str], policy: RoutingPolicy) -> bool:
    rule = rule_of(clock, policy)
    return rule is not None and clock.kind not in NEVER_REST and reasons <= set(rule.pauses_for)


def pause(complaint: Complaint, clock: Clock, reason: str, instant: datetime, policy: RoutingPolicy) -> Told:
    """One that rests already goes on resting; one that was breached says no more of it than that its levels wait too."""
    if clock.paused_at:
        return complaint, []
    resting = clock.but(paused_at=whole(instant))
    return put(complaint, resting), [] if clock.ended else [facts.paused(complaint, resting, reason, policy)]


def go_on(complaint: Complaint, instant: datetime, policy: RoutingPolicy) -> Told:
    """Some work goes on, or a new round begins: whatever rests counts again.  A pause never shortens a due."""
    return then(
        each(complaint, _is_resting, lambda now, clock: _resume(now, clock, instant, policy)),
        lambda now: tell(now, instant, policy),
    )


def _is_resting(clock: Clock) -> bool:
    return clock.paused_at is not None and not clock.is_over


def _resume(complaint: Complaint, clock: Clock, instant: datetime, policy: RoutingPolicy) -> Told:
    if clock.ended:
        return put(complaint, _put_off(clock, instant, policy)), []
    running = resumed(clock, instant, policy)
    return put(complaint, running), [facts.resumed(complaint, running, instant, policy)]


def resumed(clock: Clock, instant: datetime, policy: RoutingPolicy) -> Clock:
    """With what it rests counted into its due and its marks; as it is where it runs."""
    return marked(clock.resumed(instant), policy, no_sooner=clock.due) if clock.paused_at else clock


def _put_off(clock: Clock, instant: datetime, policy: RoutingPolicy) -> Clock:
    """A breached one: the levels that are left come as much later as it rested."""
    assert clock.paused_at is not None, "it rests"
    hours = hours_of(clock, policy)
    rested = hours.between(clock.paused_at, whole(instant))
    later = (mark._replace(at=hours.add(mark.at, rested)) for mark in clock.marks)
    return clock.but(paused_at=None).with_marks(later)


def count_on(complaint: Complaint, instant: datetime, policy: RoutingPolicy) -> Told:
    """It begins again: what rests goes on, and the whole time that was met at its closing counts on under another instance."""
    return then(
        go_on(complaint, instant, policy),
        lambda now: each(now, _counts_on, lambda at, clock: _again(at, clock, instant, policy)),
        lambda now: tell(now, instant, policy),
    )


def _counts_on(clock: Clock) -> bool:
    return clock.kind == "total_resolution" and clock.ended == "met"


def _again(complaint: Complaint, before: Clock, instant: datetime, policy: RoutingPolicy) -> Told:
    """With what was used and told already; nothing counts from the resolution to the reopening."""
    number = int(before.instance.removeprefix(before.name)[1:] or 1) + 1
    again = before.but(instance=f"{before.name}.{number}", ended=None, is_over=False)
    again = marked((_at_its_target(complaint, again, policy) or again).resumed(instant), policy)
    clocks = tuple(again if clock is before else clock for clock in complaint.clocks)
    return complaint.but(clocks=clocks), [facts.started(complaint, again, instant)]


def aim(complaint: Complaint, because: str, instant: datetime, policy: RoutingPolicy) -> Told:
    """Priority, lead or policy changed (`because`): running clocks take their new targets, from the original start, pauses kept."""
    return then(
        tell(complaint, instant, policy),
        lambda now: each(
            now, lambda clock: clock.is_running(instant) or _counts_on(clock), lambda at, clock: _aim(at, clock, because, policy)
        ),
        lambda now: tell(now, instant, policy),
    )


def follow(complaint: Complaint, instant: datetime, policy: RoutingPolicy) -> Told:
    """Where open complaints follow the policy, clocks that another one aimed are aimed anew."""
    if policy.open_complaints == "keep" or all(clock.ended or clock.policy == policy.reference for clock in complaint.clocks):
        return complaint, []
    return aim(complaint, "policy", instant, policy)


def _aim(complaint: Complaint, before: Clock, because: str, policy: RoutingPolicy) -> Told:
    """What ended in time takes note only of whose target it would have if it counted on."""
    clock = before.but(priority=complaint.priority) if because == "priority" else before
    if clock.ended:
        return put(complaint, clock), []
    clock = clock.but(policy=policy.reference) if because == "policy" else clock
    aimed = _at_its_target(complaint, clock, policy)
    if aimed is None:
        return complaint, []
    if because != "policy" and (aimed.target, aimed.calendar) == (clock.target, clock.calendar):
        return put(complaint, clock), []
    aimed = marked(aimed, policy)
    is_moved = (aimed.target, aimed.due) != (before.target, before.due)
    return put(complaint, aimed), [facts.aimed(complaint, before, aimed, because)] if is_moved else []


def _at_its_target(complaint: Complaint, clock: Clock, policy: RoutingPolicy) -> Clock | None:
    """By its own version of the policy, and no shorter than somebody approved.  None where that has no such clock, or in another unit."""
    rule = rule_of(clock, policy)
    if rule is None and clock.kind != "first_answer":
        return None
    target, calendar = aim_of(complaint, clock.name, rule, clock.priority, clock.work, policy.under(clock.policy))
    if approved := clock.approved:
        if approved.unit != target.unit:
            return None
        target = max(target, approved, key=lambda each: each.amount)
    return clock.but(target=target, calendar=calendar)


def each(complaint: Complaint, of: Callable[[Clock], bool], step: Callable[[Complaint, Clock], Told]) -> Told:
    """The step with one clock of these after another."""
    told: Told = (complaint, [])
    for clock in filter(of, complaint.clocks):
        complaint, events = step(told[0], clock)
        told = complaint, [*told[1], *events]
    return told
