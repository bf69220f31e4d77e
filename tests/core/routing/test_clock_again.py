"""What a clock that was over, or was believed to be, has still to say: a reopening after the closing, a late word, an extension."""

from typing import Any

import pytest

from contracts.model import Command
from contracts.routing import ClockAimed, ClockBreached, ClockMet, ClockStarted, ClockWarned, ComplaintEscalated
from tests.core.routing.clockwork import clock, day, of, only, opened, policy_with, said
from tests.core.routing.house import (
    accept,
    called,
    closed,
    confirmed,
    contact,
    contain,
    extend,
    in_progress,
    progress,
    reopen,
    resolution,
    second,
    set_priority,
    withdraw,
)

WHOLE = "total_resolution"


# -- the whole time, reopened after its closing ----------------------------------------------------------------------------------------


def test_the_whole_time_counts_on_when_it_is_reopened_after_its_closing() -> None:
    house = closed().takes(reopen(), at=40)
    first, again = said(house, ClockStarted, WHOLE)
    assert (first.instance, again.instance) == (WHOLE, "total_resolution.2")
    assert (again.started_from, again.registered_at, again.due) == (second(0), second(40), second(820))
    breached = only(house.until(3000), ClockBreached, WHOLE)
    assert (breached.instance, breached.breached_at, breached.used_seconds, breached.paused_seconds) == (
        "total_resolution.2", second(821), 801, 20,
    )  # fmt: skip


def test_and_so_as_often_as_it_is() -> None:
    house = closed()
    for round in (2, 3):
        house.takes(reopen(), at=40 * round).takes(accept(f"{round}-billing"), at=40 * round + 1)
        house.takes(resolution(f"{round}-billing"), at=40 * round + 10).hears(confirmed(round), at=40 * round + 20)
    met = said(house, ClockMet, WHOLE)
    assert [(each.instance, each.used_seconds) for each in met] == [
        (WHOLE, 20), ("total_resolution.2", 30), ("total_resolution.3", 40),
    ]  # fmt: skip
    assert len([each for each in house.complaint.clocks if each.kind == WHOLE]) == 1


def test_what_was_warned_of_before_the_closing_is_not_warned_of_again() -> None:
    rules = policy_with(others={"whole": clock("100s", WHOLE, warnings_percent=[10, 50])})
    house = closed(rules=rules).takes(reopen(), at=40).until(1000)
    assert [(each.percent, each.warned_at) for each in said(house, ClockWarned, "whole")] == [(10, second(10)), (50, second(70))]


def test_a_breach_of_the_whole_is_told_once_however_often_it_is_reopened() -> None:
    house = in_progress().until(900).takes(resolution(), at=900).hears(confirmed(), at=910).takes(reopen(), at=920).until(5000)
    assert len(said(house, ClockBreached, WHOLE)) == 1


def test_a_danger_that_reopens_it_gives_the_whole_the_target_of_its_gravity() -> None:
    rules = policy_with(others={"whole": clock({1: "90s", 2: "200s", 3: "300s", 4: "400s"}, WHOLE)})
    house = closed(rules=rules).hears(contact("fire"), at=40)
    assert (said(house, ClockStarted, "whole")[-1].target, said(house, ClockStarted, "whole")[-1].due) == (90, second(110))


# -- a word in time that comes late ----------------------------------------------------------------------------------------------------

LATE: list[Command] = [progress(is_told_to_customer=True), withdraw()]


@pytest.mark.parametrize("own", LATE, ids=["progress", "withdrawal"])
def test_a_late_command_of_ours_does_not_cut_short_the_time_of_a_word_that_was_in_time(own: Command) -> None:
    house = in_progress().takes(own, at=63)
    assert of(house, "first_answer") == ["ClockStarted"]
    house.hears(called(), at=64, dated=59).until(5000)
    assert of(house, "first_answer") == ["ClockStarted", "ClockMet"]
    assert only(house, ClockMet, "first_answer").met_at == second(59)


@pytest.mark.parametrize("own", LATE, ids=["progress", "withdrawal"])
def test_where_no_word_comes_it_is_breached_with_its_own_instant_and_then_over(own: Command) -> None:
    answer = clock("60s", "first_answer", levels=[{"level": 1, "seconds": 0}, {"level": 2, "seconds": 100}])
    house = in_progress(rules=policy_with(others={"first_answer": answer})).takes(own, at=63).until(5000)
    assert of(house, "first_answer") == ["ClockStarted", "ClockBreached", "ComplaintEscalated"]
    assert only(house, ClockBreached, "first_answer").breached_at == second(61)
    assert only(house, ComplaintEscalated, "first_answer").escalated_at == second(61)
    assert all(each.is_over for each in house.complaint.clocks if each.kind == "first_answer")


def test_another_late_word_meets_nothing() -> None:
    house = in_progress().takes(progress(is_told_to_customer=True), at=63).hears(called(), at=64, dated=62).until(100)
    assert of(house, "first_answer") == ["ClockStarted", "ClockBreached"]


# -- extensions ------------------------------------------------------------------------------------------------------------------------


def test_an_extension_is_kept_for_as_much_as_was_approved_and_no_more() -> None:
    house = in_progress(hazards=["fire"]).takes(contain(), at=11).takes(extend(150), at=20)
    house.takes(set_priority(4), at=21).takes(set_priority(1), at=22)
    assert [(each.before, each.target) for each in said(house, ClockAimed)] == [(150, 400), (400, 150)]
    assert house.complaint.promised_resolution == second(150)


# -- the end of time -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["4h", "3 days", "3 business days", "1 week"])
def test_what_would_come_after_2099_is_no_breach(target: str) -> None:
    rules: Any = policy_with(clock(target, calendar="desk", warnings_percent=[99], levels=[{"level": 1, "seconds": 0}]))
    complaint, events = opened(rules, day("2099-12-31", "16:00:00"))
    assert [each for each in events if isinstance(each, ClockBreached)] == []
    assert [each.marks for each in complaint.clocks if each.kind == "resolution"] == [()]
