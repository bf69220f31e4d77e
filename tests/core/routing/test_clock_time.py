"""§2.3: when a clock warns, escalates and breaks, to the second: retroactive, at closing time, across holidays and changes of the clock."""

from datetime import datetime

import pytest

from contracts.routing import ClockBreached, ClockMet, ClockStarted, ClockWarned, ComplaintEscalated, ComplaintResolved
from services.platform.business_time import Calendar
from services.platform.kernel.service import Cause
from services.routing import SERVICE
from services.routing.policy import RoutingPolicy
from tests.core.routing.clockwork import clock, day, of, only, opened, policy_with, said, stamps
from tests.core.routing.house import (
    COMPLAINT,
    RULES,
    START,
    House,
    accept,
    in_progress,
    progress,
    registered,
    reopen,
    resolution,
    second,
)


def at(instant: datetime) -> float:
    """In the house's seconds."""
    return (instant - START).total_seconds()


def test_warnings_breach_and_levels_come_at_their_own_instants_and_once() -> None:
    house = House().until(100_000)
    assert of(house) == ["ClockStarted", "ClockWarned", "ClockWarned", "ClockBreached", "ComplaintEscalated", "ComplaintEscalated"]
    warned = said(house, ClockWarned)
    assert stamps(house, ClockWarned) == [each.warned_at for each in warned] == [second(200), second(320)]
    assert [(each.percent, each.used_seconds) for each in warned] == [(50, 200), (80, 320)]
    breached = only(house, ClockBreached)
    assert stamps(house, ClockBreached) == [breached.breached_at] == [second(401)]
    assert (breached.used_seconds, breached.target, breached.due) == (401, 400, second(400))
    levels = said(house, ComplaintEscalated)
    assert stamps(house, ComplaintEscalated) == [each.escalated_at for each in levels] == [second(401), second(500)]
    assert [(each.level, each.to, each.reason) for each in levels] == [(1, "team_lead", "clock"), (2, "head", "clock")]
    assert house.complaint.level == 2


@pytest.mark.parametrize(
    ("now", "is_met", "used"),
    [(21, True, 21), (399, True, 399), (400, True, 400), (400.999, True, 400), (401, False, 401), (5000, False, 401)],
)
def test_exactly_on_target_is_met_and_a_second_later_is_not(now: float, is_met: bool, used: int) -> None:
    house = in_progress().takes(resolution(), at=now)
    outcomes = [*said(house, ClockMet), *said(house, ClockBreached)]
    assert [(type(each), each.used_seconds) for each in outcomes] == [(ClockMet if is_met else ClockBreached, used)]
    assert house.last(ComplaintResolved).is_late is not is_met


def test_a_clock_that_was_met_says_nothing_more() -> None:
    house = in_progress().takes(resolution(), at=250).until(3000)
    assert of(house) == ["ClockStarted", "ClockWarned", "ClockMet"]


def test_a_breached_clock_escalates_until_what_it_measures_comes() -> None:
    house = in_progress().takes(resolution(), at=450).until(3000)
    assert [each.level for each in said(house, ComplaintEscalated)] == [1]


def test_a_breach_is_for_ever() -> None:
    house = in_progress().takes(resolution(), at=401).takes(reopen(), at=402)
    house.takes(accept("2-billing"), at=403).takes(resolution("2-billing"), at=404).until(3000)
    assert of(house).count("ClockBreached") == 1
    assert "ClockMet" not in of(house)


# -- retroactive -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "starts"),
    [(None, 0), (0, 0), (-1, -1), (-1000, -1000), (-1000.001, 0), (-1001, 0), (0.5, 0), (3600, 0)],
)
def test_it_counts_from_when_it_was_received_as_far_as_the_policy_believes_that(received: float | None, starts: int) -> None:
    told = registered(received_at=None if received is None else second(received))
    assert only(House(told=told), ClockStarted).started_from == second(starts)


def test_a_registration_past_its_due_breaches_at_once_with_its_true_due() -> None:
    house = House(received_at=second(-700))
    assert of(house) == ["ClockStarted", "ClockWarned", "ClockWarned", "ClockBreached", "ComplaintEscalated", "ComplaintEscalated"]
    assert [each.warned_at for each in said(house, ClockWarned)] == [second(-500), second(-380)]
    breached = only(house, ClockBreached)
    assert (breached.due, breached.breached_at, breached.used_seconds) == (second(-300), second(-299), 401)
    assert set(stamps(house, ClockBreached)) == {second(0)}
    assert [each.escalated_at for each in said(house, ComplaintEscalated)] == [second(-299), second(-200)]


def test_what_several_clocks_have_to_say_comes_in_the_order_of_their_instants() -> None:
    rules = policy_with(clock("400s", warnings_percent=[50]), {"whole": clock("300s", "total_resolution", warnings_percent=[50])})
    house = House(rules, received_at=second(-700))
    late = [each for each in house.run.events if isinstance(each.message, ClockWarned | ClockBreached)]
    assert [(type(each.message), each.message.clock) for each in late] == [
        (ClockWarned, "whole"), (ClockWarned, "resolution"), (ClockBreached, "whole"), (ClockBreached, "resolution"),
    ]  # fmt: skip


def test_what_moves_no_clock_asks_no_calendar() -> None:
    class Untouched(RoutingPolicy):
        def calendar(self, name: str | None) -> Calendar:
            raise AssertionError(f"{name} was asked for")

    cause = Cause(progress(), COMPLAINT, "routing", second(20), second(20), COMPLAINT)
    _, events = SERVICE.decide(in_progress().complaint, cause, Untouched.model_validate(RULES))
    assert [type(event).__name__ for event in events] == ["ProgressReported"]


def test_a_registration_exactly_at_its_due_is_still_in_time() -> None:
    house = House(received_at=second(-400))
    assert "ClockBreached" not in of(house)
    assert "ClockBreached" in of(house.until(1))


# -- calendars -------------------------------------------------------------------------------------------------------------------------

EIGHT_HOURS = policy_with(clock("8h", calendar="desk"))
"""The house is opened at the desk's opening, 09:00 on a Monday: due at its closing."""
DUE, NEXT_OPENING = day("2026-03-02", "17:00:00"), day("2026-03-03", "09:00:00")


def test_a_target_that_is_used_up_at_closing_is_due_then_and_broken_a_second_after_the_next_opening() -> None:
    house = House(EIGHT_HOURS).until(at(day("2026-03-04")))
    assert only(house, ClockStarted).due == DUE
    breached = only(house, ClockBreached)
    assert (breached.breached_at, breached.used_seconds) == (day("2026-03-03", "09:00:01"), 8 * 3600 + 1)
    assert stamps(house, ClockBreached) == [breached.breached_at]


@pytest.mark.parametrize(
    ("instant", "is_met"),
    [(DUE, True), (day("2026-03-02", "23:00:00"), True), (NEXT_OPENING, True), (day("2026-03-03", "09:00:01"), False)],
)
def test_what_is_resolved_while_the_desk_is_closed_is_in_time(instant: datetime, is_met: bool) -> None:
    house = in_progress(rules=EIGHT_HOURS).takes(resolution(), at=at(instant))
    assert ("ClockMet" in of(house), house.last(ComplaintResolved).is_late) == (is_met, not is_met)


def test_levels_before_and_with_the_due_count_the_escalation_calendars_hours() -> None:
    levels = [{"level": 1, "seconds": -3600}, {"level": 2, "seconds": 0}, {"level": 3, "seconds": 7200}]
    own = said(House(policy_with(clock("8h", calendar="desk", levels=levels))).until(at(day("2026-03-05"))), ComplaintEscalated)
    assert [each.escalated_at for each in own] == [
        day("2026-03-02", "16:00:00"), day("2026-03-03", "09:00:01"), day("2026-03-03", "11:00:00"),
    ]  # fmt: skip
    rules = policy_with(clock("9h", calendar="desk", levels=levels, escalation_calendar="night_and_day"))
    house = House(rules).until(at(day("2026-03-05")))
    assert only(house, ClockStarted).due == day("2026-03-03", "10:00:00")
    assert [each.escalated_at for each in said(house, ComplaintEscalated)] == [
        day("2026-03-03", "09:00:00"), day("2026-03-03", "10:00:01"), day("2026-03-03", "12:00:00"),
    ]  # fmt: skip


def test_a_level_beyond_the_due_never_comes_before_the_breach() -> None:
    rules = policy_with(clock("8h", calendar="desk", levels=[{"level": 2, "seconds": 3600}], escalation_calendar="night_and_day"))
    house = House(rules).until(at(day("2026-03-05")))
    assert only(house, ComplaintEscalated).escalated_at == only(house, ClockBreached).breached_at == day("2026-03-03", "09:00:01")


def test_a_level_before_the_due_never_comes_before_the_start() -> None:
    rules = policy_with(clock("8h", calendar="desk", levels=[{"level": 1, "seconds": -86_400}], escalation_calendar="night_and_day"))
    assert only(House(rules), ComplaintEscalated).escalated_at == second(0)


@pytest.mark.parametrize(
    ("target", "calendar", "received", "due"),
    [
        ("24h", "new_york", day("2026-03-07", "17:00:00"), day("2026-03-08", "17:00:00")),
        ("1 day", "new_york", day("2026-03-07", "17:00:00"), day("2026-03-09", "04:00:00")),
        ("24h", "new_york", day("2026-10-31", "16:00:00"), day("2026-11-01", "16:00:00")),
        ("1 day", "new_york", day("2026-10-31", "16:00:00"), day("2026-11-02", "05:00:00")),
        ("8h", "london", day("2026-03-27", "09:00:00"), day("2026-03-27", "17:00:00")),
        ("16h", "london", day("2026-03-27", "09:00:00"), day("2026-03-30", "16:00:00")),
        ("3 business days", "london", day("2026-04-02", "10:00:00"), day("2026-04-08", "23:00:00")),
        ("8 weeks", "london", day("2026-03-02", "10:00:00"), day("2026-04-27", "23:00:00")),
        ("7 business days", "beijing", day("2026-04-30", "08:30:00"), day("2026-05-13", "16:00:00")),
        ("7h", "beijing", day("2026-04-30", "08:30:00"), day("2026-05-06", "08:30:00")),
    ],
)  # fmt: skip
def test_days_end_at_local_midnight_and_seconds_are_real_across_holidays_and_changes_of_the_clock(
    target: str, calendar: str, received: datetime, due: datetime
) -> None:
    """A day with 23 or 25 hours has them; Good Friday 2026-04-03; the Labour Day week and its worked Saturday."""
    _, events = opened(policy_with(clock(target, calendar=calendar)), received)
    assert [each.due for each in events if isinstance(each, ClockStarted) and each.clock == "resolution"] == [due]


def test_a_warning_of_days_is_a_share_of_the_time_until_the_due() -> None:
    house = House(policy_with(clock("1 day", calendar="desk", warnings_percent=[50]))).until(at(day("2026-03-05")))
    assert only(house, ClockStarted).due == day("2026-03-04")
    assert only(house, ClockWarned).warned_at == day("2026-03-03", "04:30:00")
    assert only(house, ClockBreached).breached_at == day("2026-03-04", "00:00:01")


def test_a_distant_due_is_told_as_the_last_second_that_can_be_told() -> None:
    once = {"zone": "UTC", "overrides": {"2026-03-02": [["09:00", "10:00"]]}}
    house = House(policy_with(clock("10h", calendar="once"), calendars={"once": once}))
    assert only(house, ClockStarted).due == day("2099-12-31", "23:59:59")
