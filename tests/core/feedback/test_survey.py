"""Asked once a round, and only when the call brought no answer; answered by the first, expired, or cancelled."""

import pytest

from contracts.common import Answers
from contracts.feedback import FeedbackReceived, SurveyCancelled, SurveyExpired, SurveyRequested
from contracts.intake import Reachable
from contracts.model import Event
from services.feedback import SERVICE
from services.platform.kernel.service import Cause
from tests.core.feedback.round import EXPIRY, MS, POLICY, SECOND, Ear, abandoned, asked, cancelled, completed, impossible, promised
from tests.core.heard import COMPLAINT, START, closed, erased, hour, profiled, registered, reopened, resolved, withdrawn

GOOD, BAD = Answers(solved=True, csat=5), Answers(solved=False)


@pytest.mark.parametrize("event", [
    abandoned(), impossible(), completed(None), completed(Answers()), completed(Answers(effort=3, would_return=True)),
    completed(Answers(expected=5)), completed(Answers(perceived=5)),
])  # fmt: skip
def test_a_call_that_brought_no_answer_leaves_the_question_to_a_survey(event: Event):
    ear = Ear().hears(resolved(), 0).hears(event, 30).until(31)
    (survey,) = ear.run.all(SurveyRequested)
    assert (survey.survey, survey.round, survey.channel, survey.language) == ("1-survey", 1, "sms", "zh")
    assert survey.questions == ("solved", "csat", "effort", "expected_perceived", "would_return")
    assert (survey.questionnaire, survey.expires_at, survey.policy) == ("recovery-1", hour(30 + EXPIRY), "test/feedback@1")


def test_a_call_that_brought_answers_leaves_nothing_to_ask():
    assert Ear().hears(resolved(), 0).hears(completed(GOOD), 30).to_the_end().told == ["FeedbackReceived", "RecoveryConfirmed"]
    assert Ear().hears(resolved(), 0).hears(completed(BAD), 30).to_the_end().told == ["FeedbackReceived", "DissatisfactionReported"]


@pytest.mark.parametrize("reachable, channel", [
    (Reachable(phone=True, mail=True, post=True), "sms"),
    (Reachable(mail=True, post=True), "email"),
    (Reachable(post=True), "letter"),
    (Reachable(), None),
])  # fmt: skip
def test_the_survey_goes_where_the_customer_can_be_reached(reachable: Reachable, channel: str | None):
    ear = asked(reachable=reachable).until(31)
    assert [survey.channel for survey in ear.run.all(SurveyRequested)] == ([channel] if channel else [])


@pytest.mark.parametrize("purpose", ["progress", "care", "supervise"])
def test_calls_for_another_purpose_ask_and_judge_nothing_but_what_was_said_is_kept(purpose: str):
    """§3.1: a call succeeds when information came back."""
    ear = Ear().hears(resolved(), 0)
    calls = completed(BAD, purpose=purpose), completed(None, purpose=purpose), abandoned(purpose=purpose), impossible(purpose=purpose)
    for event in calls:
        ear.hears(event, 30)
    assert ear.to_the_end().told == ["FeedbackReceived"]
    (heard,) = ear.run.all(FeedbackReceived)
    assert (heard.purpose, heard.via, heard.answers) == (purpose, "callback", BAD)


def test_the_answers_say_of_whom_and_whose_work_they_are():
    ear = asked(tier="key").answered(40, GOOD).to_the_end()
    (received,) = ear.run.all(FeedbackReceived)
    assert (received.segment, received.department, received.group, received.policy) == ("key", "repairs", "recovered", "test/feedback@1")


@pytest.mark.parametrize("heard, tier", [([], "key"), ([profiled("general")], "general"), ([profiled("suitable"), erased()], "suitable")])
def test_scores_are_compared_by_the_tier_that_the_customer_has_by_then(heard: list[Event], tier: str):
    ear = Ear(tier="key")
    for event in heard:
        ear.hears(event, -1)
    assert ear.until(0).complaint.segment == tier


def test_the_department_is_the_one_that_led_the_round():
    ear = asked().answered(40, BAD).hears(reopened(2), 41).hears(resolved(2, lead="billing"), 50).hears(completed(GOOD, 2), 60)
    assert [told.department for told in ear.to_the_end().run.all(FeedbackReceived)] == ["repairs", "billing"]


def test_nobody_is_named_whose_work_is_not_known_yet():
    ear = Ear().hears(resolved(), 0).hears(completed(GOOD, 2), 30).hears(resolved(2, lead="billing"), 31).to_the_end()
    assert [told.department for told in ear.run.all(FeedbackReceived)] == [None], "the last round's department has no part in it"


def test_the_first_answer_wins():
    ear = asked().answered(40, GOOD).answered(41, BAD).to_the_end()
    assert ear.told == ["SurveyRequested", "FeedbackReceived", "RecoveryConfirmed", "CommandRefused"]
    assert ear.refused == [("already_answered", "ReopenComplaint")]


@pytest.mark.parametrize("at", [30, 30 + EXPIRY, 30 + EXPIRY + 0.999 * SECOND])
def test_an_answer_in_time_counts_to_the_last_second(at: float):
    assert [word for word in asked().answered(at, GOOD).to_the_end().told if word != "SurveyReminded"] == [
        "SurveyRequested", "FeedbackReceived", "RecoveryConfirmed",
    ]  # fmt: skip


def test_a_survey_that_nobody_answers_expires_at_the_first_second_after_its_time():
    ear = asked().answered(30 + EXPIRY + SECOND, GOOD).to_the_end()
    assert ear.stamps[2] == ("SurveyExpired", hour(30 + EXPIRY + SECOND))
    assert [told.survey for told in ear.run.all(SurveyExpired)] == ["1-survey"]
    assert ear.refused == [("survey_expired", "ReopenComplaint")]


def test_a_surveys_time_ends_on_a_whole_second():
    ear = Ear().hears(resolved(), 0).hears(abandoned(), 30 + 0.7 * SECOND).until(31)
    assert ear.run.all(SurveyRequested)[0].expires_at == hour(30 + EXPIRY)


@pytest.mark.parametrize("event, reason", [
    (reopened(2), "reopened"), (withdrawn(), "withdrawn"), (closed(), "closed"), (erased(), "erased"),
])  # fmt: skip
def test_what_ends_the_round_cancels_the_survey(event: Event, reason: str):
    ear = asked().hears(event, 40).answered(41, GOOD).to_the_end()
    assert ear.told == ["SurveyRequested", "SurveyCancelled", "CommandRefused"]
    assert [told.reason for told in ear.run.all(SurveyCancelled)] == [reason]
    assert ear.refused == [("old_round", None) if reason == "reopened" else ("survey_cancelled", "ReopenComplaint")]


@pytest.mark.parametrize("event", [reopened(2), withdrawn(), closed(), erased()])
def test_nothing_is_cancelled_when_nothing_is_asked(event: Event):
    assert Ear().hears(resolved(), 0).hears(event, 10).to_the_end().told == []
    assert "SurveyCancelled" not in asked().answered(40, GOOD).hears(event, 50).to_the_end().told
    assert "SurveyCancelled" not in asked().hears(event, 40 + EXPIRY).to_the_end().told


@pytest.mark.parametrize("over", [withdrawn(), closed()])
@pytest.mark.parametrize("event", [completed(BAD), completed(), abandoned(), impossible()])
def test_after_the_end_of_the_round_nothing_is_asked_or_judged(over: Event, event: Event):
    assert Ear().hears(resolved(), 0).hears(over, 10).hears(event, 11).to_the_end().told == []


def test_a_complaint_withdrawn_before_it_is_resolved_is_never_asked_about():
    assert Ear().hears(withdrawn(), -1).hears(abandoned(), 30).to_the_end().told == []


@pytest.mark.parametrize("over", [closed(), withdrawn()])
def test_a_round_that_follows_one_that_was_over_is_asked_about(over: Event):
    ear = Ear().hears(resolved(), 0).hears(over, 10).hears(reopened(2), 20).hears(resolved(2), 30).hears(abandoned(2), 40).until(41)
    assert ear.told == ["SurveyRequested"]


def test_each_round_is_asked_about_anew():
    ear = asked().answered(40, BAD).hears(reopened(2), 41).hears(resolved(2), 50).hears(abandoned(2), 80)
    ear.answered(90, GOOD, "2-survey").answered(91, GOOD, "1-survey").to_the_end()
    assert [(survey.survey, survey.round) for survey in ear.run.all(SurveyRequested)] == [("1-survey", 1), ("2-survey", 2)]
    assert ear.refused == [("old_round", "ReopenComplaint")]


@pytest.mark.parametrize("event", [completed(BAD, 2), completed(None, 2), abandoned(2), impossible(2)])
def test_a_newer_rounds_call_that_overtakes_its_reopening_opens_the_round_itself(event: Event):
    ear = asked().hears(event, 40).until(41)
    assert ear.told[1] == "SurveyCancelled" and ear.run.all(SurveyCancelled)[0].reason == "reopened"
    assert ear.told[2] in ("SurveyRequested", "FeedbackReceived")
    told = list(ear.told)
    assert ear.hears(reopened(2), 42).hears(resolved(2), 42).until(43).told == told, "and the reopening is no news any more"


@pytest.mark.parametrize("late", [
    completed(BAD), abandoned(), impossible(), resolved(1, lead="billing"), reopened(2), withdrawn(1), closed(1),
])  # fmt: skip
def test_the_words_of_an_older_round_are_ignored(late: Event):
    ear = Ear().hears(resolved(), 0).hears(reopened(2), 10).hears(resolved(2), 20)
    before = ear.until(21).complaint
    assert (ear.hears(late, 22).until(23).complaint, ear.told) == (before, [])


@pytest.mark.parametrize("event", [abandoned(), impossible(), completed(), completed(BAD)])
@pytest.mark.parametrize("again", [abandoned(), impossible(), completed(), completed(BAD)])
def test_a_round_is_asked_about_or_judged_once_whatever_its_calls_say(event: Event, again: Event):
    ear = Ear().hears(resolved(), 0).hears(event, 30).until(31)
    told = list(ear.told)
    was_only_asked = told == ["SurveyRequested"] and again == completed(BAD)
    late = ["SurveyCancelled", "FeedbackReceived", "DissatisfactionReported"] if was_only_asked else []
    assert ear.hears(again, 32).until(33).told == [*told, *late]


def test_who_is_found_after_the_survey_expired_is_heard_all_the_same_and_not_asked_again():
    ear = Ear().hears(resolved(), 0).hears(abandoned(), 30).hears(completed(), 30 + EXPIRY + 1).hears(completed(GOOD), 30 + EXPIRY + 2)
    assert ear.to_the_end().told == ["SurveyRequested", "SurveyReminded", "SurveyExpired", "FeedbackReceived", "RecoveryConfirmed"]


# -- who is still to be called is not silent ----------------------------------------------------------------------------------------------


def to_be_called(at: float = 200) -> Ear:
    """A survey is out; then somebody asks for a further confirming call."""
    return asked().hears(promised(), at).until(at + 1)


def test_a_survey_outlives_its_time_while_a_further_call_is_promised_and_the_call_answers_it():
    ear = to_be_called().until(30 + EXPIRY + 1)
    assert ear.told == ["SurveyRequested", "SurveyReminded"]
    ear.hears(completed(GOOD).model_copy(update={"callback": "1-confirm-2"}), 30 + EXPIRY + 2)
    assert ear.to_the_end().told[2:] == ["SurveyCancelled", "FeedbackReceived", "RecoveryConfirmed"]


@pytest.mark.parametrize("end", [abandoned(), impossible(), completed(), cancelled()])
def test_it_expires_when_that_call_has_ended_without_an_answer(end: Event):
    ear = to_be_called().hears(end.model_copy(update={"callback": "1-confirm-2"}), 30 + EXPIRY + 5).until(30 + EXPIRY + 6)
    assert ear.told == ["SurveyRequested", "SurveyReminded", "SurveyExpired"]
    assert ear.stamps[-1][1] == hour(30 + EXPIRY + 5 + SECOND), "and not in the past, when its own time was over"
    in_time = to_be_called().hears(end.model_copy(update={"callback": "1-confirm-2"}), 230).until(30 + EXPIRY)
    assert in_time.told == ["SurveyRequested", "SurveyReminded"]
    assert in_time.until(30 + EXPIRY + 2 * SECOND).told[2:] == ["SurveyExpired"], "no sooner than its own time"


def test_until_then_an_answer_in_writing_counts_too():
    assert to_be_called().answered(30 + EXPIRY + 2, GOOD).to_the_end().told[2:] == ["FeedbackReceived", "RecoveryConfirmed"]


@pytest.mark.parametrize("other", [
    promised(purpose="care"), cancelled(callback="1-care"), impossible().model_copy(update={"callback": "1-confirm-2", "goes_on": True}),
])  # fmt: skip
def test_no_other_callback_holds_it_or_lets_it_go(other: Event):
    assert asked().hears(other, 200).until(30 + EXPIRY + 1).told[-1] == "SurveyExpired"
    assert to_be_called().hears(other, 210).until(30 + EXPIRY + 1).told[-1] == "SurveyReminded"


def test_what_ends_the_round_ends_the_waiting_too():
    ear = to_be_called().hears(reopened(2), 210).hears(resolved(2), 220).hears(abandoned(2), 230)
    assert ear.until(230 + EXPIRY + 1).told[-1] == "SurveyExpired"


@pytest.mark.parametrize("event", [abandoned(), impossible(), completed()])
def test_an_erased_customer_is_not_asked(event: Event):
    assert Ear().hears(resolved(), 0).hears(erased(), 10).hears(event, 30).to_the_end().told == []


def test_nor_when_callback_knows_of_the_erasure_first():
    assert Ear().hears(resolved(), 0).hears(impossible(reason="erased"), 30).to_the_end().told == []


def test_comments_are_kept_in_the_dossier_and_nowhere_else_until_the_customer_is_erased():
    ear = asked().answered(40, BAD, comment="还是不制冷，我姓张").until(41)
    notes = SERVICE.dossiers(ear.complaint)[COMPLAINT].notes
    assert [(note.at, note.text) for note in notes] == [(hour(40), "还是不制冷，我姓张")]
    assert not any("张" in told.message.model_dump_json() for told in ear.run.events)
    ear.hears(erased(), 50).until(51)
    assert SERVICE.dossiers(ear.complaint) == {COMPLAINT: None}
    assert (ear.complaint.notes, ear.complaint.language, ear.complaint.reachable) == ((), None, Reachable())


def test_a_refused_answer_leaves_no_comment_and_no_dossier():
    ear = asked().answered(40, Answers(effort=2), comment="不想回答").until(41)
    assert SERVICE.dossiers(ear.complaint) == {} and ear.refused == [("nothing_answered", None)]


def test_the_state_of_the_last_survey_is_counted():
    def state(ear: Ear, at: float) -> str:
        return SERVICE.facets(ear.until(at).complaint)["state"]

    assert [state(Ear(), 0), state(asked(), 31), state(asked().answered(40, GOOD), 41), state(asked(), 31 + EXPIRY),
            state(asked().hears(withdrawn(), 40), 41)] == ["none", "open", "answered", "expired", "cancelled"]  # fmt: skip


def test_a_call_that_overtakes_the_registration_waits_for_it():
    ear = Ear(knows=False).hears(abandoned(), 30).hears(registered(), 33).until(34)
    assert ear.run.all(SurveyRequested)[0].expires_at == hour(30 + EXPIRY), "counted from the call"


@pytest.mark.parametrize("event", [registered(), resolved(), reopened(2), withdrawn(), closed(), erased(), abandoned(), completed(BAD)])
def test_an_event_told_again_says_nothing_new(event: Event):
    ear = asked().hears(event, 40).until(41)
    told, state = list(ear.told), ear.complaint
    assert (ear.hears(event, 42).until(43).told, ear.complaint) == (told, state)


@pytest.mark.parametrize("event", [resolved(), reopened(2), abandoned(), completed(BAD), erased()])
def test_before_the_complaint_is_known_nothing_is_decided(event: Event):
    assert SERVICE.decide(None, Cause(event, "id", "routing", START, START, COMPLAINT), POLICY) == (None, [])


def test_what_the_policy_says_is_asked():
    told = {"questions": ("csat",), "questionnaire": "short-2", "expires_after_seconds": 3600, "reminder_after_seconds": None}
    policy = POLICY.model_copy(update=told)
    (survey,) = asked(policy).until(30.5).run.all(SurveyRequested)
    assert (survey.questions, survey.questionnaire, survey.expires_at) == (("csat",), "short-2", hour(31))
    assert asked(policy).to_the_end().stamps[-1] == ("SurveyExpired", hour(31 + SECOND))
    assert asked(policy).answered(31 + MS, GOOD).to_the_end().told[-1] == "RecoveryConfirmed"
