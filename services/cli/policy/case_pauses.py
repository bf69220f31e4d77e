"""Open time that is not paused: how much of it there is, and when so much of it is used up."""

from datetime import datetime

from services.platform.business_time import Calendar

Pause = tuple[datetime, datetime]


def unpaused(calendar: Calendar, start: datetime, end: datetime, pauses: list[Pause]) -> int:
    """Open seconds in [start, end), less those of the pauses."""
    paused = sum(calendar.between(max(start, since), min(end, until)) for since, until in _apart(pauses))
    return calendar.between(start, end) - paused


def deadline(calendar: Calendar, start: datetime, seconds: int, pauses: list[Pause]) -> datetime:
    """The instant at which so many open, unpaused seconds are used up."""
    for since, until in _apart(pauses):
        running = calendar.between(start, since)
        if seconds <= running:
            break
        seconds, start = seconds - running, max(start, until)
    return calendar.add(start, seconds)


def _apart(pauses: list[Pause]) -> list[Pause]:
    """In order; of two that overlap, the later begins where the earlier ends."""
    found: list[Pause] = []
    for since, until in sorted(pauses):
        found.append((max(since, found[-1][1]), max(until, found[-1][1])) if found else (since, until))
    return found
