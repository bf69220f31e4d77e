"""What a run of chaos leaves behind, and all that the invariants know: files in one directory, written once, after quiet.

    save(history, stores, directory);  load(directory)

    run.json        seed, scenario, when it began and when it was quiet
    sent.jsonl      everything the load sent, in order, acknowledged or not
    faults.jsonl    what was broken, when it was healed, and when all were well again
    records.jsonl   every record of every topic, in order within a partition
    documents/      SERVICE.bson: the service's rows as MongoDB has them, whole journals with them
    practised/      SERVICE.bson: every policy version that the service has used
    policies/       the set that the services were told to use
    offsets.json    of each service's inputs: what its group has committed, and the end
    scrapes.jsonl   metrics as each process told them last
    logs/           NAME.log of each process
"""

import json
import shutil
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from bson import decode_all, encode

from contracts.catalogue import OWNERS
from services.cli.registry import find_service
from services.platform.chassis.policies import find_set, practice, restored
from services.platform.chassis.rows import OPTIONS, document_of, entries_of, unpack_snapshot
from services.platform.chassis.settings import read_settings
from services.platform.kernel.document import Document
from services.platform.kernel.record import Record
from services.platform.kernel.service import Practice

PERSONAL = (b"zzperson", b"13997770")
"""The load's every name, e-mail, postal address, customer's id and free text holds the first, its every phone number the second: long
enough that no hash and no reference number holds them by chance."""

Rows = tuple[dict[str, Any], ...]


class Sent(NamedTuple):
    """A record that the load sent."""

    service: str
    """Whose command topic it is, "" for a topic that is none."""
    topic: str
    type: str
    """`routing.accept_work.v1`; "" for poison."""
    id: str
    """As sent; the envelope's is `ids.message_id(source, id)`."""
    source: str
    key: str
    hash: str
    """`digest_of` the value."""
    kind: str
    """command; repeat: same id, same body; forged: same id, another body; poison: dead to every service that hears the topic."""
    partition: int | None = None
    """None, as the offset: the broker did not acknowledge it, and it may be in the log or not."""
    offset: int | None = None
    reason: str = ""
    """Of poison's dead letters."""


class Fault(NamedTuple):
    """Something that was broken.  `recovered`: when, after healing, all were ready and had caught up; None: it never was."""

    name: str
    kind: str
    """kafka, mongodb, service: whose budget of recovery holds; other: none does."""
    start: datetime
    heal: datetime
    recovered: datetime | None
    is_left_out: bool = False
    """It was not done, and nothing was broken."""
    why: str = ""
    """This machine cannot do it."""
    what: str = ""
    """Which of them: `routing-2`, `broker 3`."""


class Offset(NamedTuple):
    service: str
    topic: str
    partition: int
    committed: int | None
    end: int


class Scrape(NamedTuple):
    """The metrics of one process's life, the last that it told."""

    process: str
    """`routing`, `routing-2`."""
    service: str
    at: datetime
    text: str
    is_last: bool
    """Told after quiet, or when nothing was left to do before it was asked to end: they count all that this life did."""
    born: datetime


class History(NamedTuple):
    seed: int
    scenario: str
    set: str
    """The policies that the services were told to use, a directory of the history."""
    began: datetime
    quiet: datetime
    """When nothing was left to do and nothing was due; all is read after it."""
    sent: tuple[Sent, ...]
    records: tuple[Record, ...]
    """Of all topics, named without prefix, in order within a partition."""
    documents: Mapping[str, tuple[Document, ...]]
    """Whole, with all that is kept of their journals."""
    practices: Mapping[str, Practice]
    """Whose policy knows every version that is kept with the documents."""
    offsets: tuple[Offset, ...]
    faults: tuple[Fault, ...]
    scrapes: tuple[Scrape, ...]
    logs: Mapping[str, str]


class Kept(NamedTuple):
    """One service's database as it is."""

    documents: Rows
    policies: Rows


def digest_of(value: bytes | None) -> str:
    return sha256(value or b"").hexdigest()


def practised(service: str, policies: str, kept: Rows) -> Practice:
    """As `Store.practised` gives it."""
    settings = read_settings(policies=policies)
    under = practice(find_service(service, settings), settings)
    others = (row for row in kept if row["_id"] != under.policy.reference)
    return replace(under, policy=under.policy.knowing(restored(row, under.service) for row in others))


def whole(row: Mapping[str, Any], under: Practice) -> Document:
    """As `Store.whole` gives it."""
    document = document_of(row, under.service)
    document.journal = {entry.ordinal: entry for entry in sorted(entries_of(row.get("journal", {}), document.id, document.first))}
    if (base := row.get("base")) is not None:
        document.base = unpack_snapshot(row["snapshots"][str(base)], under.service)
    return document


# -- to files ---------------------------------------------------------------------------------------------------------------------------


def save(history: History, stores: Mapping[str, Kept], directory: Path) -> None:
    """`stores` are kept in place of the history's documents and practices, which are made from them."""
    directory.mkdir(parents=True, exist_ok=True)
    told = {"seed": history.seed, "scenario": history.scenario, "set": Path(history.set).name}
    told |= {"began": history.began.isoformat(), "quiet": history.quiet.isoformat()}
    (directory / "run.json").write_text(json.dumps(told, indent=2) + "\n", "utf-8")
    shutil.copytree(find_set(history.set), directory / "policies" / Path(history.set).name, dirs_exist_ok=True)
    for name in ("sent", "faults", "scrapes"):
        _write_lines(directory / f"{name}.jsonl", (each._asdict() for each in getattr(history, name)))
    _write_lines(directory / "records.jsonl", map(_plain, history.records))
    (directory / "offsets.json").write_text(json.dumps(history.offsets) + "\n", "utf-8")
    for service, kept in stores.items():
        _write_rows(directory / "documents" / f"{service}.bson", kept.documents)
        _write_rows(directory / "practised" / f"{service}.bson", kept.policies)
    (directory / "logs").mkdir(exist_ok=True)
    for name, text in history.logs.items():
        (directory / "logs" / f"{name}.log").write_text(text, "utf-8")


def load(directory: Path) -> History:
    told = json.loads((directory / "run.json").read_text("utf-8"))
    policies = str(directory.absolute() / "policies" / told["set"])
    services = [service for service in OWNERS if (directory / "documents" / f"{service}.bson").exists()]
    practices = {service: practised(service, policies, _read_rows(directory / "practised" / f"{service}.bson")) for service in services}
    return History(
        seed=told["seed"],
        scenario=told["scenario"],
        set=policies,
        began=_instant(told["began"]),
        quiet=_instant(told["quiet"]),
        sent=tuple(Sent(**line) for line in _read_lines(directory / "sent.jsonl")),
        records=tuple(map(_record, _read_lines(directory / "records.jsonl"))),
        documents={
            service: tuple(whole(row, under) for row in _read_rows(directory / "documents" / f"{service}.bson"))
            for service, under in practices.items()
        },
        practices=practices,
        offsets=tuple(Offset(*each) for each in json.loads((directory / "offsets.json").read_text("utf-8"))),
        faults=tuple(Fault(**_instants(line, "start", "heal", "recovered")) for line in _read_lines(directory / "faults.jsonl")),
        scrapes=tuple(Scrape(**_instants(line, "at", "born")) for line in _read_lines(directory / "scrapes.jsonl")),
        logs={file.stem: file.read_text("utf-8") for file in sorted((directory / "logs").glob("*.log"))},
    )


def _write_rows(file: Path, rows: Rows) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"".join(encode(row) for row in rows))


def _read_rows(file: Path) -> Rows:
    return tuple(decode_all(file.read_bytes(), OPTIONS))


def _plain(record: Record) -> dict[str, Any]:
    headers = [[name, _base64(value)] for name, value in record.headers]
    return record._asdict() | {"key": _base64(record.key), "value": _base64(record.value), "headers": headers}


def _record(line: Mapping[str, Any]) -> Record:
    headers = tuple((name, _bytes(value) or b"") for name, value in line["headers"])
    told = {"key": _bytes(line["key"]), "value": _bytes(line["value"]), "headers": headers}
    return Record(**{**line, **told, "appended": _instant(line["appended"])})


def _base64(value: bytes | None) -> str | None:
    return None if value is None else b64encode(value).decode()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else b64decode(text)


def _instants(line: dict[str, Any], *names: str) -> dict[str, Any]:
    return line | {name: _instant(line[name]) for name in names}


def _instant(text: str | None) -> Any:
    return None if text is None else datetime.fromisoformat(text)


def _write_lines(file: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    with file.open("w", encoding="utf-8") as out:
        for line in lines:
            out.write(json.dumps(line, default=datetime.isoformat, ensure_ascii=False) + "\n")


def _read_lines(file: Path) -> Iterable[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
