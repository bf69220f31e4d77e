"""What is kept of each event: words, of which few are different, and numbers, in the order of its turn's fields."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from contracts.callback import (
    CallbackAbandoned,
    CallbackAttempted,
    CallbackBroken,
    CallbackCancelled,
    CallbackCompleted,
    CallbackImpossible,
    CallbackPromised,
    CallbackRescheduled,
)
from contracts.intake import ComplaintRegistered, ContactRepeated, InformationAdded
from contracts.model import Event, Money
from contracts.routing import (
    ClockAimed,
    ClockBreached,
    ClockExtended,
    ClockMet,
    ClockPaused,
    ClockStarted,
    ClockStopped,
    ClockWarned,
    ComplaintClosed,
    ComplaintEscalated,
    ComplaintReopened,
    ComplaintResolved,
    ComplaintRouted,
    ComplaintSentToTriage,
    ComplaintWithdrawn,
    ContactReturned,
    Contained,
    ContainmentRequested,
    PriorityChanged,
    ProgressReported,
    RemedyApproved,
    RemedyCancelled,
    RemedyChosen,
    RemedyDone,
    RemedyFailed,
    RemedyIssued,
    RemedyProposed,
    RemedyRejected,
    WorkAccepted,
    WorkRequested,
)
from services.backtest.report.turns import (
    Answered,
    Callback,
    Clock,
    Contact,
    Danger,
    Ended,
    Escalated,
    Owned,
    Raised,
    Registered,
    Remedy,
    Reopened,
    Resolved,
    Work,
)

Words = tuple[Any, ...]
"""The turn's class, and the fields that are words."""
Numbers = tuple[int, ...]
"""The fields that follow, but `at`, which every fact has."""
Kept = tuple[Words, Numbers]
_1970 = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


@lru_cache(maxsize=4096)
def milliseconds(instant: datetime) -> int:
    """The same instants come again and again: when it was told, when it was so, when it is due."""
    return (instant - _1970) // _MS


def instant(milliseconds: int) -> datetime:
    return _1970 + milliseconds * _MS


def seconds_between(start: int, end: int) -> int:
    """Whole seconds, by cutting both instants, as clocks count."""
    return end // 1000 - start // 1000


def _clock(what: str, said: Any, instant: datetime | None = None, used: int = 0, kind: str | None = None) -> Kept:
    words = Clock, what, said.clock, said.instance, kind, said.work, said.target, said.unit, said.calendar
    return words, (milliseconds(said.due), milliseconds(instant) if instant else 0, used)


def _remedy(what: str, said: Any, kind: str | None = None, amount: Money | None = None) -> Kept:
    currency, minor = (amount.currency, amount.amount_minor) if amount else (None, 0)
    return (Remedy, what, said.remedy, said.ground, kind, currency, said.round), (minor,)


def _proposed(said: RemedyProposed) -> Kept:
    """Of a proposal with one option it is known what it will be."""
    sole = said.options[0] if len(said.options) == 1 else None
    return _remedy("proposed", said, sole.kind, sole.amount) if sole else _remedy("proposed", said)


def _callback(what: str, said: Any, word: str | None, purpose: str | None) -> Kept:
    """One that tells how late it is, and what that costs."""
    currency, minor = (said.cost.currency, said.cost.amount_minor) if said.cost else (None, 0)
    return (Callback, what, said.callback, purpose, word, currency), (said.late_by_seconds, minor)


def _in_time(what: str, said: Any, word: str | None) -> Kept:
    """One that cannot be late yet, or that nobody promised."""
    return (Callback, what, said.callback, said.purpose, word, None), (0, 0)


KEEP: Mapping[type[Event], Callable[[Any], Kept | None]] = {
    ComplaintRegistered: lambda said: ((Registered, said.classes.kind, said.channel, bool(said.predecessors)), ()),
    ContactRepeated: lambda said: ((Contact, "repeated"), ()),
    InformationAdded: lambda said: ((Contact, "chased"), ()) if said.is_chasing else None,
    ContactReturned: lambda said: ((Contact, "returned"), ()),
    ComplaintRouted: lambda said: ((Owned, "routed", said.lead, said.priority), ()),
    ComplaintSentToTriage: lambda said: ((Owned, "triage", said.owner, said.priority), ()),
    PriorityChanged: lambda said: ((Raised, said.priority, said.reason), ()),
    WorkRequested: lambda said: ((Work, "requested", said.work, said.department, said.instead_of), ()),
    WorkAccepted: lambda said: ((Work, "accepted", said.work, said.department, None), ()),
    ProgressReported: lambda said: ((Answered,), ()) if said.is_told_to_customer else None,
    ContainmentRequested: lambda said: ((Danger, "requested", said.department), ()),
    Contained: lambda said: ((Danger, "contained", None), ()),
    ClockStarted: lambda said: _clock("started", said, said.started_from, kind=said.kind),
    ClockPaused: lambda said: _clock("paused", said, said.paused_at, said.used_seconds),
    ClockExtended: lambda said: _clock("extended", said),
    ClockAimed: lambda said: _clock("aimed", said),
    ClockWarned: lambda said: _clock("warned", said, said.warned_at, said.used_seconds),
    ClockMet: lambda said: _clock("met", said, said.met_at, said.used_seconds),
    ClockBreached: lambda said: _clock("breached", said, said.breached_at, said.used_seconds),
    ClockStopped: lambda said: _clock("stopped", said, used=said.used_seconds),
    ComplaintEscalated: lambda said: ((Escalated, said.level, said.to, said.reason, said.instance), ()),
    RemedyProposed: _proposed,
    RemedyChosen: lambda said: _remedy("chosen", said, said.kind, said.amount),
    RemedyApproved: lambda said: _remedy("approved", said, said.kind, said.amount),
    RemedyIssued: lambda said: _remedy("issued", said, said.kind, said.amount),
    RemedyDone: lambda said: _remedy("done", said, said.kind, said.amount),
    RemedyFailed: lambda said: _remedy("failed", said, said.kind, said.amount),
    RemedyRejected: lambda said: _remedy("rejected", said),
    RemedyCancelled: lambda said: _remedy("cancelled", said),
    ComplaintResolved: lambda said: ((Resolved, said.round, said.causes, said.is_late, said.is_same_cause), ()),
    ComplaintReopened: lambda said: ((Reopened, said.round, said.reason, said.is_with_head), ()),
    ComplaintWithdrawn: lambda said: ((Ended, "withdrawn"), ()),
    ComplaintClosed: lambda said: ((Ended, said.how), ()),
    CallbackPromised: lambda said: _in_time("promised", said, said.channel),
    CallbackRescheduled: lambda said: _in_time("moved", said, said.reason),
    CallbackAttempted: lambda said: _callback("attempted", said, said.outcome, None),
    CallbackCompleted: lambda said: _callback("completed", said, said.outcome, said.purpose),
    CallbackBroken: lambda said: _callback("broken", said, None, said.purpose),
    CallbackCancelled: lambda said: _callback("cancelled", said, said.reason, None),
    CallbackAbandoned: lambda said: _callback("abandoned", said, said.reason, said.purpose),
    CallbackImpossible: lambda said: None if said.goes_on else _in_time("impossible", said, said.reason),
}
"""None: it is of no account."""
