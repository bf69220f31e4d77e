"""Every refusal that is promised in the contract happens, and no other."""

import re
from pathlib import Path

import pytest

from contracts.common import Answers
from contracts.feedback import REASONS
from services import feedback
from services.feedback.survey import REFUSALS
from tests.core.feedback.round import EXPIRY, Ear, abandoned, asked
from tests.core.heard import COMPLAINT, reopened, resolved, withdrawn

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
}


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
