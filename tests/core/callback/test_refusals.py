"""Every refusal that is promised in the contract happens, and no other."""

import re
from pathlib import Path

import pytest

from contracts.callback import REASONS
from contracts.common import Answers
from services import callback
from tests.core.callback.desk import Desk, promised
from tests.core.heard import BAO

REFUSED: dict[str, Desk] = {
    "unknown_callback": promised().claims(25, callback="7-confirm"),
    "not_due": promised().claims(23),
    "claimed": promised().claims(25).claims(25, BAO),
    "not_claimed": promised().reports("reached", 25),
    "too_late": promised().claims(32.5),
    "callback_ended": promised().calls("reached", 25).claims(26),
    "unknown_outcome": promised().claims(25).reports("sneezed", 25.1),
    "answers_without_contact": promised().claims(25).reports("busy", 25.1, answers=Answers(csat=5)),
}


def test_the_table_has_every_reason_of_the_contract():
    assert set(REFUSED) == set(REASONS)


def test_decide_gives_no_reason_that_the_contract_does_not_know():
    text = "".join(file.read_text() for file in Path(callback.__file__).parent.glob("*.py"))
    assert set(re.findall(r'Refused\("(\w+)"', text)) == set(REASONS)


@pytest.mark.parametrize("reason", REASONS)
def test_the_refusal_is_heard_and_changes_nothing(reason: str):
    desk = REFUSED[reason].until(40)
    assert [found for found, _ in desk.refused] == [reason]


@pytest.mark.parametrize("desk, see", [
    (Desk().claims(0), None),
    (promised().claims(25, callback="9-confirm"), "1-confirm"),
    (promised().reports("reached", 25), "StartAttempt"),
    (promised().calls("refused", 25).claims(26), None),
])  # fmt: skip
def test_a_refusal_says_where_to_go_instead(desk: Desk, see: str | None):
    assert desk.until(40).refused[0][1] == see
