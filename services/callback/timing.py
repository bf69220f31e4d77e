"""When the customer may be reached: the first instant inside the three windows at which the limit of attempts allows it."""

from datetime import datetime, timedelta

from contracts.model import EARLIEST, LATEST
from services.callback.hours import hours_of
from services.callback.policy import CallbackPolicy
from services.callback.state import SECOND, Complaint, Promise

INSTANT = timedelta(milliseconds=1)
"""The log knows no finer."""
HORIZON = timedelta(days=130)
"""No callback lives longer: one is asked for within 60 days, and given up at most 60 days later.  To look through a century of hours that
never meet, for each customer who words them otherwise, would stop everybody else's calls."""
RINGING = frozenset({"phone", "visit"})
"""What is counted by the limit of attempts, and held back by it: what is written disturbs nobody."""


def first_time(complaint: Complaint, channel: str, at: datetime, policy: CallbackPolicy) -> datetime | None:
    """At or after `at`, and after the pause of an attempt by this channel that was in vain; None beyond any callback's life."""
    hours = hours_of(complaint, channel, policy)
    free = max(at, free_from(complaint, channel, policy), complaint.pauses.get(channel, EARLIEST))
    if hours is None:
        return free
    is_open_in_time = hours.between(free, min(free + HORIZON, LATEST - SECOND)) > 0
    return max(free, hours.next_open(free)) if is_open_in_time else None


def time_left(complaint: Complaint, promise: Promise, channel: str, at: datetime, policy: CallbackPolicy) -> datetime | None:
    """The same, where it comes before the promise ends."""
    first = first_time(complaint, channel, at, policy)
    return first if first and first < promise.ends_at else None


def free_from(complaint: Complaint, channel: str, policy: CallbackPolicy) -> datetime:
    """From which whole second on one more attempt by this channel is within the limit."""
    tried, limit = complaint.tried_at, policy.limit
    if channel not in RINGING or len(tried) < limit.attempts:
        return EARLIEST
    return whole(tried[-limit.attempts] + timedelta(seconds=limit.within_seconds))


def whole(at: datetime) -> datetime:
    """The first whole second at or after it."""
    return at.replace(microsecond=0) + SECOND if at.microsecond else at


def is_inside(complaint: Complaint, channel: str, at: datetime, policy: CallbackPolicy) -> bool:
    """Whether all windows are open."""
    hours = hours_of(complaint, channel, policy)
    return hours is None or hours.is_open(at)


def last_time(complaint: Complaint, channel: str, at: datetime, policy: CallbackPolicy) -> datetime | None:
    """The last instant of the open time that `at` lies in; None: it goes on for ever."""
    hours = hours_of(complaint, channel, policy)
    return hours.next_close(at) - INSTANT if hours else None
