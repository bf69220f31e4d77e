"""Promised spans: how they are written, when they end, and when they are broken."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from contracts.model import Part
from services.platform.business_time.calendar import ALWAYS, Calendar
from services.platform.business_time.instants import instant_of, seconds_of

Unit = Literal["seconds", "calendar_days", "business_days", "weeks"]

_UNITS: Mapping[str, tuple[int, Unit]] = {
    "s": (1, "seconds"),
    "m": (60, "seconds"),
    "h": (3600, "seconds"),
    "day": (1, "calendar_days"),
    "business day": (1, "business_days"),
    "week": (1, "weeks"),
}
_WRITTEN = re.compile(r"([0-9]{1,10})(?:(?P<clock>[smh])| (?P<days>day|business day|week)s?)")


class Target(Part):
    """So much time is promised.  A file may write `15m`, `8h`, `5 days`, `7 business days` or `8 weeks`."""

    amount: Annotated[int, Field(ge=1, le=10**10)]
    unit: Unit
    """`seconds` are the open ones of the calendar; days and weeks last until 24:00 of the last local date."""

    @model_validator(mode="before")
    @classmethod
    def _read(cls, written: Any) -> Any:
        if not isinstance(written, str):
            return written
        if (found := _WRITTEN.fullmatch(written)) is None:
            raise ValueError(f"{written!r} is not a target: write as 30s, 15m, 8h, 5 days, 7 business days or 8 weeks")
        size, unit = _UNITS[found["clock"] or found["days"]]
        return {"amount": int(found[1]) * size, "unit": unit}

    def due(self, start: datetime, calendar: Calendar = ALWAYS) -> datetime:
        """The instant at which it is used up.  Without a calendar all time counts, and dates are those of UTC."""
        match self.unit:
            case "seconds":
                return calendar.add(start, self.amount)
            case "calendar_days":
                return calendar.end_of_day(start, self.amount)
            case "weeks":
                return calendar.end_of_day(start, 7 * self.amount)
            case "business_days":
                return calendar.end_of_business_day(start, self.amount)


def breach(due: datetime, unit: Unit, calendar: Calendar = ALWAYS) -> datetime:
    """The first whole second beyond: an open one for `seconds`, so that closing time breaks no promise; any for days and weeks."""
    return calendar.add(due, 1) if unit == "seconds" else instant_of(seconds_of(due) + 1)
