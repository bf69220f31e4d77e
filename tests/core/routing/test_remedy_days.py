"""How the days of 三包 count (§2.5): the sale is day 0, the last day ends at 24:00, holidays roll forward, out of use is left out."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.platform.business_time import Calendar, CalendarRules, zone
from services.routing.remedies.days import last_instant, whole_days

CHINA: ZoneInfo = zone("Asia/Shanghai")
OFFICE = Calendar.of(
    CalendarRules.model_validate({
        "zone": "Asia/Shanghai", "weekly": {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        "overrides": {"2026-02-28": [["09:00", "18:00"]]},
        "holidays": {f"2026-02-{day}": "春节" for day in range(15, 24)},
    })
)  # fmt: skip


def local(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("sold", "days", "out_of_use", "last_day"),
    [
        ("2026-03-02 09:00", 7, 0, "2026-03-09"),       # Monday to Monday
        ("2026-03-02 00:00", 7, 0, "2026-03-09"),
        ("2026-03-02 23:59:59", 7, 0, "2026-03-09"),    # by the local date, whatever the hour
        ("2026-03-02 09:00", 0, 0, "2026-03-02"),
        ("2026-03-07 09:00", 7, 0, "2026-03-16"),       # ends on a Saturday
        ("2026-02-08 09:00", 7, 0, "2026-02-24"),       # ends in the New Year's holidays, nine days long
        ("2026-02-21 09:00", 7, 0, "2026-02-28"),       # ends on a Saturday that is worked (调休)
        ("2026-03-02 09:00", 7, 1, "2026-03-10"),
        ("2026-03-02 09:00", 7, 5, "2026-03-16"),       # the day out of use counts first, then what is no working day rolls
        ("2025-03-02 09:00", 365, 0, "2026-03-02"),
        ("2025-03-02 09:00", 365, 30, "2026-04-01"),
    ],
)  # fmt: skip
def test_the_last_instant_is_the_end_of_the_last_day(sold: str, days: int, out_of_use: int, last_day: str) -> None:
    assert last_instant(local(sold), days, OFFICE, out_of_use) == local(last_day) + timedelta(days=1)


@pytest.mark.parametrize(("seconds", "days"), [(0, 0), (1, 1), (86_400, 1), (86_401, 2), (10 * 86_400, 10)])
def test_a_day_out_of_use_that_was_begun_counts(seconds: int, days: int) -> None:
    assert whole_days(seconds) == days


@given(st.datetimes(datetime(2025, 6, 1), datetime(2026, 12, 1)), st.integers(0, 1200), st.integers(0, 400))
def test_it_ends_at_midnight_of_a_working_day_and_no_sooner_than_the_days_have_passed(start: datetime, days: int, out_of_use: int) -> None:
    sold = start.replace(tzinfo=CHINA)
    end = last_instant(sold, days, OFFICE, out_of_use).astimezone(CHINA)
    last = (end - timedelta(seconds=1)).date()
    assert (end.hour, end.minute, end.second) == (0, 0, 0) and OFFICE.is_business_day(last)
    assert last >= sold.date() + timedelta(days=days + out_of_use)
    assert last_instant(sold, days, OFFICE, out_of_use + 1) >= last_instant(sold, days, OFFICE, out_of_use)
