"""A complaint turns out graver than its registration said: then it has the clocks of what it is."""

from datetime import datetime

from services.routing.clock import facts
from services.routing.clock.choice import known_of, names
from services.routing.clock.clock import Clock
from services.routing.clock.marks import marked
from services.routing.clock.moves import resumed
from services.routing.clock.rules import Kind
from services.routing.clock.starts import aim_of, begin, unused
from services.routing.clock.telling import promised, put, tell
from services.routing.policy import RoutingPolicy
from services.routing.promise import promised as by_when
from services.routing.state import Complaint
from services.routing.told import Told, then
from services.routing.transitions import OPEN


def choose(before: Complaint, complaint: Complaint, instant: datetime, policy: RoutingPolicy) -> Told:
    """Where other clocks fit what is known now than what was, they are its own: those that start later, and laws that it falls under.

    What runs stays, but for the promise: a tighter one takes its place, unless somebody approved more time.
    """
    fitting = names(known_of(complaint), policy)
    if fitting == names(known_of(before), policy):
        return complaint, []
    running = _running(complaint, instant, policy)
    graver = _graver(complaint, running, _promise(fitting, policy), instant, policy) if running else None
    is_loosened = graver is None if running else _would_loosen(complaint, fitting, policy)
    complaint = complaint.but(clock_names=_own(complaint, fitting, ("legal", "resolution") if is_loosened else ("legal",), policy))
    if complaint.stage not in OPEN:
        return complaint, []
    return then(
        _replaced(complaint, running, graver, instant, policy) if running and graver else (complaint, []),
        lambda now: begin(now, "registered", instant, policy, since=now.counts_from),
        lambda now: tell(now, instant, policy),
    )


def _running(complaint: Complaint, instant: datetime, policy: RoutingPolicy) -> Clock | None:
    """The clock of the promise; where it rests, as if it went on now."""
    promises = (clock for clock in complaint.clocks if clock.kind == "resolution" and clock.is_running(instant))
    return next((resumed(clock, instant, policy) for clock in promises), None)


def _promise(fitting: tuple[str, ...], policy: RoutingPolicy) -> str:
    return next(name for name in fitting if policy.clocks[name].kind == "resolution")


def _would_loosen(complaint: Complaint, fitting: tuple[str, ...], policy: RoutingPolicy) -> bool:
    """The open promise of a later round."""
    if complaint.round_began is None or complaint.stage not in OPEN:
        return False
    return by_when(complaint.but(clock_names=fitting), policy) >= by_when(complaint, policy)


def _own(complaint: Complaint, fitting: tuple[str, ...], stay: tuple[Kind, ...], policy: RoutingPolicy) -> tuple[str, ...]:
    """What fits, but those of these kinds that it has are its own as before: the promise, and any law that it ever fell under."""
    kept = [name for name in complaint.clock_names if name in policy.clocks and policy.clocks[name].kind in stay]
    has_its_promise = any(policy.clocks[name].kind == "resolution" for name in kept)
    others = fitting if not has_its_promise else (name for name in fitting if policy.clocks[name].kind != "resolution")
    return tuple(dict.fromkeys((*others, *kept)))


def _graver(complaint: Complaint, running: Clock, name: str, instant: datetime, policy: RoutingPolicy) -> Clock | None:
    """What takes the place of the running promise: from the same start, less what rested.  None where it would be no tighter."""
    rule = policy.clocks[name]
    if running.approved or name == running.name:
        return None
    target, calendar = aim_of(complaint, name, rule, running.priority, None, policy)
    aged = tuple(each for each in running.told if each.startswith("age-"))
    graver = marked(
        running.but(
            name=name, instance=unused(name, {clock.instance for clock in complaint.clocks}), target=target, calendar=calendar, told=aged,
            policy=policy.reference,
        ),
        policy,
    )  # fmt: skip
    return graver if graver.due < running.due else None


def _replaced(complaint: Complaint, running: Clock, graver: Clock, instant: datetime, policy: RoutingPolicy) -> Told:
    stopped = facts.stopped(complaint, running, instant, "graver", policy)
    complaint = put(complaint, running.but(ended="stopped").over)
    complaint = promised(complaint.but(clocks=(*complaint.clocks, graver)), graver)
    return complaint, [stopped, facts.started(complaint, graver, complaint.registered_at)]
