"""§2.3: clocks rest for listed reasons, only while every open work rests; a pause never shortens a due."""

from datetime import UTC, datetime

import pytest

from contracts.routing import ClockAimed, ClockBreached, ClockMet, ClockPaused, ClockResumed, ClockStopped, ComplaintResolved
from services.platform.kernel.service import Cause
from services.routing import SERVICE
from services.routing.clock.marks import marked
from tests.core.routing.clockwork import WEEKDAYS, clock, day, of, only, opened, policy_with, said
from tests.core.routing.house import (
    COMPLAINT,
    START,
    House,
    accept,
    both,
    confirmed,
    contact,
    decline,
    in_progress,
    pause,
    resolution,
    resume,
    second,
    waiting,
    withdraw,
)


def at(instant: datetime) -> float:
    return (instant - START).total_seconds()


def test_a_pause_stops_the_clock_and_moves_its_due_by_as_much() -> None:
    house = in_progress().takes(pause(), at=50.9).takes(resume(), at=150.2).until(5000)
    paused, resumed = only(house, ClockPaused), only(house, ClockResumed)
    assert (paused.reason, paused.paused_at, paused.used_seconds, paused.due) == ("customer", second(50), 50, second(400))
    assert (resumed.resumed_at, resumed.used_seconds, resumed.paused_seconds, resumed.due) == (second(150), 50, 100, second(500))
    breached = only(house, ClockBreached)
    assert (breached.breached_at, breached.used_seconds, breached.paused_seconds) == (second(501), 401, 100)


def test_the_promise_moves_with_it() -> None:
    house = waiting().takes(resume(), at=115)
    assert house.complaint.promised_resolution == second(500)
    house.takes(resolution(), at=450)
    assert (house.last(ComplaintResolved).is_late, house.last(ComplaintResolved).promised_resolution) == (False, second(500))


def test_a_clock_that_rests_is_silent_however_long() -> None:
    house = waiting().until(100_000)
    assert of(house) == ["ClockStarted", "ClockPaused"]


def test_it_rests_only_while_all_open_work_rests() -> None:
    house = both("billing", "network").takes(pause("1-billing"), at=20)
    assert of(house) == ["ClockStarted"]
    house.takes(pause("1-network"), at=30).takes(resume("1-billing"), at=40)
    assert of(house) == ["ClockStarted", "ClockPaused", "ClockResumed"]
    assert only(house, ClockPaused).paused_at == second(30)


def test_work_that_is_done_keeps_nothing_awake() -> None:
    house = both("billing", "network").takes(pause("1-billing"), at=20).takes(resolution("1-network"), at=30)
    assert only(house, ClockPaused).paused_at == second(30)


@pytest.mark.parametrize(
    ("reasons", "rest"),
    [
        (("customer", "customer"), {"resolution", "total_resolution"}),
        (("parts", "parts"), {"resolution"}),
        (("customer", "parts"), {"resolution"}),
        (("weather", "customer"), set()),
        (("weather", "weather"), set()),
    ],
)
def test_where_reasons_differ_a_clock_rests_that_pauses_for_each(reasons: tuple[str, str], rest: set[str]) -> None:
    house = both("billing", "network").takes(pause("1-billing", reasons[0]), at=20).takes(pause("1-network", reasons[1]), at=30)
    assert {each.clock for each in house.run.all(ClockPaused)} == rest


def test_the_reason_that_kept_a_clock_awake_may_leave_it_to_rest() -> None:
    house = both("billing", "network").takes(pause("1-billing"), at=20).takes(pause("1-network", "weather"), at=30)
    assert house.run.all(ClockPaused) == []
    house.takes(resolution("1-network"), at=40)
    assert only(house, ClockPaused).paused_at == second(40)


def test_several_pauses_add_up() -> None:
    house = in_progress()
    for start in (20, 40, 60):
        house.takes(pause(), at=start).takes(resume(), at=start + 10)
    assert [each.paused_seconds for each in said(house, ClockResumed)] == [10, 20, 30]
    assert said(house, ClockResumed)[-1].due == second(430)


def test_resolving_out_of_a_pause_counts_the_pause() -> None:
    met = only(waiting().takes(resolution(), at=1000), ClockMet)
    assert (met.used_seconds, met.paused_seconds, met.due) == (15, 985, second(1385))


def test_a_breached_clock_does_not_rest_and_escalates_on() -> None:
    house = in_progress().takes(pause(), at=450).until(5000)
    assert of(house)[-3:] == ["ClockBreached", "ComplaintEscalated", "ComplaintEscalated"]


def test_a_pause_while_the_desk_is_closed_moves_nothing() -> None:
    house = in_progress(rules=policy_with(clock("8h", calendar="desk", pauses_for=["customer"])))
    house.takes(pause(), at=at(day("2026-03-02", "18:00:00"))).takes(resume(), at=at(day("2026-03-03", "08:00:00")))
    assert only(house, ClockResumed).due == day("2026-03-02", "17:00:00")
    assert only(house.until(at(day("2026-03-04"))), ClockBreached).breached_at == day("2026-03-03", "09:00:01")


def test_a_pause_at_the_very_due_goes_on_until_the_work_does() -> None:
    house = in_progress().takes(pause(), at=400).takes(resume(), at=900)
    assert only(house, ClockResumed).due == second(900)
    assert only(house.until(901), ClockBreached).used_seconds == 401


@pytest.mark.parametrize(
    ("target", "before", "paused", "resumed", "after"),
    [
        ("5 days", "2026-03-08", "2026-03-03 10:00:00", "2026-03-03 10:00:01", "2026-03-09"),
        ("5 days", "2026-03-08", "2026-03-03 10:00:00", "2026-03-04 10:00:00", "2026-03-09"),
        ("5 days", "2026-03-08", "2026-03-03 10:00:00", "2026-03-04 10:00:01", "2026-03-10"),
        ("1 week", "2026-03-10", "2026-03-03 10:00:00", "2026-03-06 09:00:00", "2026-03-13"),
        ("3 business days", "2026-03-06", "2026-03-03 10:00:00", "2026-03-03 12:00:00", "2026-03-07"),
        ("3 business days", "2026-03-06", "2026-03-04 10:00:00", "2026-03-06 10:00:00", "2026-03-10"),
        ("4 business days", "2026-03-07", "2026-03-06 10:00:00", "2026-03-09 10:00:00", "2026-03-10"),
        ("4 business days", "2026-03-07", "2026-03-06 10:00:00", "2026-03-09 10:00:01", "2026-03-11"),
    ],
)
def test_a_due_in_days_moves_by_whole_days_to_the_end_of_one(target: str, before: str, paused: str, resumed: str, after: str) -> None:
    """Parts of a day count as a day, Saturday the 7th and Sunday the 8th as no business day."""
    house = in_progress(rules=policy_with(clock(target, calendar="desk", pauses_for=["customer"])))
    house.takes(pause(), at=at(day(*paused.split()))).takes(resume(), at=at(day(*resumed.split())))
    assert (only(house, ClockPaused).due, only(house, ClockResumed).due) == (day(before), day(after))


def test_short_pauses_of_days_are_added_before_they_are_rounded() -> None:
    house = in_progress(rules=policy_with(clock("5 days", calendar="desk", pauses_for=["customer"])))
    for minute in range(3):
        house.takes(pause(), at=100 + 60 * minute).takes(resume(), at=130 + 60 * minute)
    assert said(house, ClockResumed)[-1].due == day("2026-03-09")


def test_pauses_survive_a_change_of_priority() -> None:
    house = in_progress().takes(pause(), at=20).takes(resume(), at=70).hears(contact(), at=80)
    aimed = only(house, ClockAimed)
    assert (aimed.before, aimed.target, aimed.due_before, aimed.due) == (400, 300, second(450), second(350))


def test_a_change_of_priority_while_it_rests_counts_when_it_goes_on() -> None:
    house = waiting().hears(contact(), at=50).takes(resume(), at=115)
    assert only(house, ClockAimed).due == second(300)
    assert (only(house, ClockResumed).target, only(house, ClockResumed).due) == (300, second(400))


def test_a_target_that_was_used_up_before_the_pause_is_missed_though_it_rests() -> None:
    house = in_progress().takes(pause(), at=150).hears(contact("fire"), at=160)
    breached = only(house, ClockBreached)
    assert (breached.breached_at, breached.used_seconds, breached.paused_seconds) == (second(101), 101, 0)
    assert of(house.until(1000)).count("ComplaintEscalated") == 2
    assert "ClockResumed" not in of(house.takes(resume(), at=1000))


def test_a_calendar_that_changed_since_takes_nothing_from_a_due_that_was_told() -> None:
    six_days = clock("6 business days", calendar="desk", pauses_for=["customer"])
    every_day = {"zone": "UTC", "weekly": {key: [["09:00", "17:00"]] for key in (*WEEKDAYS, "sat", "sun")}}
    resting = in_progress(rules=policy_with(six_days)).takes(pause(), at=3600)
    cause = Cause(resume(), COMPLAINT, "routing", second(3600), second(3600), COMPLAINT)
    complaint, _ = SERVICE.decide(resting.complaint, cause, policy_with(six_days, calendars={"desk": every_day}))
    assert resting.complaint.promised_resolution == complaint.promised_resolution == day("2026-03-11")


def test_a_decline_that_leaves_only_resting_work_lets_the_clocks_rest() -> None:
    house = both("billing").takes(pause("1-billing"), at=20).takes(decline("1-network"), at=30)
    assert only(house, ClockPaused).paused_at == second(30)


def test_what_rests_goes_on_by_being_resolved_and_the_whole_rests_anew() -> None:
    house = House().takes(accept(), at=5).takes(pause(), at=10).takes(resolution(), at=20)
    assert [each.paused_at for each in house.complaint.clocks if each.kind == "total_resolution"] == [second(20)]
    assert of(house, "total_resolution") == ["ClockStarted", "ClockPaused", "ClockResumed", "ClockPaused"]


# -- pauses that began when it was late already, and what ends while it rests ----------------------------------------------------------


def test_a_pause_that_began_after_a_new_target_was_used_up_takes_nothing_back() -> None:
    house = in_progress().takes(pause(), at=200).takes(resume(), at=300).hears(contact("fire"), at=310)
    breached = only(house, ClockBreached)
    assert (breached.due, breached.breached_at, breached.used_seconds, breached.paused_seconds) == (second(100), second(101), 101, 0)


def test_only_the_pauses_before_it_count() -> None:
    house = in_progress().takes(pause(), at=50).takes(resume(), at=80).takes(pause(), at=200).takes(resume(), at=300)
    breached = only(house.hears(contact("fire"), at=310), ClockBreached)
    assert (breached.due, breached.breached_at, breached.used_seconds, breached.paused_seconds) == (second(130), second(131), 101, 30)


def test_a_pause_that_began_with_closing_time_goes_on_until_the_work_does() -> None:
    house = in_progress(rules=policy_with(clock("8h", calendar="desk", pauses_for=["customer"])))
    house.takes(pause(), at=at(day("2026-03-02", "17:05:00"))).takes(resume(), at=at(day("2026-03-03", "10:00:00")))
    assert only(house, ClockResumed).due == day("2026-03-03", "10:00:00")
    assert only(house.until(at(day("2026-03-04"))), ClockBreached).breached_at == day("2026-03-03", "10:00:01")


def test_what_is_met_while_it_rests_shows_the_due_that_it_has_by_then() -> None:
    house = in_progress().takes(resolution(), at=20).hears(confirmed(), at=4000)
    met = only(house, ClockMet, "total_resolution")
    assert (met.met_at, met.due, met.used_seconds, met.paused_seconds) == (second(4000), second(4780), 20, 3980)


def test_what_stops_while_it_rests_does_so_too() -> None:
    house = in_progress().takes(resolution(), at=20).takes(withdraw(), at=100)
    stopped = only(house, ClockStopped, "total_resolution")
    assert (stopped.due, stopped.used_seconds) == (second(880), 20)


@pytest.mark.parametrize(
    ("paused", "resumed", "due"),
    [
        ("2026-11-01T04:00:00", "2026-11-02T05:00:00", "2026-11-05T05:00:00"),     # from midnight to midnight, 25 hours
        ("2026-11-01T04:00:00", "2026-11-02T05:00:01", "2026-11-06T05:00:00"),
        ("2026-11-01T05:30:00", "2026-11-01T06:10:00", "2026-11-05T05:00:00"),     # from 1:30 to 1:10
        ("2026-10-31T16:00:00", "2026-11-01T17:00:00", "2026-11-05T05:00:00"),     # from noon to noon
    ],
)  # fmt: skip
@pytest.mark.parametrize("unit", ["days", "business days"])
def test_the_day_on_which_the_clocks_go_back_is_one_day(unit: str, paused: str, resumed: str, due: str) -> None:
    began, rules = day("2026-10-31", "12:00:00"), policy_with(clock(f"4 {unit}", calendar="new_york"))
    (promise,) = (each for each in opened(rules, began)[0].clocks if each.kind == "resolution")
    since, until = (datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (paused, resumed))
    after = marked(promise.but(paused_at=since).resumed(until), rules)
    assert after.due - promise.due == datetime.fromisoformat(due) - datetime.fromisoformat("2026-11-04T05:00:00")
