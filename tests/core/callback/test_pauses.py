"""§3.4: pauses hold for all that is tried by a channel, and give way to what the customer asks for.

Hour 0 is the resolution (Monday, 17:00 in Shanghai).
"""

import pytest

from contracts.callback import (
    CallbackAbandoned,
    CallbackBroken,
    CallbackDue,
    CallbackImpossible,
    CallbackPromised,
    RequestCallback,
    RescheduleCallback,
)
from contracts.intake import ContactWindow, Reachable
from contracts.routing import ClockBreached
from tests.core.callback.desk import ALL, MS, Desk
from tests.core.callback.test_purposes import clock, progress
from tests.core.callback.test_several import BOTH, dues, with_care
from tests.core.heard import contact, hour, informed, resolved

NEW_NUMBER = contact(has_new_phone=True, reachable=Reachable(phone=True))


def test_who_heard_the_voicemail_and_asks_to_be_called_this_afternoon_is_called():
    """The pause is ours: refused as `outside_hours`, at any hour of a day or two."""
    desk = Desk(ALL).hears(resolved(), 0).calls("voicemail", 25)
    desk.wishes(RescheduleCallback, 26, callback="1-confirm", earliest=hour(27), latest=hour(28), reason="wish").until(27)
    assert desk.refused == [] and dues(desk, "1-confirm")[-1] == hour(27)


def test_who_heard_the_voicemail_and_asks_for_a_call_of_another_purpose_is_called():
    desk = Desk(ALL).hears(resolved(), 0).calls("voicemail", 25)
    desk.wishes(RequestCallback, 26, purpose="care", earliest=hour(27), latest=hour(28)).until(27)
    assert desk.refused == [] and dues(desk, "1-care") == [hour(27)]


def test_who_tells_another_number_has_not_been_tried_by_it():
    desk = Desk(ALL).hears(resolved(), 0).calls("voicemail", 25).hears(informed(has_new_phone=True, reachable=Reachable(phone=True)), 26)
    desk.wishes(RequestCallback, 26.1, purpose="care", earliest=hour(27), latest=hour(100)).until(27)
    assert dues(desk, "1-care") == [hour(27)]


def test_who_was_reached_is_not_kept_waiting_for_the_pause_of_an_attempt_before():
    desk = Desk(ALL, reachable=Reachable(phone=True, mail=True)).hears(resolved(), 0).calls("failed", 24).calls("failed", 25)
    desk.wishes(RequestCallback, 26, purpose="care", latest=hour(90)).calls("voicemail", 27, callback="1-care")
    desk.calls("sent", 27.2).reports("reached", 30)
    desk.wishes(RequestCallback, 30.1, purpose="supervise", earliest=hour(31), latest=hour(100)).until(31)
    assert dues(desk, "1-supervise") == [hour(31)]


def test_the_wait_for_an_answer_is_not_longer_for_what_another_callback_was_tried_by():
    desk = Desk(ALL, reachable=Reachable(mail=True)).hears(resolved(), 0).calls("sent", 25)
    desk.wishes(RequestCallback, 40, purpose="care", earliest=hour(49), latest=hour(90)).claims(49, callback="1-care")
    desk.reports("failed", 49.02, callback="1-care").until(49.06)
    assert [told.callback for told in desk.run.all(CallbackAbandoned)] == ["1-confirm"]


def test_who_refused_and_comes_again_is_called_again():
    desk = Desk(BOTH).hears(clock(ClockBreached), -40).calls("refused", -39, callback="1-progress").hears(clock(ClockBreached), -38)
    assert [told.reason for told in desk.until(-37).run.all(CallbackImpossible)] == ["not_wanted"]
    assert desk.hears(informed(is_chasing=True), -36).until(-35.9).run.all(CallbackDue)[-1].callback == "1-progress-3"


@pytest.mark.parametrize("heard", [contact(), informed(is_chasing=True)])
def test_who_comes_again_after_a_call_that_was_missed_is_called_at_once(heard):
    """Whoever chases is there: the call of progress was rested for a day because of a voicemail, and stays so."""
    desk = Desk(BOTH).hears(clock(ClockBreached), -40).calls("voicemail", -39, callback="1-progress").hears(progress(told=True), -38)
    desk.hears(heard, -37).until(-36.9)
    assert [due.callback for due in desk.run.all(CallbackDue)] == ["1-progress", "1-progress-2"]


def test_a_promise_that_a_pause_delays_is_for_whole_seconds():
    desk = Desk(BOTH).hears(clock(ClockBreached), -40).claims(-39, callback="1-progress")
    desk.reports("voicemail", -38.9 + 123 * MS, callback="1-progress").hears(progress(told=True), -38).hears(clock(ClockBreached), -37)
    told = desk.until(-1).run.all(CallbackPromised)[-1]
    assert told.callback == "1-progress-2" and {at.microsecond for at in (told.earliest, told.latest)} == {0}
    assert desk.run.all(CallbackBroken)[-1].broken_at.microsecond == 0
    assert dues(desk, "1-progress-2")[0] == told.earliest


def test_what_is_due_already_is_not_claimed_in_the_pause_of_a_last_attempt():
    """After the third miss 1-confirm leaves the phone; the pause of its outcome holds for 1-care, but its due is still out."""
    desk = with_care().calls("busy", 24).until(24.3).calls("busy", 24.4).until(25.5)
    desk.claims(26).reports("no_answer", 26.05).until(26.1)
    assert desk.run.all(CallbackDue)[-1].channel == "message"
    assert desk.claims(26.2, callback="1-care").until(26.2).refused == [("not_due", None)], "no answer: later, in three hours"


def test_a_number_that_was_told_during_the_last_call_of_the_rung_is_called():
    """As where it is told a minute after the report."""
    desk = Desk(ALL.model_copy(update={"progress": None})).hears(resolved(), 0).calls("busy", 24).calls("busy", 25).claims(27)
    due = desk.hears(NEW_NUMBER, 27.05).reports("wrong_number", 27.1).until(28).run.all(CallbackDue)[-1]
    assert due.channel == "phone"


def test_a_due_that_nobody_claims_while_there_are_hours_makes_way_for_a_letter():
    """Nothing is done from Saturday noon until the end: the next opening lies beyond it, as in every other place where that is found."""
    saturday = ContactWindow(days=(6,), opens="10:00", closes="12:00")
    policy = ALL.model_copy(update={"progress": None})
    desk = Desk(policy, time_zones=("Asia/Shanghai",), contact_windows=(saturday,)).hears(resolved(), 0).until(140)
    assert [due.channel for due in desk.run.all(CallbackDue)][:2] == ["phone", "letter"]
