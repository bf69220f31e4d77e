"""The directory of an export:

    manifest.json                                            what counts
    all/day=2026-03-02/00000007-0.parquet                    every event of the day that batch 7 brought
    routing.clock_met.v1/day=2026-03-02/00000007-0.parquet   the same, those of one type, with a column for each field
    <each>/day=2000-01-01/00000000-0.parquet                 no row: so that a table is there before its first event

An event's day is that of its own instant `at`, in UTC: whatever is published again says the same `at`, however late it comes, so an event
is looked for among those of its day alone, and a late one becomes a further file of its own day.

A batch is made in `.work`, moved into its place file by file, and counted by the manifest in the end.  Whoever reads the files meanwhile
finds each event once or not yet; whatever a killed run left uncounted is taken away first, and read from the topics again.  So the manifest
is there before any file: files without one are somebody else's, or an export that has lost its own, and are left alone.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Self

from services.cli.duck import BOUNDS
from services.cli.errors import CommandError
from services.cli.export.manifest import NAME, Manifest, read_manifest, sync_directory, write_manifest
from services.cli.export.staging import Staging
from services.cli.outputs import telling
from services.export import duck
from services.export.columns import Column
from services.export.tables import ALL, RECORD, TABLES
from services.platform.chassis.onwards import Spot

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

WORK = ".work"
NO_DAY = f"{duck.DAY}=2000-01-01"
FORMAT = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE_BYTES '16MB'"
"""A piece fits into the memory that DuckDB is given, however large its events are; which costs the order of the rows."""

KEEP_SIDES = "SET disabled_optimizers = 'build_side_probe_side'"
"""What stands on the right of a join is held in memory: here ids and places.  DuckDB would guess, and hold the whole rows."""


class Store:
    """`manifest`: what has been exported so far."""

    def __init__(self, place: Path, manifest: Manifest, database: "DuckDBPyConnection", staging: Staging) -> None:
        self.place, self.manifest, self.staging = place, manifest, staging
        self._database = database

    @classmethod
    @contextmanager
    def open(cls, place: Path, cluster: str, prefix: str) -> Iterator[Self]:
        """Makes the directory, or goes on with it; raises CommandError where that cannot be."""
        import duckdb

        with telling(f"The export {place}"):
            place.mkdir(parents=True, exist_ok=True)
            with _alone(place):
                manifest, work = _begun(place, cluster, prefix), place / WORK
                _clear(place, manifest)
                work.mkdir()
                staging = Staging(work / "waiting.jsonl")
                bounds = BOUNDS | {"preserve_insertion_order": False, "temp_directory": str(work / "spilled")}
                try:
                    with _told(place), duckdb.connect(config=bounds) as database:
                        database.execute(KEEP_SIDES)
                        store = cls(place, manifest, database, staging)
                        store._lay_out()
                        yield store
                finally:
                    staging.close()
                    shutil.rmtree(work, ignore_errors=True)

    def _lay_out(self) -> None:
        columns: dict[str, tuple[Column, ...]] = {ALL: RECORD} | {name: table.columns for name, table in TABLES.items()}
        known = sha256(repr(columns).encode()).hexdigest()
        if self.manifest.columns == known:
            return
        for name, told in columns.items():
            made = self.place / WORK / "empty.parquet"
            self._database.execute(f"COPY ({duck.empty(told)}) TO {duck.text(made)} ({FORMAT})")
            self._put(made, self.place / name / NO_DAY / _file(0, 0))
        self.manifest = self.manifest.model_copy(update={"columns": known})

    def commit(self, position: Mapping[Spot, int], appended: Mapping[Spot, datetime]) -> None:
        """What waits becomes a batch; everything up to `position` is exported then.  `appended`: as `Onwards` has it."""
        repeats = self._write(self.manifest.batches + 1) if self.staging.waiting else 0
        self.manifest = self.manifest.after(position, appended, self.staging.waiting - repeats, repeats)
        write_manifest(self.place, self.manifest)
        self.staging.empty()

    def _write(self, batch: int) -> int:
        """How many of those that wait are repeats."""
        self.staging.flush()
        database = self._database
        for statement in _take(self.staging.file, self._known()):
            database.execute(statement)
        for name in sorted(TABLES.keys() & self._distinct("type", "fresh")):
            self._copy(duck.rows(TABLES[name], "fresh"), name, batch)
        for day in sorted(self._distinct(duck.DAY, "fresh")):
            self._copy(duck.records("fresh", day), ALL, batch)
        [(fresh,)] = database.execute("SELECT count(*) FROM fresh").fetchall()
        return self.staging.waiting - int(fresh)

    def _known(self) -> list[Path]:
        """The files that hold the events of the days that are waited for."""
        days = self._distinct(duck.DAY, _waiting(self.staging.file))
        return [file for day in sorted(days) for file in sorted((self.place / ALL / f"{duck.DAY}={day}").glob("*.parquet"))]

    def _distinct(self, column: str, relation: str) -> set[str]:
        return {found for (found,) in self._database.execute(f"SELECT DISTINCT CAST({column} AS VARCHAR) FROM {relation}").fetchall()}

    def _copy(self, rows: str, name: str, batch: int) -> None:
        made = self.place / WORK / "made"
        self._database.execute(f"COPY ({rows}) TO {duck.text(made)} ({FORMAT}, PARTITION_BY ({duck.DAY}))")
        for day in sorted(made.iterdir()):
            for number, file in enumerate(sorted(day.iterdir())):
                self._put(file, self.place / name / day.name / _file(batch, number))
        shutil.rmtree(made)

    def _put(self, made: Path, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        with made.open("rb") as written:
            os.fsync(written.fileno())
        made.replace(file)
        for directory in (file.parent, file.parent.parent):              # which may be as new
            sync_directory(directory)


def _waiting(lines: Path) -> str:
    return f"read_json({duck.text(lines)}, format = 'newline_delimited', columns = {duck.staged()})"


def _take(lines: Path, known: list[Path]) -> Iterator[str]:
    """Makes `fresh`: those that are not known, each once.  Which they are is found by their ids alone: whole rows fill the memory."""
    files = ", ".join(duck.text(file) for file in known)
    unknown = f"ANTI JOIN read_parquet([{files}], hive_partitioning = false) AS known USING (id)" if known else ""
    place = 'struct_pack(topic := topic, "partition" := "partition", "offset" := "offset")'
    yield f"CREATE OR REPLACE TEMP TABLE firsts AS SELECT min({place}) AS place FROM {_waiting(lines)} AS waiting {unknown} GROUP BY id"
    yield f"CREATE OR REPLACE TEMP TABLE fresh AS SELECT waiting.* FROM {_waiting(lines)} AS waiting SEMI JOIN firsts ON {place} = place"


def _file(batch: int, number: int) -> str:
    return f"{batch:08}-{number}.parquet"


_NAME = re.compile(r"(\d{8,})-\d+\.parquet")
"""As `_file` makes it: the number of the batch."""


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    with (place / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(f"Another export writes into {place}: wait until it has ended.") from None
        yield


@contextmanager
def _told(place: Path) -> Iterator[None]:
    """What DuckDB cannot write: the disk is full, mostly."""
    import duckdb

    try:
        yield
    except (duckdb.IOException, duckdb.OutOfMemoryException) as failure:
        why = str(failure).splitlines()[0].rpartition(": ")[2]
        raise CommandError(f"The export {place} cannot be written: {why}.  What was exported before counts: run it again.") from None


def _begun(place: Path, cluster: str, prefix: str) -> Manifest:
    """With a manifest on disk."""
    if not (place / NAME).exists():
        if next(place.glob(f"*/{duck.DAY}=*/*.parquet"), None):
            raise CommandError(f"{place} holds Parquet files, and no {NAME} that counts them: put that back, or name another directory.")
        write_manifest(place, Manifest(cluster=cluster, prefix=prefix))
    return read_manifest(place, cluster, prefix)


def _clear(place: Path, manifest: Manifest) -> None:
    """Of a run that was killed."""
    shutil.rmtree(place / WORK, ignore_errors=True)
    for file in place.glob(f"*/{duck.DAY}=*/*.parquet"):
        if (ours := _NAME.fullmatch(file.name)) and int(ours[1]) > manifest.batches:
            file.unlink()
