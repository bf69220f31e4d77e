"""`redress policy check`: several faults at once are all told, and what stands in for a faulty part has none of its own."""

from pathlib import Path

import pytest

from tests.cli.policy.sets import Edit, altered, checked, fields
from tests.cli.policy.test_check_faults import IDLE_RULE

BUREAU = (
    "routing",
    "departments: [water_bureau], lead: water_bureau}\n  - {when: {element: water}",
    "departments: [water_buro], lead: water_bureau}\n  - {when: {element: water}",
)
HOLE = ("routing", "levels: {1: section_chief, 2: bureau_head, 3: mayors_office}", "levels: {1: section_chief, 3: mayors_office}")
WINDOW = ("routing", "window_seconds: 1814400", "window_seconds: 60")
MINUTES = ("routing", "    targets: 30m\n", "    targets: 30 mins\n")
PRAISE = "  - {when: {class_kind: praise}, departments: [hotline_desk], lead: hotline_desk}\n"
DEAD = ("routing", PRAISE, f"{PRAISE}{PRAISE.replace('praise', 'praise, element: water')}")
NOSE = ("routing", "{when: {element: noise}", "{when: {element: nose}")
FRENCH = ("intake", "default_language: zh", "default_language: fr")
REPEATS = ("intake", "repeat_days: 90", "repeat_days: -1")

TOGETHER: dict[str, tuple[list[Edit], list[str]]] = {
    "a rule with required parts only, and what comes after it": (
        [BUREAU, HOLE, WINDOW, DEAD, NOSE],
        ["levels", "reopening.window_seconds", "rules.19.when.element", "rules.6", "rules.8"],
    ),
    "a target that is none": ([MINUTES, HOLE, WINDOW], ["clocks.containment.targets", "levels", "reopening.window_seconds"]),
    "a number at the top": (
        [HOLE, ("routing", "settle_seconds: 5", "settle_seconds: 0"), ("routing", "triage: {owner: chief_duty}", "triage: nobody")],
        ["levels", "settle_seconds", "triage"],
    ),
    "a number at the top, and the whole": ([FRENCH, REPEATS], ["repeat_days", "the whole"]),
    "two entries of a list": (
        [BUREAU, ("routing", "departments: [research_office], lead: research_office", "departments: 7, lead: research_office"), NOSE],
        ["rules.18.when.element", "rules.6.departments", "rules.7"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("edits", "places"), TOGETHER.values(), ids=TOGETHER)
def test_no_fault_hides_another_and_none_is_told_of_what_was_mended(tmp_path: Path, edits: list[Edit], places: list[str]) -> None:
    place = altered(tmp_path, *edits)
    code, _, faults = checked(place)
    assert code == 2 and sorted(field.partition(": ")[2] for field in fields(faults, place)) == places


def test_a_rule_that_is_named_in_a_sentence_has_the_number_it_has_in_the_file(tmp_path: Path) -> None:
    place = altered(tmp_path, BUREAU, IDLE_RULE)
    assert (
        f"{place}/routing.yaml: rules.37: this rule can never decide: wherever it fits, rules.10 does before it." in checked(place).faults
    )


def test_a_promise_with_a_faulty_kind_is_no_missing_promise(tmp_path: Path) -> None:
    place = altered(
        tmp_path,
        (
            "routing",
            "    kind: resolution\n    targets: {1: 1 business day, 2: 3",
            "    kind: resolutoin\n    targets: {1: 1 business day, 2: 3",
        ),
    )
    assert fields(checked(place).faults, place) == ["routing.yaml: clocks.handling.kind"]


def test_a_target_without_a_unit_is_told_once_and_shown_how(tmp_path: Path) -> None:
    place = altered(tmp_path, ("routing", "    targets: 30m\n", "    targets: 30\n"))
    told = f"{place}/routing.yaml: clocks.containment.targets: give a span like 8h or 3 business days, not 30."
    assert checked(place).faults == [told]


def test_a_calendar_that_opens_on_make_up_days_only_promises_nothing(tmp_path: Path) -> None:
    """Six days in 2026, and then never again: a due would be the end of time."""
    hours = '[["08:30", "12:00"], ["13:30", "18:00"]]'
    place = altered(
        tmp_path, ("calendars", "".join(f"    {day}: {hours}\n" for day in ("mon", "tue", "wed", "thu", "fri")), "    mon: []\n")
    )
    told = fields(checked(place).faults, place)
    assert "intake.yaml: first_answer.calendar" in told and "routing.yaml: clocks.handling.calendar" in told
