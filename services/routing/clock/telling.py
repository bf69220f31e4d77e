"""What clocks say as time passes: warnings, breaches, levels of escalation, ageing; each once, at its own instant, in their order."""

from datetime import datetime

from contracts.model import Event, made
from contracts.routing import PriorityChanged
from services.routing.clock import facts
from services.routing.clock.clock import Clock, Mark
from services.routing.policy import RoutingPolicy
from services.routing.state import Complaint
from services.routing.told import Told

MOST_REASONS = 20


def tell(complaint: Complaint, instant: datetime, policy: RoutingPolicy) -> Told:
    """All that is true by now and was not told, less a breach that a late word might still prevent."""
    events: list[Event] = []
    while found := _first(complaint, instant):
        complaint, said = _say(complaint, *found, policy)
        events = [*events, *said]
    return complaint, events


def put(complaint: Complaint, clock: Clock) -> Complaint:
    """With this clock as it is now."""
    clocks = tuple(clock if each.instance == clock.instance else each for each in complaint.clocks)
    return promised(complaint.but(clocks=clocks), clock)


def promised(complaint: Complaint, clock: Clock) -> Complaint:
    """The first round's promise is the due of its resolution clock."""
    is_promise = clock.kind == "resolution" and complaint.round == 1 and complaint.promised_resolution != clock.due
    return complaint.but(promised_resolution=clock.due) if is_promise else complaint


def _first(complaint: Complaint, instant: datetime) -> tuple[Clock, Mark] | None:
    true = [(clock, mark) for clock in complaint.clocks if clock.ahead and (mark := clock.says(instant))]
    return min(true, key=lambda each: each[1].at, default=None)


def _say(complaint: Complaint, clock: Clock, mark: Mark, policy: RoutingPolicy) -> Told:
    after = clock.but(ahead=clock.ahead[1:], told=(*clock.told, mark.name))
    if clock.is_late and not after.ahead:
        after = after.over
    match mark.what:
        case "warning":
            return put(complaint, after), [facts.warned(complaint, clock, mark, policy)]
        case "breach":
            breached = facts.breached(complaint, clock, mark, policy)
            return put(complaint, after.but(ended="breached", paused_at=None)), [breached]
        case "level":
            complaint = complaint.but(level=max(complaint.level, mark.number))
            return put(complaint, after), [facts.escalated(complaint, clock, mark, policy)]
        case "age":
            return _older(put(complaint, after), policy.under(clock.policy))


def _older(complaint: Complaint, policy: RoutingPolicy) -> Told:
    """One step, as far as waiting alone may raise it; its targets stay."""
    before = complaint.priority
    if policy.ageing is None or before <= policy.ageing.at_most:
        return complaint, []
    reasons = tuple(dict.fromkeys(("age", *complaint.priority_reasons)))[:MOST_REASONS]
    complaint = complaint.but(priority=before - 1, priority_reasons=reasons)
    changed = made(PriorityChanged, **complaint.of, before=before, priority=before - 1, reason="age", policy=policy.reference)
    return complaint, [changed]
