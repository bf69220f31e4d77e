"""How many days a rest takes, by the wall clock of a calendar: a date has 24 hours on it, also where the clocks are changed."""

from datetime import datetime, timedelta

from services.platform.business_time import Calendar

DAY = 24 * 3600


def on_days(since: datetime, until: datetime, calendar: Calendar) -> int:
    """In seconds."""
    return _last(since, until, calendar) - calendar.wall_seconds(since)


def on_business_days(since: datetime, until: datetime, calendar: Calendar) -> int:
    """In seconds, on business days only, each from midnight to midnight, open or not."""
    first, last, date = calendar.wall_seconds(since), _last(since, until, calendar), calendar.local_date(since)
    days = [n for n in range(first // DAY, -(-last // DAY)) if calendar.is_business_day(date + timedelta(days=n - first // DAY))]
    return sum(min(last, (n + 1) * DAY) - max(first, n * DAY) for n in days)


def whole_days(seconds: int) -> int:
    """A part of one is a whole one."""
    return -(-seconds // DAY)


def _last(since: datetime, until: datetime, calendar: Calendar) -> int:
    """What the clock reads at the end.  Where it was put back meanwhile it may read less than before: then it rested a second."""
    return max(calendar.wall_seconds(until), calendar.wall_seconds(since) + (until > since))
