"""The same arithmetic, slow and obvious: look at the clock on the wall every minute, and count."""

from datetime import date, datetime, timedelta

from services.platform.business_time import WEEKDAYS, CalendarRules, zone

MINUTE = timedelta(minutes=1)


def is_open(rules: CalendarRules, instant: datetime) -> bool:
    local = instant.astimezone(zone(rules.zone))
    today, now = local.date(), local.hour * 60 + local.minute
    yesterday = today - timedelta(days=1)
    return (
        today.isoformat() not in rules.holidays
        and not _within(now, rules.breaks.get(today.isoformat(), ()))
        and not _within(now + 24 * 60, rules.breaks.get(yesterday.isoformat(), ()))
        and (_within(now, _hours(rules, today)) or _within(now + 24 * 60, _hours(rules, yesterday)))
    )


def seconds(rules: CalendarRules, start: datetime, end: datetime) -> int:
    """Open seconds between two whole minutes."""
    minutes = (end - start) // MINUTE
    return 60 * sum(is_open(rules, start + n * MINUTE) for n in range(minutes))


def _hours(rules: CalendarRules, day: date) -> tuple[tuple[str, str], ...]:
    if day.isoformat() in rules.holidays:
        return ()
    return rules.overrides.get(day.isoformat(), rules.weekly.get(WEEKDAYS[day.weekday()], ()))


def _within(minute: int, times: tuple[tuple[str, str], ...]) -> bool:
    return any(_minutes(opens) <= minute < _minutes(closes) for opens, closes in times)


def _minutes(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)
