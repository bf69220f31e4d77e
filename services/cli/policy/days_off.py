"""The public holidays of a country in a year, and the weekend days that are worked instead, as the `holidays` library knows them."""

from collections.abc import Mapping
from typing import NamedTuple

import holidays

from services.cli.errors import CommandError

PROVISIONAL = " (provisional)"
"""Behind the name of a day that may yet be moved: it tells people, and a later run, which may take it back."""


class DaysOff(NamedTuple):
    """Dates as `2026-01-01`, in order."""

    country: str
    year: int
    holidays: Mapping[str, str]
    """By name, in the country's own language; observed days are among them, and those that may be moved are marked."""
    made_up: tuple[str, ...]
    """Weekend days that are working days (调休)."""
    more_to_come: bool
    """The country makes days up, but the library knows none of this year: they are announced late."""
    regions: tuple[str, ...]
    """Of a country that was named without one: each has days of its own besides."""


def days_off(country: str, year: int) -> DaysOff:
    """Of a country, or of one of its regions (GB-ENG); raises CommandError where nothing is known of the place or the year."""
    code, _, region = country.upper().partition("-")
    known = holidays.list_supported_countries(include_aliases=False)
    if code not in known:
        raise CommandError(f"COUNTRY: no holidays are known of {country!r}: name it as in CN, DE or GB-ENG.")
    if region and region not in known[code]:
        raise CommandError(f"COUNTRY: {code} has no region {region!r}, but {', '.join(known[code]) or 'none'}.")
    language = getattr(holidays, code).default_language          # else it is the machine's
    found = holidays.country_holidays(code, region or None, years=(year, year + 1), language=language)
    named = {day.isoformat(): name for day, name in sorted(found.items()) if day.year == year}
    if not named:
        raise CommandError(f"YEAR: no holidays of {code} are known in {year}.")
    makes_up = bool(getattr(found, "has_substituted_holidays", False))
    made_up = tuple(day.isoformat() for day in sorted(found.weekend_workdays) if day.year == year) if makes_up else ()
    more_to_come = makes_up and not made_up
    estimated = str(getattr(found, "estimated_label", None) or "\0").replace("%s", "").strip()
    named = {day: f"{name}{PROVISIONAL}" if more_to_come or estimated in name else name for day, name in named.items()}
    regions = () if region else tuple(f"{code}-{each}" for each in known[code])
    return DaysOff(country.upper(), year, named, made_up, more_to_come, regions)
