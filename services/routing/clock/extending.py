"""延期: more time for a clock, within what the policy allows, approved by somebody else than who asks."""

from datetime import datetime

from contracts.routing import ExtendClock
from services.platform.business_time import Target
from services.platform.kernel.service import listed
from services.routing.clock import facts
from services.routing.clock.clock import Clock
from services.routing.clock.marks import marked, rule_of
from services.routing.clock.rules import Extensions
from services.routing.clock.telling import put, tell
from services.routing.policy import RoutingPolicy
from services.routing.state import Complaint
from services.routing.told import Told, then
from services.routing.transitions import refused


def extend(complaint: Complaint, asked: ExtendClock, instant: datetime, policy: RoutingPolicy) -> Told:
    """Raises `Refused`.  Of the clock `resolution` it moves the promise."""
    told = tell(complaint, instant, policy)
    clock = _found(told[0], asked.clock, instant)
    allowed = _allowed(clock, asked, policy)
    _must_be_more(clock, asked, allowed)
    _must_be_approved(asked, allowed)
    if clock.kind == "resolution":
        _must_tell_when_the_next_word_comes(asked, instant)
    return then(told, lambda now: _extended(now, clock, asked, policy), lambda now: tell(now, instant, policy))


def _found(complaint: Complaint, name: str, instant: datetime) -> Clock:
    """By its instance; by its name where only one of that name runs."""
    called = [clock for clock in complaint.clocks if name in (clock.instance, clock.name)]
    running = [clock for clock in called if clock.is_running(instant)]
    exact = [clock for clock in called if clock.instance == name] or (running if len(running) == 1 else called[:1])
    if not exact or (len(running) > 1 and exact[0].instance != name):
        raise refused("unknown_clock", listed(clock.instance for clock in running))
    if exact[0] not in running:
        raise refused("clock_ended")
    return exact[0]


def _allowed(clock: Clock, asked: ExtendClock, policy: RoutingPolicy) -> Extensions:
    rule = rule_of(clock, policy)
    if rule is None or rule.extensions is None or rule.unit != clock.target.unit or clock.extensions >= rule.extensions.times:
        raise refused("not_extendable")
    if asked.reason not in rule.extensions.reasons:
        raise refused("not_extendable", listed(rule.extensions.reasons))
    return rule.extensions


def _must_be_more(clock: Clock, asked: ExtendClock, allowed: Extensions) -> None:
    if asked.target <= clock.target.amount:
        raise refused("extension_too_short", str(clock.target.amount))
    if asked.target > allowed.at_most:
        raise refused("extension_too_long", str(allowed.at_most))


def _must_be_approved(asked: ExtendClock, allowed: Extensions) -> None:
    if asked.approver is None:
        raise refused("approver_missing", allowed.approvers[0])
    if asked.approver.staff == asked.by.staff:
        raise refused("approver_is_sender")
    if asked.approver.role not in allowed.approvers:
        raise refused("not_the_role", allowed.approvers[0])


def _must_tell_when_the_next_word_comes(asked: ExtendClock, instant: datetime) -> None:
    if asked.next_update is None:
        raise refused("delay_untold")
    if asked.next_update < instant:
        raise refused("next_update_past")


def _extended(complaint: Complaint, before: Clock, asked: ExtendClock, policy: RoutingPolicy) -> Told:
    target = Target(amount=asked.target, unit=before.target.unit)
    clock = marked(before.but(target=target, approved=target, extensions=before.extensions + 1), policy)
    return put(complaint, clock), [facts.extended(complaint, before, clock, asked)]
