"""The topics as read, set aside on disk: found by where a record stands, and by what stands there.

A million records would not fit into memory.  The database is a temporary one without a name: SQLite removes it from its directory as it
opens it, nobody else can open it, and it is gone with this process, however that ends.
"""

import marshal
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from types import TracebackType
from typing import Any, NamedTuple, Self

from contracts.catalogue import TOPICS
from contracts.wire import Headers, header
from services.audit.fold import Origin
from services.platform.chassis.publication import Publication
from services.platform.kernel.dead import DEAD
from services.platform.kernel.document import Snapshot
from services.platform.kernel.record import Record
from services.platform.kernel.service import own_source

CACHE_KB = 64 * 1024
PAGE = 1_000
EPOCH, MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)
NUMBERS = {name: n for n, name in enumerate(TOPICS)}
NAMES = tuple(TOPICS)
OFFSETS, PLACES = 2**48, 2**8
"""A record's number: its topic's, its partition and its offset in one, so that finding it needs no other index."""
SCHEMA = """
CREATE TABLE records (n INTEGER PRIMARY KEY, appended INTEGER, key BLOB, value BLOB, headers BLOB, mark BLOB, said INTEGER DEFAULT 0);
CREATE INDEX marks ON records (mark) WHERE mark IS NOT NULL;
CREATE TABLE taken (service TEXT, n INTEGER, document TEXT, PRIMARY KEY (service, n)) WITHOUT ROWID;
CREATE TABLE pruned (service TEXT, name BLOB, seq INTEGER, taken INTEGER, PRIMARY KEY (service, name)) WITHOUT ROWID;
CREATE TABLE known (service TEXT, mark BLOB, PRIMARY KEY (service, mark)) WITHOUT ROWID;
"""


class Standing(NamedTuple):
    """A record that stands on its topic, and its number in the order of its partition."""

    n: int
    record: Record


class Topics(Mapping[Origin, Record]):
    """Of answers it also keeps which were found to be some document's, of causes which some document took."""

    def __init__(self) -> None:
        self.database = sqlite3.connect("", isolation_level=None)
        self.database.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        self.database.execute("PRAGMA journal_mode = OFF")
        self.database.execute("PRAGMA synchronous = OFF")
        self.database.executescript(SCHEMA)
        self.database.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.database.close()

    def add(self, records: Iterable[Record]) -> None:
        rows = [(_number(each.origin), _stamp(each.appended), each.key, _kept_value(each), marshal.dumps(tuple(map(tuple, each.headers))),
                 _mark_of(each)) for each in records]  # fmt: skip
        self.database.executemany("INSERT OR IGNORE INTO records (n, appended, key, value, headers, mark) VALUES (?, ?, ?, ?, ?, ?)", rows)

    # -- as a mapping -----------------------------------------------------------------------------------------------------------------

    def __getitem__(self, origin: Origin) -> Record:
        row = self._one("SELECT n, appended, key, value, headers FROM records WHERE n = ?", _number(origin)) if _fits(origin) else None
        if row is None:
            raise KeyError(origin)
        return _record(row)

    def __len__(self) -> int:
        return int(self._one("SELECT count(*) FROM records")[0])

    def __iter__(self) -> Iterator[Origin]:
        return (_origin(n) for (n,) in self.database.execute("SELECT n FROM records ORDER BY n"))

    # -- by what stands there ---------------------------------------------------------------------------------------------------------

    def standing(self, publication: Publication) -> list[Standing]:
        """Where this very record stands, each time that it was published, in order."""
        mark = _mark(publication.topic, publication.partition, publication.key, publication.value, publication.headers)
        rows = self.database.execute("SELECT n, appended, key, value, headers FROM records WHERE mark = ? ORDER BY n", (mark,))
        return [Standing(row[0], _record(row)) for row in rows]

    def claim(self, found: Iterable[Standing]) -> None:
        """They are some document's words."""
        self.database.executemany("UPDATE records SET said = 1 WHERE n = ?", [(each.n,) for each in found])

    def unclaimed(self, topic: str, ends: Mapping[tuple[str, int], int]) -> Iterator[Record]:
        """What stands on the topic before these ends and is nobody's word."""
        return (record for record in self._between(topic, ends, "said = 0"))

    def first_appended(self, topic: str, partition: int) -> datetime | None:
        start = _number((topic, partition, 0))
        row = self._one("SELECT appended FROM records WHERE n >= ? AND n < ? ORDER BY n LIMIT 1", start, start + OFFSETS)
        return None if row is None else EPOCH + row[0] * MILLISECOND

    def newest(self, topic: str, partition: int, key: bytes | None) -> Standing | None:
        """The last record of this key: of a compacted topic what holds."""
        mark = _mark(topic, partition, key, None, ())
        row = self._one("SELECT n, appended, key, value, headers FROM records WHERE mark = ? ORDER BY n DESC LIMIT 1", mark)
        return None if row is None else Standing(row[0], _record(row))

    # -- which causes were taken ------------------------------------------------------------------------------------------------------

    def take(self, service: str, document: str, origins: Sequence[Origin], marks: Sequence[bytes]) -> list[Origin]:
        """The document's journal has them, under these names; returns those that another's has too."""
        numbers = [_number(origin) for origin in origins if _fits(origin)]
        query = "SELECT 1 FROM taken WHERE service = ? AND n = ? AND document <> ?"
        twice = [n for n in numbers if self._one(query, service, n, document)]
        self.database.executemany("INSERT OR IGNORE INTO taken VALUES (?, ?, ?)", [(service, n, document) for n in numbers])
        self.database.executemany("INSERT OR IGNORE INTO known VALUES (?, ?)", [(service, mark) for mark in marks])
        return [_origin(n) for n in twice]

    def knows(self, service: str, mark: bytes) -> bool:
        return self._one("SELECT 1 FROM known WHERE service = ? AND mark = ?", service, mark) is not None

    def prune(self, service: str, names: Iterable[bytes], base: Snapshot) -> None:
        """The document of these names has no entries any more from before this snapshot."""
        rows = [(service, name, base.seq, _stamp(base.taken)) for name in names]
        self.database.executemany("INSERT OR REPLACE INTO pruned VALUES (?, ?, ?, ?)", rows)

    def pruned_until(self, service: str, name: bytes) -> tuple[int, datetime]:
        """Up to which of its events, and to when."""
        row = self._one("SELECT seq, taken FROM pruned WHERE service = ? AND name = ?", service, name)
        return (0, EPOCH) if row is None else (row[0], EPOCH + row[1] * MILLISECOND)

    def untaken(self, service: str, topic: str, ends: Mapping[tuple[str, int], int]) -> Iterator[Record]:
        """What stands on the topic before these ends and is in no journal of the service."""
        where = "NOT EXISTS (SELECT 1 FROM taken WHERE service = ? AND taken.n = records.n)"
        return (record for record in self._between(topic, ends, where, service))

    def _between(self, topic: str, ends: Mapping[tuple[str, int], int], where: str, *given: Any) -> Iterator[Record]:
        """Page by page: what is found may be written to meanwhile."""
        query = f"SELECT n, appended, key, value, headers FROM records WHERE n >= ? AND n < ? AND {where} ORDER BY n LIMIT {PAGE}"
        for (name, partition), end in sorted(ends.items()):
            first = _number((topic, partition, 0))
            page, until = [], first + end if name == topic else first
            while page := self.database.execute(query, (page[-1][0] + 1 if page else first, until, *given)).fetchall():
                yield from map(_record, page)

    def _one(self, query: str, *given: Any) -> Any:
        return self.database.execute(query, given).fetchone()


def _fits(origin: Origin) -> bool:
    topic, partition, offset = origin
    return topic in NUMBERS and 0 <= partition < PLACES and 0 <= offset < OFFSETS


def _number(origin: Origin) -> int:
    topic, partition, offset = origin
    return (NUMBERS[topic] * PLACES + partition) * OFFSETS + offset


def _origin(n: int) -> Origin:
    place, offset = divmod(n, OFFSETS)
    topic, partition = divmod(place, PLACES)
    return NAMES[topic], partition, offset


def _stamp(instant: datetime) -> int:
    return (instant - EPOCH) // MILLISECOND


def _record(row: Sequence[Any]) -> Record:
    n, appended, key, value, headers = row
    return Record(*_origin(n), EPOCH + appended * MILLISECOND, key, value, marshal.loads(headers))


def _kept_value(record: Record) -> bytes | None:
    """Dossiers are compared by their hash: nothing of them is written down here."""
    return digest_of(record.value) if TOPICS[record.topic].kind == "dossiers" and record.value is not None else record.value


def digest_of(*parts: bytes | None) -> bytes:
    """Told apart however they are cut."""
    held = blake2b(digest_size=16)
    for part in parts:
        held.update(b"-" if part is None else b"%d:" % len(part))
        held.update(part or b"")
    return held.digest()


def _mark_of(record: Record) -> bytes | None:
    """Of commands only those that a service asks itself are looked for by what they say."""
    owner, kind = record.topic.split(".")[:2]
    if kind == "commands" and header(record.headers, "ce_source") != own_source(owner):
        return None
    return _mark(record.topic, record.partition, record.key, record.value, record.headers)


def _mark(topic: str, partition: int, key: bytes | None, value: bytes | None, headers: Headers) -> bytes:
    """By which an answer finds where it stands: all of it; but of a dead letter its origin and reason, for an erasure empties the rest,
    and of a dossier its key."""
    place = topic.encode(), bytes([partition])
    match TOPICS[topic].kind:
        case "dlq":
            return digest_of(*place, *_flat(each for each in headers if each[0].startswith(DEAD)))
        case "dossiers":
            return digest_of(*place, key)
    return digest_of(*place, key, value, *_flat(headers))


def _flat(headers: Iterable[tuple[str, bytes | None]]) -> Iterator[bytes | None]:
    for name, value in headers:
        yield name.encode("utf-8", "surrogatepass")
        yield value
