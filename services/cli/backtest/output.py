"""`--events FILE`: every event of a backtest, as JSON lines (plain or gzipped) or Parquet by the file's ending.

The file is written beside its place and moved there at the end, so that it is either the old one or the new one, whole.
"""

import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, cast

from services.backtest.fact import Fact
from services.cli.duck import BOUNDS, quoted, require
from services.cli.errors import CommandError
from services.cli.outputs import telling

Write = Callable[[Fact], object]
ENDINGS = (".jsonl", ".jsonl.gz", ".parquet")
COLUMNS = """
    json->>'$.topic' AS topic, json->>'$.type' AS type, json->>'$.id' AS id, CAST(json->>'$.at' AS TIMESTAMPTZ) AS at,
    CAST(json->>'$.seq' AS BIGINT) AS seq, json->>'$.cause' AS cause, json->>'$.complaint_id' AS complaint_id,
    json->>'$.customer' AS customer, CAST(json AS VARCHAR) AS data
"""


def check_events(file: Path) -> None:
    """Told before the run begins: what would keep it from being written at its end."""
    if not file.name.endswith(ENDINGS):
        raise CommandError(f"--events {file}: the ending says what is written: {', '.join(ENDINGS)}.")
    if file.suffix == ".parquet":
        require(f"--events {file}")


@contextmanager
def events_into(file: Path) -> Iterator[Write]:
    """What writes an event; the file is there when the block ends well."""
    whole = file.resolve()
    beside = whole.with_name(f"{whole.name}.new")
    with telling(f"--events {file}"):
        try:
            with _opened(beside, file.name) as out:
                yield lambda fact: out.write(line(fact))
            beside.replace(whole)
        finally:
            beside.unlink(missing_ok=True)


def line(fact: Fact) -> bytes:
    """The event's own JSON, and before it the topic that it stands on."""
    return b'{"topic":"%b.events.v1",%b\n' % (fact.service.encode(), fact.value[1:])


@contextmanager
def _opened(beside: Path, name: str) -> Iterator[IO[bytes]]:
    if name.endswith(".parquet"):
        with NamedTemporaryFile(dir=beside.parent, suffix=".jsonl") as lines:
            yield cast(IO[bytes], lines)
            lines.flush()
            _to_parquet(lines.name, beside)
    elif name.endswith(".gz"):
        with beside.open("wb") as file, gzip.GzipFile("", "wb", compresslevel=3, fileobj=file, mtime=0) as out:
            yield cast(IO[bytes], out)
    else:
        with beside.open("wb") as out:
            yield out


def _to_parquet(lines: str, file: Path) -> None:
    """In duckdb, which does it a piece at a time; one thread keeps the order of the lines."""
    import duckdb

    with duckdb.connect(config=BOUNDS) as database:
        rows = f"read_ndjson_objects('{quoted(lines)}')"
        database.execute(f"COPY (SELECT {COLUMNS} FROM {rows}) TO '{quoted(str(file))}' (FORMAT parquet, COMPRESSION zstd)")
