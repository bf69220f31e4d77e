"""A file of customers and what each contributes, as a spreadsheet writes it: with or without a byte order mark, separated by commas,
semicolons or tabs, with points or commas in the numbers.  A bad row is an error that names it: tiers are ranks, and one row moves others.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from pydantic import ValidationError

from contracts.intake import Customer
from services.cli.replay.mapping_forms import Format
from services.cli.replay.rows import BadFile, Broken, Table, open_table
from services.intake.identity import customer_id

CUSTOMER, CONTRIBUTION = "customer", "contribution"
DELIMITERS = (",", ";", "\t")
BLANKS = re.compile(r"[\s'’]")


class Notation(NamedTuple):
    decimal: str
    group: str

    def read(self, written: str) -> Decimal | None:
        """The number, or None where it is none in this notation."""
        digits = BLANKS.sub("", normalize("NFKC", written)).replace("−", "-")
        group, decimal = re.escape(self.group), re.escape(self.decimal)
        if not re.fullmatch(rf"[+-]?([0-9]{{1,20}}|[0-9]{{1,3}}({group}[0-9]{{3}}){{1,6}})({decimal}[0-9]{{1,10}})?", digits):
            return None
        return Decimal(digits.replace(self.group, "").replace(self.decimal, "."))


POINT, COMMA = Notation(".", ","), Notation(",", ".")


class Entry(NamedTuple):
    row: int
    customer: str
    written: str


def read_contributions(path: Path) -> dict[str, Decimal]:
    """Customer → contribution, in the file's order; raises CommandError, a sentence that names the file and the row."""
    delimiter = _delimiter(path)
    with open_table(path, Format(delimiter=delimiter)) as table:
        entries = list(_entries(table))
    notation = _notation(path, entries, (POINT,) if delimiter == "," else (POINT, COMMA))
    return {entry.customer: amount for entry in entries if (amount := notation.read(entry.written)) is not None}


def _delimiter(path: Path) -> str:
    """The one by which the first line has both columns."""
    for delimiter in DELIMITERS:
        with open_table(path, Format(delimiter=delimiter)) as table:
            if {CUSTOMER, CONTRIBUTION} <= {_plain(name) for name in table.columns}:
                return delimiter
    raise BadFile(f"{path} has no columns {CUSTOMER} and {CONTRIBUTION} in its first line, separated by commas, semicolons or tabs.")


def _entries(table: Table) -> Iterator[Entry]:
    names = {_plain(name): name for name in table.columns}
    for name in (CUSTOMER, CONTRIBUTION):
        if [*map(_plain, table.columns)].count(name) > 1:
            raise BadFile(f"{table.path} has the column {name} twice.")
    first: dict[str, int] = {}
    for row in table.rows():
        if isinstance(row, Broken):
            raise _bad(table.path, row.number, row.why)
        if not any(row.cells.values()):
            continue
        entry = Entry(row.number, row.cells[names[CUSTOMER]], row.cells[names[CONTRIBUTION]])
        if not _is_customer(entry.customer):
            raise _bad(table.path, row.number, f"{CUSTOMER} {entry.customer!r} is nobody's id")
        if (before := first.setdefault(entry.customer, row.number)) != row.number:
            raise _bad(table.path, row.number, f"{CUSTOMER} {entry.customer!r} is in row {before} already")
        yield entry
    if not first:
        raise BadFile(f"{table.path} names no customer.")


def _is_customer(id: str) -> bool:
    try:
        return customer_id(Customer(id=id).id) is not None
    except ValidationError:
        return False


def _notation(path: Path, entries: list[Entry], possible: tuple[Notation, ...]) -> Notation:
    """The one in which every row is a number; where two are, they must say the same."""
    for row, _, written in entries:
        if all(each.read(written) is None for each in possible):
            raise _bad(path, row, f"{CONTRIBUTION} {written!r} is not a number")
    fitting = [each for each in possible if all(each.read(entry.written) is not None for entry in entries)]
    for row, _, written in entries:
        if len({each.read(written) for each in fitting or possible}) > 1:
            doubt = "may be read in two ways: write it without a sign between thousands" if fitting else "is written otherwise than others"
            raise _bad(path, row, f"{CONTRIBUTION} {written!r} {doubt}")
    return fitting[0]


def _bad(path: Path, row: int, why: str) -> BadFile:
    return BadFile(f"{path}: row {row}: {why}.")


def _plain(column: str) -> str:
    return column.strip().casefold()
