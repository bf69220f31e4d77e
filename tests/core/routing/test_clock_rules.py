"""What a policy may say of a clock, and what is refused with a sentence."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.platform.business_time import Target
from services.routing.clock.choice import names
from services.routing.clock.rules import PRIORITIES, ClockRule
from tests.core.routing.clockwork import clock, policy_with


def rule(target: Any = "8h", kind: str = "resolution", **more: Any) -> ClockRule:
    return ClockRule.model_validate(clock(target, kind, **more))


@pytest.mark.parametrize(
    ("target", "means"),
    [
        ("30s", (30, "seconds")),
        ("15m", (900, "seconds")),
        ("8h", (28_800, "seconds")),
        ("5 days", (5, "calendar_days")),
        ("7 business days", (7, "business_days")),
        ("8 weeks", (8, "weeks")),
        ({"amount": 45, "unit": "business_days"}, (45, "business_days")),
    ],
)
def test_one_target_holds_for_every_priority(target: Any, means: tuple[int, str]) -> None:
    targets = rule(target).targets
    assert set(targets) == set(PRIORITIES)
    assert {(each.amount, each.unit) for each in targets.values()} == {means}


def test_each_priority_may_have_its_own() -> None:
    assert rule({1: "1h", 2: "2h", 3: "3h", 4: "4h"}).targets[3] == Target(amount=10_800, unit="seconds")


EXTENSIONS = {"reasons": ["parts"], "approvers": ["head"]}


@pytest.mark.parametrize(
    ("faulty", "sentence"),
    [
        (clock("soon"), "not a target"),
        (clock("0s"), "greater than or equal to 1"),
        (clock("11 years"), "not a target"),
        (clock("3661 days"), "at most ten years"),
        (clock("90000h"), "at most ten years"),
        (clock("523 weeks"), "at most ten years"),
        (clock({1: "1h", 2: "2h"}), "none for P3, P4"),
        (clock({1: "1h", 2: "2h", 3: "1 day", 4: "2 days"}), "all in one unit"),
        (clock(warnings_percent=[80, 50]), "must rise"),
        (clock(warnings_percent=[50, 50]), "must rise"),
        (clock(warnings_percent=[100]), "less than or equal to 99"),
        (clock(levels=[{"level": 2, "seconds": 0}, {"level": 1, "seconds": 60}]), "out of order"),
        (clock(levels=[{"level": 1, "seconds": 60}, {"level": 2, "seconds": 0}]), "out of order"),
        (clock(levels=[{"level": 1, "seconds": 0}, {"level": 1, "seconds": 60}]), "out of order"),
        (clock(levels=[{"level": 0, "seconds": 0}]), "greater than or equal to 1"),
        (clock(kind="patience"), "Input should be"),
        (clock(kind="acceptance", pauses_for=["parts"]), "never rests"),
        (clock(kind="triage", pauses_for=["parts"]), "never rests"),
        (clock(kind="containment", pauses_for=["parts"]), "never rests"),
        (clock(kind="first_answer", pauses_for=["parts"]), "never rests"),
        (clock(kind="first_answer", extensions=EXTENSIONS | {"at_most": 9000}), "no extension"),
        (clock("15 days", extensions=EXTENSIONS | {"at_most": 15}), "nothing can be extended"),
        (clock(met_by="answered"), "of legal clocks"),
        (clock(kind="acceptance", starts="accepted"), "of legal clocks"),
        (clock(kind="legal", starts="accepted", met_by="accepted"), "by the same"),
        (clock(surprise=1), "Extra inputs"),
    ],
)
def test_what_a_clock_cannot_be_is_refused_in_words(faulty: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        ClockRule.model_validate(faulty)


def test_a_department_may_not_have_another_target_than_a_clock_may() -> None:
    with pytest.raises(ValidationError, match="at most ten years"):
        policy_with(departments={"billing": {"targets": {"resolution": "4000 days"}}, "network": {}, "safety": {}, "press": {}})


def test_twenty_clocks_are_as_many_as_a_complaint_can_have() -> None:
    laws = {f"law_{n}": clock("5 days", "legal", calendar="desk") for n in range(20)}
    with pytest.raises(ValidationError, match="at most 20"):
        policy_with(others=laws)


@pytest.mark.parametrize(
    ("facts", "chosen"),
    [
        ({}, ("plain",)),
        ({"source": ("city",)}, ("plain", "law")),
        ({"source": ("mayor",)}, ("urgent",)),
        ({"source": ("mayor",), "hazard": ("gas", "fire")}, ("hazard",)),
        ({"hazard": ("fire",)}, ("plain",)),
    ],
)
def test_a_condition_fits_where_every_field_has_one_of_its_words(facts: dict[str, tuple[str, ...]], chosen: tuple[str, ...]) -> None:
    rules = policy_with(
        clocks={
            "hazard": clock(when={"source": ["mayor", "city"], "hazard": "gas"}),
            "urgent": clock(when={"source": "mayor"}),
            "plain": clock(),
            "law": clock("5 days", "legal", calendar="desk", when={"source": "city"}),
        }
    )
    assert names(facts, rules) == chosen
