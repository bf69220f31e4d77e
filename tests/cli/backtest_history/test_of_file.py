"""A file's commands with the instants at which they came."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.model import write_instant
from services.backtest.command import Timed
from services.cli.backtest import history
from services.cli.errors import CommandError
from services.cli.replay.mapping import load_mapping
from tests.cli.replay.support import PLAN, commands, replayed, write

OPENED, CLOSED = ({"text": f"{{{column}}}", "date": "%Y-%m-%d %H:%M"} for column in ("收到", "办结"))
STAFF = {"work": "1-quality", "by.staff": "file", "by.role": "agent"}
SUBMIT = {"command": "intake.SubmitComplaint", "at": OPENED, "fields": {"channel": "phone"}}
ACCEPT = {"command": "routing.AcceptWork", "when": {"办结": "present"}, "at": CLOSED, "fields": STAFF}
PAUSE = {"command": "routing.PauseWork", "when": {"办结": "present"}, "fields": STAFF | {"reason": "awaiting_customer"}}
HEADER = "单号,收到,办结\n"


def told(directory: Path, rows: str, *emits: Any, **changes: Any) -> tuple[list[Timed], list[str], bool]:
    """The commands, and what is said of the rows."""
    mapping = directory / "mine.yaml"
    mapping.write_text(yaml.safe_dump(PLAN | {"emit": list(emits)} | changes, allow_unicode=True), "utf-8")
    with history.of_file(write(directory, HEADER + rows), str(mapping)) as told:
        taken = list(told.commands())
        assert told.position == told.size
    return taken, told.lines(), told.is_whole


def came(taken: list[Timed]) -> list[tuple[str, str]]:
    return [(type(timed.command).__name__, write_instant(timed.at)[5:16]) for timed in taken]


def test_each_command_comes_when_its_own_column_says(tmp_path: Path) -> None:
    taken, said, is_whole = told(tmp_path, "A-1,2026-03-02 09:30,2026-03-04 18:00\nA-2,2026-03-01 00:00,\n", SUBMIT, ACCEPT)
    assert came(taken) == [("SubmitComplaint", "03-02T01:30"), ("AcceptWork", "03-04T10:00"), ("SubmitComplaint", "02-28T16:00")]
    assert said == ["2 rows: 2 taken as 2 intake.SubmitComplaint, 1 routing.AcceptWork."] and is_whole


def test_a_command_without_an_instant_of_its_own_comes_with_the_one_before_it_or_by_the_mappings(tmp_path: Path) -> None:
    row, undated = "A-1,2026-03-02 09:30,2026-03-04 18:00\n", {name: said for name, said in SUBMIT.items() if name != "at"}
    for emits, changes in (((SUBMIT, ACCEPT, PAUSE), {}), ((undated, ACCEPT | {"at": CLOSED}, PAUSE | {"at": CLOSED}), {"at": OPENED})):
        instants = [instant for _, instant in came(told(tmp_path, row, *emits, **changes)[0])]
        assert instants == ["03-02T01:30", "03-04T10:00", "03-04T10:00"]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("A-1,,", "intake.SubmitComplaint has no instant"),
        ("A-1,soon,", "'soon' is not a date written as %Y-%m-%d %H:%M"),
        ("A-1,1970-01-01 00:00,", "1970-01-01T00:00:00+08:00 is not between 2000 and 2099"),
        ("A-1,2026-03-02 09:30,later", "'later' is not a date written as %Y-%m-%d %H:%M"),
    ],
)
def test_a_row_without_an_instant_is_listed_and_not_taken_not_even_in_part(row: str, why: str, tmp_path: Path) -> None:
    taken, said, is_whole = told(tmp_path, f"{row}\nA-2,2026-03-01 00:00,\n", SUBMIT, ACCEPT)
    assert [timed.command.source_ref for timed in taken] == ["A-2"]  # type: ignore[attr-defined]
    assert said[:2] == ["Without an instant, and not taken (1 row):", f"  row 2: at: {why}"]
    assert said[2] == "2 rows: 1 taken as 1 intake.SubmitComplaint; 1 without an instant." and not is_whole


def test_a_complaints_own_commands_never_go_back_in_time(tmp_path: Path) -> None:
    """Closed before it was opened, and a later row of an earlier day: both come when the complaint was last heard of."""
    rows = "A-1,2026-03-02 09:30,2026-03-01 18:00\nA-2,2026-03-01 00:00,\nA-1,2026-02-01 00:00,\n"
    taken, said, is_whole = told(tmp_path, rows, SUBMIT, ACCEPT)
    late = "before what the complaint did at 2026-03-02T01:30:00.000Z: taken then"
    assert [instant for _, instant in came(taken)] == ["03-02T01:30", "03-02T01:30", "02-28T16:00", "03-02T01:30"]
    assert [line for line in said if "before what" in line] == [
        f"  row 2: at: routing.AcceptWork came at 2026-03-01T10:00:00.000Z, {late}",
        f"  row 4: at: intake.SubmitComplaint came at 2026-01-31T16:00:00.000Z, {late}",
    ]
    assert is_whole


def test_a_backtest_takes_the_commands_that_a_replay_sends_byte_for_byte(tmp_path: Path) -> None:
    rows = "A-1,2026-03-02 09:30,2026-03-04 18:00\nA-2,2026-03-01 00:00,\n"
    taken, _, _ = told(tmp_path, rows, SUBMIT, ACCEPT)
    sent = commands(replayed(tmp_path / "rows.csv", load_mapping(str(tmp_path / "mine.yaml"))))
    assert [timed[1:6] for timed in taken] == [(one.service, one.command, one.id, one.source, one.key) for one in sent]
    assert all(timed.value is None for timed in taken)


@pytest.mark.parametrize("names", [("nothing.csv", "nyc311"), ("rows.csv", "nyc"), ("rows.csv", "nyc311")])
def test_what_cannot_be_used_at_all_is_said_in_a_sentence(names: tuple[str, str], tmp_path: Path) -> None:
    write(tmp_path, HEADER)
    with pytest.raises(CommandError), history.of_file(tmp_path / names[0], names[1]):
        pass


def test_a_mapping_that_tells_no_instants_at_all_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"mine\.yaml says of no command when it came: give it an `at`\."):
        told(tmp_path, "A-1,2026-03-02 09:30,\n", {"command": "intake.SubmitComplaint", "fields": {"channel": "phone"}})


def test_the_citys_commands_come_by_its_own_clock(shared_data: Path) -> None:
    with history.of_file(shared_data / "nyc311_2018-10-21.csv.gz", "nyc311") as told:
        taken = list(told.commands())
    assert len(taken) == 6_765 + 2 * 2_441 and told.is_whole
    assert [instant for _, instant in came(taken[:3])] == ["10-21T04:00", "10-21T04:59", "10-21T04:59"]
    assert max(timed.at for timed in taken) == datetime.fromisoformat("2018-10-22T06:47:00+00:00")


def test_a_telecoms_ticket_whose_day_may_be_another_is_not_taken(shared_data: Path) -> None:
    with history.of_file(shared_data / "Comcast_telecom_complaints_data.csv.gz", "comcast") as told:
        assert len(list(told.commands())) == 2_224 - 609
    assert told.lines()[0] == "Without an instant, and not taken (609 rows):" and not told.is_whole
