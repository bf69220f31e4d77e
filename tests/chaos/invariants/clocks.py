"""Deadlines and breaches as an independent walk over the facts computes them.

Only business time (`Target.due`, `breach`) is the services' own; what rests, is extended and is judged is walked here anew.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from contracts.callback import (
    CallbackAbandoned,
    CallbackBroken,
    CallbackCancelled,
    CallbackCompleted,
    CallbackImpossible,
    CallbackPromised,
    CallbackRescheduled,
)
from contracts.model import Event
from contracts.routing import (
    ClockAimed,
    ClockBreached,
    ClockExtended,
    ClockMet,
    ClockPaused,
    ClockResumed,
    ClockStarted,
    ClockStopped,
)
from services.platform.business_time import Calendar, Target, breach
from tests.chaos.history import History
from tests.chaos.invariants.facts import by, by_complaint, once

SECOND = timedelta(seconds=1)
SETTLE = timedelta(seconds=10)
"""A break is told some seconds later than it happened: another service's word may still be under way."""
CLOCKS = (ClockStarted, ClockPaused, ClockResumed, ClockExtended, ClockAimed, ClockMet, ClockBreached, ClockStopped)
OVER = (CallbackCompleted, CallbackCancelled, CallbackAbandoned, CallbackImpossible)
ENDS = (ClockMet, ClockBreached, ClockStopped)


def is_recomputed(history: History) -> Iterator[tuple[str, str]]:
    """Each clock's due is its target from its start, less its rests; met is no later, breached is the first second beyond; it ends once."""
    if "routing" not in history.practices:
        return
    policy = history.practices["routing"].policy
    for complaint, facts in by_complaint(once(history, "routing")).items():
        said = by((fact.message.instance, fact.message) for fact in facts if isinstance(fact.message, CLOCKS))
        for instance, words in said.items():
            own = policy.under(words[0].policy)
            yield from ((f"{complaint} {instance}", told) for told in _faults(words, own.calendar(words[0].calendar), history.quiet))


def _faults(words: list[Event], calendar: Calendar, quiet: datetime) -> Iterator[str]:
    if not isinstance(words[0], ClockStarted):
        yield f"{type(words[0]).__name__} before it was started"
        return
    if (ends := sum(isinstance(word, ENDS) for word in words)) > 1:
        yield f"ended {ends} times"
    resting, has_rested = False, words[0].kind == "total_resolution" and "." in words[0].instance
    for word in words:
        has_rested = has_rested or isinstance(word, ClockPaused)
        resting = isinstance(word, ClockPaused) or (resting and not isinstance(word, ClockResumed))
        if not has_rested and word.due != Target(amount=word.target, unit=word.unit).due(words[0].started_from, calendar):
            yield f"{type(word).__name__} names another due than its target has"
        if isinstance(word, ClockMet) and word.met_at >= breach(word.due, word.unit, calendar):
            yield "was met after it was breached"
        if isinstance(word, ClockBreached) and word.breached_at != breach(word.due, word.unit, calendar):
            yield "was not breached at the first second beyond its due"
    if has_rested and (told := _rested(words, calendar)):
        yield told
    if not ends and not resting and words[-1].due + timedelta(minutes=1) < quiet:
        yield "is long past its due, and neither met, breached nor stopped"


def _rested(words: list[Event], calendar: Calendar) -> str | None:
    """In seconds that the calendar counts, of one whose rests are all told: its target and what it rested after its start."""
    first, last = words[0], words[-1]
    if first.unit != "seconds" or "." in first.instance or isinstance(last, ClockPaused):
        return None
    rested, since = 0, None
    for word in words:
        if isinstance(word, ClockPaused):
            since = max(word.paused_at, first.started_from)
        elif isinstance(word, ClockResumed) and since:
            rested, since = rested + calendar.between(since, word.resumed_at), None
    if since is not None:
        return None
    due = calendar.add(first.started_from, last.target + rested)
    return None if due == last.due else "its last due is not its target and its rests after its start"


def is_broken_in_time(history: History) -> Iterator[tuple[str, str]]:
    """A promised call is broken at the first second after the promised latest, unless it was done with by then; lateness is counted from
    there."""
    for complaint, facts in by_complaint(once(history, "callback")).items():
        latest: dict[str, datetime] = {}
        ended, broken = set[str](), set[str]()
        for fact in facts:
            match fact.message:
                case CallbackPromised() | CallbackRescheduled() as word:
                    latest[word.callback] = word.latest
                case CallbackBroken() as word:
                    broken.add(word.callback)
                    if word.broken_at != latest.get(word.callback, word.broken_at - SECOND) + SECOND:
                        yield f"{complaint} {word.callback}", "was not broken at the first second after the promised latest"
                case CallbackCompleted() as word if word.callback in latest and fact.envelope.at:
                    late = max(timedelta(), fact.envelope.at - latest[word.callback]) // SECOND
                    if abs(word.late_by_seconds - max(late, word.callback in broken)) > 1:
                        yield f"{complaint} {word.callback}", f"says that it was {word.late_by_seconds} and was {late} seconds late"
            if isinstance(fact.message, OVER):
                ended.add(fact.message.callback)
                if getattr(fact.message, "late_by_seconds", 0) and fact.message.callback not in broken:
                    yield f"{complaint} {fact.message.callback}", "ended late, and was never broken"
        for callback in latest.keys() - broken - ended:
            if history.quiet - SETTLE > latest[callback] + SECOND:
                yield f"{complaint} {callback}", "is still promised, and was not broken when its time was up"
