"""The clocks of a complaint: what starts them, ends them, lets them rest and moves them.  Every function is (complaint, …) -> Told."""

from collections.abc import Callable
from datetime import datetime

from services.routing.clock import facts
from services.routing.clock.choice import names, remembered
from services.routing.clock.clock import Clock
from services.routing.clock.extending import extend
from services.routing.clock.graver import choose
from services.routing.clock.moves import aim, count_on, each, follow, go_on, pause, rest, resumed
from services.routing.clock.rules import Milestone
from services.routing.clock.starts import begin
from services.routing.clock.telling import put, tell
from services.routing.policy import RoutingPolicy
from services.routing.state import Complaint
from services.routing.told import Told, then

__all__ = ["aim", "begin", "choose", "count_on", "extend", "follow", "go_on", "names", "reached", "remembered", "rest", "stop", "tell"]


def reached(complaint: Complaint, milestone: Milestone, instant: datetime, policy: RoutingPolicy, work: str | None = None) -> Told:
    """Something happened: the clocks that it ends are met (late ones are over), then those that it starts begin.

    `work`: whose milestone it is, where it is one work's (requested, accepted, declined → triaged, assigned).  `resolved` answers too, and
    lets `total_resolution` rest until the complaint is reopened or closed.  A clock that starts late tells at once what is true already.
    """
    met = _end(
        complaint, lambda clock: _is_met_by(clock, milestone, work), lambda now, clock: _meet(now, clock, instant, policy), instant, policy
    )
    return then(
        met,
        lambda now: _resting(now, instant, policy) if milestone == "resolved" else (now, []),
        lambda now: begin(now, milestone, instant, policy, work),
        lambda now: tell(now, instant, policy),
    )


def stop(complaint: Complaint, reason: str, instant: datetime, policy: RoutingPolicy, work: str | None = None) -> Told:
    """What was promised is no longer asked for: all clocks but an open containment; with `work`, only that work's."""
    return _end(
        complaint,
        lambda clock: clock.work == work if work else clock.kind != "containment",
        lambda now, clock: _stop(now, clock, reason, instant, policy),
        instant,
        policy,
    )


def _end(
    complaint: Complaint, of: Callable[[Clock], bool], how: Callable[[Complaint, Clock], Told], instant: datetime, policy: RoutingPolicy
) -> Told:
    """First whatever of them was true before: what was missed stays missed."""
    ending = {clock.instance for clock in complaint.clocks if not clock.is_over and of(clock)}
    return then(
        tell(complaint, instant, policy),
        lambda now: each(now, lambda clock: clock.instance in ending, how),
    )


def _is_met_by(clock: Clock, milestone: Milestone, work: str | None) -> bool:
    is_it = clock.met_by == milestone or (milestone == "resolved" and clock.met_by == "answered")
    return is_it and (clock.work == work or clock.kind not in ("acceptance", "triage"))


def _meet(complaint: Complaint, clock: Clock, instant: datetime, policy: RoutingPolicy) -> Told:
    """What rests is met with its rest counted.  The whole time is kept as it is, for it may be reopened."""
    if clock.ended or clock.is_missed(instant):
        return put(complaint, _late(clock, instant)), []
    met, told = resumed(clock, instant, policy), clock.but(ended="met", is_over=True, ahead=())
    return put(complaint, told if clock.kind == "total_resolution" else told.over), [facts.met(complaint, met, instant, policy)]


def _stop(complaint: Complaint, clock: Clock, reason: str, instant: datetime, policy: RoutingPolicy) -> Told:
    if clock.ended or clock.is_missed(instant):
        return put(complaint, _late(clock, instant)), []
    stopped = resumed(clock, instant, policy)
    return put(complaint, clock.but(ended="stopped").over), [facts.stopped(complaint, stopped, instant, reason, policy)]


def _late(clock: Clock, instant: datetime) -> Clock:
    """Over; or as soon as a breach is told that is still to be judged, with what else was true by then."""
    if clock.ended:
        return clock.over
    until = clock.counted_until(instant)
    return clock.but(is_late=True, paused_at=None).with_marks(mark for mark in clock.marks if mark.at <= until)


def _resting(complaint: Complaint, instant: datetime, policy: RoutingPolicy) -> Told:
    """From the resolution until it is reopened the customer has the word: the complaint's whole time does not count that."""
    return each(
        complaint,
        lambda clock: clock.kind == "total_resolution" and not clock.is_over,
        lambda now, clock: pause(now, clock, "resolved", instant, policy),
    )
