"""`redress backtest` as it is typed: what it prints and writes, and how it ends."""

import gzip
import json
from pathlib import Path

import pytest
import yaml

from services.cli import duck, execute, local
from services.platform.chassis.policies import find_set
from services.platform.chassis.settings import read_settings
from tests.cli.replay.support import PLAN, SUBMIT

ROWS = "单号,说明,来电\nA-2,修不好,2026-03-02 11:00\nA-1,坏了,2026-03-02 09:00\n"
AT = {"text": "{来电}", "date": "%Y-%m-%d %H:%M"}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(local, "settings", lambda **given: read_settings(policies="default"))
    Path("rows.csv").write_text(ROWS, encoding="utf-8")
    Path("plan.yaml").write_text(yaml.safe_dump(PLAN | {"emit": [SUBMIT | {"at": AT}]}), encoding="utf-8")


def backtest(*more: str) -> int:
    return execute(["backtest", "rows.csv", "--mapping", "plan.yaml", *more])


def lines(file: str) -> list[dict[str, object]]:
    text = gzip.decompress(Path(file).read_bytes()) if file.endswith(".gz") else Path(file).read_bytes()
    return [json.loads(line) for line in text.splitlines()]


def test_a_file_is_played_to_its_end_and_reported(capsys):
    assert backtest() == 0
    told = capsys.readouterr()
    assert "rows.csv" in told.out and "default" in told.out and "2 rows: 2 taken as 2 intake.SubmitComplaint." in told.out


@pytest.mark.parametrize("file", ["events.jsonl", "events.jsonl.gz"])
def test_every_event_is_a_line_with_its_topic_in_the_order_in_which_it_was_said(file):
    assert backtest("--events", file) == 0
    told = lines(file)
    assert [each["type"] for each in told[:2]] == ["intake.complaint_registered.v1", "routing.complaint_sent_to_triage.v1"]
    assert all(str(each["type"]).partition(".")[0] == str(each["topic"]).partition(".")[0] for each in told)
    assert [each["at"] for each in told] == sorted(str(each["at"]) for each in told)
    assert [each["source_ref"] for each in told if "source_ref" in each] == ["A-1", "A-2"]
    assert {path.name for path in Path().iterdir()} == {"rows.csv", "plan.yaml", file}


def test_the_same_history_gives_the_same_bytes():
    backtest("--events", "one.jsonl.gz"), backtest("--events", "two.jsonl.gz")
    assert Path("one.jsonl.gz").read_bytes() == Path("two.jsonl.gz").read_bytes()


def test_parquet_has_the_same_events_in_columns():
    duckdb = pytest.importorskip("duckdb")
    assert backtest("--events", "events.jsonl") == 0 and backtest("--events", "events.parquet") == 0
    found = duckdb.sql('SELECT topic, type, id, epoch_ms("at"), seq, cause, complaint_id, data FROM "events.parquet"').fetchall()
    told = lines("events.jsonl")
    assert [(row[0], row[1], row[2], row[4], row[5], row[6]) for row in found] == [
        tuple(each[name] for name in ("topic", "type", "id", "seq", "cause", "complaint_id")) for each in told
    ]
    assert [json.loads(row[7]) for row in found] == told


def test_without_duckdb_parquet_is_refused_before_anything_is_read(capsys, monkeypatch):
    monkeypatch.setattr(duck, "find_spec", lambda name: None)
    assert backtest("--events", "events.parquet") == 2
    assert "pip install '.[bi]'" in capsys.readouterr().err


def test_it_stops_at_an_instant(capsys):
    assert backtest("--events", "events.jsonl", "--until", "2026-03-02T10:00+08:00") == 0
    assert {each["source_ref"] for each in lines("events.jsonl") if "source_ref" in each} == {"A-1"}
    assert backtest("--until", "2026-03-02T10:00") == 2 and "zone" in capsys.readouterr().err


def test_two_sets_are_compared_and_every_difference_is_written(capsys):
    assert backtest("--compare", "retail-cn", "--changes", "changes.csv") == 0
    assert "retail-cn" in capsys.readouterr().out and Path("changes.csv").is_file()
    assert backtest("--changes", "changes.csv") == 2


def test_what_cannot_be_done_is_told_in_a_sentence(capsys):
    faulty = Path("faulty")
    faulty.mkdir()
    for file in find_set("default").glob("*.yaml"):
        (faulty / file.name).write_text(file.read_text("utf-8") + ("nonsense: 1\n" if file.stem == "routing" else ""), "utf-8")
    assert execute(["policy", "check", "./faulty"]) == 2
    said = capsys.readouterr().err
    for asked, sentence in (
        (["backtest"], "Name a FILE and its --mapping, or --from-topics alone."),
        (["backtest", "rows.csv", "--from-topics"], "Name a FILE and its --mapping, or --from-topics alone."),
        (["backtest", "rows.csv", "--mapping", "plan.yaml", "--policy", "./faulty"], said.strip()),
        (["backtest", "rows.csv", "--mapping", "plan.yaml", "--events", "events.txt"], ".parquet"),
        (["backtest", "rows.csv", "--mapping", "plan.yaml", "--events", "nowhere/events.jsonl"], "--events nowhere/events.jsonl cannot be"),
        (["backtest", "rows.csv", "--mapping", "plan.yaml", "--html", "nowhere/page.html"], "--html nowhere/page.html cannot be"),
        (["backtest", "rows.csv", "--mapping", "plan.yaml", "--html", "."], "no regular file"),
        (["backtest", "rows.csv", "--mapping", "plan.yaml", "--html", "rows.csv"], "rows.csv is a file that the backtest reads"),
        (["backtest", "rows.csv", "--mapping", "plan.yaml", "--html", "plan.yaml"], "plan.yaml is a file that the backtest reads"),
        (["backtest", "rows.csv", "--mapping", "plan.yaml", "--events", "a.jsonl", "--html", "a.jsonl"], "is where --events writes"),
        (["backtest", "missing.csv", "--mapping", "plan.yaml"], "missing.csv"),
    ):
        assert execute(asked) == 2
        assert sentence in capsys.readouterr().err


def test_a_row_that_cannot_be_read_is_listed_and_the_exit_code_says_so(capsys):
    Path("rows.csv").write_text(ROWS + "A-3,x,soon\n", encoding="utf-8")
    assert backtest() == 1
    assert "row 4" in capsys.readouterr().out
