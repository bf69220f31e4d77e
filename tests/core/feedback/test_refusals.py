"""Every refusal that is promised in the contract happens, and no other."""

import re
from pathlib import Path

import pytest

from contracts.common import Answers
from contracts.feedback import REASONS
from services import feedback
from services.feedback.survey import REFUSALS
from tests.core.feedback.round import EXPIRY, Ear, asked
from tests.core.heard import withdrawn

GOOD = Answers(solved=True)
REFUSED: dict[str, Ear] = {
    "unknown_survey": asked().answered(40, GOOD, survey="7-survey"),
    "survey_expired": asked().answered(31 + EXPIRY, GOOD),
    "survey_cancelled": asked().hears(withdrawn(), 40).answered(41, GOOD),
    "already_answered": asked().answered(40, GOOD).answered(41, GOOD),
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
