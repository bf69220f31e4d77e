"""§4.1: one reminder, to whoever has not answered; a customer who declines is left alone, and may think better of it."""

import pytest

from contracts.common import Answers
from contracts.feedback import SurveyDeclined, SurveyReminded
from contracts.model import Event
from services.feedback.policy import FeedbackPolicy
from tests.core.feedback.round import EXPIRY, MS, SECOND, Ear, abandoned, asked
from tests.core.heard import closed, erased, hour, reopened, resolved, withdrawn

GOOD, BAD = Answers(solved=True), Answers(solved=False)
REMINDER = 7 * 24.0


def test_who_has_not_answered_within_seven_days_is_reminded_once_in_the_same_way():
    ear = asked().to_the_end()
    assert ear.stamps == [
        ("SurveyRequested", hour(30)), ("SurveyReminded", hour(30 + REMINDER)), ("SurveyExpired", hour(30 + EXPIRY + SECOND)),
    ]  # fmt: skip
    (told,) = ear.run.all(SurveyReminded)
    assert (told.survey, told.round, told.channel, told.language, told.expires_at) == ("1-survey", 1, "sms", "zh", hour(30 + EXPIRY))


@pytest.mark.parametrize(("at", "reminders"), [(30, 0), (30 + REMINDER - MS, 0), (30 + REMINDER, 1), (30 + REMINDER + MS, 1)])
def test_who_answered_before_is_not_reminded(at: float, reminders: int):
    ear = asked().answered(at, GOOD).to_the_end()
    assert len(ear.run.all(SurveyReminded)) == reminders and ear.told[-1] == "RecoveryConfirmed"


@pytest.mark.parametrize("event", [reopened(2), withdrawn(), closed(), erased()])
def test_nobody_is_reminded_of_what_is_over(event: Event):
    assert asked().hears(event, 40).to_the_end().run.all(SurveyReminded) == []


def test_each_round_is_reminded_of_on_its_own():
    ear = asked().until(30 + REMINDER).hears(reopened(2), 200).hears(resolved(2), 210).hears(abandoned(2), 220).to_the_end()
    assert [(told.survey, told.round) for told in ear.run.all(SurveyReminded)] == [("1-survey", 1), ("2-survey", 2)]


def test_a_policy_may_remind_of_nothing():
    policy = FeedbackPolicy(reminder_after_seconds=None)
    assert asked(policy).to_the_end().told == ["SurveyRequested", "SurveyExpired"]


def test_a_reminder_is_due_on_a_whole_second():
    ear = Ear().hears(resolved(), 0).hears(abandoned(), 30 + 0.7 * SECOND).to_the_end()
    assert ear.stamps[1] == ("SurveyReminded", hour(30 + REMINDER))


def test_who_declines_is_not_reminded_and_silence_is_told_at_its_time():
    ear = asked().declined(40).to_the_end()
    assert ear.stamps[1:] == [("SurveyDeclined", hour(40)), ("SurveyExpired", hour(30 + EXPIRY + SECOND))]
    assert [(told.survey, told.kind) for told in ear.run.all(SurveyDeclined)] == [("1-survey", "recovery")]


def test_who_declined_after_the_reminder_hears_nothing_more_either():
    assert asked().declined(30 + REMINDER + 1).to_the_end().told == ["SurveyRequested", "SurveyReminded", "SurveyDeclined", "SurveyExpired"]


@pytest.mark.parametrize(("answers", "verdict"), [(GOOD, "RecoveryConfirmed"), (BAD, "DissatisfactionReported")])
def test_who_thinks_better_of_it_is_heard(answers: Answers, verdict: str):
    ear = asked().declined(40).answered(30 + EXPIRY, answers).to_the_end()
    assert ear.told == ["SurveyRequested", "SurveyDeclined", "FeedbackReceived", verdict]


@pytest.mark.parametrize(("ear", "refused"), [
    (asked().declined(40).declined(41), ("already_declined", None)),
    (asked().answered(40, GOOD).declined(41), ("already_answered", "ReopenComplaint")),
    (asked().declined(31 + EXPIRY), ("survey_expired", "ReopenComplaint")),
    (asked().hears(withdrawn(), 40).declined(41), ("survey_cancelled", "ReopenComplaint")),
    (asked().hears(reopened(2), 40).declined(41), ("old_round", None)),
    (asked().declined(40, "7-survey"), ("unknown_survey", "1-survey")),
])  # fmt: skip
def test_what_cannot_be_answered_cannot_be_declined(ear: Ear, refused: tuple[str, str | None]):
    assert ear.to_the_end().refused == [refused]


@pytest.mark.parametrize(("late", "told", "refused"), [
    (0, ["SurveyReminded", "FeedbackReceived", "RecoveryConfirmed"], []),
    (SECOND - MS, ["SurveyReminded", "FeedbackReceived", "RecoveryConfirmed"], []),
    (SECOND, ["SurveyReminded", "SurveyExpired", "CommandRefused"], [("survey_expired", "ReopenComplaint")]),
    (EXPIRY, ["SurveyReminded", "SurveyExpired", "CommandRefused"], [("survey_expired", "ReopenComplaint")]),
])  # fmt: skip
def test_whatever_slept_meanwhile_an_answer_in_time_is_in_time(late: float, told: list[str], refused: list[tuple[str, str | None]]):
    """What was due is told late, of its own instant: a reminder says itself until when it counts."""
    ear = asked().until(31).unwoken().answered(30 + EXPIRY + late, GOOD).to_the_end()
    assert ear.told == ["SurveyRequested", *told] and ear.refused == refused
    (reminded,) = ear.run.all(SurveyReminded)
    assert ear.stamps[1] == ("SurveyReminded", hour(30 + REMINDER)) and reminded.expires_at == hour(30 + EXPIRY)
