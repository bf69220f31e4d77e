"""What clocks say, each fact with its working."""

from datetime import datetime
from typing import Any

from contracts.model import Event, made
from contracts.routing import (
    ClockAimed,
    ClockBreached,
    ClockExtended,
    ClockMet,
    ClockPaused,
    ClockResumed,
    ClockStarted,
    ClockStopped,
    ClockWarned,
    ComplaintEscalated,
    ExtendClock,
)
from services.routing.clock.clock import Clock, Mark, whole
from services.routing.clock.marks import calendar_of
from services.routing.policy import RoutingPolicy
from services.routing.state import Complaint


def started(complaint: Complaint, clock: Clock, registered_at: datetime) -> Event:
    return made(
        ClockStarted,
        **_working(complaint, clock), kind=clock.kind, started_from=clock.started_from, registered_at=registered_at,
        warnings=clock.instants("warning"), escalations=clock.instants("level"),
    )  # fmt: skip


def paused(complaint: Complaint, clock: Clock, reason: str, policy: RoutingPolicy) -> Event:
    assert clock.paused_at is not None, "it rests"
    used = clock.used(clock.paused_at, calendar_of(clock, policy))
    return made(ClockPaused, **_working(complaint, clock), reason=reason, paused_at=clock.paused_at, used_seconds=used)


def resumed(complaint: Complaint, clock: Clock, instant: datetime, policy: RoutingPolicy) -> Event:
    return made(
        ClockResumed,
        **_working(complaint, clock), resumed_at=whole(instant), used_seconds=clock.used(instant, calendar_of(clock, policy)),
        paused_seconds=clock.paused(instant),
    )  # fmt: skip


def aimed(complaint: Complaint, before: Clock, clock: Clock, because: str) -> Event:
    return ClockAimed(**_working(complaint, clock), before=before.target.amount, due_before=before.due, because=because)


def extended(complaint: Complaint, before: Clock, clock: Clock, asked: ExtendClock) -> Event:
    assert asked.approver is not None, "an extension has an approver"
    return ClockExtended(
        **_working(complaint, clock), before=before.target.amount, due_before=before.due, reason=asked.reason,
        next_update=asked.next_update, approver=asked.approver, by=asked.by,
    )  # fmt: skip


def warned(complaint: Complaint, clock: Clock, mark: Mark, policy: RoutingPolicy) -> Event:
    used = clock.used(mark.at, calendar_of(clock, policy))
    return made(ClockWarned, **_working(complaint, clock), percent=mark.number, warned_at=mark.at, used_seconds=used)


def met(complaint: Complaint, clock: Clock, instant: datetime, policy: RoutingPolicy) -> Event:
    return made(ClockMet, **_working(complaint, clock), **_time(clock, instant, policy), met_at=whole(instant))


def breached(complaint: Complaint, clock: Clock, mark: Mark, policy: RoutingPolicy) -> Event:
    return made(ClockBreached, **_working(complaint, clock), **_time(clock, mark.at, policy), breached_at=mark.at)


def stopped(complaint: Complaint, clock: Clock, instant: datetime, reason: str, policy: RoutingPolicy) -> Event:
    used = clock.used(instant, calendar_of(clock, policy))
    return made(ClockStopped, **_working(complaint, clock), used_seconds=used, reason=reason)


def escalated(complaint: Complaint, clock: Clock, mark: Mark, policy: RoutingPolicy) -> Event:
    own = policy.under(clock.policy)
    return made(
        ComplaintEscalated,
        **complaint.of, level=mark.number, to=own.whose(mark.number), reason="clock", clock=clock.name, instance=clock.instance,
        escalated_at=mark.at, policy=own.reference,
    )  # fmt: skip


def _time(clock: Clock, instant: datetime, policy: RoutingPolicy) -> dict[str, int]:
    used = clock.used(instant, calendar_of(clock, policy))
    return {"used_seconds": used, "paused_seconds": clock.paused(instant)}


def _working(complaint: Complaint, clock: Clock) -> dict[str, Any]:
    return {
        **complaint.of, "clock": clock.name, "instance": clock.instance, "work": clock.work, "target": clock.target.amount,
        "unit": clock.target.unit, "calendar": clock.calendar, "due": clock.due, "policy": clock.policy,
    }  # fmt: skip
