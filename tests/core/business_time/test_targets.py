"""Domain 2.3, units: seconds of a calendar, calendar days, business days and weeks, as one writes them and when they end."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.platform.business_time import Calendar, Target, breach
from tests.core.business_time.support import CHINA_2026, ROUND_THE_CLOCK, at, desk

CHINA = desk("Asia/Shanghai", **CHINA_2026)
NEW_YORK = desk("America/New_York")
HOTLINE = desk("America/New_York", weekly=ROUND_THE_CLOCK)

WRITTEN: dict[str, tuple[int, str]] = {
    "30s": (30, "seconds"),
    "15m": (900, "seconds"),
    "8h": (28_800, "seconds"),
    "24h": (86_400, "seconds"),
    "1 day": (1, "calendar_days"),
    "5 days": (5, "calendar_days"),
    "1 business day": (1, "business_days"),
    "7 business days": (7, "business_days"),
    "1 week": (1, "weeks"),
    "8 weeks": (8, "weeks"),
}


@pytest.mark.parametrize("written", WRITTEN)
def test_a_target_is_written_as_one_says_it(written: str) -> None:
    amount, unit = WRITTEN[written]
    assert Target.model_validate(written) == Target.model_validate({"amount": amount, "unit": unit})


def test_a_target_that_was_stored_is_the_same_one() -> None:
    target = Target.model_validate("7 business days")
    assert Target.model_validate_json(target.model_dump_json()) == target


REFUSED: list[Any] = [
    "", "5d", "5", "8 h", "h", "0h", "-1h", "1.5h", "0 days", "5 working days", "8h ", "1h30m", "99999999999s", "9999999999h", "五天",
    8, None, {"amount": 0, "unit": "seconds"}, {"amount": 5, "unit": "days"}, {"amount": 5},
]  # fmt: skip


@pytest.mark.parametrize("written", REFUSED, ids=map(repr, REFUSED))
def test_a_target_that_could_mean_two_things_or_none_is_refused(written: Any) -> None:
    with pytest.raises(ValidationError):
        Target.model_validate(written)


DUE: dict[str, tuple[str, Calendar, str, str]] = {
    "eight open hours, the last at closing time": ("2026-03-02 15:00+08:00", CHINA, "9h", "2026-03-03 17:00+08:00"),
    "an hour over the spring festival": ("2026-02-14 16:30+08:00", CHINA, "1h", "2026-02-24 09:30+08:00"),
    "seven working days, two of them made up": ("2026-02-12 10:00+08:00", CHINA, "7 business days", "2026-03-01 00:00+08:00"),
    "forty-five working days": ("2026-02-12 10:00+08:00", CHINA, "45 business days", "2026-04-24 00:00+08:00"),
    "from a make-up Saturday": ("2026-02-14 10:00+08:00", CHINA, "1 business day", "2026-02-25 00:00+08:00"),
    "from a day off": ("2026-02-17 10:00+08:00", CHINA, "1 business day", "2026-02-25 00:00+08:00"),
    "over National Day, its make-up day before": ("2026-09-30 10:00+08:00", CHINA, "3 business days", "2026-10-11 00:00+08:00"),
    "fifteen days": ("2026-02-12 10:00+08:00", CHINA, "15 days", "2026-02-28 00:00+08:00"),
    "thirty-five days": ("2026-02-12 10:00+08:00", CHINA, "35 days", "2026-03-20 00:00+08:00"),
    "sixty days": ("2026-02-12 10:00+08:00", CHINA, "60 days", "2026-04-14 00:00+08:00"),
    "eight weeks": ("2026-02-12 10:00+08:00", CHINA, "8 weeks", "2026-04-10 00:00+08:00"),
    "eight weeks across the change of the clock": ("2026-02-12 10:00-05:00", NEW_YORK, "8 weeks", "2026-04-10 00:00-04:00"),
    "a day that ends on another date in UTC": ("2026-02-12 22:00-05:00", NEW_YORK, "1 day", "2026-02-14 00:00-05:00"),
    "24 hours over the spring change": ("2026-03-07 12:00-05:00", HOTLINE, "24h", "2026-03-08 13:00-04:00"),
    "24 hours over the autumn change": ("2026-10-31 12:00-04:00", HOTLINE, "24h", "2026-11-01 11:00-05:00"),
}


@pytest.mark.parametrize(("start", "calendar", "written", "due"), DUE.values(), ids=DUE)
def test_a_target_is_due(start: str, calendar: Calendar, written: str, due: str) -> None:
    assert Target.model_validate(written).due(at(start), calendar) == at(due)


def test_without_a_calendar_all_time_counts_and_dates_are_those_of_utc() -> None:
    assert Target.model_validate("8h").due(at("2026-03-07 20:00:10.9")) == at("2026-03-08 04:00:10")
    assert Target.model_validate("1 business day").due(at("2026-03-07 20:00")) == at("2026-03-09 00:00")


BREACHES = {
    "open seconds": ("2026-03-02 16:00+08:00", "30m", "2026-03-02 16:30:01+08:00"),
    "at closing time, the first second of the next day": ("2026-03-02 16:00+08:00", "1h", "2026-03-03 09:00:01+08:00"),
    "days, the second after midnight": ("2026-03-02 16:00+08:00", "1 day", "2026-03-04 00:00:01+08:00"),
    "business days": ("2026-03-06 16:00+08:00", "1 business day", "2026-03-10 00:00:01+08:00"),
}


@pytest.mark.parametrize(("start", "written", "expected"), BREACHES.values(), ids=BREACHES)
def test_a_promise_is_broken_in_the_first_second_beyond(start: str, written: str, expected: str) -> None:
    target = Target.model_validate(written)
    assert breach(target.due(at(start), CHINA), target.unit, CHINA) == at(expected)


@pytest.mark.parametrize("written", ["9999999999s", "9999999999 days", "9999999999 business days", "9999999999 weeks"])
@pytest.mark.parametrize("start", ["2000-01-01 00:00", "2099-12-31 23:59:59.999"])
def test_no_target_is_too_long_to_be_told(start: str, written: str) -> None:
    target = Target.model_validate(written)
    due = target.due(at(start), CHINA)
    assert due == breach(due, target.unit, CHINA) == at("2099-12-31 23:59:59")
