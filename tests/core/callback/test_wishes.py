"""A callback that is asked for, moved or called off."""

import pytest

from contracts.callback import (
    CallbackAbandoned,
    CallbackCancelled,
    CallbackPromised,
    CallbackRescheduled,
    CancelCallback,
    RequestCallback,
    RescheduleCallback,
)
from contracts.intake import Reachable
from services.callback.rules import Limit, Outcome, outcomes
from tests.core.callback.desk import ALL, MS, SECOND, Desk, phone_only, promised
from tests.core.heard import ANNA, closed, erased, hour, profiled, registered, reopened

SHANGHAI = {"time_zones": ("Asia/Shanghai",)}


def requests(desk: Desk, at: float, latest: float, earliest: float | None = None, purpose: str = "progress") -> Desk:
    window = {"latest": hour(latest), "earliest": None if earliest is None else hour(earliest)}
    return desk.wishes(RequestCallback, at, purpose=purpose, **window).until(at)


def moves(desk: Desk, at: float, latest: float, earliest: float | None = None, callback: str = "1-confirm") -> Desk:
    window = {"latest": hour(latest), "earliest": None if earliest is None else hour(earliest)}
    return desk.wishes(RescheduleCallback, at, callback=callback, reason="on_holiday", **window).until(at)


def cancels(desk: Desk, at: float, callback: str = "1-confirm") -> Desk:
    return desk.wishes(CancelCallback, at, callback=callback, reason="not_needed").until(at)


def test_a_callback_that_is_asked_for_is_promised_in_that_window():
    desk = requests(Desk(phone_only()), -20, latest=-10, earliest=-15)
    (told,) = desk.run.all(CallbackPromised)
    assert (told.callback, told.because, told.by, told.earliest, told.latest) == ("1-progress", "requested", ANNA, hour(-15), hour(-10))
    assert desk.until(-15).stamps[-1] == ("Due", hour(-15))
    assert desk.until(-9).told[-1] == "Broken"


def test_it_is_narrowed_to_when_a_call_is_allowed():
    desk = requests(Desk(phone_only(), **SHANGHAI), 5, latest=16)
    (told,) = desk.run.all(CallbackPromised)
    assert (told.earliest, told.latest) == (hour(15), hour(16)), "22:00 is too late: from 08:00 on"


@pytest.mark.parametrize("latest, refused", [(15 - SECOND, [("outside_hours", None)]), (15, [])])
def test_a_window_that_no_allowed_time_lies_in_is_refused(latest: float, refused: list[tuple[str, str | None]]):
    assert requests(Desk(phone_only(), **SHANGHAI), 5, latest=latest).refused == refused


@pytest.mark.parametrize("earliest, latest, refused", [
    (None, -20, []),
    (None, -20 - MS, ["bad_window"]),
    (-10, -11, ["bad_window"]),
    (-30, -11, []),
    (None, 60 * 24 - 20, []),
    (None, 60 * 24 - 20 + SECOND, ["bad_window"]),
    (None, 600_000, ["bad_window"]),
])  # fmt: skip
def test_a_window_lies_ahead_and_not_farther_than_sixty_days(earliest: float | None, latest: float, refused: list[str]):
    desk = requests(Desk(phone_only()), -20, latest, earliest)
    assert [reason for reason, _ in desk.refused] == refused
    desk.to_the_end()


def test_one_for_each_purpose_at_a_time():
    desk = requests(requests(Desk(phone_only()), -20, -10), -19, -10)
    assert desk.refused == [("already_promised", "1-progress")]
    assert requests(desk, -18, -10, purpose="care").told.count("Promised") == 2


@pytest.mark.parametrize("heard, see", [(erased(), "erased"), (profiled(do_not_call=True), "do_not_call")])
def test_who_cannot_or_will_not_be_called_is_not(heard, see: str):
    assert requests(Desk(phone_only()).hears(heard, -21), -20, -10).refused == [("no_way", see)]


def test_without_a_phone_the_next_channel_is_promised():
    desk = requests(Desk(ALL, reachable=Reachable(mail=True)), -20, -10)
    assert desk.run.all(CallbackPromised)[0].channel == "message"


def test_care_can_be_asked_for_after_the_end_and_progress_cannot():
    desk = promised(phone_only()).calls("reached", 25).hears(closed(), 26)
    assert requests(desk, 27, 40).refused == [("complaint_over", None)]
    assert requests(desk, 28, 40, purpose="care").told[-2:] == ["Promised", "Due"]


def test_a_promise_is_moved_and_nothing_of_the_old_one_counts():
    desk = moves(promised(phone_only()), 30, latest=100, earliest=90)
    (told,) = desk.run.all(CallbackRescheduled)
    assert (told.earliest, told.latest, told.latest_before, told.reason) == (hour(90), hour(100), hour(72), "on_holiday")
    assert desk.claims(31).until(31).refused == [("not_due", None)]
    assert desk.until(90).stamps[-1] == ("Due", hour(90))
    assert desk.until(101).told[-1] == "Broken" and desk.to_the_end().stamps[-1] == ("Abandoned", hour(144))


def test_a_moved_promise_is_kept_by_its_new_latest():
    desk = moves(promised(phone_only()), 30, latest=100).claims(99).reports("reached", 99.1).to_the_end()
    assert desk.told[-1] == "Completed" and "Broken" not in desk.told


@pytest.mark.parametrize("at, latest, refused", [
    (30, 144 - SECOND, []),
    (30, 144, ["beyond_end"]),
    (72, 80, []),
    (72 + SECOND, 80, ["already_broken"]),
    (74, 80, ["already_broken"]),
])  # fmt: skip
def test_what_is_broken_is_to_be_kept_now_and_nothing_is_moved_beyond_its_end(at: float, latest: float, refused: list[str]):
    assert [reason for reason, _ in moves(promised(phone_only()), at, latest).refused] == refused


def test_a_call_that_is_running_is_neither_moved_nor_called_off():
    assert moves(promised(phone_only()).claims(25), 25.1, 100).refused == [("claimed", None)]
    assert cancels(promised(phone_only()).claims(25), 25.1).refused == [("claimed", None)]


def test_what_has_ended_is_neither_moved_nor_called_off():
    assert moves(promised(phone_only()).calls("reached", 25), 26, 100).refused == [("callback_ended", None)]
    assert cancels(promised(phone_only()).calls("reached", 25), 26).refused == [("callback_ended", None)]
    assert cancels(promised(phone_only()), 1, "9-care").refused == [("unknown_callback", "1-confirm")]


def test_a_callback_that_is_not_wanted_is_called_off():
    desk = cancels(requests(Desk(phone_only()), -20, -10), -19, "1-progress").to_the_end()
    (told,) = desk.run.all(CallbackCancelled)
    assert (told.reason, told.by, desk.told[-1]) == ("not_needed", ANNA, "Cancelled")


def test_of_a_confirming_call_that_is_not_wanted_the_question_stays():
    (told,) = cancels(promised(phone_only()), 30).run.all(CallbackAbandoned)
    assert (told.reason, told.purpose) == ("not_wanted", "confirm")


def test_one_that_was_called_off_after_its_latest_was_broken_all_the_same():
    assert cancels(promised(phone_only()), 72 + 2 * SECOND).told[-2:] == ["Broken", "Abandoned"]


def test_a_wish_before_the_complaint_is_known_waits_for_it():
    desk = Desk(phone_only(), knows=False).wishes(RequestCallback, -50, latest=hour(-10))
    assert desk.hears(registered(), -49).until(-49).told == ["Promised", "Due"]


def test_who_was_called_too_often_in_these_days_is_told_so_and_not_that_the_hours_are_closed():
    policy = phone_only(limit=Limit(attempts=1), outcomes=outcomes() | {"hung_up": Outcome()})
    desk = requests(promised(policy).calls("hung_up", 25), 26, latest=30, purpose="care").until(27)
    assert desk.refused == [("too_many_attempts", None)]


@pytest.mark.parametrize("heard", [[], [closed()], [reopened(2)]])
def test_whether_it_helped_is_asked_only_while_it_is_resolved(heard):
    desk = Desk() if not heard else promised()
    for event in heard:
        desk.hears(event, 10)
    assert requests(desk, 11, latest=40, purpose="confirm").refused == [("not_to_confirm", None)]
