"""A policy that cannot work is refused with a sentence that says why; those shipped work."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.feedback import SERVICE
from services.feedback.policy import FeedbackPolicy
from services.platform.chassis.policies import load
from tests.core.feedback.round import asked


@pytest.mark.parametrize("said, why", [
    ({"questions": ["solved", "csat", "effort", "expected_perceived", "would_return", "solved"]}, "at most 5 questions, not 6"),
    ({"questions": ["solved", "solved"]}, "no question twice"),
    ({"questions": []}, "at least one of csat, expected_perceived, solved"),
    ({"questions": ["effort", "would_return"]}, "at least one of csat, expected_perceived, solved"),
    ({"questions": ["favourite_colour"]}, "Input should be 'solved'"),
    ({"expires_after_seconds": 0}, "greater than or equal to 1"),
    ({"expires_after_seconds": -1}, "greater than or equal to 1"),
    ({"questionnaire": "Not a code"}, "pattern"),
    ({"channels": {"pigeon": "letter"}}, "not permitted"),
    ({"reminder_seconds": 60}, "not permitted"),
    ({"reminder_after_seconds": 14 * 86_400}, "must lie before expires_after_seconds"),
    ({"expires_after_seconds": 3600}, "must lie before expires_after_seconds"),
    ({"reminder_after_seconds": 0}, "greater than or equal to 1"),
    ({"listening_posts": []}, "at least 1 item"),
    ({"listening_posts": ["kiosk", "kiosk"]}, "no listening post twice"),
    ({"relationship": {"sample_permille": 1001}}, "less than or equal to 1000"),
    ({"relationship": {"sample_permille": -1}}, "greater than or equal to 0"),
    ({"relationship": {"weights": {"tangibles": 12}}}, "add up to 100, not 101"),
    ({"relationship": {"weights": {"tangibles": -11, "reliability": 54}}}, "greater than or equal to 0"),
])  # fmt: skip
def test_what_cannot_work_is_refused(said: dict[str, Any], why: str):
    with pytest.raises(ValidationError, match=why):
        FeedbackPolicy.model_validate(said)


def test_the_default_set_writes_out_the_defaults():
    shipped = load("default", SERVICE)
    assert shipped.model_copy(update={"reference": FeedbackPolicy().reference}) == FeedbackPolicy()


@pytest.mark.parametrize("said", [
    {"reminder_after_seconds": 14 * 86_400 - 1}, {"reminder_after_seconds": None, "expires_after_seconds": 1},
    {"relationship": {"sample_permille": 0}}, {"relationship": {"sample_permille": 1000}},
    {"questions": ["solved", "nps", "rung", "procedural_justice", "personal_quality"]},
])  # fmt: skip
def test_what_can_work_is_taken(said: dict[str, Any]):
    assert FeedbackPolicy.model_validate(said)


@pytest.mark.parametrize("name", ["default", "demo", "telecom", "city", "retail-cn", "bank"])
def test_the_shipped_sets_remind_within_a_surveys_time_and_listen_at_seven_posts_or_more(name: str):
    policy = load(name, SERVICE)
    assert isinstance(policy, FeedbackPolicy) and len(policy.listening_posts) >= 7
    assert policy.reminder_after_seconds and policy.reminder_after_seconds < policy.expires_after_seconds


def test_with_the_demos_numbers_a_survey_is_over_within_half_a_minute():
    policy = load("demo", SERVICE)
    assert policy.expires_after_seconds <= 30
    assert asked(policy).to_the_end().told == ["SurveyRequested", "SurveyReminded", "SurveyExpired"]
