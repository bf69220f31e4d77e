"""`redress policy cases FILE`: 167 published cases of other engines, and files that cannot be answered."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st

from services.cli.errors import CommandError
from services.cli.policy.case_kinds import AnyCase
from services.cli.policy.case_pauses import deadline, unpaused
from services.cli.policy.cases import EXAMPLE, cases, outcomes
from services.platform.chassis.policies import SHIPPED
from tests.conftest import SHARED_DATA
from tests.core.business_time.support import at, desk

PUBLISHED = SHARED_DATA / "sla_cases.json"
OUTCOMES = {outcome["id"]: outcome for outcome in outcomes(PUBLISHED, [])} if PUBLISHED.is_file() else {}
HOURS = {"tz": "Asia/Shanghai", "weekly": {"mon": [["09:00", "17:00"]], "tue": [["09:00", "17:00"]]}}


@pytest.mark.parametrize("id", OUTCOMES or [pytest.param("", marks=pytest.mark.skip(f"the published cases are not at {PUBLISHED}"))])
def test_a_published_case_has_the_published_answer(id: str) -> None:
    assert OUTCOMES[id]["got"] == OUTCOMES[id]["expected"]


def test_all_published_cases_are_answered(shared_data: Path) -> None:
    assert [outcome["ok"] for outcome in outcomes(shared_data / PUBLISHED.name, [])] == 167 * [True]


def written(directory: Path, *of: dict[str, Any], **calendars: Any) -> Path:
    file = directory / "cases.json"
    file.write_text(json.dumps({"calendars": calendars or {"desk": HOURS}, "cases": of}), "utf-8")
    return file


def case(kind: str = "deadline", **said: Any) -> dict[str, Any]:
    """A deadline at closing time, unless told otherwise; without an offset it is local."""
    usual = {"start": "2026-03-02T16:00", "seconds": 3600, "expect": "2026-03-02T09:00:00Z"} if kind == "deadline" else {}
    return {"id": "mine", "kind": kind, "calendar": "desk", **usual, **said}


def test_each_case_is_a_line_of_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases(written(tmp_path, case(), case(id="again")))
    first, _ = map(json.loads, capsys.readouterr().out.splitlines())
    assert first == {"id": "mine", "expected": "2026-03-02T09:00:00Z", "got": "2026-03-02T09:00:00Z", "ok": True}


def test_a_case_that_differs_is_told_and_fails_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended:
        cases(written(tmp_path, case(expect="2026-03-02T18:00"), case()))
    assert ended.value.exit_code == 1
    assert [json.loads(line)["ok"] for line in capsys.readouterr().out.splitlines()] == [False, True]


ANSWERS: dict[str, tuple[dict[str, Any], Any]] = {
    "at closing, by the other convention": (case(convention="boundary=next", expect="2026-03-03T09:00"), "2026-03-03T01:00:00Z"),
    "a pause that is over": (case(pauses=[["2026-03-02T16:10", "2026-03-02T16:20"]], expect="2026-03-03T09:10"), "2026-03-03T01:10:00Z"),
    "a pause that never matters": (case(pauses=[["2026-03-04T00:00", "2026-03-05T00:00"]]), "2026-03-02T09:00:00Z"),
    "open seconds": (case("elapsed", start="2026-03-02T16:00", end="2026-03-03T10:00", expect_seconds=7200), 7200),
    "before": (case("before", at="2026-03-03T10:00", seconds=7200, expect="2026-03-02T16:00"), "2026-03-02T08:00:00Z"),
    "open": (case("is_open", at="2026-03-02T09:00", expect=True), True),
    "closed": (case("is_open", at="2026-03-02T17:00", expect=False), False),
    "the next opening": (case("next_open", at="2026-03-03T17:00", expect="2026-03-09T09:00"), "2026-03-09T01:00:00Z"),
    "periods": (
        case("periods", start="2026-03-03T10:00", expect=[["2026-03-03T10:00", "2026-03-03T17:00"]]),
        [["2026-03-03T02:00:00Z", "2026-03-03T09:00:00Z"]],
    ),
    "business days": (case("add_business_days", start="2026-03-03T20:00", days=1, expect="2026-03-09T20:00"), "2026-03-09T12:00:00Z"),
    "business days back": (case("add_business_days", start="2026-03-09T10:00", days=-2, expect="2026-03-02T10:00"), "2026-03-02T02:00:00Z"),
    "business days, rolled": (
        case("add_business_days_rolled", start="2026-03-03T20:00", days=1, expect="2026-03-10T09:00"), "2026-03-10T01:00:00Z",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "answer"), ANSWERS.values(), ids=ANSWERS)
def test_every_kind_of_case_is_answered(tmp_path: Path, asked: dict[str, Any], answer: Any) -> None:
    assert list(outcomes(written(tmp_path, asked), [])) == [{"id": "mine", "expected": answer, "got": answer, "ok": True}]


STATES = {
    "in time for the answer": ([["10:00", "created"], ["10:30", "evaluate"]], "response_due"),
    "answered": ([["10:00", "created"], ["10:30", "replied"]], "resolution_due"),
    "waiting for the customer": ([["10:00", "created"], ["10:10", "replied_paused"], ["16:00", "evaluate"]], "paused"),
    "answered too late": ([["10:00", "created"], ["10:31", "replied"]], "failed"),
    "solved at the last moment, the night not counted": (
        [["16:00", "created"], ["16:10", "replied"], ["next day 10:00", "resolved"]], "fulfilled_resolution_7200s",
    ),
    "waiting does not count": (
        [["10:00", "created"], ["10:10", "replied_paused"], ["15:00", "open"], ["16:00", "resolved"]], "fulfilled_resolution_4200s",
    ),
    "less urgent": ([["10:00", "created_high"], ["11:00", "evaluate"]], "response_due"),
}  # fmt: skip


@pytest.mark.parametrize(("events", "state"), STATES.values(), ids=STATES)
def test_a_ticket_is_in_the_state_that_its_events_lead_to(tmp_path: Path, events: list[list[str]], state: str) -> None:
    policy = "Urgent: response 30 min, resolution 2 h (High: 1 h / 4 h)"
    asked = case("sla_state", policy=policy, date="2026-03-02", events=events, expect=state)
    assert [outcome["got"] for outcome in outcomes(written(tmp_path, asked), [])] == [state]


STATE = {"policy": "response 30 min, resolution 2 h", "date": "2026-03-02", "expect": "failed"}
FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "a kind that is none": (case("guess"), "case mine: .*'guess'"),
    "a field that is none": (case(second=1), "case mine: .*second: "),
    "a field that is missing": (case("is_open", expect=True), "case mine: .*at: "),
    "a calendar that is none": (case(calendar="moon"), "case mine: calendar: there is none called 'moon'"),
    "an instant that is none": (case(start="soon"), "case mine: .*start: "),
    "a year that is not known": (case(start="1950-01-01T00:00:00Z"), "case mine: .* from 1970 to 2099"),
    "a convention that is none": (case(convention="boundary=never"), "case mine: .*convention: "),
    "no events": (case("sla_state", events=[], **STATE), "case mine: .*events: "),
    "an event that is none": (
        case("sla_state", events=[["10:00", "created"], ["10:10", "sneezed"]], **STATE), "case mine: events: 'sneezed' is not known",
    ),
    "a time that is none": (case("sla_state", events=[["ten", "created"]], **STATE), "case mine: .*'ten'"),
    "a policy without targets": (case("sla_state", events=[["10:00", "created_high"]], **STATE), "case mine: policy: "),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "fault"), FAULTS.values(), ids=FAULTS)
def test_a_case_that_cannot_be_read_is_named(tmp_path: Path, asked: dict[str, Any], fault: str) -> None:
    with pytest.raises(CommandError, match=fault):
        cases(written(tmp_path, asked))


def test_all_that_cannot_be_read_is_named_and_the_rest_is_answered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = [case(id="a", kind="guess"), case(id="b"), case(id="c", start="soon")]
    asked += [case(id="d", calendar="night"), case(id="e", calendar="moon")]
    with pytest.raises(CommandError) as ended:
        cases(written(tmp_path, *asked, desk=HOURS, night={"tz": "UTC"}))
    assert [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()] == ["b"]
    named = [line.removeprefix(f"{tmp_path}/cases.json: ").split(": ")[0] for line in str(ended.value).splitlines()]
    assert named == ["calendar night", "case a", "case c", "case e"]


def test_the_example_has_a_case_of_each_kind_and_all_are_answered_as_they_expect() -> None:
    example = SHIPPED / Path(EXAMPLE).name
    kinds = {each["kind"] for each in json.loads(example.read_text("utf-8"))["cases"]}
    known = {kind for form in get_args(get_args(AnyCase)[0]) for kind in get_args(form.model_fields["kind"].annotation)}
    faults = list[str]()
    assert kinds == known and all(outcome["ok"] for outcome in outcomes(example, faults)) and faults == []


CALENDARS = {
    "a zone that is none": ({"tz": "Mars/North", "weekly": HOURS["weekly"]}, "calendar desk: zone: there is no time zone Mars/North"),
    "no hours": ({"tz": "UTC"}, "calendar desk: the calendar never opens"),
    "a field that is none": ({**HOURS, "lunch": []}, "calendar desk: lunch: "),
    "no mapping": ("9 to 5", "calendar desk: "),
}


@pytest.mark.parametrize(("calendar", "fault"), CALENDARS.values(), ids=CALENDARS)
def test_a_calendar_that_cannot_be_read_is_named(tmp_path: Path, calendar: Any, fault: str) -> None:
    with pytest.raises(CommandError, match=fault):
        cases(written(tmp_path, case(), desk=calendar))


FILES = {
    "no JSON": (b"calendars:", "is not JSON"),
    "not UTF-8": (b'{"\xff": 1}', "is not JSON"),
    "nested without end": (b"[" * 100_000, "is not JSON"),
    "a list": (b"[]", "must hold calendars"),
    "no cases": (b'{"calendars": {}}', "must hold calendars"),
}


@pytest.mark.parametrize(("content", "fault"), FILES.values(), ids=FILES)
def test_a_file_of_another_form_is_told_in_a_sentence(tmp_path: Path, content: bytes, fault: str) -> None:
    (tmp_path / "cases.json").write_bytes(content)
    with pytest.raises(CommandError, match=fault):
        cases(tmp_path / "cases.json")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"none\.json cannot be read"):
        cases(tmp_path / "none.json")


minutes = st.integers(0, 20 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
pauses = st.lists(st.tuples(minutes, minutes).map(lambda pair: tuple(sorted(pair))), max_size=4)


@settings(deadline=None)
@given(minutes, st.integers(0, 50 * 3600), pauses)
def test_what_a_deadline_leaves_unpaused_is_what_was_asked_for(
    start: timedelta, seconds: int, paused: list[tuple[timedelta, timedelta]]
) -> None:
    calendar, zero = desk("Europe/Berlin"), at("2026-03-20 00:00")
    spans: list[tuple[datetime, datetime]] = [(zero + since, zero + until) for since, until in paused]
    due = deadline(calendar, zero + start, seconds, spans)
    assert unpaused(calendar, zero + start, due, spans) == seconds
    assert due >= calendar.add(zero + start, seconds)
