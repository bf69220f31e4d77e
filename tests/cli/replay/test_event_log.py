"""A file with a row for each event: what became of a complaint is read from its rows, one after the other."""

from typing import Any

from services.cli.replay.commands import Outcome, outcomes
from services.cli.replay.rows import Row
from tests.cli.replay.support import commands, findings, plan

ROUTING = {"by.staff": "file", "by.role": "agent"}
ACCEPT: dict[str, Any] = {"command": "routing.AcceptWork", "fields": ROUTING | {"work": "{work}"}}
PAUSE: dict[str, Any] = {"command": "routing.PauseWork", "fields": ROUTING | {"work": "{work}", "reason": "{state}"}}
ROW_ID = {"row_id": "{nr}", "source_ref": "{id}"}


def log(*rows: str, **changes: Any) -> list[Outcome]:
    """Rows as `id nr work state`; `-` is an empty cell."""
    cells = ([("" if cell == "-" else cell) for cell in row.split()] for row in rows)
    named = (Row(n, dict(zip(("id", "nr", "work", "state"), row, strict=True))) for n, row in enumerate(cells, 2))
    return list(outcomes(named, plan(**ROW_ID | changes)))


def sent(results: list[Outcome]) -> list[int]:
    """How many commands each row became."""
    return [len(outcome.commands) for outcome in results]


def test_each_row_of_a_complaint_is_a_command_of_its_own_and_the_same_one_when_the_file_is_sent_again() -> None:
    rows = ("A 1 1-a new", "A 2 1-a new", "B 1 1-a new")
    first, again = ([one.wire() for one in commands(log(*rows, emit=[ACCEPT]))] for _ in range(2))
    assert first == again and len({one.id for one in commands(log(*rows, emit=[ACCEPT]))}) == 3
    later = commands(log("C 9 1-c new", *reversed(rows), emit=[ACCEPT]))
    assert {one.id for one in later} > {one.id for one in commands(log(*rows, emit=[ACCEPT]))}, "wherever the row stands"


def test_a_row_that_comes_again_is_the_same_event_and_told() -> None:
    results = log("A 1 1-a new", "A 2 1-b new", "A 1 1-a new", "A 3 1-b new", emit=[ACCEPT | {"changed": ["work"]}])
    assert sent(results) == [1, 1, 0, 0]
    assert [str(finding) for finding in findings(results)] == ["row 4: row_id: row 2 has the same, so this is not sent again"]


def test_a_row_without_a_name_of_its_own_cannot_be_sent() -> None:
    assert [str(finding) for finding in findings(log("A - 1-a new", emit=[ACCEPT]))] == [
        "row 2: row_id: is empty, so that the row has no name among its complaint's"
    ]


def test_a_change_is_told_from_what_the_complaint_said_last_and_an_empty_cell_changes_nothing() -> None:
    rows = ("A 1 1-a x", "A 2 1-a x", "B 1 1-b x", "A 3 - x", "A 4 1-a x", "A 5 1-b x", "A 6 1-a x")
    assert sent(log(*rows, emit=[ACCEPT | {"changed": ["work"]}])) == [1, 0, 1, 0, 0, 1, 1]
    assert sent(log(*rows, emit=[ACCEPT | {"changed": ["work", "state"]}])) == [1, 0, 1, 0, 0, 1, 1]


def test_what_is_sent_once_is_named_by_that_and_not_by_its_row() -> None:
    once = ACCEPT | {"once": "{work}"}
    results = log("A 1 1-a x", "A 2 1-b x", "A 3 1-a x", "B 1 1-a x", emit=[once])
    assert sent(results) == [1, 1, 0, 1]
    shortened = log("A 2 1-b x", "A 3 1-a x", emit=[once])
    assert {one.id for one in commands(shortened)} < {one.id for one in commands(results)}, "whichever row comes first"


def test_a_value_can_say_what_another_said_before() -> None:
    values = {"before": {"before": "work"}}
    accept = ACCEPT | {"when": {"before": "present"}, "fields": ROUTING | {"work": "{before}"}}
    told = commands(log("A 1 1-a x", "A 2 1-b x", "A 3 - x", "A 4 1-c x", values=values, emit=[accept]))
    assert [one.command.work for one in told] == ["1-a", "1-b", "1-b"]  # type: ignore[attr-defined]


def test_a_text_that_comes_again_after_another_is_numbered_as_routing_names_works() -> None:
    values = {"turn": {"text": "{work}", "numbered": True}}
    rows = ("A 1 1-a x", "A 2 1-a x", "A 3 1-b x", "B 1 1-b x", "A 4 1-a x", "A 5 - x", "A 6 1-a x", "A 7 1-b x")
    told = commands(log(*rows, values=values, emit=[ACCEPT | {"when": {"turn": "present"}, "fields": ROUTING | {"work": "{turn}"}}]))
    assert [one.command.work for one in told] == ["1-a", "1-a", "1-b", "1-b", "1-a.2", "1-a.2", "1-b.2"]  # type: ignore[attr-defined]


def test_how_often_something_has_come_to_hold_is_counted_and_of_rows_in_a_row_the_first_counts() -> None:
    values = {"round": {"count": {"state": ["again"]}, "count_from": 1}, "name": "{round}-{work}"}
    rows = ("A 1 a x", "A 2 a again", "A 3 a again", "B 1 a x", "A 4 a x", "A 5 a again", "A 6 a -")
    told = commands(log(*rows, values=values, emit=[ACCEPT | {"fields": ROUTING | {"work": "{name}"}}]))
    assert [one.command.work for one in told] == ["1-a", "2-a", "2-a", "1-a", "2-a", "3-a", "3-a"]  # type: ignore[attr-defined]


def test_a_row_that_cannot_be_read_leaves_no_trace_in_what_follows() -> None:
    results = log("A 1 1-a x", "A 2 1-b !", "A 3 1-b x", "A 2 1-a y", emit=[PAUSE | {"changed": ["work"]}])
    assert [outcome.is_readable for outcome in results] == [True, False, True, True]
    assert sent(results) == [1, 0, 1, 1]
