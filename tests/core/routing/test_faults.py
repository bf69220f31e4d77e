"""What is well formed and could never work: each told with its field, and why."""

from typing import Any

import pytest

from services.routing.policy import RoutingPolicy
from tests.core.routing.house import RULES, policy

AGEING = {"ageing": {"after_seconds": [250, 350], "at_most": 2}}
NETWORK = {"departments": ["network"], "lead": "network"}
DESK = {"zone": "Asia/Shanghai", "weekly": {"mon": [["09:00", "17:00"]]}}


def faults(**changes: Any) -> list[tuple[str, str]]:
    return list(policy(**AGEING | changes).faults())


def clocks(**changes: dict[str, Any] | None) -> dict[str, Any]:
    """With these clocks changed, added, or left out where None."""
    known: dict[str, Any] = RULES["clocks"]
    changed = known | {name: known.get(name, {}) | change for name, change in changes.items() if change is not None}
    return {"clocks": {name: rule for name, rule in changed.items() if changes.get(name, rule) is not None}}


def named(name: str) -> dict[str, Any]:
    """With a legal clock of this name."""
    return RULES["clocks"] | {name: {"kind": "legal", "targets": "1h"}}


def resolution(**changes: Any) -> dict[str, Any]:
    return clocks(resolution=changes)


def rules(*whens: dict[str, Any], group: str | None = None) -> dict[str, Any]:
    return {"rules": [{"when": when, **NETWORK, "group": group} for when in whens]}


PLAIN: dict[str, Any] = {name: {} for name in RULES["departments"]}
EXTENSION = {"reasons": ["parts"], "approvers": ["head"], "at_most": 1000}
FAIR = {"zone": "Asia/Shanghai", "overrides": {"2026-05-01": [["09:00", "17:00"]]}}
STREET = {"kind": "resolution", "targets": "9s", "when": {"region": "Street"}}


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        (
            {"rules": [{"when": {"region": "X"}, **NETWORK}, {"when": {"region": "Y"}, "departments": ["sales"], "lead": "sales"}]},
            "rules.1.departments", "there is no department sales; there is billing, network, safety, press.",
        ),
        (rules({"region": "X"}, {"kind": "Y"}, {"region": ["X"]}), "rules.2", "this rule can never decide: wherever it fits, rules.0 does"),
        (rules({"region": ["X", "Y"]}, {"region": "X", "kind": "Y"}), "rules.1", "rules.0 does before it"),
        (rules({"hazard": ["gas", "fire"]}, {"hazard": ["fire"], "channel": "chat"}), "rules.1", "rules.0 does before it"),
        ({"containment": {"hazard": "fire_brigade", "exposure": "press"}}, "containment.hazard", "there is no department fire_brigade"),
        ({"containment": {"hazard": "safety", "exposure": "media"}}, "containment.exposure", "there is no department media"),
        (
            {"containment": {"hazard": "safety", "exposure": "press", "hazards": {"gas": "gasworks"}}},
            "containment.hazards.gas", "there is no department gasworks",
        ),
        ({**clocks(resolution=None), "departments": PLAIN}, "clocks", "there is no clock of kind resolution: it is the promise"),
        (resolution(when={"region": "Street"}), "clocks", "those that fit none would have no promise"),
        (clocks(street=STREET), "clocks.street", "this clock can never run: whatever it is for, clocks.resolution takes before it."),
        (clocks(quick={"kind": "triage", "targets": "1m"}), "clocks.quick", "clocks.triage takes before it"),
        (resolution(calendar="office"), "clocks.resolution.calendar", "there is no calendar office; there is desk."),
        (resolution(escalation_calendar="office"), "clocks.resolution.escalation_calendar", "there is no calendar office"),
        (
            clocks(total_resolution={"targets": "3 business days", "extensions": None}),
            "clocks.total_resolution.calendar", "a target in business days needs a calendar",
        ),
        (
            clocks(total_resolution={"targets": "2 weeks", "extensions": None}),
            "clocks.total_resolution.calendar", "a target in weeks needs a calendar",
        ),
        (resolution(levels=[{"level": 4, "seconds": 0}]), "clocks.resolution.levels.0.level", "there is no level 4; the highest is 3."),
        (resolution(levels=[{"level": 1, "seconds": -100}]), "clocks.resolution.levels.0.seconds", "before the start"),
        (resolution(levels=[{"level": 1, "seconds": -50}]), "clocks.resolution.levels.0.seconds", "the shortest target is 50."),
        (
            {"clocks": named("first_answer")},
            "clocks.first_answer", "this name is of the clocks of kind first_answer: this one is of kind legal.",
        ),
        ({"clocks": named("containment-1")}, "clocks.containment-1", "this name could be of one complaint's single clock"),
        ({"clocks": named("total_resolution.2")}, "clocks.total_resolution.2", "this name could be of one complaint's single clock"),
        (
            {**resolution(calendar="fair"), "calendars": {**RULES["calendars"], "fair": FAIR}},
            "clocks.resolution.calendar", "the calendar fair opens on no day of the week: after its last override it never opens again.",
        ),
        ({"levels": {1: "team_lead", 3: "head"}}, "levels", "there is no level 2, but a level 3."),
        ({"levels": {2: "team_lead"}}, "levels", "there is no level 1"),
        (resolution(pauses_for=["lunch"]), "clocks.resolution.pauses_for", "lunch is not among the pause_reasons: customer, parts"),
        (
            resolution(extensions=EXTENSION | {"approvers": ["had"]}),
            "clocks.resolution.extensions.approvers", "nobody has the role had: levels and heads name director, head, team_lead.",
        ),
        ({"departments": PLAIN | {"press": {"targets": {"acceptance": "1 weeks"}}}},
         "departments.press.targets.acceptance", "the clock counts seconds, this target weeks."),
        ({**clocks(triage=None), "departments": PLAIN | {"press": {"targets": {"triage": "1h"}}}},
         "departments.press.targets.triage", "there is no clock of kind triage."),
        ({"ageing": {"after_seconds": [60], "at_most": 4}}, "ageing.at_most", "age raises nothing"),
        ({"ageing": {"after_seconds": [60, 70, 80], "at_most": 2}}, "ageing.after_seconds.2", "P4 is P2 after 2 steps"),
        ({"answers": [{"sign": "vulnarable", "parts": ["apology"]}]}, "answers.0.sign", "there is no sign vulnarable; there is hazard"),
        (
            {"answers": [{"parts": [f"a{n}" for n in range(15)]}, {"finding": ["upheld"], "parts": [f"b{n}" for n in range(15)]}]},
            "answers", "an answer that is upheld could need 30 parts; it can name 20.",
        ),
    ],
)  # fmt: skip
def test_what_could_never_work_is_told_with_its_field_and_a_sentence(changes: dict[str, Any], field: str, words: str) -> None:
    assert [(at, words in sentence) for at, sentence in faults(**changes)] == [(field, True)], faults(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        rules({"region": "X", "kind": "Y"}, {"region": "X"}),
        rules({"region": "X"}, {"region": ["X", "Y"]}),
        rules({"region": "X"}, {"region": "X"}, group="place"),
        rules({"hazard": "gas"}, {"sign": "hazard"}),
        clocks(resolution=None, street=STREET, other={"kind": "resolution", "targets": "8h"}),
        clocks(statute_2={"kind": "legal", "targets": "15 business days", "calendar": "desk", "starts": "accepted"}),
        resolution(levels=[{"level": 1, "seconds": -49}]),
        {"calendars": {**RULES["calendars"], "fair": FAIR}},
        {"answers": [{"sign": ["key_tier", "age", "new_hazard"], "parts": ["apology"]}]},
        {"containment": None, "ageing": None, "answers": []},
        {"calendars": {**RULES["calendars"], "office": DESK}},
    ],
)
def test_what_can_work_has_no_fault(changes: dict[str, Any]) -> None:
    assert faults(**changes) == []


def test_all_faults_are_told_at_once() -> None:
    twice = rules({"region": "X"}, {"region": "X"})
    told = faults(levels={1: "head", 3: "director"}, containment={"hazard": "x", "exposure": "y"}, **twice)
    assert [field for field, _ in told][:3] == ["rules.1", "containment.hazard", "containment.exposure"]
    assert "levels" in dict(told)


def test_a_policy_of_thousands_of_rules_is_checked_in_the_time_of_reading_it() -> None:
    many = [{"when": {"complaint_type": f"Type {n}", "region": ["A", "B"]}, **NETWORK} for n in range(3_000)]
    told = list(RoutingPolicy.model_validate(RULES | AGEING | {"rules": [*many, many[7]]}).faults())
    assert [field for field, _ in told] == ["rules.3000"]
