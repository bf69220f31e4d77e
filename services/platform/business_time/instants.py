"""Instants as whole seconds since 1970, within which all arithmetic is done, and the time that business time knows."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from contracts.model import LATEST

SECOND = timedelta(seconds=1)
DAY: Final = 24 * 3600
_ZERO = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_ZERO = _ZERO.toordinal()

FIRST: Final = 0
LAST: Final = (LATEST - _ZERO) // SECOND - 1
"""The last whole second that a fact can tell: what would lie beyond it is told as it, so that no decision fails on a distant target."""


def seconds_of(instant: datetime) -> int:
    """Cut to the second; raises ValueError before 1970 and from 2100 on."""
    seconds = (instant - _ZERO) // SECOND
    if FIRST <= seconds <= LAST:
        return seconds
    raise ValueError(f"business time is known from 1970 to 2099, not at {instant}")


def instant_of(seconds: int) -> datetime:
    """In UTC, not beyond `LAST`."""
    return datetime.fromtimestamp(min(seconds, LAST), UTC)


def day_of(day: date) -> int:
    """The days from 1970 to this date."""
    return day.toordinal() - _DAY_ZERO


def date_of(day: int) -> date:
    return date.fromordinal(day + _DAY_ZERO)
