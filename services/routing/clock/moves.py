"""What moves clocks: they rest while nobody can work on the complaint, go on, and take other targets."""

from collections.abc import Callable
from datetime import datetime

from services.routing.clock import facts
from services.routing.clock.clock import Clock, whole
from services.routing.clock.marks import marked, rule_of
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
        each(complaint, lambda clock: clock.paused_at is not None, lambda now, clock: _resume(now, clock, instant, policy)),
        lambda now: tell(now, instant, policy),
    )


def _resume(complaint: Complaint, clock: Clock, instant: datetime, policy: RoutingPolicy) -> Told:
    if clock.ended:
        return put(complaint, clock.but(paused_at=None)), []
    running = marked(clock.resumed(instant, policy.calendar(clock.calendar)), policy, no_sooner=clock.due)
    return put(complaint, running), [facts.resumed(complaint, running, instant, policy)]


def aim(complaint: Complaint, because: str, instant: datetime, policy: RoutingPolicy) -> Told:
    """Priority, lead or policy changed (`because`): running clocks take their new targets, from the original start, pauses kept."""
    return then(
        tell(complaint, instant, policy),
        lambda now: each(now, lambda clock: clock.is_running(instant), lambda at, clock: _aim(at, clock, because, policy)),
        lambda now: tell(now, instant, policy),
    )


def follow(complaint: Complaint, instant: datetime, policy: RoutingPolicy) -> Told:
    """Where open complaints follow the policy, clocks that another one aimed are aimed anew."""
    if policy.open_complaints == "keep" or all(clock.ended or clock.policy == policy.reference for clock in complaint.clocks):
        return complaint, []
    return aim(complaint, "policy", instant, policy)


def _aim(complaint: Complaint, before: Clock, because: str, policy: RoutingPolicy) -> Told:
    """What somebody approved stays: an extended target gives way to a longer one only."""
    clock = before.but(priority=complaint.priority) if because == "priority" else before
    rule = rule_of(clock, policy)
    if rule is None and clock.kind != "first_answer":
        return complaint, []
    target, calendar = aim_of(complaint, clock.name, rule, clock.priority, clock.work, policy)
    if clock.extensions and (target.unit != clock.target.unit or target.amount <= clock.target.amount):
        target, calendar = clock.target, clock.calendar
    if because != "policy" and (target, calendar) == (clock.target, clock.calendar):
        return put(complaint, clock), []
    clock = marked(clock.but(target=target, calendar=calendar, policy=policy.reference), policy)
    is_moved = (clock.target, clock.due) != (before.target, before.due)
    return put(complaint, clock), [facts.aimed(complaint, before, clock, because)] if is_moved else []


def each(complaint: Complaint, of: Callable[[Clock], bool], step: Callable[[Complaint, Clock], Told]) -> Told:
    """The step with one clock of these after another."""
    told: Told = (complaint, [])
    for clock in filter(of, complaint.clocks):
        complaint, events = step(told[0], clock)
        told = complaint, [*told[1], *events]
    return told
