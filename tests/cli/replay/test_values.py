"""What a cell means: dates with their zones and doubts, numbers, tables, texts."""

from typing import Any

import pytest

from contracts.model import write_instant
from tests.cli.replay.support import one, plan, submitting


def date(text: str, format: str, **more: Any) -> str:
    """The instant that a cell becomes, or the kind of its finding and why."""
    outcome = one({"日期": text}, submitting(occurred_at={"text": "{日期}", "date": format} | more))
    if outcome.findings:
        return f"{outcome.findings[0].kind}: {outcome.findings[0].why}"
    occurred = outcome.commands[0].command.occurred_at  # type: ignore[attr-defined]
    return "nothing" if occurred is None else write_instant(occurred)


NEW_YORK, SHANGHAI = "America/New_York", "Asia/Shanghai"


@pytest.mark.parametrize(
    ("text", "format", "zone", "instant"),
    [
        ("2026-03-02 09:30", "%Y-%m-%d %H:%M", SHANGHAI, "2026-03-02T01:30:00.000Z"),
        ("2026年3月2日 9时30分", "%Y年%m月%d日 %H时%M分", SHANGHAI, "2026-03-02T01:30:00.000Z"),
        ("10/21/18 0:00", "%m/%d/%y %H:%M", NEW_YORK, "2018-10-21T04:00:00.000Z"),
        ("12/21/18 0:00", "%m/%d/%y %H:%M", NEW_YORK, "2018-12-21T05:00:00.000Z"),
        ("22-04-15 3:53:50 PM", "%d-%m-%y %I:%M:%S %p", NEW_YORK, "2015-04-22T19:53:50.000Z"),
        ("22-04-15 12:00:00 AM", "%d-%m-%y %I:%M:%S %p", "UTC", "2015-04-22T00:00:00.000Z"),
        ("2026-03-02T09:30:00+0900", "%Y-%m-%dT%H:%M:%S%z", SHANGHAI, "2026-03-02T00:30:00.000Z"),
        ("2026-03-02", "%Y-%m-%d", SHANGHAI, "2026-03-01T16:00:00.000Z"),
        ("", "%Y-%m-%d", SHANGHAI, "nothing"),
        ("2026-03-02T09:30:00+09:00", "iso8601", SHANGHAI, "2026-03-02T00:30:00.000Z"),
        ("2026-03-02T09:30:00.250Z", "iso8601", SHANGHAI, "2026-03-02T09:30:00.250Z"),
        ("2026-03-02 09:30", "iso8601", SHANGHAI, "2026-03-02T01:30:00.000Z"),
        ("2026-03-02", "iso8601", SHANGHAI, "2026-03-01T16:00:00.000Z"),
        ("20260302T0930-0500", "iso8601", SHANGHAI, "2026-03-02T14:30:00.000Z"),
        ("1772443800", "unix", SHANGHAI, "2026-03-02T09:30:00.000Z"),
        ("1772443800.2519", "unix", SHANGHAI, "2026-03-02T09:30:00.251Z"),
        ("1772443800250", "unix_ms", SHANGHAI, "2026-03-02T09:30:00.250Z"),
        ("  2026-03-02　", "%Y-%m-%d", "UTC", "2026-03-02T00:00:00.000Z"),
    ],
)
def test_a_date_is_read_in_its_zone(text: str, format: str, zone: str, instant: str) -> None:
    assert date(text.strip(), format, zone=zone) == instant


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("11/04/18 0:59", "2018-11-04T04:59:00.000Z"),
        ("11/04/18 1:30", "ambiguous: '11/04/18 1:30' comes twice in America/New_York, where clocks change then"),
        ("11/04/18 2:00", "2018-11-04T07:00:00.000Z"),
        ("03/11/18 1:59", "2018-03-11T06:59:00.000Z"),
        ("03/11/18 2:30", "ambiguous: '03/11/18 2:30' comes never in America/New_York, where clocks change then"),
        ("03/11/18 3:00", "2018-03-11T07:00:00.000Z"),
    ],
)
def test_a_local_time_that_comes_twice_or_never_is_not_guessed(text: str, said: str) -> None:
    assert date(text, "%m/%d/%y %H:%M", zone=NEW_YORK) == said


@pytest.mark.parametrize(("meant", "said"), [("earlier", "2018-11-04T05:30:00.000Z"), ("later", "2018-11-04T06:30:00.000Z")])
def test_a_mapping_may_say_which_of_two_is_meant_but_what_never_comes_is_never_meant(meant: str, said: str) -> None:
    told = [date(text, "%m/%d/%y %H:%M", zone=NEW_YORK, ambiguous={"twice": meant}) for text in ("11/04/18 1:30", "03/11/18 2:30")]
    assert told[0] == said and told[1].startswith("ambiguous: '03/11/18 2:30' comes never")


@pytest.mark.parametrize(
    ("text", "form", "why"),
    [
        ("02/03/2026", "iso8601", "'02/03/2026' is not a date written as ISO 8601"),
        ("2026-02-30T00:00", "iso8601", "'2026-02-30T00:00' is not a date written as ISO 8601"),
        ("soon", "unix", "'soon' is not a number of seconds since 1970"),
        ("1e9", "unix", "'1e9' is not a number of seconds since 1970"),
        ("9" * 30, "unix_ms", f"'{'9' * 30}' is not a number of milliseconds since 1970"),
        ("1772443800250", "unix", "'1772443800250' is not a number of seconds since 1970"),
    ],
)
def test_what_is_no_date_of_a_machines_cannot_be_read(text: str, form: str, why: str) -> None:
    assert date(text, form) == f"unreadable: {why}"


@pytest.mark.parametrize(("day", "is_sent_with_it"), [("11", False), ("12", False), ("13", True), ("31", True)])
def test_a_day_that_may_be_a_month_is_not_used(day: str, is_sent_with_it: bool) -> None:
    said = date(f"{day}-08-15", "%d-%m-%y", zone="UTC", ambiguous={"day_at_most": 12})
    assert said == (f"2015-08-{day}T00:00:00.000Z" if is_sent_with_it else f"ambiguous: '{day}-08-15' may have its day and month swapped")


@pytest.mark.parametrize("text", ["31/02/2026", "yesterday", "2026-13-01", "昨天", "1" * 500])
def test_what_is_no_date_cannot_be_read(text: str) -> None:
    said = date(text, "%Y-%m-%d")
    assert said.startswith("unreadable: '") and "is not a date written as %Y-%m-%d" in said
    assert len(said) < 120


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31"])
def test_a_year_out_of_the_century_is_refused_by_the_contract(text: str) -> None:
    assert date(text, "%Y-%m-%d").startswith("unreadable: does not fit intake.SubmitComplaint: input should be ")


def number(text: str, **form: Any) -> Any:
    fields = {"shipment__declared_value__currency": "CNY", "shipment__declared_value__amount_minor": {"text": "{值}", "number": form}}
    outcome = one({"值": text}, submitting(**fields))
    return outcome.findings[0].why if outcome.findings else outcome.commands[0].command.shipment.declared_value.amount_minor  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "form", "meant"),
    [
        ("1,017,901", {"thousands": ","}, 1_017_901),
        ("901", {"thousands": ","}, 901),
        ("1234567", {"thousands": ","}, 1_234_567),
        ("1,280.50", {"thousands": ",", "minor_digits": 2}, 128_050),
        ("1.280,5", {"thousands": ".", "decimal": ",", "minor_digits": 2}, 128_050),
        ("1 280", {"thousands": " ", "minor_digits": 2}, 128_000),
        ("0.1", {"minor_digits": 2}, 10),
        ("12.0", {}, 12),
    ],
)
def test_a_number_is_cleaned(text: str, form: dict[str, Any], meant: int) -> None:
    assert number(text, **form) == meant


@pytest.mark.parametrize(
    ("text", "form", "why"),
    [
        ("1,01,790", {"thousands": ","}, "'1,01,790' is not a number"),
        ("1,017", {}, "'1,017' is not a number"),
        ("NaN", {}, "'NaN' is not a number"),
        ("1e5", {}, "'1e5' is not a number"),
        ("٣", {}, "'٣' is not a number"),
        ("9" * 5000, {}, f"'{'9' * 39}…' is not a number"),
        ("0.125", {"minor_digits": 2}, "'0.125' has more than 2 decimals"),
        ("-5", {}, "does not fit intake.SubmitComplaint: input should be greater than or equal to 0"),
    ],
)
def test_what_is_no_number_cannot_be_read(text: str, form: dict[str, Any], why: str) -> None:
    assert number(text, **form) == why


def descriptor(value: Any, **cells: str) -> str | None:
    outcome = one(cells, submitting(descriptor=value))
    return outcome.findings[0].why if outcome.findings else outcome.commands[0].command.descriptor  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("value", "cells", "meant"),
    [
        ("1-{甲}", {"甲": "NYPD"}, "1-NYPD"),
        ("1-{甲}", {"甲": ""}, None),
        ("{{甲}}", {"甲": "x"}, "{甲}"),
        ("{甲}", {"甲": "{乙}", "乙": "x"}, "{乙}"),
        ({"text": "{甲}", "case": "lower"}, {"甲": "DOT"}, "dot"),
        ({"text": "{甲}", "case": "upper"}, {"甲": "dot"}, "DOT"),
        ({"text": "{甲}", "empty": ["N/A", "不详"]}, {"甲": "不详"}, None),
        ({"text": "{甲}", "case": "code"}, {"甲": "Group 7 / Servers"}, "group-7-servers"),
        ({"text": "{甲}", "case": "code"}, {"甲": "?"}, None),
        ({"text": "{甲}", "case": "code"}, {"甲": "维修部"}, "'维修部' has letters that no code can hold: a lookup can name it"),
        ({"join": ["{甲}", "{乙}", "{丙}"]}, {"甲": "EAST   12 STREET", "乙": "", "丙": "10009"}, "EAST 12 STREET, 10009"),
        ({"join": ["{甲}", "{乙}"], "between": ""}, {"甲": "上海市", "乙": "示例路\n1号"}, "上海市示例路 1号"),
        ({"join": ["{甲}", "{乙}"]}, {"甲": "", "乙": ""}, None),
        ({"join": ["{甲}", "{乙}"], "empty": ["-"]}, {"甲": "-", "乙": "x"}, "x"),
        ({"text": "{甲}", "lookup": {"电话": "phone"}}, {"甲": "电话"}, "phone"),
        ({"text": "{甲}", "lookup": {"电话": "phone"}, "default": "other"}, {"甲": "传真"}, "other"),
        ({"text": "{甲}", "lookup": {"电话": "phone"}, "default": None}, {"甲": "传真"}, None),
        ({"text": "{甲}", "lookup": {"电话": "phone"}, "default": "other"}, {"甲": ""}, "other"),
        ({"text": "{甲}", "lookup": {"电话": "phone"}}, {"甲": "传真"}, "'传真' is not in the mapping's lookup table"),
        ({"text": "{甲}", "lookup": {"电话": "phone"}}, {"甲": ""}, None),
        ({"text": "CNY", "given": "{甲}"}, {"甲": "5"}, "CNY"),
        ({"text": "CNY", "given": "{甲}"}, {"甲": ""}, None),
    ],
)
def test_a_text_is_made_of_cells(value: Any, cells: dict[str, str], meant: str | None) -> None:
    assert descriptor(value, **cells) == meant


def test_lists_numbers_and_truth_values_are_said_as_they_are() -> None:
    mapping = submitting(hazards=["fire", "{乙}"], has_public_exposure=True, prior_repairs__count=2)
    outcome = one({"乙": ""}, mapping)
    command: Any = outcome.commands[0].command
    assert (command.hazards, command.has_public_exposure, command.prior_repairs.count) == (("fire",), True, 2)


def test_a_named_value_is_used_like_a_column() -> None:
    mapping = plan(
        values={"部门": {"text": "{Agency}", "case": "lower"}},
        emit=[{"command": "routing.AcceptWork", "fields": {"work": "1-{部门}", "by.staff": "file", "by.role": "agent"}}],
    )
    assert one({"Agency": "DOT"}, mapping).commands[0].command.work == "1-dot"  # type: ignore[attr-defined]
