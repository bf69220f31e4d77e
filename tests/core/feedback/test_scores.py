"""§4.2 and §4.4: every score is told as it was given; satisfaction by the gap and intent by recommendation, apart from each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.common import Answers
from contracts.feedback import FeedbackReceived
from services.feedback.verdict import intent, satisfaction
from tests.core.feedback.round import Ear, asked, completed
from tests.core.heard import resolved

EVERYTHING = Answers(
    solved=True, csat=4, effort=2, expected=4, perceived=5, would_return=False, dimension="empathy", nps=6, rung=2, distributive_justice=5,
    procedural_justice=2, interactional_justice=4, procedural_quality=3, personal_quality=5,
)  # fmt: skip


@pytest.mark.parametrize("ear", [asked().answered(40, EVERYTHING), Ear().hears(resolved(), 0).hears(completed(EVERYTHING), 30)])
def test_every_score_is_told_as_it_was_given_whichever_way_it_came(ear: Ear):
    (received,) = ear.to_the_end().run.all(FeedbackReceived)
    assert received.answers == EVERYTHING
    assert (received.gap, received.satisfaction, received.intent) == (1, "satisfied", "detractor"), "satisfied, and leaving all the same"
    assert (received.group, received.is_praise, received.listening_post) == ("recovered", False, None)
    assert ear.told[-1] == "RecoveryConfirmed"


@pytest.mark.parametrize(("gap", "said"), [
    (-4, "dissatisfied"), (-2, "dissatisfied"), (-1, "dissatisfied"), (0, "accepted"), (1, "satisfied"), (4, "satisfied"), (None, None),
])  # fmt: skip
def test_below_0_is_dissatisfied_0_accepted_above_satisfied(gap: int | None, said: str | None):
    assert satisfaction(gap) == said


@pytest.mark.parametrize(("nps", "said"), [
    (0, "detractor"), (6, "detractor"), (7, "passive"), (8, "passive"), (9, "promoter"), (10, "promoter"), (None, None),
])  # fmt: skip
def test_who_would_recommend_us_is_a_promoter_from_9_and_a_detractor_to_6(nps: int | None, said: str | None):
    assert intent(nps) == said


def test_expected_5_and_got_3_is_dissatisfied():
    ear = asked().answered(40, Answers(expected=5, perceived=3)).to_the_end()
    (received,) = ear.run.all(FeedbackReceived)
    assert (received.gap, received.satisfaction, ear.told[-1]) == (-2, "dissatisfied", "DissatisfactionReported")


@pytest.mark.parametrize("said", [{"perceived": 5}, {"expected": 5}, {}])
def test_what_is_not_stated_is_not_made_up(said: dict[str, int]):
    (received,) = asked().answered(40, Answers.model_validate({"solved": True} | said)).to_the_end().run.all(FeedbackReceived)
    assert (received.gap, received.satisfaction, received.intent) == (None, None, None)
    assert received.answers.model_dump(exclude_none=True) == {"solved": True} | said


@given(st.integers(1, 5), st.integers(1, 5), st.none() | st.integers(0, 10))
def test_satisfaction_is_perceived_less_expected_whatever_is_intended(expected: int, perceived: int, nps: int | None):
    (received,) = asked().answered(40, Answers(expected=expected, perceived=perceived, nps=nps)).until(41).run.all(FeedbackReceived)
    assert received.gap == perceived - expected
    assert received.satisfaction == ("dissatisfied" if perceived < expected else "satisfied" if perceived > expected else "accepted")


@pytest.mark.parametrize("score", [
    {"effort": 7}, {"nps": 0}, {"rung": 1}, {"distributive_justice": 1}, {"procedural_justice": 1}, {"interactional_justice": 1},
    {"procedural_quality": 1}, {"personal_quality": 1}, {"would_return": False}, {"dimension": "empathy"},
])  # fmt: skip
def test_the_other_scores_explain_a_verdict_and_are_none(score: dict[str, object]):
    assert asked().answered(40, Answers.model_validate(score)).until(41).refused == [("nothing_answered", None)]
    assert asked().answered(40, Answers.model_validate(score | {"solved": True})).to_the_end().told[-1] == "RecoveryConfirmed"
