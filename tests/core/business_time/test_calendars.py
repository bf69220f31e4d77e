"""Calendars by the day: what beats what, changes of the clock, what is refused, and the ends of time."""

from datetime import date, datetime
from itertools import islice, pairwise
from typing import Any

import pytest
from pydantic import ValidationError

from services.platform.business_time import ALWAYS, ZONE_DATA_VERSION, Calendar, CalendarRules, known_zone, told_apart, zone
from services.platform.business_time.instants import DAY, LAST
from services.platform.business_time.zones import wall_clock
from tests.core.business_time.support import OFFICE, ROUND_THE_CLOCK, at, desk, rules

THE_END = at("2099-12-31 23:59:59")
HOUR = 3600
NIGHTS = {"mon": [["22:00", "30:00"]], "tue": [["22:00", "30:00"]]}


def hours(calendar: Calendar, day: str) -> list[str]:
    """The open spans from a midnight in UTC until the next, as one reads them."""
    start, end = at(day), at(f"{day} 23:59:59")
    return [f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in islice(calendar.periods(start), 9) if opens < end]


PRECEDENCE: dict[str, tuple[dict[str, Any], list[str]]] = {
    "the week, where nothing else is said": ({}, ["09:00-12:00", "13:00-17:00"]),
    "an override replaces the week": ({"overrides": {"2026-03-02": [["10:00", "11:00"]]}}, ["10:00-11:00"]),
    "an override without spans is closed": ({"overrides": {"2026-03-02": []}}, []),
    "an override opens a day": ({"weekly": {"tue": OFFICE}, "overrides": {"2026-03-02": OFFICE}}, ["09:00-12:00", "13:00-17:00"]),
    "a break beats the week": ({"breaks": {"2026-03-02": [["10:00", "14:00"]]}}, ["09:00-10:00", "14:00-17:00"]),
    "a break beats an override": (
        {"overrides": {"2026-03-02": [["08:00", "11:00"]]}, "breaks": {"2026-03-02": [["09:00", "10:00"]]}}, ["08:00-09:00", "10:00-11:00"],
    ),
    "a holiday beats a break and the week": ({"holidays": {"2026-03-02": "x"}, "breaks": {"2026-03-02": [["09:00", "10:00"]]}}, []),
    "a holiday beats an override": ({"overrides": {"2026-03-02": OFFICE}, "holidays": {"2026-03-02": "x"}}, []),
    "a break that goes on past midnight beats the next day, also where its own is a holiday": (
        {"holidays": {"2026-03-01": "x"}, "breaks": {"2026-03-01": [["20:00", "34:00"]]}}, ["10:00-12:00", "13:00-17:00"],
    ),
    "spans in any order, touching ones are one": (
        {"weekly": {"mon": [["13:00", "17:00"], ["12:00", "13:00"], ["08:00", "09:00"]]}}, ["08:00-09:00", "12:00-17:00"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("said", "expected"), PRECEDENCE.values(), ids=PRECEDENCE)
def test_holiday_before_break_before_override_before_week(said: dict[str, Any], expected: list[str]) -> None:
    assert hours(desk(**said), "2026-03-02") == expected


def test_a_night_belongs_to_the_date_on_which_it_begins() -> None:
    nights = desk(weekly=NIGHTS)
    assert nights.next_close(at("2026-03-02 23:00")) == at("2026-03-03 06:00")
    assert hours(desk(weekly=NIGHTS, overrides={"2026-03-02": []}), "2026-03-03") == ["22:00-06:00"]


def test_a_holiday_ends_the_night_that_reaches_into_it_and_its_own_night_does_not_begin() -> None:
    nights = desk(weekly=NIGHTS, holidays={"2026-03-03": "a day off"})
    assert nights.next_close(at("2026-03-02 23:00")) == at("2026-03-03 00:00")
    assert nights.next_open(at("2026-03-03 00:00")) == at("2026-03-09 22:00")


def test_hours_that_meet_at_midnight_are_one_period() -> None:
    assert desk(weekly=ROUND_THE_CLOCK, holidays={"2026-03-07": "x"}).next_close(at("2026-03-02 10:00")) == at("2026-03-07 00:00")


def test_the_opening_second_is_open_and_the_closing_one_is_not() -> None:
    office = desk()
    assert [office.is_open(at(f"2026-03-02 {time}")) for time in ("08:59:59", "09:00", "11:59:59", "12:00")] == [False, True, True, False]
    assert office.next_close(at("2026-03-02 12:00")) == at("2026-03-02 17:00")


def test_what_is_used_up_at_closing_time_is_due_at_closing_time() -> None:
    office = desk()
    assert office.add(at("2026-03-02 16:00"), HOUR) == at("2026-03-02 17:00")
    assert office.add(at("2026-03-02 16:00"), HOUR + 1) == at("2026-03-03 09:00:01")
    assert office.before(at("2026-03-02 10:00"), HOUR) == at("2026-03-02 09:00")


def test_no_time_at_all_stays_where_it_is_also_when_closed() -> None:
    assert desk().add(at("2026-03-01 03:00:00.750"), 0) == at("2026-03-01 03:00")
    assert desk().before(at("2026-03-01 03:00:00.750"), 0) == at("2026-03-01 03:00")


def test_nothing_lies_between_an_instant_and_an_earlier_one() -> None:
    assert desk().between(at("2026-03-03 12:00"), at("2026-03-02 09:00")) == 0


CHANGES = {
    "spring, an hour less": ("America/New_York", "2026-03-08", "00:00", "24:00", 23 * HOUR),
    "autumn, an hour more": ("America/New_York", "2026-11-01", "00:00", "24:00", 25 * HOUR),
    "spring within the hours": ("Europe/Berlin", "2026-03-29", "01:00", "04:00", 2 * HOUR),
    "autumn within the hours": ("Europe/Berlin", "2026-10-25", "01:00", "04:00", 4 * HOUR),
    "half an hour less": ("Australia/Lord_Howe", "2026-10-04", "00:00", "06:00", 11 * HOUR // 2),
    "half an hour more": ("Australia/Lord_Howe", "2026-04-05", "00:00", "06:00", 13 * HOUR // 2),
    "midnight is skipped": ("America/Santiago", "2026-09-06", "00:00", "24:00", 23 * HOUR),
    "the hour before midnight comes twice": ("America/Santiago", "2026-04-04", "22:00", "24:00", 3 * HOUR),
    "hours that are skipped whole": ("Europe/Berlin", "2026-03-29", "02:00", "03:00", 0),
    "hours that begin in the skipped one": ("Europe/Berlin", "2026-03-29", "02:30", "04:00", HOUR),
    "hours that come twice": ("Europe/Berlin", "2026-10-25", "02:00", "03:00", 2 * HOUR),
    "no change": ("Asia/Shanghai", "2026-03-29", "01:00", "04:00", 3 * HOUR),
}


@pytest.mark.parametrize(("zone", "day", "opens", "closes", "seconds"), CHANGES.values(), ids=CHANGES)
def test_real_seconds_count_when_the_clock_is_changed(zone: str, day: str, opens: str, closes: str, seconds: int) -> None:
    calendar = desk(zone, weekly={"wed": [["12:00", "12:01"]]}, overrides={day: [[opens, closes]]})
    assert calendar.between(at(f"{day} 00:00-14:00"), at(f"{day} 00:00+14:00")) == 0
    around = date.fromisoformat(day).toordinal()
    before, after = (datetime.fromordinal(around + days).isoformat() + "+00:00" for days in (-1, 2))
    assert calendar.between(at(before), at(after)) == seconds


def test_a_date_that_a_zone_skipped_is_no_business_day() -> None:
    samoa = desk("Pacific/Apia", weekly=ROUND_THE_CLOCK)
    assert [samoa.is_business_day(date(2011, 12, day)) for day in (29, 30, 31)] == [True, False, True]
    assert samoa.end_of_day(at("2011-12-29 12:00-10:00"), 0) == samoa.end_of_day(at("2011-12-29 12:00-10:00"), 1)


def test_desks_of_two_zones_are_open_together_where_their_hours_meet() -> None:
    both = desk("Europe/Berlin").intersection(desk("America/New_York"))
    assert hours(both, "2026-03-02") == ["14:00-16:00"]
    assert hours(both, "2026-03-16") == ["13:00-16:00"]      # New York has changed its clocks, Berlin has not
    assert both.zone == "Europe/Berlin"


def test_desks_that_never_meet_have_no_intersection() -> None:
    with pytest.raises(ValueError, match="never open at the same time"):
        desk(weekly={"mon": OFFICE}).intersection(desk(weekly={"tue": OFFICE}))


def test_of_zones_that_read_alike_one_is_looked_at_and_first_those_that_lie_farthest_apart() -> None:
    alike = ("America/New_York", "US/Eastern", "Asia/Tokyo", "America/Denver", "Pacific/Honolulu")
    assert told_apart(alike) == ("Asia/Tokyo", "Pacific/Honolulu", "America/New_York", "America/Denver")
    assert told_apart(()) == ()


@pytest.mark.parametrize("name", ["Asia/Gaza", "Africa/Casablanca", "Africa/Cairo", "Antarctica/Troll", "Pacific/Apia", "Europe/London"])
def test_no_change_of_a_clock_is_overlooked(name: str) -> None:
    """The zones of the quickest changes: looked at day by day they change as often."""
    clock, data = wall_clock(name), zone(name)
    days = range(0, LAST, DAY)
    offsets = [datetime.fromtimestamp(day, data).utcoffset() for day in days]
    seen = sum(one != other for one, other in pairwise(offsets))
    assert seen == sum(days[0] < start <= days[-1] for start, _, _ in clock.steps)


def test_a_business_day_keeps_its_time_of_day_unless_it_is_rolled() -> None:
    office = desk("Asia/Shanghai")
    assert office.add_business_days(at("2026-03-06 20:00+08:00"), 1) == at("2026-03-09 20:00+08:00")
    assert office.next_open(office.add_business_days(at("2026-03-06 20:00+08:00"), 1)) == at("2026-03-10 09:00+08:00")


def test_equal_rules_share_one_calendar() -> None:
    assert Calendar.of(rules("Asia/Tokyo")) is Calendar.of(CalendarRules.model_validate_json(rules("Asia/Tokyo").model_dump_json()))


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a zone that is none": ({"zone": "Asia/Peking"}, "no time zone Asia/Peking"),
    "a zone in other letters": ({"zone": "asia/shanghai"}, "no time zone asia/shanghai"),
    "a path for a zone": ({"zone": "../zones"}, "no time zone"),
    "no hours at all": ({"weekly": {}}, "never opens"),
    "days without hours": ({"weekly": {"mon": []}}, "never opens"),
    "an override that is a holiday": ({"weekly": {}, "overrides": {"2026-01-01": OFFICE}, "holidays": {"2026-01-01": "x"}}, "never opens"),
    "an override within a break": (
        {"weekly": {}, "overrides": {"2026-01-01": [["09:00", "10:00"]]}, "breaks": {"2026-01-01": [["08:00", "12:00"]]}}, "never opens",
    ),
    "spans that overlap": ({"weekly": {"mon": [["12:00", "14:00"], ["09:00", "12:30"]]}}, "09:00 to 12:30 and 12:00 to 14:00 overlap"),
    "a span backwards": ({"weekly": {"mon": [["22:00", "06:00"]]}}, "22:00 to 06:00 closes before it opens"),
    "a span without time": ({"weekly": {"mon": [["09:00", "09:00"]]}}, "closes before it opens"),
    "a span of the next day": ({"weekly": {"mon": [["24:00", "25:00"]]}}, "opens on the next day"),
    "an hour too late": ({"weekly": {"mon": [["09:00", "48:01"]]}}, "'48:01' is no time"),
    "a time in short": ({"weekly": {"mon": [["9:00", "17:00"]]}}, "'9:00' is no time"),
    "minutes beyond the hour": ({"weekly": {"mon": [["09:60", "17:00"]]}}, "'09:60' is no time"),
    "other digits": ({"weekly": {"mon": [["٠٩:00", "17:00"]]}}, "is no time"),
    "a date that is none": ({"holidays": {"2026-02-30": "x"}}, "'2026-02-30' is no date"),
    "a date in other order": ({"holidays": {"30-01-2026": "x"}}, "'30-01-2026' is no date"),
    "a day that is none": ({"weekly": {"monday": OFFICE}}, "mon"),
}  # fmt: skip


@pytest.mark.parametrize(("said", "fault"), REFUSED.values(), ids=REFUSED)
def test_a_calendar_that_cannot_be_meant_is_refused(said: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        CalendarRules.model_validate({"zone": "UTC", "weekly": {"mon": OFFICE}} | said)


def test_zones_are_those_of_the_pinned_data() -> None:
    assert known_zone("Asia/Shanghai") and known_zone("America/Argentina/Buenos_Aires") and not known_zone("Local/Time")
    assert ZONE_DATA_VERSION


BEYOND: dict[str, Any] = {
    "a target of a thousand years": lambda office: office.add(at("2026-03-02 09:00"), 10**10),
    "one second past the end": lambda office: office.add(THE_END, 1),
    "business days without number": lambda office: office.end_of_business_day(at("2026-03-02 09:00"), 10**9),
    "days without number": lambda office: office.end_of_day(at("2026-03-02 09:00"), 10**9),
    "the next opening after the last": lambda office: office.next_open(THE_END),
    "the end of what is always open": lambda office: ALWAYS.next_close(at("2026-03-02 09:00")),
    "an opening that is past": lambda office: desk(weekly={}, overrides={"2020-01-01": OFFICE}).next_open(at("2026-03-02 09:00")),
}


@pytest.mark.parametrize("asked", BEYOND.values(), ids=BEYOND)
def test_what_lies_beyond_the_end_of_time_is_told_as_its_last_second(asked: Any) -> None:
    assert asked(desk()) == THE_END


def test_nothing_begins_before_facts_do() -> None:
    assert desk().before(at("2026-03-02 09:00"), 10**10) == at("2000-01-01 00:00")


@pytest.mark.parametrize("year", ["1969", "2100"])
def test_years_that_are_not_known_are_an_error(year: str) -> None:
    with pytest.raises(ValueError, match="from 1970 to 2099"):
        desk().is_open(at(f"{year}-06-01 12:00"))
