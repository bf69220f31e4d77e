"""Every refusal that is promised in the contract happens, and no other."""

import re
from pathlib import Path

import pytest

from contracts.common import Answers, AnswersSaid
from contracts.feedback import REASONS, AnswerSurvey, DeclineSurvey, ItemsSaid
from contracts.ids import complaint_id
from services import feedback
from services.feedback.survey import REFUSALS
from tests.core.feedback.round import EXPIRY, Ear, abandoned, asked, asked_about_relationship, items, weights
from tests.core.heard import COMPLAINT, erased, reopened, resolved, withdrawn

GOOD, BAD = Answers(solved=True), Answers(solved=False)
LONG = "\U00020000" * 20_000
"""The longest text there is, in the longest characters: 80,000 bytes."""


def with_many_comments() -> Ear:
    """Two long ones; a third round's survey can be answered from hour 90 on."""
    ear = asked().answered(40, BAD, comment=LONG).hears(reopened(2), 41).hears(resolved(2), 50).hears(abandoned(2), 60)
    return ear.answered(70, BAD, "2-survey", LONG).hears(reopened(3), 71).hears(resolved(3), 80).hears(abandoned(3), 90)


REFUSED: dict[str, Ear] = {
    "unknown_survey": asked().answered(40, GOOD, survey="7-survey"),
    "survey_expired": asked().answered(31 + EXPIRY, GOOD),
    "survey_cancelled": asked().hears(withdrawn(), 40).answered(41, GOOD),
    "already_answered": asked().answered(40, GOOD).answered(41, GOOD),
    "notes_full": with_many_comments().answered(91, BAD, "3-survey", LONG),
    "nothing_answered": asked().answered(40, Answers(effort=7, expected=5)),
    "old_round": asked().hears(reopened(2), 40).answered(41, GOOD),
    "already_declined": asked().declined(40).declined(41),
    "other_questions": asked().measured(40, items(), survey="1-survey"),
    "answer_out_of_range": asked().answered(40, AnswersSaid(csat=6)),
    "items_missing": asked_about_relationship().measured(2, ItemsSaid(expectation=(5,) * 22, perception=(5,) * 21)),
    "weights_not_100": asked_about_relationship().measured(2, items(weights=weights(tangibles=12))),
    "nothing_said": Ear().recorded(1, "O-1"),
    "unknown_listening_post": Ear().recorded(1, listening_post="crystal_ball", is_praise=True),
    "unknown_complaint": Ear(knows=False).recorded(1, is_praise=True),
    "wrong_transaction_id": Ear().recorded(1, "O-1", is_praise=True, complaint_id=COMPLAINT),
    "not_a_transaction": Ear().recorded(1, "T-1", source="crm", is_praise=True),
    "already_recorded": Ear().recorded(1, "O-1", is_praise=True).recorded(2, "O-1", answers=GOOD),
    "comment_on_transaction": Ear().recorded(1, "O-1", is_praise=True, comment="谢谢师傅"),
    "customer_erased": Ear().hears(erased(), 0).recorded(1, is_praise=True, comment="谢谢师傅"),
}


BEYOND = [
    *((name, value) for name in ("csat", "expected", "perceived", "distributive_justice", "procedural_justice", "interactional_justice",
                                 "procedural_quality", "personal_quality") for value in (0, 6)),
    ("effort", 0), ("effort", 8), ("nps", -1), ("nps", 11), ("rung", 0), ("rung", 5),
]  # fmt: skip
LAST = [("effort", 7), ("nps", 0), ("nps", 10), ("rung", 1), ("rung", 4)]


def test_the_table_has_every_reason_of_the_contract():
    assert set(REFUSED) == set(REASONS)


def test_decide_gives_no_reason_that_the_contract_does_not_know():
    text = "".join(file.read_text() for file in Path(feedback.__file__).parent.glob("*.py"))
    assert {*re.findall(r'Refused\("(\w+)"', text), *REFUSALS.values()} == set(REASONS)


@pytest.mark.parametrize("reason", REASONS)
def test_the_refusal_is_heard_and_changes_nothing(reason: str):
    ear = REFUSED[reason]
    ear.to_the_end()
    assert [found for found, _ in ear.refused] == [reason]


def test_an_unknown_survey_is_answered_with_the_one_that_can_be():
    assert asked().answered(40, GOOD, survey="7-survey").until(41).refused == [("unknown_survey", "1-survey")]
    assert Ear().answered(40, GOOD).until(41).refused == [("unknown_survey", None)]


def test_an_answer_that_was_refused_for_its_comment_counts_without():
    ear = with_many_comments().answered(91, BAD, "3-survey", LONG).answered(92, BAD, "3-survey").until(93)
    assert ear.told[-2:] == ["FeedbackReceived", "DissatisfactionReported"] and len(ear.complaint.notes) == 2
    assert len(feedback.SERVICE.dossiers(ear.complaint)[COMPLAINT].model_dump_json().encode()) < 1024 * 1024


def test_who_cannot_answer_any_more_may_reopen_the_complaint():
    for ear in (asked().answered(31 + EXPIRY, GOOD), asked().hears(withdrawn(), 40).answered(41, GOOD),
                asked().answered(40, GOOD).answered(41, GOOD)):  # fmt: skip
        assert [see for _, see in ear.until(32 + EXPIRY).refused] == ["ReopenComplaint"]


@pytest.mark.parametrize(("name", "value"), BEYOND)
def test_a_score_beyond_its_scale_is_refused_by_its_name_and_the_survey_stays_open(name: str, value: int):
    ear = asked().answered(40, AnswersSaid.model_validate({"solved": True, name: value})).until(41)
    assert ear.refused == [("answer_out_of_range", name)] and ear.told == ["SurveyRequested", "CommandRefused"]
    assert ear.answered(42, GOOD).until(43).told[-1] == "RecoveryConfirmed"


@pytest.mark.parametrize(("name", "value"), [(name, value and 5) for name, value in BEYOND[:16] if value] + [("csat", 3), *LAST])
def test_a_score_at_the_end_of_its_scale_counts(name: str, value: int):
    ear = asked().answered(40, AnswersSaid.model_validate({"solved": True, name: value})).until(41)
    assert ear.refused == [] and "FeedbackReceived" in ear.told


def test_what_asks_for_the_other_answer_says_which():
    assert asked().measured(40, items(), survey="1-survey").until(41).refused == [("other_questions", "AnswerSurvey")]
    ear = asked_about_relationship().answered(2, GOOD, "relationship").until(3)
    assert ear.refused == [("other_questions", "AnswerRelationshipSurvey")]


@pytest.mark.parametrize(("said", "refused"), [
    (ItemsSaid(expectation=(5,) * 21, perception=(5,) * 22), ("items_missing", "expectation")),
    (ItemsSaid(expectation=(5,) * 22, perception=(5,) * 23), ("items_missing", "perception")),
    (ItemsSaid(expectation=(5,) * 22, perception=()), ("items_missing", "perception")),
    (items(expectation=8), ("answer_out_of_range", "expectation")),
    (items(expectation=0), ("answer_out_of_range", "expectation")),
    (items(perception=8), ("answer_out_of_range", "perception")),
    (items(perception=0), ("answer_out_of_range", "perception")),
    (items(weights=weights(tangibles=10)), ("weights_not_100", None)),
    (items(weights=weights(tangibles=-1, reliability=44)), ("weights_not_100", None)),
])  # fmt: skip
def test_a_relationship_survey_is_answered_whole_or_not_at_all(said: ItemsSaid, refused: tuple[str, str | None]):
    ear = asked_about_relationship().measured(2, said).until(3)
    assert ear.refused == [refused]
    assert ear.measured(4, items(1, 7)).until(5).told[-1] == "RelationshipMeasured", "and at the ends of the scale it counts"


def test_of_an_older_round_the_survey_of_the_present_one_is_named():
    ear = asked().hears(reopened(2), 40).hears(resolved(2), 50).hears(abandoned(2), 60).answered(61, GOOD).until(62)
    assert ear.refused == [("old_round", "2-survey")]


def test_a_transaction_has_no_survey_to_answer_or_to_decline():
    order = complaint_id("shop", "O-1")
    ear = Ear().recorded(1, "O-1", is_praise=True)
    ear.asks(2, AnswerSurvey(complaint_id=order, survey="1-survey", answers=GOOD)).asks(3, DeclineSurvey(complaint_id=order, survey="1"))
    assert [reason for reason, _ in ear.until(28).refused] == ["never_opened"] * 2


def test_the_right_id_of_a_transaction_is_told():
    ear = Ear().recorded(1, "O-1", is_praise=True, complaint_id=COMPLAINT).until(2)
    assert ear.refused == [("wrong_transaction_id", complaint_id("shop", "O-1"))]
