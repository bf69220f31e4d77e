"""Calendars as people write them, and instants near what makes them hard: changes of the clock and special dates."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from services.platform.business_time import WEEKDAYS, Calendar, CalendarRules

CHANGES = {
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),
    "Asia/Shanghai": (date(2026, 2, 16), date(2026, 10, 1)),
    "Asia/Tehran": (date(2021, 3, 22), date(2022, 9, 22)),
}
"""Where the clock is changed, where it is: by an hour, by half an hour, at two, at midnight."""
NEAR = 4
MINUTES = 48 * 60


def written(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@st.composite
def times(draw: st.DrawFn, most: int = 3) -> tuple[tuple[str, str], ...]:
    """Up to so many spans apart from one another; the last may end on the next day."""
    edges = sorted(draw(st.lists(st.integers(0, 24 * 4), min_size=0, max_size=2 * most, unique=True)))
    spans = [(opens * 15, closes * 15) for opens, closes in zip(edges[::2], edges[1::2], strict=False)]
    if spans and draw(st.booleans()):
        spans[-1] = (spans[-1][0], spans[-1][1] + draw(st.integers(0, MINUTES - spans[-1][1])))
    return tuple((written(opens), written(closes)) for opens, closes in spans)


@st.composite
def rules(draw: st.DrawFn, zones: st.SearchStrategy[str] = st.sampled_from(sorted(CHANGES)), days: date | None = None) -> CalendarRules:
    """Open on some day of each week; its special dates are near a change of the clock, or near `days`."""
    zone = draw(zones)
    near = draw(st.sampled_from(CHANGES[zone])) if days is None else days
    dates = st.integers(-NEAR, NEAR).map(lambda days: (near + timedelta(days)).isoformat())
    weekly = draw(st.dictionaries(st.sampled_from(WEEKDAYS), times().filter(bool), min_size=1))
    return CalendarRules.model_validate(
        {
            "zone": zone,
            "weekly": weekly,
            "overrides": draw(st.dictionaries(dates, times(), max_size=3)),
            "holidays": draw(st.dictionaries(dates, st.just("a day off"), max_size=2)),
            "breaks": draw(st.dictionaries(dates, times(2), max_size=3)),
        }
    )


@st.composite
def situations(draw: st.DrawFn) -> tuple[CalendarRules, datetime]:
    """A calendar, and a whole minute near its special dates."""
    found = draw(rules())
    near = date.fromisoformat(min([*found.overrides, *found.holidays, *found.breaks], default=CHANGES[found.zone][0].isoformat()))
    midnight = datetime(near.year, near.month, near.day, tzinfo=UTC)
    return found, midnight + timedelta(minutes=draw(st.integers(-3 * 24 * 60, 3 * 24 * 60)))


instants = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))
calendars = rules().map(Calendar.of)
spans = st.integers(0, 2 * 366 * 24 * 3600)
"""Up to two years of open seconds."""
