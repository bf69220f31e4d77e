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
])  # fmt: skip
def test_what_cannot_work_is_refused(said: dict[str, Any], why: str):
    with pytest.raises(ValidationError, match=why):
        FeedbackPolicy.model_validate(said)


def test_the_default_set_writes_out_the_defaults():
    shipped = load("default", SERVICE)
    assert shipped.model_copy(update={"reference": FeedbackPolicy().reference}) == FeedbackPolicy()


def test_with_the_demos_numbers_a_survey_is_over_within_half_a_minute():
    policy = load("demo", SERVICE)
    assert policy.expires_after_seconds <= 30
    assert asked(policy).to_the_end().told == ["SurveyRequested", "SurveyExpired"]
