"""Several callbacks of one customer: one conversation does for what was broken, and no account rings where another must not.

Hour 0 is the resolution; a confirming call is broken at hour 72.
"""

import pytest

from contracts.callback import (
    CallbackAbandoned,
    CallbackAttemptStarted,
    CallbackCancelled,
    CallbackCompleted,
    CallbackDue,
    RequestCallback,
)
from contracts.common import Answers
from contracts.intake import Reachable
from services.callback.rules import Limit, Progress
from tests.core.callback.desk import ALL, MS, SECOND, Desk, phone_only, promised
from tests.core.heard import BAO, contact, erased, hour, informed, profiled, reopened, resolved, withdrawn

BOTH = phone_only().model_copy(update={"progress": Progress()})
"""A broken confirming call makes a progress call due."""
PHONE, MAIL = Reachable(phone=True), Reachable(phone=True, mail=True)


def with_care(policy=ALL, **facts) -> Desk:
    """A confirming call and one that was asked for, both due at hour 24."""
    return Desk(policy, **facts).hears(resolved(), 0).wishes(RequestCallback, 1, purpose="care", earliest=hour(24), latest=hour(80))


def dues(desk: Desk, callback: str) -> list[object]:
    told = zip(desk.run.all(CallbackDue), (at for name, at in desk.stamps if name == "Due"), strict=True)
    return [at for due, at in told if due.callback == callback]


def given_up(desk: Desk) -> list[tuple[str, str]]:
    return [(told.callback, told.reason) for told in desk.run.all(CallbackAbandoned)]


# -- broken: one conversation -----------------------------------------------------------------------------------------------------------


def test_the_call_that_makes_up_for_a_broken_one_says_so_and_brings_its_script():
    """§3.6"""
    due = Desk(BOTH).hears(resolved(), 0).until(73).run.all(CallbackDue)[-1]
    assert (due.callback, due.because, due.settles) == ("1-progress", "callback_broken", ("1-confirm",))
    assert (due.script.finding, due.script.answer_parts) == ("upheld", ("apology", "explanation"))


@pytest.mark.parametrize("answers", [None, Answers(solved=True, csat=4)])
def test_who_is_reached_by_it_is_asked_at_once_whether_it_helped_and_called_no_more(answers: Answers | None):
    desk = Desk(BOTH).hears(resolved(), 0).calls("reached", 73, callback="1-progress", answers=answers).to_the_end()
    assert [(told.callback, told.answers) for told in desk.run.all(CallbackCompleted)] == [("1-progress", None), ("1-confirm", answers)]
    late = {told.callback: told.late_by_seconds for told in desk.run.all(CallbackCompleted)}
    assert late == {"1-progress": 0, "1-confirm": 3780} and desk.told[-1] == "Completed"


def test_who_is_reached_on_the_broken_ones_account_needs_no_other_call():
    desk = Desk(BOTH).hears(resolved(), 0).until(72.5).calls("reached", 73).to_the_end()
    assert [told.callback for told in desk.run.all(CallbackCompleted)] == ["1-confirm"]
    assert [(told.callback, told.reason) for told in desk.run.all(CallbackCancelled)] == [("1-progress", "reached")]


def test_a_progress_call_leaves_alone_what_is_not_broken():
    desk = with_care(BOTH).hears(reopened(2), 2).hears(contact(), 3).wishes(RequestCallback, 4, purpose="care", latest=hour(80))
    desk.calls("reached", 5, callback="2-progress").until(6)
    assert [told.callback for told in desk.run.all(CallbackCompleted)] == ["2-progress"]
    assert [promise.id for promise in desk.complaint.live] == ["2-care"]


def test_only_a_progress_call_makes_up_for_what_was_broken():
    desk = with_care(phone_only()).until(81).calls("reached", 82).until(83)
    assert [told.callback for told in desk.run.all(CallbackCompleted)] == ["1-confirm"] and desk.told.count("Broken") == 2
    assert [promise.id for promise in desk.complaint.live] == ["1-care"]


def test_what_is_broken_and_being_called_is_not_settled_by_an_answer_that_was_written():
    """The running call ends by its own report."""
    desk = Desk(ALL, reachable=Reachable(mail=True)).hears(resolved(), 0).until(72.1)
    desk.calls("sent", 73, callback="1-progress").claims(96, BAO).reports("reached", 96.1, callback="1-progress")
    desk.reports("reached", 96.2, BAO).to_the_end()
    assert [told.callback for told in desk.run.all(CallbackCompleted)] == ["1-progress", "1-confirm"] and desk.refused == []


# -- pauses, refusals and wrong numbers are the customer's, not a callback's ---------------------------------------------------------------


def test_who_did_not_answer_is_not_rung_up_before_the_pause_is_over_on_any_account():
    """§3.4"""
    desk = with_care().claims(24).reports("no_answer", 24.05).claims(24.1, callback="1-care").until(24.1)
    assert desk.refused == [("not_due", None)]
    assert dues(desk.until(27.05 - MS), "1-care") == [hour(24)] and dues(desk.until(27.05), "1-care")[1:] == [hour(27.05)]


def test_by_another_channel_the_pause_does_not_count():
    desk = with_care(reachable=MAIL).claims(24).reports("wrong_number", 24.05).until(25)
    assert {(due.callback, due.channel) for due in desk.run.all(CallbackDue)} >= {("1-confirm", "message"), ("1-care", "message")}


def test_a_wrong_number_is_called_on_no_account():
    """§3.4: never"""
    desk = with_care(reachable=PHONE).calls("wrong_number", 24).claims(25, callback="1-care").to_the_end()
    assert desk.refused == [("callback_ended", None)] and len(desk.run.all(CallbackAttemptStarted)) == 1
    assert given_up(desk) == [("1-confirm", "wrong_number"), ("1-care", "no_phone")]


def test_a_new_number_brings_every_account_back_to_the_phone():
    desk = with_care(reachable=MAIL).calls("wrong_number", 24).hears(contact(has_new_phone=True, reachable=PHONE), 30).until(30)
    assert {(due.callback, due.channel) for due in desk.run.all(CallbackDue)[-2:]} == {("1-confirm", "phone"), ("1-care", "phone")}


def test_who_refuses_is_left_in_peace_on_every_account():
    """§3.4: never"""
    desk = with_care().calls("refused", 24).to_the_end()
    assert given_up(desk) == [("1-confirm", "refused"), ("1-care", "refused")]


# -- the limit is the complaint's -------------------------------------------------------------------------------------------------------


def test_seven_attempts_in_seven_days_are_those_of_all_callbacks_and_channels():
    """§3.2"""
    desk = with_care(phone_only(limit=Limit(attempts=2), abandon_after_seconds=10 * 86400))
    desk.calls("busy", 24).calls("busy", 25, callback="1-care").claims(30).claims(24 + 7 * 24 - SECOND).claims(24 + 7 * 24)
    assert len(desk.until(24 + 7 * 24).run.all(CallbackAttemptStarted)) == 3
    assert desk.refused == [("not_due", None)] * 2, "nobody is told to call before the first is seven days old"


# -- while somebody calls ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("heard, end", [
    (profiled(do_not_call=True), "Abandoned"), (informed(do_not_call=True), "Abandoned"), (erased(), "Cancelled"),
    (withdrawn(), "Cancelled"), (reopened(2), "Cancelled"),
])  # fmt: skip
def test_what_ends_the_matter_ends_a_claimed_call_and_its_report_is_refused(heard, end: str):
    desk = promised(BOTH).claims(25).hears(heard, 25.1).reports("reached", 25.2, note="张先生").to_the_end()
    assert desk.told[3] == end and desk.refused == [("callback_ended", None)] and desk.complaint.notes == ()


def test_a_report_that_comes_twice_is_recorded_once():
    desk = promised(BOTH).claims(25).reports("reached", 25.1).reports("reached", 25.1).to_the_end()
    assert desk.told.count("Completed") == 1 and desk.refused == [("callback_ended", None)]


def test_a_claim_of_what_the_time_zone_learnt_meanwhile_forbids_still_ends_by_its_report():
    never = informed(time_zones=("Pacific/Honolulu", "Europe/Paris", "Asia/Tokyo"))
    assert promised().claims(25).hears(never, 25.05).reports("reached", 25.1).to_the_end().told[-1] == "Completed"
    assert promised().claims(25).hears(never, 25.05).reports("busy", 25.1).to_the_end().told[-1] == "Abandoned"


def test_exactly_at_latest_the_promise_is_kept_and_a_second_later_it_is_broken():
    """§3.5, §3.6"""
    kept, broken = (promised(BOTH).claims(71.9).reports("reached", at).to_the_end() for at in (72, 72 + SECOND))
    assert "Broken" not in kept.told and broken.told.count("Broken") == 1
