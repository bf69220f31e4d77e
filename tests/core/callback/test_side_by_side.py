"""§3.2-§3.6: what several callbacks, and news of the customer in the middle of a call, make of each other.

Hour 0 is the resolution (Monday, 17:00 in Shanghai); a confirming call is broken at hour 72.
"""

import pytest

from contracts.callback import (
    CallbackCancelled,
    CallbackCompleted,
    CallbackDue,
    CallbackImpossible,
    CallbackPromised,
    RequestCallback,
)
from contracts.common import Answers
from contracts.intake import ContactWindow, Reachable
from contracts.routing import ClockBreached
from services.callback.rules import Channel, Limit, Rung
from tests.core.callback.desk import ALL, SECOND, Desk, promised
from tests.core.callback.test_purposes import clock
from tests.core.callback.test_several import BOTH, dues, given_up, with_care
from tests.core.heard import contact, hour, informed, resolved

NEW_NUMBER = contact(has_new_phone=True, reachable=Reachable(phone=True))
MAIL = Reachable(phone=True, mail=True)


# -- the phone -----------------------------------------------------------------------------------------------------------------------------


def test_a_number_that_was_told_during_the_call_of_the_wrong_one_is_called():
    """The report is of the old number: the new one stays unused, and a message asks for what was told already."""
    desk = promised(ALL.model_copy(update={"progress": None}), reachable=MAIL).claims(25).hears(NEW_NUMBER, 25.05)
    due = desk.reports("wrong_number", 25.1).until(26).run.all(CallbackDue)[-1]
    assert (due.channel, due.asks_for) == ("phone", ())


def test_who_tells_a_new_number_has_the_whole_time_that_was_left():
    """The wait for an answer to the last message cut the end to a day: the message asked for a number, it was told, and that end stays."""
    policy = ALL.model_copy(update={"progress": None})
    desk = Desk(policy, reachable=MAIL).hears(resolved(), 0).calls("wrong_number", 25).calls("sent", 26).hears(NEW_NUMBER, 30)
    desk.calls("no_answer", 31).calls("no_answer", 35).until(60)
    assert given_up(desk) == [], "three attempts, and the end is at hour 144"


# -- pauses --------------------------------------------------------------------------------------------------------------------------------


def test_who_did_not_answer_is_not_rung_up_in_the_pause_by_a_promise_of_that_moment_either():
    """§3.4: no answer later"""
    desk = with_care().calls("reached", 24).claims(24.1, callback="1-care").reports("no_answer", 24.2, callback="1-care")
    desk.wishes(RequestCallback, 24.3, purpose="supervise", latest=hour(60)).until(27)
    assert dues(desk, "1-supervise") == [], "the pause is over at 27.2"


def test_what_is_promised_for_the_instant_at_which_a_claim_would_have_ended_does_not_come_before_its_earliest():
    desk = Desk(ALL).hears(resolved(), 0).wishes(RequestCallback, 1, purpose="care", earliest=hour(25.25), latest=hour(80))
    desk.calls("failed", 24).claims(25).until(25.05).reports("failed", 25.1).until(25.2)
    assert dues(desk, "1-care") == []


def test_a_pause_that_ends_when_a_claim_would_have_ended_is_not_cut_short():
    """1-care rests for fifteen minutes after `busy`; 1-confirm is claimed, by message, at that very instant and reported sooner."""
    desk = Desk(ALL, reachable=MAIL).hears(resolved(), 0).calls("failed", 24).calls("failed", 25)
    desk.wishes(RequestCallback, 26, purpose="care", latest=hour(90)).claims(27, callback="1-care")
    desk.reports("busy", 27.2, callback="1-care").claims(27.2).reports("sent", 27.25).until(27.4)
    assert desk.refused == [] and dues(desk, "1-care") == [hour(26)], "busy until 27.45"


# -- one conversation --------------------------------------------------------------------------------------------------------------------


def test_what_was_said_is_told_once_where_two_callbacks_are_settled():
    said = Answers(solved=True, csat=4)
    desk = with_care(BOTH).until(81).calls("reached", 82, callback="1-progress", answers=said).to_the_end()
    assert [(told.callback, told.answers) for told in desk.run.all(CallbackCompleted)] == [
        ("1-progress", None), ("1-confirm", said), ("1-care", None),
    ]  # fmt: skip


def test_who_was_reached_of_progress_a_second_after_latest_is_not_called_again_for_it():
    """Late, and not judged yet: the conversation settled nothing, and a second progress call is promised five seconds later."""
    desk = Desk(BOTH).hears(resolved(), 0).wishes(RequestCallback, 60, purpose="progress", latest=hour(80))
    desk.claims(71.9, callback="1-progress").reports("reached", 72 + 2 * SECOND, callback="1-progress").until(73)
    assert [told.callback for told in desk.run.all(CallbackPromised) if told.purpose == "progress"] == ["1-progress"]


# -- a progress call that is far away ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("heard", [clock(ClockBreached), contact(), informed(is_chasing=True)])
def test_a_progress_call_that_was_asked_for_in_weeks_does_not_keep_back_the_one_that_is_needed_now(heard):
    desk = Desk(BOTH).wishes(RequestCallback, -40, purpose="progress", earliest=hour(900), latest=hour(1000)).hears(heard, -10).until(-5)
    assert desk.run.all(CallbackDue) != [], "the customer finds out before we tell"


@pytest.mark.parametrize("earliest, ends", [(900, []), (24, ["1-progress"])])
def test_who_is_reached_meanwhile_keeps_the_progress_call_that_was_asked_for_in_weeks(earliest: float, ends: list[str]):
    desk = Desk(BOTH).hears(resolved(), 0).wishes(RequestCallback, 1, purpose="progress", earliest=hour(earliest), latest=hour(1000))
    desk.calls("reached", 25).until(26)
    assert [told.callback for told in desk.run.all(CallbackCancelled)] == ends


def test_a_broken_promise_makes_a_call_due_also_where_one_was_asked_for_in_weeks():
    """§3.6: makes a progress call due"""
    desk = Desk(BOTH).hears(resolved(), 0).wishes(RequestCallback, 1, purpose="progress", earliest=hour(900), latest=hour(1000)).until(73)
    assert [due.callback for due in desk.run.all(CallbackDue) if due.purpose == "progress"] != []


# -- other rungs ---------------------------------------------------------------------------------------------------------------------------

ON_SATURDAY = {"time_zones": ("Asia/Shanghai",), "contact_windows": (ContactWindow(days=(6,), opens="10:00", closes="12:00"),)}
NEVER = informed(time_zones=("Pacific/Honolulu", "Europe/Paris", "Asia/Tokyo"))


def test_nobody_gets_two_letters():
    """Broken on Saturday at noon: by phone and message there is no time in two days, so the call that makes up for it is a letter."""
    policy = ALL.model_copy(update={"care": None, "supervise": None})
    desk = Desk(policy, reachable=Reachable(phone=True, post=True), **ON_SATURDAY).hears(resolved(), 0)
    desk.calls("failed", 113).calls("failed", 113.3).calls("sent", 114)
    desk.to_the_end()
    letters = [(due.callback, due.channel) for due in desk.run.all(CallbackDue) if due.channel == "letter"]
    assert {callback for callback, _ in letters} == {"1-confirm"}


@pytest.mark.parametrize("channels", [("letter",), ("visit", "letter")])
def test_where_the_ladder_has_neither_calls_nor_messages_nothing_makes_up_for_a_broken_promise(channels: tuple[Channel, ...]):
    """Its own ladder goes on."""
    ladder = tuple(Rung(channel=channel) for channel in channels)
    desk = Desk(ALL.model_copy(update={"ladder": ladder})).hears(resolved(), 0).until(73)
    assert [told.callback for told in desk.run.all(CallbackPromised)] == ["1-confirm"] and desk.told.count("Broken") == 1


def test_a_claim_that_is_lost_when_no_hour_is_left_makes_way_for_a_letter():
    """Else nothing is done until the end, five days later."""
    desk = Desk(ALL).hears(resolved(), 0).claims(25).hears(NEVER, 25.05).until(60)
    assert list(dict.fromkeys(due.channel for due in desk.run.all(CallbackDue))) == ["phone", "letter"]


def test_a_miss_after_which_no_hour_is_left_makes_way_for_a_letter():
    """As where the hours close for good while it waits: `CallbackImpossible(no_hours)`, and the next rung."""
    desk = Desk(ALL).hears(resolved(), 0).claims(25).hears(NEVER, 25.05).reports("busy", 25.1).until(60)
    assert list(dict.fromkeys(due.channel for due in desk.run.all(CallbackDue))) == ["phone", "letter"]


def test_who_was_called_seven_times_in_these_days_is_written_to():
    """§3.2: none within the horizon → next rung.  What is written is not limited; yet it is given up as `time_up`."""
    policy = ALL.model_copy(update={"progress": None, "limit": Limit(attempts=1)})
    desk = Desk(policy).hears(resolved(), 0).calls("busy", 25).until(26)
    assert given_up(desk) == [] and [told.reason for told in desk.run.all(CallbackImpossible)] == ["attempts_used_up"]
