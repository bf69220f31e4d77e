"""What `redress submit` says is what intake answered to this very command."""

import pytest

from services.cli.submit import unreachable
from services.cli.submit.answer import answer_in, verdict
from tests.cli.show.support import COMPLAINT, REFERENCE, event, id_of, refusal, registered


def test_the_answer_is_the_one_that_names_the_command_as_its_cause() -> None:
    answer = answer_in([registered(), refusal("intake")], id_of("command"))
    assert answer and answer["type"] == "intake.command_refused.v1"
    assert answer_in([registered()], id_of("command")) is None


def test_a_refusal_says_why_and_where_to_go_and_nothing_of_having_been_taken() -> None:
    answer = answer_in([refusal("intake", reason="already_registered", see=REFERENCE)], id_of("command"))
    said, is_taken = verdict(answer, COMPLAINT)
    assert said == f"Refused: This source and source_ref is a complaint already. See {REFERENCE}." and not is_taken


def test_a_registered_complaint_has_a_reference_and_a_merged_one_lives_on_elsewhere() -> None:
    assert verdict(answer_in([registered()], id_of("outside")), COMPLAINT).said.startswith(f"Its reference is {REFERENCE}")
    other = "8YFA-MW4F-467Z-D"
    merged = event("intake.submission_merged.v1", "merged", 5, into=COMPLAINT, reference=other)
    said, is_taken = verdict(answer_in([merged], id_of("outside")), COMPLAINT)
    assert f"lives on in {other}" in said and is_taken


def test_silence_is_no_answer_and_it_is_told_how_to_look_later() -> None:
    said, is_taken = verdict(None, COMPLAINT)
    assert "handed in" in said and f"redress show {REFERENCE}" in said and is_taken


@pytest.mark.parametrize(
    ("phone", "email", "said"),
    [
        ("abc", None, ["abc is no phone number: nobody can call this customer."]),
        (None, "wang", ["wang is no e-mail address: nobody can write to this customer there."]),
        ("13800000000", "wang@example.org", []),
        (None, None, []),
    ],
)
def test_a_way_to_reach_the_customer_that_is_none_is_told(phone: str | None, email: str | None, said: list[str]) -> None:
    assert list(unreachable(phone, email)) == said
