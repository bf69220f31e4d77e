"""One fault of a policy hides no other, and none is told that comes only of leaving a faulty part out."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import pytest
from pydantic import Field, model_validator

from contracts.model import Code, Part
from services.platform.business_time import CalendarRules
from services.platform.chassis.policy_faults import examine
from services.platform.kernel.service import Policy


class Condition(Part):
    kind: Code | None = None

    @model_validator(mode="after")
    def _asks(self) -> "Condition":
        if self.kind is None:
            raise ValueError("a condition asks something")
        return self


class Step(Part):
    hours: Annotated[int, Field(ge=1)]
    percent: Annotated[int, Field(le=99)] = 10
    calendar: Code | None = None
    is_last: bool = False
    when: Condition | None = None

    @model_validator(mode="after")
    def _is_half(self) -> "Step":
        if self.percent > self.hours * 10:
            raise ValueError("too much for so few hours")
        return self


class Rules(Policy):
    calendars: Mapping[Code, CalendarRules] = {}
    steps: Mapping[Code, Step]
    most: int = 3

    def faults(self) -> Iterable[tuple[str, str]]:
        known = {None, *self.calendars}
        yield from ((f"steps.{name}.calendar", "is unknown.") for name, step in self.steps.items() if step.calendar not in known)
        if len(self.steps) > self.most:
            yield "steps", "are too many."


OFFICE = {"zone": "UTC", "weekly": {"mon": [["09:00", "17:00"]]}}
GOOD: dict[str, Any] = {"calendars": {"office": OFFICE}, "steps": {"first": {"hours": 8, "calendar": "office"}}}


def told(steps: object, calendars: object = None, **more: object) -> list[str]:
    policy, faults, _ = examine({"calendars": calendars or {"office": OFFICE}, "steps": steps, **more}, Rules)
    assert policy or faults
    return [f"{'.'.join(map(str, place))}: {sentence}" for place, sentence in faults]


def test_a_policy_without_a_fault_is_itself() -> None:
    policy, faults, _ = examine(GOOD, Rules)
    assert faults == [] and policy == Rules.model_validate(GOOD)


def test_what_can_never_work_is_told_beside_what_is_not_well_formed() -> None:
    steps = {"first": {"hours": 8, "percent": 120}, "second": {"hours": 8, "calendar": "night"}}
    assert told(steps) == ["steps.first.percent: must be at most 99, not 120.", "steps.second.calendar: is unknown."]


def test_a_faulty_calendar_is_still_known_by_its_name() -> None:
    assert told({"first": {"hours": 8, "calendar": "office"}}, {"office": {"zone": "UTC"}}) == [
        "calendars.office: the calendar never opens."
    ]


def test_an_entry_that_is_faulty_as_a_whole_hides_no_other() -> None:
    steps = {"first": {"hours": 2, "percent": 60}, "second": {"hours": 8, "calendar": "night"}}
    assert told(steps) == ["steps.first: too much for so few hours.", "steps.second.calendar: is unknown."]


def test_a_condition_whose_only_word_is_faulty_is_not_told_to_ask_nothing() -> None:
    assert told({"first": {"hours": 8, "when": {"kind": "Two Words"}}}) == [
        "steps.first.when.kind: must be a word of small letters, digits, `_`, `.` and `-`, at most 64 long."
    ]


def test_what_has_to_be_there_and_is_not_hides_nothing() -> None:
    assert told({"first": {"percent": 10}, "second": {"hours": 8, "calendar": "night"}}) == [
        "steps.first.hours: is missing.", "steps.second.calendar: is unknown.",
    ]  # fmt: skip


@pytest.mark.parametrize("word", ["true", "false"])
def test_a_truth_is_no_number_and_no_text_but_where_one_is_meant(word: str) -> None:
    said = word == "true"
    assert told({"first": {"hours": 8, "percent": said, "calendar": said, "is_last": said}}) == [
        f"steps.first.calendar: must be a text, not {word}: put it in quotes.",
        f"steps.first.percent: must be a number, not {word}.",
    ]
