"""What a policy may not say, and that the shipped ones may be said."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from services.routing.policy import RoutingPolicy
from tests.core.routing.house import RULES, policy

SETS = Path(__file__).parents[3] / "services" / "policies"
BILL = {"complaint_type": "Bill"}


def rule(when: dict[str, Any] = BILL, departments: tuple[str, ...] = ("billing",), lead: str = "billing") -> dict[str, Any]:
    return {"when": when, "departments": departments, "lead": lead}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rules": [rule(), rule({"region": "X"}, ("sales",), "sales")]}, "rule 2 names the department sales, which is not among"),
        ({"rules": [rule(lead="network")]}, "the lead network is not among the rule's departments"),
        ({"rules": [rule(departments=("billing", "billing"))]}, "named twice"),
        ({"rules": [rule({})]}, "default department"),
        ({"rules": [rule({"region": None})]}, "default department"),
        ({"rules": [rule({"complaint_type": []})]}, "at least 1 item"),
        ({"rules": [rule({"colour": "red"})]}, "colour"),
        ({"rules": [rule({"region": "X"}), rule(), rule({"region": ["X"]})]}, "rule 3 has the condition of rule 1"),
        ({"rules": [rule({"region": ["X", "Y"]}), rule({"region": ["Y", "X", "Y"]})]}, "rule 2 has the condition of rule 1"),
        ({"warnings_percent": [80, 50]}, "must rise"),
        ({"warnings_percent": [50, 50]}, "must rise"),
        ({"warnings_percent": [50, 100]}, "less than 100 percent: 100"),
        ({"warnings_percent": [0, 50]}, "greater than or equal to 1"),
        ({"resolution_seconds": {1: 1, 2: 2, 4: 4}}, "no target for priority 3"),
        ({"resolution_seconds": {1: 0, 2: 2, 3: 3, 4: 4}}, "greater than or equal to 1"),
        ({"resolution_seconds": {1: 1, 2: 2, 3: 3, 4: 4, 5: 5}}, "less than or equal to 4"),
        ({"departments": {}}, "at least 1 item"),
        ({"departments": {"d" * 60: {}}}, "at most 59 characters"),
        ({"settle_seconds": 0}, "greater than or equal to 1"),
        ({"unasked": 1}, "unasked"),
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused_in_words(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        policy(**changes)


@pytest.mark.parametrize("field", sorted(set(RULES) - {"reference"}))
def test_every_part_of_the_rules_is_written_down(field: str) -> None:
    with pytest.raises(ValidationError, match=field):
        RoutingPolicy.model_validate({name: told for name, told in RULES.items() if name != field})


@pytest.mark.parametrize("set_name", ["default", "demo"])
def test_the_shipped_policies_can_be_read_and_kept(set_name: str) -> None:
    """Kept with every default written out, for a fold years later."""
    shipped = RoutingPolicy.model_validate(yaml.safe_load((SETS / set_name / "routing.yaml").read_text(encoding="utf-8")))
    assert RoutingPolicy.model_validate_json(shipped.model_dump_json()) == shipped


@pytest.mark.parametrize("set_name", ["default", "demo"])
def test_a_shipped_policy_lets_a_survey_be_answered_before_the_window_closes(set_name: str) -> None:
    """The window is at least the survey's delay (a callback that is given up) and its expiry."""
    rules = {
        name: yaml.safe_load((SETS / set_name / f"{name}.yaml").read_text(encoding="utf-8")) for name in ("routing", "callback", "feedback")
    }
    latest = rules["callback"]["abandon_after_seconds"] + rules["feedback"]["expires_after_seconds"]
    assert rules["routing"]["reopen_window_seconds"] >= latest
