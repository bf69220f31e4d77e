"""`redress replay` as it is typed: what it prints, and how it ends."""

import csv
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.cli import execute, local, replay
from services.platform.chassis.clients import Unavailable
from services.platform.chassis.settings import read_settings
from services.platform.stack import Stack
from tests.cli.replay.support import PLAN, write

ROWS = "单号,说明,日期\nA-1,坏了,22-04-26\nA-2,修不好,04-08-26\nA-3\nA-4,x,soon\nA-1,y,23-04-26\n"
DATED = {"text": "{日期}", "date": "%d-%m-%y", "ambiguous": {"day_at_most": 12}}
MAPPING = PLAN | {
    "emit": [{"command": "intake.SubmitComplaint", "fields": {"channel": "phone", "narrative": "{说明}", "occurred_at": DATED}}]
}


class Outbox:
    """Takes what is sent, and acknowledges it when asked."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, str]] = []

    async def post(self, service: str, command: Any, *, id: str, source: str, key: str | None) -> Any:
        self.posted.append((service, command.source_ref))

        async def acknowledged() -> None:
            return None

        return acknowledged()


@pytest.fixture
def outbox(monkeypatch: pytest.MonkeyPatch) -> Outbox:
    sent = Outbox()

    @asynccontextmanager
    async def opened(settings: object) -> AsyncIterator[Outbox]:
        yield sent

    async def there(settings: object, services: object) -> None:
        return None

    monkeypatch.setattr(replay, "open_sender", opened)
    monkeypatch.setattr(replay, "require_topics", there)
    return sent


@pytest.fixture
def mapping(tmp_path: Path) -> str:
    file = tmp_path / "shop.yaml"
    file.write_text(yaml.safe_dump(MAPPING, allow_unicode=True), "utf-8")
    return str(file)


def test_bad_rows_are_listed_after_the_others_are_sent(
    tmp_path: Path, mapping: str, outbox: Outbox, capsys: pytest.CaptureFixture[str]
) -> None:
    code = execute(["replay", str(write(tmp_path, ROWS)), "--mapping", mapping])
    assert code == 1
    assert outbox.posted == [("intake", "A-1"), ("intake", "A-2"), ("intake", "A-1")]
    assert capsys.readouterr().out.splitlines() == [
        "Could not be read, and not sent (2 rows):",
        "  row 4: has 1 columns where the header has 3",
        "  row 5: occurred_at: 'soon' is not a date written as %d-%m-%y",
        "Ambiguous, and sent without the field (1 row):",
        "  row 3: occurred_at: '04-08-26' may have its day and month swapped",
        "Named like an earlier row (1 row):",
        "  row 6: source_ref: row 2 has the same; unless it says the same, it is refused",
        "5 rows: 3 sent as 3 intake.SubmitComplaint; 2 could not be read.",
    ]


def test_a_clean_file_ends_with_zero(tmp_path: Path, mapping: str, outbox: Outbox, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["replay", str(write(tmp_path, "单号,说明,日期\nA-1,坏了,\n", packed=True)), "--mapping", mapping]) == 0
    assert capsys.readouterr().out == "1 row: 1 sent as 1 intake.SubmitComplaint.\n"


def test_more_rows_than_are_on_their_way_at_once_are_all_sent_in_order(tmp_path: Path, mapping: str, outbox: Outbox) -> None:
    rows = "".join(f"A-{n},x,\n" for n in range(replay.IN_FLIGHT * 2 + 7))
    assert execute(["replay", str(write(tmp_path, f"单号,说明,日期\n{rows}")), "--mapping", mapping]) == 0
    assert [ref for _, ref in outbox.posted] == [f"A-{n}" for n in range(replay.IN_FLIGHT * 2 + 7)]


def test_a_dry_run_shows_the_first_commands_and_sends_nothing(
    tmp_path: Path, mapping: str, outbox: Outbox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["replay", str(write(tmp_path, ROWS)), "--mapping", mapping, "--dry-run"]) == 1
    out = capsys.readouterr().out.splitlines()
    shown = [json.loads(line) for line in out if line.startswith("{")]
    assert [(told["source_ref"], told.get("narrative")) for told in shown] == [("A-1", "坏了"), ("A-2", "修不好"), ("A-1", "y")]
    assert "坏了" in out[0]
    assert out[-1] == "5 rows: 3 would be sent as 3 intake.SubmitComplaint; 2 could not be read."
    assert outbox.posted == []


def test_the_listed_rows_are_written_into_a_file_too(tmp_path: Path, mapping: str, outbox: Outbox) -> None:
    execute(["replay", str(write(tmp_path, ROWS)), "--mapping", mapping, "--findings", str(tmp_path / "found.csv")])
    with (tmp_path / "found.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert [(one["row"], one["kind"]) for one in found] == [("3", "ambiguous"), ("4", "unreadable"), ("5", "unreadable"), ("6", "repeated")]


@pytest.mark.parametrize("more", [[], ["--dry-run"]])
@pytest.mark.parametrize("read", ["rows.csv", "shop.yaml", "link.csv"])
def test_what_is_read_is_never_written_over(
    read: str, more: list[str], tmp_path: Path, mapping: str, outbox: Outbox, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = write(tmp_path, ROWS)
    (tmp_path / "link.csv").hardlink_to(rows)
    before = (tmp_path / read).read_bytes()
    assert execute(["replay", str(rows), "--mapping", mapping, "--findings", str(tmp_path / read), *more]) == 2
    told = capsys.readouterr().err
    assert "is a file that the replay reads: name another one." in told and told.count("\n") == 1
    assert (tmp_path / read).read_bytes() == before and outbox.posted == []


def test_a_replay_that_fails_leaves_the_findings_of_an_earlier_one(tmp_path: Path, mapping: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def absent(settings: object, services: object) -> None:
        raise Unavailable("Nobody is there.")

    monkeypatch.setattr(replay, "require_topics", absent)
    (tmp_path / "found.csv").write_text("earlier")
    assert execute(["replay", str(write(tmp_path, ROWS)), "--mapping", mapping, "--findings", str(tmp_path / "found.csv")]) == 75
    assert (tmp_path / "found.csv").read_text() == "earlier"


@pytest.mark.system
def test_a_missing_topic_is_told_by_its_name(
    tmp_path: Path, mapping: str, stack: Stack, prefix: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(local, "settings", lambda: read_settings(
        kafka_bootstrap_servers=stack.addresses.kafka, mongodb_url=stack.addresses.mongodb, topic_prefix=f"{prefix}-none"))  # fmt: skip
    assert execute(["replay", str(write(tmp_path, ROWS)), "--mapping", mapping]) == 75
    assert "intake.commands.v1 does not exist: `redress topics --create` creates it." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing argument 'FILE'"),
        (["ROWS"], "Missing option '--mapping'"),
        (["nothing.csv", "--mapping", "MAPPING"], "nothing.csv cannot be read: no such file or directory."),
        (["ROWS", "--mapping", "nyc"], "There is no mapping nyc: name a YAML file, or one of comcast, nyc311, servicedesk."),
        (["ROWS", "--mapping", "nyc311"], "rows.csv has no column 'Agency', "),
        (["ROWS", "--mapping", "MAPPING", "--only", "routing.AcceptWork"], "--only routing.AcceptWork: the mapping sends intake.Sub"),
        (["ROWS", "--mapping", "MAPPING", "--findings", "/nowhere/found.csv"], "--findings /nowhere/found.csv cannot be written"),
        (["ROWS", "--mapping", "MAPPING", "--quickly"], "No such option: --quickly"),
        (["BROKEN", "--mapping", "MAPPING"], "broken.csv.gz: line 1 cannot be read, nor can what follows: the archive is damaged"),
        (["EMPTY", "--mapping", "MAPPING"], "empty.csv is empty."),
    ],
)
def test_a_mistake_is_said_in_one_sentence(
    arguments: list[str], said: str, tmp_path: Path, mapping: str, outbox: Outbox, capsys: pytest.CaptureFixture[str]
) -> None:
    broken, empty = tmp_path / "broken.csv.gz", tmp_path / "empty.csv"
    broken.write_bytes(b"\x1f\x8b\x08")
    empty.write_bytes(b"")
    places = {"ROWS": str(write(tmp_path, ROWS)), "MAPPING": mapping, "BROKEN": str(broken), "EMPTY": str(empty)}
    assert execute(["replay", *(places.get(word, word) for word in arguments)]) == 2
    told = capsys.readouterr()
    assert said in told.err and told.err.count("\n") == 1
    assert told.out == "" and outbox.posted == []
