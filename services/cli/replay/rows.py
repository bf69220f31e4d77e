"""A file's rows, one at a time, whatever some of them look like.

    with open_table(path, format) as table:         # raises BadFile where not even the header can be read
        for row in table.rows(): …                  # Row, or Broken: neither ends the others

A row is numbered by the line on which it begins; the header's is line 1.  Empty lines are no rows.
"""

import csv
import gzip
import io
import zlib
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from services.cli.errors import CommandError
from services.cli.replay.mapping_forms import Format

LONGEST_ROW = 1_000_000
"""Characters; a command holds less.  What is longer is an open quotation mark, or no table."""
GZIP = b"\x1f\x8b"
DAMAGED = (EOFError, gzip.BadGzipFile, zlib.error)

csv.field_size_limit(LONGEST_ROW)


class BadFile(CommandError):
    """One sentence naming the file."""


class Row(NamedTuple):
    """`cells`: column → text, stripped."""

    number: int
    cells: Mapping[str, str]


class Broken(NamedTuple):
    """A line, or all from this line on, that is no row of the table: why."""

    number: int
    why: str


class Line(NamedTuple):
    number: int
    text: str


class Table:
    """An open file with its header read."""

    def __init__(self, path: Path, raw: BinaryIO, format: Format) -> None:
        self.path, self.size = path, path.stat().st_size
        self._raw, self._format = raw, format
        self._lines, self._pending = _lines(raw, format), deque[Line | Broken]()
        self.columns = self._header()

    @property
    def position(self) -> int:
        """Bytes of the file that have been read so far, for a progress bar."""
        return self.size if self._raw.closed else self._raw.tell()

    def require(self, columns: frozenset[str]) -> None:
        """Raises BadFile unless the file has each of these columns exactly once."""
        if missing := sorted(columns - set(self.columns)):
            raise BadFile(f"{self.path} has no column {', '.join(map(repr, missing))}, which the mapping uses.")
        if twice := sorted(name for name in columns if self.columns.count(name) > 1):
            raise BadFile(f"{self.path} has the column {', '.join(map(repr, twice))} twice, and the mapping uses it.")

    def rows(self) -> Iterator[Row | Broken]:
        while line := self._next():
            if isinstance(line, Broken):
                yield line
            elif line.text.strip():
                yield self._row(line)

    def _next(self) -> Line | Broken | None:
        return self._pending.popleft() if self._pending else next(self._lines, None)

    def _header(self) -> tuple[str, ...]:
        line = self._next()
        if line is None:
            raise BadFile(f"{self.path} is empty.")
        cells = line.why if isinstance(line, Broken) else self._cells(line)
        if isinstance(cells, str):
            raise BadFile(f"{self.path}: line 1 {cells}.")
        return tuple(cell.strip() for cell in cells)

    def _row(self, line: Line) -> Row | Broken:
        cells = self._cells(line)
        if isinstance(cells, str):
            return Broken(line.number, cells)
        if len(cells) != len(self.columns):
            return Broken(line.number, f"has {len(cells)} columns where the header has {len(self.columns)}")
        return Row(line.number, dict(zip(self.columns, (cell.strip() for cell in cells), strict=True)))

    def _cells(self, line: Line) -> list[str] | str:
        """The cells of the row that begins here, or why there is none.  Then only this line is lost, and the next begins a row anew."""
        if len(line.text) > LONGEST_ROW:
            return f"is too long: a row has at most {LONGEST_ROW:,} characters"
        if not _is_decoded(line.text):
            return f"is not {self._format.encoding}"
        taken = self._gather(line)
        rows = _parse("".join(part.text for part in taken), self._format.delimiter)
        if rows is None and len(taken) > 1:
            self._pending.extendleft(reversed(taken[1:]))
            rows = _parse(line.text, self._format.delimiter)
        return "has a quotation mark that is not closed as it should be" if rows is None else rows

    def _gather(self, line: Line) -> list[Line]:
        """The lines of one row: until the quotation marks are even."""
        taken, length, open_ = [line], len(line.text), line.text.count('"') % 2
        while open_ and length < LONGEST_ROW and (more := self._next()):
            if isinstance(more, Broken) or not _is_decoded(more.text):
                self._pending.appendleft(more)
                break
            taken.append(more)
            length, open_ = length + len(more.text), (open_ + more.text.count('"')) % 2
        return taken


@contextmanager
def open_table(path: Path, format: Format) -> Iterator[Table]:
    with ExitStack() as opened:
        try:
            if path.exists() and not path.is_file():
                raise BadFile(f"{path} cannot be read: it is no regular file, which can be read a second time.")
            raw = opened.enter_context(path.open("rb"))
        except OSError as error:
            raise BadFile(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from None
        yield Table(path, raw, format)


def _lines(raw: BinaryIO, format: Format) -> Iterator[Line | Broken]:
    """The lines with their ends; a damaged file gives those before the damage, and then says so."""
    encoding = "utf-8-sig" if format.encoding.lower() in ("utf-8", "utf8") else format.encoding
    number = 0
    try:
        packed = raw.read(2) == GZIP
        raw.seek(0)
        stream = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if packed else raw
        for number, line in enumerate(io.TextIOWrapper(stream, encoding, errors="surrogateescape", newline=""), 1):
            yield Line(number, line)
    except DAMAGED:
        yield Broken(number + 1, "cannot be read, nor can what follows: the archive is damaged or cut off")
    except OSError as error:
        yield Broken(number + 1, f"cannot be read, nor can what follows: {(error.strerror or str(error)).lower()}")


def _is_decoded(text: str) -> bool:
    return text.isascii() or not any("\udc80" <= letter <= "\udcff" for letter in text)


def _parse(text: str, delimiter: str) -> list[str] | None:
    """The cells of exactly one row."""
    try:
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None
