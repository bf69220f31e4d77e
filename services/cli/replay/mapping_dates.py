"""The instant that a cell names.  Pure."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from services.cli.replay.doubts import AmbiguousValue, Unfit, shown
from services.cli.replay.mapping_forms import UNIX, Ambiguous, Value

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NO_DOUBTS = Ambiguous()
MOST = 5 * 10**12
"""Milliseconds, in the year 2128: what is more was counted in something finer."""


def instant(text: str, value: Value, zone: str | None) -> datetime:
    """Raises Unfit for what is no date, and AmbiguousValue for one that may be another.

    What has an offset of its own, or counts from 1970, needs no zone.
    """
    assert value.date is not None
    return _instant(text, value.date, value.zone or zone, value.ambiguous or NO_DOUBTS)


@lru_cache(maxsize=4096)
def _instant(text: str, form: str, zone: str | None, doubts: Ambiguous) -> datetime:
    """Kept for a while: rows that follow each other name the same instants."""
    if form in UNIX:
        return _since_1970(text, UNIX[form])
    named = _read(text, form)
    if named.day <= doubts.day_at_most:
        raise AmbiguousValue(f"{shown(text)} may have its day and month swapped")
    if named.tzinfo is not None:
        return named
    assert zone is not None
    return _at(named, zone, text, doubts)


def _read(text: str, form: str) -> datetime:
    try:
        return datetime.fromisoformat(text) if form == "iso8601" else datetime.strptime(text, form)
    except ValueError:
        raise Unfit(f"{shown(text)} is not a date written as {'ISO 8601' if form == 'iso8601' else form}") from None


def _since_1970(text: str, milliseconds: int) -> datetime:
    if not (len(text) <= 40 and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text)) or abs(counted := int(Decimal(text) * milliseconds)) > MOST:
        raise Unfit(f"{shown(text)} is not a number of {'seconds' if milliseconds == 1000 else 'milliseconds'} since 1970")
    return EPOCH + timedelta(milliseconds=counted)


def _at(local: datetime, zone: str, text: str, doubts: Ambiguous) -> datetime:
    """A time that comes twice when clocks go back names the one that is meant, if any; one that never comes names none."""
    earlier, later = (local.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    if earlier.utcoffset() == later.utcoffset():
        return earlier
    exists = earlier.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local
    if exists and doubts.twice:
        return earlier if doubts.twice == "earlier" else later
    raise AmbiguousValue(f"{shown(text)} comes {'twice' if exists else 'never'} in {zone}, where clocks change then")
