"""What a policy may not say, and that the shipped ones may be said."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from services.platform.chassis.plain_yaml import read_yaml
from services.routing.policy import RoutingPolicy
from tests.core.routing.house import RULES, policy

SETS = Path(__file__).parents[3] / "services" / "policies"
SHIPPED = sorted(place.name for place in SETS.iterdir() if (place / "routing.yaml").is_file())
BILL = {"complaint_type": "Bill"}
OPTIONAL = {"reference", "calendars", "ageing", "containment", "pause_reasons", "answers", "remedies", "entitlements", "goodwill"}


def rule(when: dict[str, Any] = BILL, departments: tuple[str, ...] = ("billing",), lead: str = "billing") -> dict[str, Any]:
    return {"when": when, "departments": departments, "lead": lead}


def clock(**changes: Any) -> dict[str, Any]:
    return {"clocks": {"resolution": {"kind": "resolution", "targets": "8h"} | changes}}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rules": [rule(lead="network")]}, "the lead network is not among the rule's departments"),
        ({"rules": [rule(departments=("billing", "billing"))]}, "named twice"),
        ({"rules": [rule({})]}, "default department"),
        ({"rules": [rule({"region": None})]}, "default department"),
        ({"rules": [rule({"complaint_type": []})]}, "at least 1 item"),
        ({"rules": [rule({"colour": "red"})]}, "colour"),
        ({"rules": [rule({"class_kind": "Quality"})]}, "rules.0.when.class_kind.0\n"),
        ({"rules": [rule({"sign": "angry"})]}, "'hazard', 'exposure', 'repeat' or 'vulnerable'"),
        ({"answers": [{"class_kind": "服务", "parts": ["apology"]}]}, "answers.0.class_kind.0\n"),
        (clock(warnings_percent=[80, 50]), "must rise"),
        (clock(warnings_percent=[50, 50]), "must rise"),
        (clock(warnings_percent=[50, 100]), "less than or equal to 99"),
        (clock(warnings_percent=[0, 50]), "greater than or equal to 1"),
        (clock(levels=[{"level": 2, "seconds": 0}, {"level": 1, "seconds": 60}]), "levels are out of order"),
        (clock(levels=[{"level": 1, "seconds": 60}, {"level": 2, "seconds": 0}]), "levels are out of order"),
        (clock(targets={1: "1h", 2: "2h", 4: "4h"}), "targets has none for P3"),
        (clock(targets={1: "0s", 2: "2h", 3: "2h", 4: "4h"}), "greater than or equal to 1"),
        (clock(targets={1: "1h", 2: "2h", 3: "3h", 4: "4h", 5: "5h"}), "less than or equal to 4"),
        (clock(targets="soon"), "'soon' is not a target"),
        (clock(kind="some_day"), "clocks.resolution.kind"),
        ({"ageing": {"after_seconds": [60, 60], "at_most": 2}}, "after_seconds must rise"),
        ({"calendars": {"never": {"zone": "UTC", "weekly": {}}}}, "calendars.never\n.*the calendar never opens"),
        ({"calendars": {"here": {"zone": "Mars/Base", "weekly": {"mon": [["09:00", "17:00"]]}}}}, "there is no time zone Mars/Base"),
        ({"departments": {}}, "at least 1 item"),
        ({"departments": {"d" * 41: {}}}, "at most 40 characters"),
        ({"settle_seconds": 0}, "greater than or equal to 1"),
        ({"unasked": 1}, "unasked"),
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused_in_words(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        policy(**changes)


@pytest.mark.parametrize("field", sorted(set(RULES) - OPTIONAL))
def test_every_part_of_the_rules_is_written_down(field: str) -> None:
    with pytest.raises(ValidationError, match=field):
        RoutingPolicy.model_validate({name: told for name, told in RULES.items() if name != field})


def shipped(set_name: str) -> RoutingPolicy:
    said = read_yaml(SETS / set_name / "routing.yaml")
    calendars = SETS / set_name / "calendars.yaml"
    return RoutingPolicy.model_validate(said | ({"calendars": read_yaml(calendars)} if calendars.is_file() else {}))


@pytest.mark.parametrize("set_name", SHIPPED)
def test_the_shipped_policies_can_be_read_and_kept_and_have_no_fault(set_name: str) -> None:
    """Kept with every default written out, for a fold years later."""
    rules = shipped(set_name)
    assert RoutingPolicy.model_validate_json(rules.model_dump_json()) == rules
    assert list(rules.faults()) == []


@pytest.mark.parametrize("set_name", SHIPPED)
def test_a_shipped_policy_lets_a_survey_be_answered_before_the_window_closes(set_name: str) -> None:
    """The window is at least the survey's delay (a callback that is given up) and its expiry."""
    callback, feedback = (read_yaml(SETS / set_name / f"{name}.yaml") for name in ("callback", "feedback"))
    latest = callback["abandon_after_seconds"] + feedback["expires_after_seconds"]
    assert shipped(set_name).reopening.window_seconds >= latest


def test_the_default_set_has_the_numbers_that_are_published() -> None:
    """§2.2, 2.3, 2.7."""
    rules = shipped("default")
    hours = {name: [rules.target(name, priority, None).amount // 3600 for priority in (1, 2, 3, 4)] for name in rules.clocks}
    assert hours == {
        "acceptance": [2, 2, 2, 2], "triage": [2, 2, 2, 2], "containment": [1, 1, 1, 1], "first_answer": [24, 24, 24, 24],
        "resolution": [8, 24, 72, 120], "total_resolution": [16, 48, 144, 240],
    }  # fmt: skip
    assert rules.target("resolution", 1, "safety").amount == 4 * 3600
    assert (rules.reopening.max_rounds, rules.reopening.window_seconds) == (3, 21 * 24 * 3600)
    assert rules.ageing and rules.ageing.at_most == 2
    assert {cause.gap for cause in rules.causes.values()} == {1, 2, 3, 4, 5}
    assert [rules.whose(level) for level in (1, 2, 3, 4)] == ["team_lead", "head", "director", "director"]
