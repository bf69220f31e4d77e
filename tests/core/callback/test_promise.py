"""What is promised when a complaint is resolved, and what makes the promise void."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.callback import CallbackCancelled, CallbackDue, CallbackImpossible, CallbackPromised
from contracts.intake import ContactWindow, Reachable
from contracts.model import Event
from services.callback import SERVICE
from services.platform.kernel.service import Cause
from tests.core.callback.desk import POLICY, SECOND, Desk, promised
from tests.core.heard import (
    BAO,
    COMPLAINT,
    START,
    closed,
    contact,
    erased,
    hour,
    in_triage,
    informed,
    profiled,
    raised,
    registered,
    reopened,
    resolved,
    routed,
    withdrawn,
)


def test_a_resolution_promises_a_confirming_call_within_the_policys_window():
    (told,) = promised().until(1).run.all(CallbackPromised)
    assert (told.callback, told.round, told.purpose, told.channel) == ("1-confirm", 1, "confirm", "phone")
    assert (told.earliest, told.latest, told.policy) == (hour(24), hour(72), "test/callback@1")


def test_the_promised_window_is_told_in_whole_seconds():
    (told,) = Desk().hears(resolved(), at=0.9 * SECOND).until(1).run.all(CallbackPromised)
    assert (told.earliest, told.latest) == (hour(24), hour(72))


def test_dialers_are_told_when_the_time_has_come_with_all_that_a_caller_needs():
    night = ContactWindow(days=(2, 7), opens="17:00", closes="20:30")
    desk = Desk(time_zone="Asia/Shanghai", is_vulnerable=True, contact_windows=(night,)).hears(routed(priority=2), -40).hears(resolved(), 0)
    assert desk.until(24 - SECOND).told == ["Promised"]
    (due,) = desk.until(24).run.all(CallbackDue)
    assert (due.attempt, due.allowed_until, due.latest) == (1, hour(27.5) - timedelta(milliseconds=1), hour(72))
    assert (due.language, due.time_zone, due.contact_windows) == ("zh", "Asia/Shanghai", (night,))
    script = due.script
    assert (script.finding, script.answer_parts, script.priority, script.is_vulnerable) == ("upheld", ("apology", "explanation"), 2, True)


@pytest.mark.parametrize("heard, priority", [
    ([], None),
    ([in_triage(priority=3)], 3),
    ([in_triage(priority=3), routed(priority=4)], 4),
    ([routed(priority=4), raised(priority=1)], 1),
])  # fmt: skip
def test_the_script_tells_the_present_priority(heard: list[Event], priority: int | None):
    desk = Desk()
    for event in heard:
        desk.hears(event, at=-10)
    assert desk.hears(resolved(), 0).until(24).run.all(CallbackDue)[0].script.priority == priority


@pytest.mark.parametrize("heard, is_vulnerable", [
    ([], False),
    ([contact(is_vulnerable=True)], True),
    ([informed(is_vulnerable=True)], True),
    ([profiled(is_vulnerable=True)], True),
    ([contact(is_vulnerable=True), informed(is_vulnerable=False), contact()], True),
    ([contact(is_vulnerable=True), profiled()], False),
])  # fmt: skip
def test_the_script_tells_who_needs_care_as_far_as_is_known_by_then(heard: list[Event], is_vulnerable: bool):
    desk = Desk()
    for event in heard:
        desk.hears(event, at=-10)
    assert desk.hears(resolved(), 0).until(24).run.all(CallbackDue)[0].script.is_vulnerable is is_vulnerable


@pytest.mark.parametrize("facts, reason", [
    ({"reachable": Reachable(mail=True, post=True)}, "no_phone"),
    ({"reachable": Reachable()}, "no_phone"),
    ({"do_not_call": True}, "do_not_call"),
    ({"do_not_call": True, "reachable": Reachable()}, "do_not_call"),
])  # fmt: skip
def test_who_cannot_be_called_is_promised_nothing(facts: dict[str, Any], reason: str):
    desk = promised(**facts).to_the_end()
    assert desk.told == ["Impossible"]
    (told,) = desk.run.all(CallbackImpossible)
    assert (told.callback, told.purpose, told.reason) == ("1-confirm", "confirm", reason)


@pytest.mark.parametrize("event, reason", [
    (reopened(2), "reopened"), (withdrawn(), "withdrawn"), (closed(), "closed"), (erased(), "erased"),
])  # fmt: skip
@pytest.mark.parametrize("at, before", [
    (1, ["Promised"]), (25, ["Promised", "Due"]), (73, ["Promised", *["Due"] * 6, "Broken"]),
])  # fmt: skip
def test_what_ends_the_matter_cancels_the_call(event: Event, reason: str, at: float, before: list[str]):
    desk = promised().hears(event, at).to_the_end()
    assert desk.told == [*before, "Cancelled"]
    assert desk.run.all(CallbackCancelled)[0].reason == reason


def test_a_running_call_is_cancelled_too_and_its_report_is_refused():
    desk = promised().claims(25).hears(reopened(2), 25.1).reports("reached", 25.2).to_the_end()
    assert desk.told == ["Promised", "Due", "AttemptStarted", "Cancelled", "CommandRefused"]
    assert desk.refused == [("callback_ended", None)]


def test_a_complaint_withdrawn_before_it_is_resolved_is_never_called_about():
    assert Desk().hears(withdrawn(), -1).to_the_end().told == []
    assert Desk().hears(withdrawn(), -1).hears(resolved(), 0).to_the_end().told == [], "not even if a resolution comes after all"


def test_a_closed_complaint_is_not_called_about_until_it_is_reopened():
    desk = promised().calls("reached", 25).hears(closed(), 30).hears(resolved(), 31)
    assert desk.hears(reopened(2), 40).hears(resolved(2), 50).until(60).told[-1] == "Promised"
    assert desk.told.count("Promised") == 2


def test_each_round_has_a_call_of_its_own():
    desk = promised().calls("reached", 25).hears(reopened(2), 30).hears(resolved(2), 50).calls("reached", 80, callback="2-confirm")
    assert [(told.callback, told.round) for told in desk.to_the_end().run.all(CallbackPromised)] == [("1-confirm", 1), ("2-confirm", 2)]
    assert desk.told[-4:] == ["Due", "AttemptStarted", "Attempted", "Completed"]


@pytest.mark.parametrize("late", [resolved(1), reopened(2), withdrawn(1), closed(1), routed(1)])
def test_the_words_of_an_older_round_are_ignored(late: Event):
    desk = promised().hears(reopened(2), 10).hears(resolved(2), 20)
    before = desk.until(21).complaint
    assert desk.hears(late, 22).until(23).complaint == before


def test_a_resolution_that_comes_after_its_own_reopening_promises_nothing():
    assert Desk().hears(reopened(2), 1).hears(resolved(1), 2).to_the_end().told == []


def test_a_resolution_of_a_newer_round_makes_the_older_promise_void_though_the_reopening_was_never_heard():
    desk = promised().hears(resolved(2), 30).until(31)
    assert desk.told == ["Promised", "Due", "Cancelled", "Promised"]
    assert [(told.callback, told.reason) for told in desk.run.all(CallbackCancelled)] == [("1-confirm", "reopened")]
    assert desk.hears(reopened(2), 32).until(33).told == desk.told, "and that reopening is no news any more"


@pytest.mark.parametrize("event", [resolved(), reopened(2), withdrawn(), closed(), erased(), registered()])
def test_an_event_told_again_says_nothing_new(event: Event):
    desk = promised().hears(event, 25).until(26)
    told, state = desk.told, desk.complaint
    assert (desk.hears(event, 27).until(28).told, desk.complaint) == (told, state)


def test_a_resolution_that_overtakes_the_registration_waits_for_it():
    desk = Desk(knows=False).hears(resolved(), at=0).hears(registered(), at=3).until(4)
    assert desk.told == ["Promised"] and desk.run.all(CallbackPromised)[0].earliest == hour(24), "counted from the resolution"


def test_a_resolution_heard_late_is_promised_and_broken_at_the_right_instants():
    desk = Desk().hears(resolved(), at=100, dated=0).until(100)
    assert desk.told.count("Broken") == 1 and ("Broken", hour(72 + 6 * SECOND)) in desk.stamps


def test_an_erased_customer_is_not_called_and_nothing_personal_stays():
    desk = promised(time_zone="Asia/Shanghai").claims(25).reports("busy", 25.1, note="张先生请晚上再打").hears(erased(), 26).until(27)
    assert SERVICE.dossiers(desk.complaint) == {COMPLAINT: None}
    complaint = desk.complaint
    assert (complaint.notes, complaint.time_zone, complaint.language, complaint.contact_windows) == ((), None, None, ())
    desk.hears(reopened(2), 30).hears(resolved(2), 40).to_the_end()
    assert [told.reason for told in desk.run.all(CallbackImpossible)] == ["erased"]
    assert desk.told[-1] == "Impossible"


def test_a_report_after_the_customer_was_erased_is_refused_and_its_note_is_not_kept():
    desk = promised().claims(25).hears(erased(), 25.1).reports("reached", 25.2, note="张先生").to_the_end()
    assert desk.refused == [("callback_ended", None)] and desk.complaint.notes == ()


def test_notes_of_callers_are_kept_in_the_dossier_and_nowhere_else():
    desk = promised()
    assert SERVICE.dossiers(desk.until(25).complaint) == {}
    desk.claims(25).reports("busy", 25.1, note="占线，改日再打").claims(26, BAO).reports("reached", 26.1, BAO, note="已解决").to_the_end()
    notes = SERVICE.dossiers(desk.complaint)[COMPLAINT].notes
    assert [(note.at, note.text) for note in notes] == [(hour(25.1), "占线，改日再打"), (hour(26.1), "已解决")]
    assert not any("已解决" in told.message.model_dump_json() for told in desk.run.events)


def test_a_refused_report_leaves_no_note():
    assert promised().reports("reached", 25, note="没有先认领").until(26).complaint.notes == ()


def test_the_state_of_the_last_call_is_counted():
    desk = Desk()
    seen = [SERVICE.facets(desk.until(-1).complaint)["state"]]
    desk.hears(resolved(), 0).claims(25).reports("busy", 25.1).calls("reached", 26)
    seen += [SERVICE.facets(desk.until(at).complaint)["state"] for at in (1, 24, 25.05, 25.2, 27)]
    assert seen == ["none", "promised", "due", "claimed", "promised", "completed"]


@pytest.mark.parametrize("event", [resolved(), reopened(2), withdrawn(), closed(), erased()])
def test_before_the_complaint_is_known_nothing_is_decided(event: Event):
    assert SERVICE.decide(None, Cause(event, "id", "routing", START, START, COMPLAINT), POLICY) == (None, [])
