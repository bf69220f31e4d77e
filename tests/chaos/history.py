"""What a run of chaos leaves behind, and all that the invariants know: files in one directory, written once, after quiet.

    save(history, directory);  load(directory)

    run.json        seed, scenario, when it was quiet, and what the services were told to be
    sent.jsonl      everything the load sent, in order, acknowledged or not
    faults.jsonl    what was broken, when it was healed, and when all were well again
    records.jsonl   every record of every topic, in order within a partition
    documents/      SERVICE.bson: the service's rows as MongoDB has them, whole journals with them
    policies/       SERVICE.bson: every policy version that the service has used
    offsets.json    of each service's inputs: what its group has committed, and the end
    scrapes.jsonl   metrics as each process last told them
    logs/           NAME.log of each process
"""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from bson import decode_all, encode

from contracts.catalogue import OWNERS
from services.platform.chassis.rows import OPTIONS
from services.platform.kernel.record import Record

TOKEN = "zzperson"
PERSONAL = re.compile(rb"zzperson|1399777[0-9]{4}")
"""The load's every name, e-mail, postal address, customer's id and narrative holds the token; its phone numbers are of this range."""


class Sent(NamedTuple):
    """A record that the load sent.  `place`: topic, partition, offset where the broker acknowledged it; None: nobody knows."""

    at: datetime
    service: str
    topic: str
    type: str
    """Of the message; "" for poison."""
    source: str
    id: str
    """As sent; the envelope's is `ids.message_id(source, id)`."""
    key: str | None
    digest: str
    """`digest_of` the value."""
    kind: str
    """first, repeat (same id, same body), forged (same id, another body), poison."""
    reason: str = ""
    """Of the dead letter that it must become; "" where it must not."""
    place: tuple[str, int, int] | None = None


class Fault(NamedTuple):
    """Something that was broken.  `recovered`: when, after healing, everything was handled again; None: it never was."""

    scenario: str
    name: str
    of: str
    """kafka, mongodb, service, load: whose budget of recovery holds."""
    what: str
    """Which of them: `routing-2`, `broker 3`."""
    start: datetime | None
    heal: datetime | None
    recovered: datetime | None
    left_out: str = ""
    """Why this machine cannot do it; it was not done then."""


class Offset(NamedTuple):
    service: str
    topic: str
    partition: int
    committed: int
    """0 where the group has committed nothing."""
    end: int


class Scrape(NamedTuple):
    """A process's metrics, the last that it told.  A process that was killed has done more since."""

    process: str
    """`routing`, `routing-2`."""
    life: int
    """Counts its starts."""
    at: datetime
    ended: str
    """running, stopped (asked to, drained: nothing came after), killed."""
    text: str


class History(NamedTuple):
    seed: int
    scenario: str
    prefix: str
    policies: str
    """The set or directory that the services were given; also kept under `policies/`."""
    began: datetime
    quiet: datetime
    """When nothing was left to do and nothing was due; all is read after it."""
    sent: tuple[Sent, ...]
    faults: tuple[Fault, ...]
    records: tuple[Record, ...]
    documents: Mapping[str, tuple[dict[str, Any], ...]]
    practised: Mapping[str, tuple[dict[str, Any], ...]]
    offsets: tuple[Offset, ...]
    scrapes: tuple[Scrape, ...]
    logs: Mapping[str, str]

    def of(self, topic: str) -> list[Record]:
        """The records of one topic, without prefix."""
        return [record for record in self.records if record.topic == topic]


def digest_of(value: bytes | None) -> str:
    return sha256(value or b"").hexdigest()


# -- to files ---------------------------------------------------------------------------------------------------------------------------


def save(history: History, directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    told = {name: getattr(history, name) for name in ("seed", "scenario", "prefix", "policies")}
    told |= {"began": _text(history.began), "quiet": _text(history.quiet)}
    (directory / "run.json").write_text(json.dumps(told, indent=2) + "\n", "utf-8")
    _write_lines(directory / "sent.jsonl", (each._asdict() for each in history.sent))
    _write_lines(directory / "faults.jsonl", (each._asdict() for each in history.faults))
    _write_lines(directory / "records.jsonl", map(_plain, history.records))
    _write_lines(directory / "scrapes.jsonl", (each._asdict() for each in history.scrapes))
    (directory / "offsets.json").write_text(json.dumps(history.offsets) + "\n", "utf-8")
    for name, rows in (("documents", history.documents), ("policies", history.practised)):
        (directory / name).mkdir(exist_ok=True)
        for service, kept in rows.items():
            (directory / name / f"{service}.bson").write_bytes(b"".join(encode(row) for row in kept))
    (directory / "logs").mkdir(exist_ok=True)
    for name, text in history.logs.items():
        (directory / "logs" / f"{name}.log").write_text(text, "utf-8")


def load(directory: Path) -> History:
    told = json.loads((directory / "run.json").read_text("utf-8"))
    return History(
        **told | {"began": _instant(told["began"]), "quiet": _instant(told["quiet"])},
        sent=tuple(
            Sent(**line | {"at": _instant(line["at"]), "place": line["place"] and tuple(line["place"])})
            for line in _read_lines(directory / "sent.jsonl")
        ),
        faults=tuple(
            Fault(**line | {name: _instant(line[name]) for name in ("start", "heal", "recovered")})
            for line in _read_lines(directory / "faults.jsonl")
        ),
        records=tuple(map(_record, _read_lines(directory / "records.jsonl"))),
        documents=_rows(directory / "documents"),
        practised=_rows(directory / "policies"),
        offsets=tuple(Offset(*each) for each in json.loads((directory / "offsets.json").read_text("utf-8"))),
        scrapes=tuple(Scrape(**line | {"at": _instant(line["at"])}) for line in _read_lines(directory / "scrapes.jsonl")),
        logs={file.stem: file.read_text("utf-8") for file in sorted((directory / "logs").glob("*.log"))},
    )


def _rows(directory: Path) -> dict[str, tuple[dict[str, Any], ...]]:
    kept = {service: directory / f"{service}.bson" for service in OWNERS}
    return {service: tuple(decode_all(file.read_bytes(), OPTIONS)) for service, file in kept.items() if file.exists()}


def _plain(record: Record) -> dict[str, Any]:
    headers = [[name, _base64(value)] for name, value in record.headers]
    bytes_ = {"key": _base64(record.key), "value": _base64(record.value), "headers": headers}
    return record._asdict() | {"appended": record.appended} | bytes_


def _record(line: Mapping[str, Any]) -> Record:
    headers = tuple((name, _bytes(value) or b"") for name, value in line["headers"])
    bytes_ = {"key": _bytes(line["key"]), "value": _bytes(line["value"]), "headers": headers}
    return Record(**line | {"appended": _instant(line["appended"])} | bytes_)


def _base64(value: bytes | None) -> str | None:
    return None if value is None else b64encode(value).decode()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else b64decode(text)


def _text(instant: datetime) -> str:
    return instant.isoformat()


def _instant(text: str | None) -> Any:
    return None if text is None else datetime.fromisoformat(text)


def _write_lines(file: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    with file.open("w", encoding="utf-8") as out:
        for line in lines:
            out.write(json.dumps(line, default=_text, ensure_ascii=False) + "\n")


def _read_lines(file: Path) -> Iterable[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
