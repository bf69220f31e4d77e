"""§3.4: call → message → letter → visit (电话 → 短信 → 信函 → 派人回访), each rung a due of its own; then the callback is given up."""

import pytest

from contracts.callback import (
    CallbackAbandoned,
    CallbackAttempted,
    CallbackDue,
    CallbackImpossible,
    CallbackPromised,
    VisitRequested,
)
from contracts.intake import Reachable
from services.callback.policy import CallbackPolicy
from services.callback.rules import Outcome, Rung
from tests.core.callback.desk import MS, Desk
from tests.core.heard import BAO, contact, erased, hour, informed, profiled, reopened, resolved

POLICY = CallbackPolicy(reference="test/callback@1", progress=None, care=None, supervise=None, latest_after_seconds=500_000)
NO_PHONE, MAIL_ONLY, POST_ONLY = Reachable(mail=True, post=True), Reachable(mail=True), Reachable(post=True)


def ladder(policy: CallbackPolicy = POLICY, **facts) -> Desk:
    return Desk(policy, **facts).hears(resolved(), at=0)


def channels(desk: Desk) -> list[tuple[str, object]]:
    """By which channel it was due, and when: the first due of each rung."""
    dues = zip(desk.run.all(CallbackDue), (at for name, at in desk.stamps if name == "Due"), strict=True)
    found = dict[str, object]()
    for due, at in dues:
        found.setdefault(due.channel, at)
    return list(found.items())


def test_each_channel_that_is_in_vain_makes_the_next_one_due():
    desk = ladder().calls("no_answer", 25).calls("no_answer", 29).calls("no_answer", 60)
    desk.calls("sent", 61).calls("sent", 86).calls("not_home", 140).to_the_end()
    assert [(due, at) for due, at in channels(desk)] == [
        ("phone", hour(24)), ("message", hour(60.05)), ("letter", hour(61.05 + 24)), ("visit", hour(86.05 + 48)),
    ]  # fmt: skip
    (told,) = desk.run.all(CallbackAbandoned)
    assert (told.attempts, told.reason, desk.told[-1]) == (6, "not_home", "Abandoned")
    assert [word.attempt for word in desk.run.all(CallbackAttempted)] == [1, 2, 3, 4, 5, 6]
    assert [word.channel for word in desk.run.all(CallbackAttempted)] == ["phone"] * 3 + ["message", "letter", "visit"]


def test_to_a_vulnerable_customer_somebody_goes_before_anything_is_written():
    desk = ladder(is_vulnerable=True).calls("no_answer", 25).calls("no_answer", 29).calls("no_answer", 60).until(61)
    assert channels(desk)[-1] == ("visit", hour(60.05))
    (visit,) = desk.run.all(VisitRequested)
    assert (visit.not_before, visit.is_vulnerable, visit.purpose) == (hour(60.05), True, "confirm")
    assert desk.calls("not_home", 62).calls("sent", 63).calls("sent", 90).to_the_end().told[-1] == "Abandoned"
    assert [name for name, _ in channels(desk)] == ["phone", "visit", "message", "letter"]


def test_who_turns_out_to_be_vulnerable_while_it_climbs_is_visited_next():
    desk = ladder().calls("wrong_number", 25).hears(informed(is_vulnerable=True), 26).calls("sent", 27).until(52)
    assert [name for name, _ in channels(desk)] == ["phone", "message", "visit"]


@pytest.mark.parametrize("channel, reachable, outcome, others", [
    ("phone", Reachable(phone=True), "sent", "reached, busy, no_answer, voicemail, failed, wrong_number, refused"),
    ("message", Reachable(mail=True), "no_answer", "reached, failed, refused, sent"),
    ("letter", Reachable(post=True), "not_home", "reached, failed, refused, sent"),
])  # fmt: skip
def test_an_outcome_that_does_not_come_by_the_channel_is_refused_and_skips_no_attempt(
    channel: str, reachable: Reachable, outcome: str, others: str
):
    desk = ladder(reachable=reachable).claims(25).reports(outcome, 25.1).reports("failed", 25.2).until(26)
    (attempted,) = desk.run.all(CallbackAttempted)
    assert (attempted.channel, attempted.outcome) == (channel, "failed") and desk.refused == [("other_channel", others)]


def test_an_answer_to_what_was_written_comes_by_its_own_channel_also_when_the_next_rung_is_on():
    outcomes = POLICY.outcomes | {"texted": Outcome(channels=("message",), reaches=True)}
    desk = ladder(POLICY.model_copy(update={"outcomes": outcomes}), reachable=NO_PHONE).calls("sent", 25).until(50)
    assert desk.complaint.live[0].channel == "letter"
    assert desk.reports("texted", 50.1).until(51).told[-1] == "Completed"


def test_three_calls_and_one_of_each_other_channel():
    patient = POLICY.model_copy(update={"outcomes": POLICY.outcomes | {"not_home": Outcome(channels=("visit",), pauses_seconds=(3600,))}})
    desk = ladder(patient, reachable=POST_ONLY).calls("sent", 25).calls("not_home", 80).to_the_end()
    assert [word.outcome for word in desk.run.all(CallbackAttempted)] == ["sent", "not_home"]
    assert desk.run.all(CallbackAbandoned)[0].reason == "attempts_used_up"


@pytest.mark.parametrize("outcome, then", [
    ("wrong_number", "Due"), ("failed", "Due"), ("busy", "Due"), ("refused", "Abandoned"),
])  # fmt: skip
def test_who_refuses_is_left_in_peace_and_every_other_outcome_goes_on(outcome: str, then: str):
    desk = ladder().calls(outcome, 25).until(29)
    assert desk.told[-1] == then


def test_a_line_that_fails_is_tried_once_more_and_then_another_way():
    desk = ladder().calls("failed", 25).calls("failed", 26).until(27)
    assert [(word.attempt, word.outcome) for word in desk.run.all(CallbackAttempted)] == [(1, "failed"), (1, "failed")]
    assert channels(desk)[-1] == ("message", hour(26.05))


def test_a_wrong_number_is_never_called_again_and_a_new_one_is_asked_for_until_it_is_told():
    desk = ladder().calls("wrong_number", 25).until(26)
    due = desk.run.all(CallbackDue)[-1]
    assert (due.channel, due.asks_for) == ("message", ("phone",))
    desk.calls("sent", 26).hears(contact(has_new_phone=True, reachable=Reachable(phone=True)), 30).until(30)
    due = desk.run.all(CallbackDue)[-1]
    assert (due.channel, due.asks_for, desk.stamps[-1]) == ("phone", (), ("Due", hour(30)))
    assert desk.calls("reached", 31).to_the_end().told[-1] == "Completed"


def test_a_contact_that_tells_no_new_number_does_not_make_the_wrong_one_right():
    desk = ladder().calls("wrong_number", 25).hears(contact(reachable=Reachable(phone=True)), 26).until(27)
    assert desk.run.all(CallbackDue)[-1].channel == "message"


def test_by_a_wrong_number_no_message_goes_either():
    desk = ladder(reachable=Reachable(phone=True)).calls("wrong_number", 25).until(26)
    assert [(told.channel, told.reason, told.goes_on) for told in desk.run.all(CallbackImpossible)] == [
        ("message", "no_address", True), ("letter", "no_address", True), ("visit", "no_address", True),
    ]  # fmt: skip
    assert desk.run.all(CallbackAbandoned)[0].reason == "wrong_number"


def test_without_a_phone_the_ladder_begins_higher():
    desk = ladder(reachable=NO_PHONE).until(25)
    assert desk.told == ["Impossible", "Promised", "Due"]
    (why,) = desk.run.all(CallbackImpossible)
    assert (why.channel, why.reason, why.goes_on) == ("phone", "no_phone", True)
    assert desk.run.all(CallbackPromised)[0].channel == "message"


def test_a_phone_that_is_heard_of_later_is_called():
    desk = ladder(reachable=MAIL_ONLY).hears(informed(reachable=Reachable(phone=True)), 10).until(25)
    assert desk.run.all(CallbackDue)[0].channel == "phone"


def test_where_nothing_leads_to_the_customer_it_is_said_once():
    desk = ladder(reachable=Reachable()).to_the_end()
    (why,) = desk.run.all(CallbackImpossible)
    assert (why.channel, why.reason, why.goes_on, desk.told) == ("phone", "no_phone", False, ["Impossible"])


def test_a_call_that_no_hour_allows_makes_way_for_a_letter_which_wakes_nobody():
    desk = ladder(time_zones=("Pacific/Honolulu", "Europe/Paris", "Asia/Tokyo")).until(25)
    assert [(why.channel, why.reason) for why in desk.run.all(CallbackImpossible)] == [("phone", "no_hours"), ("message", "no_hours")]
    assert desk.run.all(CallbackDue)[0].channel == "letter"


def test_hours_that_close_for_good_make_way_while_it_climbs():
    desk = ladder().hears(informed(time_zones=("Pacific/Honolulu", "Europe/Paris", "Asia/Tokyo")), 10).until(25)
    assert [why.channel for why in desk.run.all(CallbackImpossible)] == ["phone", "message"]
    assert desk.run.all(CallbackDue)[0].channel == "letter"


def test_what_is_written_is_answered_when_the_customer_likes_and_needs_no_claim():
    desk = ladder(reachable=MAIL_ONLY).calls("sent", 25).reports("reached", 30, BAO).to_the_end()
    assert desk.told[-2:] == ["Attempted", "Completed"] and desk.refused == []


def test_an_answer_that_reached_nobody_needs_a_claim_and_so_does_one_before_anything_was_written():
    assert ladder(reachable=MAIL_ONLY).calls("sent", 25).reports("sent", 30).until(31).refused == [("not_claimed", "StartAttempt")]
    assert ladder(reachable=MAIL_ONLY).reports("reached", 25).until(31).refused == [("not_claimed", "StartAttempt")]


def test_after_the_last_letter_the_answer_is_waited_for_and_no_longer():
    policy = POLICY.model_copy(update={"ladder": (Rung(channel="phone"), Rung(channel="letter", max_attempts=1, rests_seconds=36_000))})
    desk = ladder(policy, reachable=POST_ONLY).claims(25).reports("sent", 25)
    assert desk.until(35 - MS).told[-1] == "Attempted"
    assert desk.until(35).stamps[-1] == ("Abandoned", hour(35)) and desk.run.all(CallbackAbandoned)[0].reason == "sent"


def test_a_rung_that_could_only_come_after_the_end_is_impossible_for_want_of_time():
    desk = ladder().calls("wrong_number", 130).calls("sent", 131).until(132)
    late = [(why.channel, why.reason) for why in desk.run.all(CallbackImpossible)]
    assert late == [("letter", "time_up"), ("visit", "time_up")] and desk.told[-1] != "Abandoned", "the message may still be answered"
    assert desk.to_the_end().stamps[-1] == ("Abandoned", hour(144))


def test_whatever_ends_the_round_ends_the_climbing():
    for end, why in ((reopened(2), "Cancelled"), (erased(), "Cancelled"), (profiled(do_not_call=True), "Abandoned")):
        assert ladder().calls("wrong_number", 25).calls("sent", 26).hears(end, 30).to_the_end().told[-1] == why


def test_a_report_for_another_channel_is_a_new_claim():
    desk = ladder().claims(25).reports("wrong_number", 25).claims(25.1, BAO).reports("sent", 25.2, BAO).until(26)
    assert [told.by for told in desk.run.all(CallbackAttempted)][1] == BAO
    assert [word.outcome for word in desk.run.all(CallbackAttempted)] == ["wrong_number", "sent"]
