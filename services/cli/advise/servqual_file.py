"""A file of SERVQUAL answers, as a spreadsheet writes it: with or without a byte order mark, separated by commas, semicolons or tabs, with
points or commas in the numbers.  A bad row is an error that names it: left out, it would move the whole.
"""

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from contracts.servqual import DIMENSIONS, Answer
from services.cli.replay.mapping_forms import Format
from services.cli.replay.rows import BadFile, Broken, Row, Table, open_table
from services.cli.tiers.file import DELIMITERS, POINT

DIMENSION, ITEM, EXPECTATION, PERCEPTION, WEIGHT = COLUMNS = ("dimension", "item", "expectation", "perception", "weight")
NEEDED = (DIMENSION, EXPECTATION, PERCEPTION)
IN_CHINESE = dict(zip(DIMENSIONS, ("有形性", "可靠性", "响应性", "保证性", "移情性"), strict=True))
KNOWN = {name: name for name in DIMENSIONS} | {chinese: name for name, chinese in IN_CHINESE.items()}
HIGHEST_SCORE, POINTS = 10, 100


class Weighed(NamedTuple):
    row: int
    points: Fraction


def read_answers(path: Path) -> tuple[list[Answer], dict[str, Fraction]]:
    """The answers in the file's order, and dimension → weight; raises CommandError, a sentence that names the file and the row."""
    with open_table(path, Format(delimiter=_delimiter(path))) as table:
        rows = list(_rows(table))
    named = {row.cells[ITEM] for row in rows}
    answers: list[Answer] = []
    weights: dict[str, Weighed] = {}
    for row in rows:
        answers.append(_answer(path, row, named))
        _weigh(path, row, answers[-1].dimension, weights)
    if not answers:
        raise BadFile(f"{path} has no answers.")
    _check(path, {answer.dimension for answer in answers}, weights)
    return answers, {dimension: weight.points for dimension, weight in weights.items()}


def _delimiter(path: Path) -> str:
    """The one by which the first line has the columns that are needed; a comma where none does, for what is missing to be told."""
    for delimiter in DELIMITERS:
        with open_table(path, Format(delimiter=delimiter)) as table:
            if set(NEEDED) <= {_plain(name) for name in table.columns}:
                return delimiter
    return ","


def _rows(table: Table) -> Iterator[Row]:
    """With the cells by `COLUMNS`; an optional one that the file has not is empty."""
    names = _names(table)
    for row in table.rows():
        if isinstance(row, Broken):
            raise _bad(table.path, row.number, row.why)
        if any(row.cells.values()):
            yield Row(row.number, {name: row.cells[names[name]] if name in names else "" for name in COLUMNS})


def _names(table: Table) -> Mapping[str, str]:
    """How the file writes each column's name."""
    if missing := [name for name in NEEDED if name not in map(_plain, table.columns)]:
        raise BadFile(f"{table.path} has no column {', '.join(missing)} in its first line, separated by commas, semicolons or tabs.")
    known = [_plain(name) for name in table.columns if _plain(name) in COLUMNS]
    if twice := sorted(name for name in set(known) if known.count(name) > 1):
        raise BadFile(f"{table.path} has the column {', '.join(twice)} twice.")
    return {_plain(name): name for name in table.columns if _plain(name) in COLUMNS}


def _answer(path: Path, row: Row, named: Collection[str]) -> Answer:
    written = row.cells[DIMENSION]
    dimension = KNOWN.get(_plain(written))
    if dimension is None:
        raise _bad(path, row.number, f"{DIMENSION} {written!r} is none of {', '.join(DIMENSIONS)}")
    item = row.cells[ITEM] or _unnamed(row.number, named)
    return Answer(dimension, item, _score(path, row, EXPECTATION), _score(path, row, PERCEPTION))


def _unnamed(row: int, named: Collection[str]) -> str:
    """What an item without a name is called, as none with a name is: `row 2`."""
    name = f"row {row}"
    while name in named:
        name = f"[{name}]"
    return name


def _score(path: Path, row: Row, column: str) -> Fraction:
    written = row.cells[column]
    found = _number(written)
    if found is None or not 0 <= found <= HIGHEST_SCORE:
        raise _bad(path, row.number, f"{column} {written!r} is not a score from 0 to {HIGHEST_SCORE}")
    return Fraction(found)


def _number(written: str) -> Decimal | None:
    """With either sign before its decimals: scores and weights have no thousands."""
    return POINT.read(written.replace(",", "."))


def _weigh(path: Path, row: Row, dimension: str, weights: dict[str, Weighed]) -> None:
    """Takes the row's weight, where it has one: it is its dimension's, so all rows of one that have a weight have the same."""
    written = row.cells[WEIGHT]
    if not written:
        return
    points = _number(written.removesuffix("%"))
    if points is None or not 0 <= points <= POINTS:
        raise _bad(path, row.number, f"{WEIGHT} {written!r} is not a number of points from 0 to {POINTS}")
    first = weights.setdefault(dimension, Weighed(row.number, Fraction(points)))
    if first.points != points:
        raise _bad(path, row.number, f"{WEIGHT} {written!r} is not the one that {dimension} has in row {first.row}")


def _check(path: Path, asked: set[str], weights: Mapping[str, Weighed]) -> None:
    """All dimensions are weighed, with 100 points together, or none is."""
    if not weights:
        return
    if bare := [name for name in DIMENSIONS if name in asked - set(weights)]:
        raise BadFile(f"{path}: {', '.join(bare)} has no {WEIGHT}, and others have one.")
    if (sum_ := sum(weight.points for weight in weights.values())) != POINTS:
        raise BadFile(f"{path}: the weights of the dimensions are {float(sum_):g} points together, not {POINTS}.")


def _bad(path: Path, row: int, why: str) -> BadFile:
    return BadFile(f"{path}: row {row}: {why}.")


def _plain(name: str) -> str:
    return name.strip().casefold()
