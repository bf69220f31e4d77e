"""The topics as read, set aside on disk: found by where a record stands, and by what stands there.

A million records would not fit into memory.  The database is a temporary one without a name: SQLite removes it from its directory as it
opens it, nobody else can open it, and it is gone with this process, however that ends.
"""

import marshal
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, NamedTuple, Self

from services.audit.fold import Origin
from services.cli.audit.marks import (
    EPOCH,
    MILLISECOND,
    OFFSETS,
    has_number,
    kept_value,
    mark_at,
    mark_of,
    milliseconds,
    number_of,
    origin_at,
)
from services.platform.chassis.publication import Publication
from services.platform.kernel.document import Snapshot
from services.platform.kernel.record import Record

CACHE_KB = 64 * 1024
PAGE = 1_000
SCHEMA = """
CREATE TABLE records (n INTEGER PRIMARY KEY, appended INTEGER, key BLOB, value BLOB, headers BLOB, mark BLOB, said INTEGER DEFAULT 0);
CREATE INDEX marks ON records (mark) WHERE mark IS NOT NULL;
CREATE TABLE taken (service TEXT, n INTEGER, document TEXT, PRIMARY KEY (service, n)) WITHOUT ROWID;
CREATE TABLE pruned (service TEXT, name BLOB, seq INTEGER, taken INTEGER, PRIMARY KEY (service, name)) WITHOUT ROWID;
CREATE TABLE known (service TEXT, mark BLOB, PRIMARY KEY (service, mark)) WITHOUT ROWID;
"""


OutOfRoom = sqlite3.Error
"""The temporary database cannot be written, for want of room mostly."""


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
        """Those that are there already stay as they are."""
        rows = map(_row, records)
        self.database.executemany("INSERT OR IGNORE INTO records (n, appended, key, value, headers, mark) VALUES (?, ?, ?, ?, ?, ?)", rows)

    # -- as a mapping -----------------------------------------------------------------------------------------------------------------

    def __getitem__(self, origin: Origin) -> Record:
        query = "SELECT n, appended, key, value, headers FROM records WHERE n = ?"
        if not has_number(origin) or (row := self._one(query, number_of(origin))) is None:
            raise KeyError(origin)
        return _record(row)

    def __len__(self) -> int:
        return int(self._one("SELECT count(*) FROM records")[0])

    def __iter__(self) -> Iterator[Origin]:
        return (origin_at(n) for (n,) in self.database.execute("SELECT n FROM records ORDER BY n"))

    # -- by what stands there ---------------------------------------------------------------------------------------------------------

    def standing(self, publication: Publication) -> list[Standing]:
        """Where this very record stands, each time that it was published, in order."""
        mark = mark_at(publication.topic, publication.partition, publication.key, publication.value, publication.headers)
        rows = self.database.execute("SELECT n, appended, key, value, headers FROM records WHERE mark = ? ORDER BY n", (mark,))
        return [Standing(row[0], _record(row)) for row in rows]

    def claim(self, found: Iterable[Standing]) -> None:
        """They are some document's words."""
        self.database.executemany("UPDATE records SET said = 1 WHERE n = ?", [(each.n,) for each in found])

    def unclaimed(self, topic: str, ends: Mapping[tuple[str, int], int]) -> Iterator[Record]:
        """What stands on the topic before these ends and is nobody's word."""
        return (record for record in self._between(topic, ends, "said = 0"))

    def first_appended(self, topic: str, partition: int) -> datetime | None:
        start = number_of((topic, partition, 0))
        row = self._one("SELECT appended FROM records WHERE n >= ? AND n < ? ORDER BY n LIMIT 1", start, start + OFFSETS)
        return None if row is None else EPOCH + row[0] * MILLISECOND

    def newest(self, topic: str, partition: int, key: bytes | None) -> Standing | None:
        """The last record of this key: of a compacted topic what holds."""
        mark = mark_at(topic, partition, key, None, ())
        row = self._one("SELECT n, appended, key, value, headers FROM records WHERE mark = ? ORDER BY n DESC LIMIT 1", mark)
        return None if row is None else Standing(row[0], _record(row))

    # -- which causes were taken ------------------------------------------------------------------------------------------------------

    def take(self, service: str, document: str, origins: Sequence[Origin], marks: Sequence[bytes]) -> list[Origin]:
        """The document's journal has them, under these names; returns those that another's has too."""
        numbers = [number_of(origin) for origin in origins if has_number(origin)]
        query = "SELECT 1 FROM taken WHERE service = ? AND n = ? AND document <> ?"
        twice = [n for n in numbers if self._one(query, service, n, document)]
        self.database.executemany("INSERT OR IGNORE INTO taken VALUES (?, ?, ?)", [(service, n, document) for n in numbers])
        self.database.executemany("INSERT OR IGNORE INTO known VALUES (?, ?)", [(service, mark) for mark in marks])
        return [origin_at(n) for n in twice]

    def knows(self, service: str, mark: bytes) -> bool:
        return self._one("SELECT 1 FROM known WHERE service = ? AND mark = ?", service, mark) is not None

    def prune(self, service: str, names: Iterable[bytes], base: Snapshot) -> None:
        """The document of these names has no entries any more from before this snapshot."""
        rows = [(service, name, base.seq, milliseconds(base.taken)) for name in names]
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
            first = number_of((topic, partition, 0))
            page, until = [], first + end if name == topic else first
            while page := self.database.execute(query, (page[-1][0] + 1 if page else first, until, *given)).fetchall():
                yield from map(_record, page)

    def _one(self, query: str, *given: Any) -> Any:
        return self.database.execute(query, given).fetchone()


def _row(record: Record) -> tuple[Any, ...]:
    headers = marshal.dumps(tuple(map(tuple, record.headers)))
    return number_of(record.origin), milliseconds(record.appended), record.key, kept_value(record), headers, mark_of(record)


def _record(row: Sequence[Any]) -> Record:
    n, appended, key, value, headers = row
    return Record(*origin_at(n), EPOCH + appended * MILLISECOND, key, value, marshal.loads(headers))
