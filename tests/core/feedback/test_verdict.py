"""Satisfaction is what was perceived less what was expected, and what a verdict follows from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.common import Answers
from contracts.feedback import DissatisfactionReported, FeedbackReceived
from services.feedback.verdict import dissatisfied_because, gap_of, tells
from tests.core.feedback.round import Ear, asked, completed
from tests.core.heard import profiled, resolved

score = st.none() | st.integers(1, 5)
any_answers = st.builds(Answers, solved=st.none() | st.booleans(), csat=score, expected=score, perceived=score)

SATISFIED, VERDICTS = "RecoveryConfirmed", [
    # what the customer says                                       gap   because of
    ({"solved": False},                                            None, "not_solved"),
    ({"solved": False, "csat": 5, "expected": 1, "perceived": 5},  4,    "not_solved"),
    ({"solved": True, "csat": 1},                                  None, "csat"),
    ({"solved": True, "csat": 2},                                  None, "csat"),
    ({"solved": True, "csat": 2, "expected": 3, "perceived": 5},   2,    "csat"),
    ({"csat": 2},                                                  None, "csat"),
    ({"solved": True, "csat": 3, "expected": 5, "perceived": 3},   -2,   "gap"),
    ({"solved": True, "csat": 5, "expected": 5, "perceived": 4},   -1,   "gap"),
    ({"expected": 5, "perceived": 3},                              -2,   "gap"),
    ({"csat": 3, "expected": 3, "perceived": 3},                   0,    None),
    ({"solved": True, "csat": 3, "expected": 4, "perceived": 4},   0,    None),
    ({"solved": True, "csat": 4, "expected": 3, "perceived": 5},   2,    None),
    ({"solved": True},                                             None, None),
    ({"csat": 3},                                                  None, None),
    ({"solved": True, "perceived": 1},                             None, None),   # expectation unstated: no gap
    ({"solved": True, "expected": 5},                              None, None),
]  # fmt: skip


@pytest.mark.parametrize("said, gap, because", VERDICTS)
@pytest.mark.parametrize("via", ["callback", "survey"])
def test_the_verdict_by_table(via: str, said: dict[str, object], gap: int | None, because: str | None):
    answers = Answers.model_validate(said)
    ear = Ear().hears(resolved(), 0).hears(completed(answers), 30) if via == "callback" else asked().answered(40, answers)
    ear.to_the_end()
    (received,) = ear.run.all(FeedbackReceived)
    assert (received.via, received.answers, received.gap) == (via, answers, gap)
    assert ear.told[-1] == (SATISFIED if because is None else "DissatisfactionReported")
    assert [told.because for told in ear.run.all(DissatisfactionReported)] == ([because] if because else [])


@pytest.mark.parametrize("core, said, gap, verdict", [
    (5, {"perceived": 3}, -2, "DissatisfactionReported"),
    (3, {"perceived": 3}, 0, SATISFIED),
    (5, {"expected": 2, "perceived": 3}, 1, SATISFIED),           # what is said now goes before what was said then
    (1, {"expected": 4, "perceived": 3}, -1, "DissatisfactionReported"),
    (5, {"csat": 4}, None, SATISFIED),                            # nothing perceived: no gap
    (None, {"csat": 4, "perceived": 1}, None, SATISFIED),
])  # fmt: skip
def test_an_expectation_stated_with_the_complaint_counts_where_none_is_stated_now(
    core: int | None, said: dict[str, int], gap: int | None, verdict: str
):
    answers = Answers.model_validate(said)
    ear = asked(core=core).answered(40, answers).to_the_end()
    (received,) = ear.run.all(FeedbackReceived)
    assert (received.gap, ear.told[-1]) == (gap, verdict)
    assert received.answers == answers, "the answers are told as they were given: nothing is imputed"


@pytest.mark.parametrize("dimension, told", [("reliability", "reliability"), (None, "unspecified")])
def test_dissatisfaction_names_its_dimension(dimension: str | None, told: str):
    ear = asked().answered(40, Answers(solved=False, dimension=dimension)).to_the_end()
    assert [found.dimension for found in ear.run.all(DissatisfactionReported)] == [told]


@given(any_answers, score)
def test_a_gap_is_perceived_less_expected_and_needs_both(answers: Answers, core: int | None):
    expected = answers.expected or core
    gap = gap_of(answers, core)
    assert gap == (answers.perceived - expected if answers.perceived and expected else None)


@given(any_answers, score, st.data())
def test_who_says_something_better_is_never_the_less_satisfied(answers: Answers, core: int | None, data: st.DataObject):
    """Solved, a higher CSAT, more perceived or less expected: none of it turns an accepted recovery into a failed one."""
    better = answers.model_copy(update={
        "solved": data.draw(st.sampled_from([answers.solved, True])),
        "csat": data.draw(st.integers(answers.csat, 5)) if answers.csat else None,
        "perceived": data.draw(st.integers(answers.perceived, 5)) if answers.perceived else None,
        "expected": data.draw(st.integers(1, answers.expected)) if answers.expected else None,
    })  # fmt: skip
    if dissatisfied_because(answers, gap_of(answers, core)) is None:
        assert dissatisfied_because(better, gap_of(better, core)) is None


@given(any_answers, score)
def test_who_is_dissatisfied_has_said_why(answers: Answers, core: int | None):
    gap = gap_of(answers, core)
    match dissatisfied_because(answers, gap):
        case "not_solved":
            assert answers.solved is False
        case "csat":
            assert answers.csat in (1, 2) and answers.solved is not False
        case "gap":
            assert gap is not None and gap < 0 and answers.solved is not False and answers.csat not in (1, 2)
        case None:
            assert answers.solved is not False and answers.csat not in (1, 2) and (gap is None or gap >= 0)
    assert tells(answers, gap) or dissatisfied_because(answers, gap) is None


@pytest.mark.parametrize("stated, later, gap", [(None, 5, -2), (2, 5, -2), (5, None, None), (None, None, None)])
def test_the_expectation_that_intake_told_last_is_the_one_that_counts(stated: int | None, later: int | None, gap: int | None):
    ear = Ear(core=stated).hears(profiled(core=later), -1).hears(resolved(), 0).hears(completed(Answers(csat=4, perceived=3)), 30)
    assert [told.gap for told in ear.to_the_end().run.all(FeedbackReceived)] == [gap]
