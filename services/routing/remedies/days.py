"""How days are counted that a law gives from a sale or a receipt."""

from datetime import datetime, timedelta

from services.platform.business_time import Calendar

DAY_SECONDS = 24 * 3600


def last_instant(start: datetime, days: int, calendar: Calendar, out_of_use_days: int = 0) -> datetime:
    """24:00 of the last day: the local date of `start` is day 0, days out of use are not counted, and an end on a day that is none of
    business rolls forward to the end of the next one."""
    end = calendar.end_of_day(start, days + out_of_use_days)
    last_day = end - timedelta(seconds=1)
    is_open = calendar.is_business_day(calendar.local_date(last_day))
    return end if is_open else calendar.end_of_business_day(last_day, 1)


def whole_days(seconds: int) -> int:
    """Out of use: a day that was begun counts."""
    return -(-seconds // DAY_SECONDS)
