"""What holds for every calendar, near and across every change of the clock."""

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.platform.business_time import Calendar, CalendarRules
from tests.core.business_time import oracle
from tests.core.business_time.strategies import calendars, instants, situations, spans

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
unhurried = settings(deadline=None)
"""A new calendar is worked out first, a new zone read from its file."""


@unhurried
@given(situations(), st.integers(0, 2 * 24 * 60))
def test_open_seconds_are_those_in_which_the_clock_on_the_wall_shows_an_open_time(
    situation: tuple[CalendarRules, datetime], minutes: int
) -> None:
    rules, start = situation
    calendar = Calendar.of(rules)
    assert calendar.is_open(start) == oracle.is_open(rules, start)
    assert calendar.between(start, start + minutes * MINUTE) == oracle.seconds(rules, start, start + minutes * MINUTE)


@unhurried
@given(situations(), st.integers(1, 12 * 3600))
def test_the_end_of_a_span_is_the_first_instant_with_so_many_open_seconds_behind_it(
    situation: tuple[CalendarRules, datetime], seconds: int
) -> None:
    rules, start = situation
    end = Calendar.of(rules).add(start, seconds)
    assume(end - start < timedelta(days=3))
    minute = end.replace(second=0)
    assert oracle.seconds(rules, start, minute) + (end - minute).seconds == seconds
    assert oracle.is_open(rules, end - SECOND)


@unhurried
@given(situations(), st.integers(1, 12 * 3600))
def test_the_beginning_of_a_span_is_the_last_instant_with_so_many_open_seconds_before_it(
    situation: tuple[CalendarRules, datetime], seconds: int
) -> None:
    rules, at = situation
    begin = Calendar.of(rules).before(at, seconds)
    assume(at - begin < timedelta(days=3))
    minute = begin.replace(second=0)
    assert oracle.seconds(rules, minute, at) - (begin - minute).seconds == seconds
    assert oracle.is_open(rules, begin)


@unhurried
@given(calendars, instants, spans)
def test_what_was_added_lies_between(calendar: Calendar, start: datetime, seconds: int) -> None:
    assume((end := calendar.add(start, seconds)).year < 2099)
    assert calendar.between(start, end) == seconds


@unhurried
@given(calendars, instants, spans, spans)
def test_two_spans_one_after_the_other_are_their_sum(calendar: Calendar, start: datetime, one: int, other: int) -> None:
    assert calendar.add(calendar.add(start, one), other) == calendar.add(start, one + other)


@unhurried
@given(calendars, instants, instants, instants)
def test_the_open_time_of_a_whole_is_that_of_its_parts(calendar: Calendar, a: datetime, b: datetime, c: datetime) -> None:
    a, b, c = sorted((a, b, c))
    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)


@unhurried
@given(calendars, instants, instants, spans, spans)
def test_a_later_start_or_a_longer_span_never_ends_earlier(
    calendar: Calendar, a: datetime, b: datetime, one: int, other: int
) -> None:
    (a, b), (one, other) = sorted((a, b)), sorted((one, other))
    assert calendar.add(a, one) <= calendar.add(b, one)
    assert calendar.add(a, one) <= calendar.add(a, other)
    assert calendar.before(a, other) <= calendar.before(a, one) <= calendar.before(b, one)


@unhurried
@given(calendars, instants, spans)
def test_going_back_undoes_going_forward(calendar: Calendar, at: datetime, seconds: int) -> None:
    start = calendar.next_open(at)
    assume((end := calendar.add(start, seconds)).year < 2099)
    assert seconds == 0 or calendar.before(end, seconds) == start
    assert calendar.between(calendar.before(end, seconds), end) == seconds


@unhurried
@given(calendars, instants)
def test_opening_and_closing_are_where_open_time_begins_and_ends(calendar: Calendar, at: datetime) -> None:
    at = at.replace(microsecond=0)
    opens, closes = calendar.next_open(at), calendar.next_close(at)
    assert at <= opens < closes
    assert calendar.is_open(opens) and not calendar.is_open(closes)
    assert calendar.between(at, opens) == 0
    assert calendar.between(opens, closes) == (closes - opens) // SECOND
    assert next(calendar.periods(at)) == (opens, closes)


@unhurried
@given(calendars, instants)
def test_periods_are_in_order_and_apart(calendar: Calendar, start: datetime) -> None:
    periods = calendar.periods(start)
    edges = [edge for _ in range(400) for edge in next(periods)]
    assert edges == sorted(set(edges))


@unhurried
@given(calendars, calendars, situations(), st.integers(0, 30 * 24 * 3600))
def test_an_intersection_is_open_where_both_are(
    one: Calendar, other: Calendar, situation: tuple[CalendarRules, datetime], seconds: int
) -> None:
    _, at = situation
    try:
        both = one.intersection(other)
    except ValueError:
        assert not any(other.between(*period) for period, _ in zip(one.periods(at), range(400), strict=False))
        return
    end = at + timedelta(seconds=seconds)
    assert both.is_open(at) == (one.is_open(at) and other.is_open(at))
    assert both.between(at, end) <= min(one.between(at, end), other.between(at, end))
    assert both.between(at, end) == other.intersection(one).between(at, end)
    assert both.between(at, end) + _either(one, other, at, end) == one.between(at, end) + other.between(at, end)


def _either(one: Calendar, other: Calendar, start: datetime, end: datetime) -> int:
    """Open seconds of one or the other, each counted once."""
    edges = sorted({start, end, *_edges(one, start, end), *_edges(other, start, end)})
    return sum((b - a) // SECOND for a, b in pairwise(edges) if one.is_open(a) or other.is_open(a))


def _edges(calendar: Calendar, start: datetime, end: datetime) -> set[datetime]:
    found: set[datetime] = set()
    for opens, closes in calendar.periods(start):
        if opens >= end:
            break
        found |= {opens, min(closes, end)}
    return found


@unhurried
@given(calendars, instants, st.integers(0, 999_999), spans)
def test_parts_of_a_second_are_cut(calendar: Calendar, at: datetime, microseconds: int, seconds: int) -> None:
    whole, part = at.replace(microsecond=0), at.replace(microsecond=microseconds)
    assert calendar.add(part, seconds) == calendar.add(whole, seconds)
    assert calendar.is_open(part) == calendar.is_open(whole)
    assert calendar.add(part, seconds).microsecond == 0


@unhurried
@given(calendars, instants, st.integers(1, 400))
def test_business_days_are_counted_one_by_one(calendar: Calendar, start: datetime, days: int) -> None:
    end = calendar.end_of_business_day(start, days)
    last = calendar.local_date(end - SECOND)
    between = [calendar.local_date(start) + timedelta(n) for n in range(1, (last - calendar.local_date(start)).days + 1)]
    assert sum(map(calendar.is_business_day, between)) == days
    assert calendar.is_business_day(last)


@unhurried
@given(calendars, instants, st.integers(1, 400))
def test_business_days_back_and_forth_are_the_same_date(calendar: Calendar, at: datetime, days: int) -> None:
    start = calendar.next_open(at)
    assert calendar.local_date(calendar.add_business_days(calendar.add_business_days(start, days), -days)) == calendar.local_date(start)
