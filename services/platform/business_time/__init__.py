"""Business time: calendars, open seconds, business days, and when a promise is due.  Pure: no clock, no I/O but the pinned zone data.

>>> desk = CalendarRules(zone="Asia/Shanghai", weekly={"mon": [["09:00", "12:00"], ["13:00", "17:00"]]})
>>> Target.model_validate("8h").due(start, Calendar.of(desk))
"""

from services.platform.business_time.calendar import ALWAYS, Calendar
from services.platform.business_time.rules import WEEKDAYS, CalendarRules
from services.platform.business_time.targets import Target, Unit, breach
from services.platform.business_time.zones import ZONE_DATA_VERSION, known_zone, told_apart, zone

__all__ = [
    "ALWAYS", "WEEKDAYS", "ZONE_DATA_VERSION", "Calendar", "CalendarRules", "Target", "Unit", "breach", "known_zone", "told_apart", "zone",
]  # fmt: skip
