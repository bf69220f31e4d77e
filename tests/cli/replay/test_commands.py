"""Rows become commands: the same ones each time, whole rows only, and every doubt told."""

import io
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.catalogue import topic
from contracts.ids import complaint_id
from contracts.wire import read
from services.cli.replay.commands import outcomes
from services.cli.replay.rows import Row, open_table
from tests.cli.replay.support import SUBMIT, commands, findings, one, plan, replayed, write

ACCEPT = {
    "command": "routing.AcceptWork", "when": {"完成": "present"},
    "fields": {"work": "1-{部门}", "by.staff": "file", "by.role": "agent"},
}  # fmt: skip
TWO = plan(emit=[SUBMIT, ACCEPT])


def test_a_row_replayed_twice_repeats_the_same_commands_byte_for_byte(tmp_path: Path) -> None:
    file = write(tmp_path, "单号,说明,完成,部门\nA-1,坏了,是,repairs\nA-2,x,,\n")
    first, again = ([command.wire() for command in commands(replayed(file, TWO))] for _ in range(2))
    assert first == again
    assert len({wire.value for wire in first}) == 3


def test_a_commands_id_does_not_depend_on_what_the_row_says_or_where_it_stands() -> None:
    rows = [Row(2, {"单号": "A-1", "说明": "坏了"}), Row(9, {"单号": "A-1", "说明": "修不好"})]
    first, later = ([command.id for outcome in outcomes([row], plan()) for command in outcome.commands] for row in rows)
    assert first == later


def test_a_commands_id_is_the_same_for_ever() -> None:
    """As it was before rows had names of their own: whoever sends an old file again must not double it."""
    ids = [command.id for command in one({"完成": "是", "部门": "a"}, TWO).commands]
    assert ids == ["eb66bb6d-5002-5231-a8f6-5157c31718d4", "fb984366-f4ab-5685-9998-2c15d12a8754"]


def test_commands_of_one_row_have_ids_of_their_own() -> None:
    twice = plan(emit=[SUBMIT, ACCEPT | {"name": "first"}, ACCEPT | {"name": "second"}])
    ids = [command.id for command in one({"完成": "是", "部门": "a"}, twice).commands]
    assert len(set(ids)) == 3


def test_every_command_names_the_complaint_of_its_row() -> None:
    submit, accept = one({"完成": "是", "部门": "repairs"}, TWO).commands
    assert submit.command.source_ref == "A-1"  # type: ignore[attr-defined]
    assert accept.wire().key == accept.command.key == complaint_id("shop", "A-1")


def test_what_is_sent_can_be_read_by_the_service_that_it_is_for() -> None:
    for command in one({"完成": "是", "部门": "repairs"}, TWO).commands:
        envelope, body = read(topic(command.service, "commands").name, command.wire().value)
        assert (envelope.id, envelope.source, body) == (command.id, "shop", command.command)


def test_a_command_comes_only_when_its_conditions_hold() -> None:
    some = plan(emit=[SUBMIT, ACCEPT | {"when": {"完成": ["是", "对"], "部门": "present", "单号": ["A-1"]}}])
    sent = [len(one({"完成": done, "部门": desk}, some).commands) for done, desk in (("是", "a"), ("对", "a"), ("否", "a"), ("是", ""))]
    assert sent == [2, 2, 1, 1]


def test_rows_that_are_not_meant_are_counted_and_not_sent() -> None:
    outcome = one({"完成": "是"}, plan(where={"完成": "absent"}))
    assert (outcome.meant, outcome.commands, outcome.findings) == (False, (), ())


def test_a_row_is_sent_whole_or_not_at_all() -> None:
    outcome = one({"完成": "是", "部门": "Reparaturen ?"}, TWO)
    assert outcome.commands == ()
    assert str(outcome.findings[0]) == (
        "row 2: work: does not fit routing.AcceptWork: string should match pattern '^[a-z0-9][a-z0-9_.-]{0,63}$'"
    )


def test_what_a_customer_wrote_is_not_in_a_finding_about_it() -> None:
    outcome = one({"说明": "王小明 13800138000\x07"}, plan())
    assert outcome.findings and "王小明" not in str(outcome.findings)


def test_an_ambiguous_date_is_left_out_and_the_row_is_sent_and_told() -> None:
    dated = {"text": "{日期}", "date": "%d-%m-%y", "ambiguous": {"day_at_most": 12}}
    outcome = one({"日期": "04-08-15"}, plan(emit=[SUBMIT | {"fields": {"channel": "phone", "occurred_at": dated}}]))
    assert outcome.commands[0].command.occurred_at is None  # type: ignore[attr-defined]
    assert [(finding.row, finding.kind, finding.field) for finding in outcome.findings] == [(2, "ambiguous", "occurred_at")]
    assert outcome.is_readable


def test_a_row_without_a_name_cannot_be_sent() -> None:
    outcome = one({"单号": ""}, plan())
    assert str(outcome.findings[0]) == "row 2: source_ref: is empty, so that the row has no name"


def test_a_name_that_comes_again_is_told_with_the_row_that_had_it_first(tmp_path: Path) -> None:
    results = replayed(write(tmp_path, "单号,说明\nA-1,x\nA-2,x\nA-1,y\nA-1,z\n"), plan())
    assert len(commands(results)) == 4
    told = [(finding.row, finding.kind, finding.why[:5]) for finding in findings(results)]
    assert told == [(4, "repeated", "row 2"), (5, "repeated", "row 2")]


def test_a_key_is_the_same_for_one_customer_and_does_not_tell_which() -> None:
    keyed = plan(emit=[SUBMIT | {"key": "{电话}"}])
    first, again, other = (
        one({"单号": ref, "电话": phone}, keyed).commands[0].wire().key
        for ref, phone in (("A-1", "13800138000"), ("A-2", "13800138000"), ("A-3", "13900139000"))
    )
    assert first == again != other
    assert "13800138000" not in first
    assert one({"电话": ""}, keyed).commands[0].wire().key == "A-1"


def test_only_the_commands_that_are_asked_for_are_made() -> None:
    row = Row(2, {"单号": "A-1", "说明": "x", "完成": "是", "部门": "a"})
    (outcome,) = outcomes([row], TWO, frozenset({"intake.SubmitComplaint"}))
    assert [command.name for command in outcome.commands] == ["intake.SubmitComplaint"]


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_no_file_whatever_its_bytes_ends_a_replay_or_loses_a_line_silently(tail: bytes) -> None:
    with tempfile.TemporaryDirectory() as place:
        file = write(Path(place), "单号,说明\n".encode() + tail + b"\nZ-9,end\n")
        with open_table(file, plan().format) as table:
            results = list(outcomes(table.rows(), plan()))
        told = sum(len(outcome.commands) for outcome in results) + sum(not outcome.is_readable for outcome in results)
        assert told == len(results)
        lines = {number for number, line in enumerate(_lines(file.read_bytes()), 1) if number > 1 and line.strip()}
        assert {outcome.row for outcome in results} <= lines
        assert b'"' in tail or {outcome.row for outcome in results} == lines


def _lines(data: bytes) -> list[str]:
    return list(io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", errors="surrogateescape", newline=""))
