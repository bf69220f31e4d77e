"""The rules as data: both shipped sets are read, and a bad rule is told by field."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import services.intake
from contracts.intake import REASONS, SubmitComplaint
from services.intake import service
from services.intake.policy import IntakePolicy
from services.platform.chassis.policies import load


@pytest.mark.parametrize("name", ["default", "demo"])
def test_the_shipped_policies_are_read(name: str):
    rules = load(name, service(b"s"))
    assert isinstance(rules, IntakePolicy) and rules.reference.startswith(f"{name}/intake@")
    assert {rule.classes.kind for rule in rules.classes} == {"quality", "contract", "transport", "service"}


def test_the_demo_differs_only_in_what_two_minutes_cannot_wait_for():
    default, demo = (load(name, service(b"s")).model_dump(exclude={"reference", "calendars"}) for name in ("default", "demo"))
    assert {field for field in default if default[field] != demo[field]} == {"first_answer_seconds"}


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"complaint_type": "Late Delivery"}, "transport"),
        ({"complaint_type": "延误送达", "kind": "服务"}, "transport"),
        ({"complaint_type": "whatever", "kind": "质量"}, "quality"),
        ({"complaint_type": "whatever"}, "unclassified"),
        ({}, "unclassified"),
    ],
)
def test_in_the_default_policy_the_type_decides_before_the_kind(told: dict[str, str], kind: str):
    rules = load("default", service(b"s"))
    assert isinstance(rules, IntakePolicy)
    assert rules.classify(SubmitComplaint.model_validate({"source_ref": "1", "channel": "phone", **told})).kind == kind


RULES = [
    {"complaint_type": "noise", "descriptor": "party", "classes": {"kind": "first"}},
    {"kind": "city", "complaint_type": "noise", "classes": {"kind": "second"}},
    {"complaint_type": "noise", "classes": {"kind": "third"}},
    {"complaint_type": "noise", "descriptor": "dog", "classes": {"kind": "never"}},
    {"descriptor": "party", "classes": {"kind": "fifth"}},
    {"kind": "city", "classes": {"kind": "sixth"}},
    {"kind": "CITY", "classes": {"kind": "never"}},
]


@pytest.mark.parametrize(
    ("kind", "complaint_type", "descriptor", "found"),
    [
        ("city", "noise", "party", "first"),
        ("city", "Noise", "dog", "second"),
        (None, "noise", "dog", "third"),
        (None, "noise", None, "third"),
        ("city", "rats", "party", "fifth"),
        ("city", "rats", None, "sixth"),
        ("town", "rats", None, "unclassified"),
        (None, None, None, "unclassified"),
    ],
)
def test_the_first_rule_that_fits_decides(kind: str | None, complaint_type: str | None, descriptor: str | None, found: str):
    rules = IntakePolicy.model_validate({"classes": RULES})
    told = SubmitComplaint(source_ref="1", channel="phone", kind=kind, complaint_type=complaint_type, descriptor=descriptor)
    assert rules.classify(told).kind == found


@pytest.mark.parametrize(
    ("said", "field", "message"),
    [
        ({"classes": [{"classes": {"kind": "quality"}}]}, "classes", "at least one of kind, complaint_type"),
        ({"classes": [{"complaint_type": "x", "classes": {"kind": "Quality!"}}]}, "classes", "match pattern"),
        ({"default_language": "fr"}, None, "a text in the default language"),
        ({"repeat_days": 200}, None, "at least repeat_days"),
        ({"kept_days": 30}, "kept_days", "greater than or equal to 90"),
        ({"first_answer_seconds": 0}, "first_answer_seconds", "greater than or equal to 1"),
        ({"first_answer": 5}, "first_answer", "valid dictionary"),
        ({"first_answer": {"target": "soon", "calendar": "office"}}, "first_answer", "is not a target"),
        ({"first_answer": {"target": "8h", "calendar": "office"}, "first_answer_seconds": 60}, None, "either first_answer_seconds or"),
        ({"first_answer_seconds": None}, None, "either first_answer_seconds or first_answer"),
        ({"repeat_days_by_kind": {"quality": 0}}, "repeat_days_by_kind", "greater than or equal to 1"),
        ({"promise": 5}, "promise", "not permitted"),
    ],
)
def test_a_bad_rule_is_told_by_its_field(said: dict[str, Any], field: str | None, message: str):
    with pytest.raises(ValidationError, match=re.escape(message)) as caught:
        IntakePolicy.model_validate(said)
    assert (caught.value.errors()[0]["loc"] or (None,))[0] == field


OFFICE = {"zone": "Asia/Shanghai", "weekly": {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}


@pytest.mark.parametrize(
    ("target", "due"),
    [
        ("90m", datetime(2026, 3, 6, 9, 0)),
        ("8h", datetime(2026, 3, 9, 8, 30)),
        ("1 business days", datetime(2026, 3, 9, 16, 0)),
        ("2 days", datetime(2026, 3, 8, 16, 0)),
    ],
)
def test_the_first_answer_may_be_promised_in_business_time(target: str, due: datetime):
    """On a Friday at 15:30:00.250 in Shanghai; §1.11."""
    rules = IntakePolicy.model_validate({"first_answer": {"target": target, "calendar": "office"}, "calendars": {"office": OFFICE}})
    assert rules.first_answer_due(datetime(2026, 3, 6, 7, 30, 0, 250_000, tzinfo=UTC)) == due.replace(tzinfo=UTC)
    assert not list(rules.faults())
    assert IntakePolicy.model_validate(rules.model_dump()) == rules


def test_a_calendar_that_is_not_there_is_a_fault_and_told_with_those_that_are():
    rules = IntakePolicy.model_validate({"first_answer": {"target": "8h", "calendar": "offcie"}, "calendars": {"office": OFFICE}})
    assert list(rules.faults()) == [("first_answer.calendar", "there is no calendar offcie; there is office.")]


def test_a_class_whose_repeats_are_known_for_longer_is_kept_for_longer():
    """§1.7: a product's failure, as long as it is under warranty."""
    rules = IntakePolicy(repeat_days_by_kind={"quality": 365, "service": 30})
    assert [rules.repeat_window(kind).days for kind in ("quality", "service", "transport")] == [365, 30, 90]
    assert [rules.kept(kind).days for kind in ("quality", "service", "transport")] == [365, 90, 90]


def test_an_empty_secret_is_refused():
    with pytest.raises(ValueError, match="secret"):
        service(b"")


def test_the_reasons_that_intake_gives_are_those_of_its_contract():
    """Each of them is raised in a test of this package; `document_full` is every service's."""
    code = [file.read_text("utf-8") for file in Path(services.intake.__file__).parent.glob("*.py")]
    saying = [line for line in "\n".join(code).splitlines() if "Refused(" in line or "refusal_of(" in line]
    given = {reason for line in saying for reason in re.findall(r'"([a-z_]+)"', line)}
    assert given == {*REASONS, "document_full"}
