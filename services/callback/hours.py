"""The three windows: the customer's own, the desk's and the law's, wherever the customer may be.  Pure; worked out once, then shared."""

from collections.abc import Iterable
from functools import lru_cache

from contracts.intake import ContactWindow
from services.callback.policy import CallbackPolicy
from services.callback.rules import LegalHours
from services.callback.state import Complaint
from services.platform.business_time import WEEKDAYS, Calendar, CalendarRules, known_zone, told_apart
from services.platform.business_time.spans import Span, joined

_DAY = 24 * 60
_IN_WRITING = frozenset({"letter"})
"""What rings at nobody's door: only the desk must be at work."""


def hours_of(complaint: Complaint, channel: str, policy: CallbackPolicy) -> Calendar | None:
    """When the customer may be reached by this channel, which may be never; None: at any time."""
    if channel in _IN_WRITING:
        return _meeting(policy.desk_hours, (), None, ())
    known = tuple(filter(known_zone, complaint.time_zones))
    zones = known or ((policy.zone,) if policy.zone else ())
    return _meeting(policy.desk_hours, zones, policy.law(complaint.country), complaint.contact_windows)


@lru_cache(maxsize=2048)
def _meeting(
    desk: CalendarRules | None, zones: tuple[str, ...], law: LegalHours | None, windows: tuple[ContactWindow, ...]
) -> Calendar | None:
    """Where several zones are possible, only what is allowed in each."""
    rules = [desk] if desk else []
    for zone in told_apart(zones):
        rules += [CalendarRules(zone=zone, weekly=dict.fromkeys(law.days, law.hours))] if law else []
        rules += [CalendarRules(zone=zone, weekly=wanted)] if (wanted := _weekly(windows)) else []
    if not rules:
        return None
    first, *others = map(Calendar.of, rules)
    return first.meeting(*others) if others else first


def _weekly(windows: Iterable[ContactWindow]) -> dict[str, tuple[tuple[str, str], ...]]:
    """By day, merged where they overlap; one that closes before it opens lasts past midnight, one of no length says nothing."""
    found: dict[str, list[Span]] = {}
    for window in windows:
        opens, closes = _minutes(window.opens), _minutes(window.closes)
        if opens != closes and opens < _DAY:
            for day in window.days:
                found.setdefault(WEEKDAYS[day - 1], []).append((opens, closes if closes > opens else closes + _DAY))
    return {day: tuple((_time(opens), _time(closes)) for opens, closes in joined(spans)) for day, spans in found.items()}


def _minutes(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:])


def _time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
