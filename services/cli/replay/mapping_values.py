"""What a row says for a value of the mapping.  Pure; a row is column → cell, each cell stripped."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from services.cli.replay.doubts import Unfit, shown
from services.cli.replay.mapping_dates import instant
from services.cli.replay.mapping_forms import IN_BRACES, Conditions, Number, Value

Cells = Mapping[str, str]
NOTHING: Cells = MappingProxyType({})
NO_CODE = re.compile(r"[^a-z0-9_.-]+")


def fill(template: str, cells: Cells) -> str:
    """The text with its columns filled in; empty where any of them is, since half a text says something else."""
    said = []
    for text, column in _pieces(template):
        if column and not (cell := cells[column]):
            return ""
        said.append(text + cell if column else text)
    return "".join(said)


@lru_cache(maxsize=1024)
def _pieces(template: str) -> tuple[tuple[str, str], ...]:
    """Each text with the column that follows it; the last has none."""
    pieces, text, end = [], "", 0
    for found in IN_BRACES.finditer(template):
        text, end = text + template[end : found.start()], found.end()
        if column := found[1]:
            pieces.append((text, column))
        text = "" if column else text + found[0][0]
    text += template[end:]
    return (*pieces, *([(text, "")] if text else []))


def holds(conditions: Conditions, cells: Cells) -> bool:
    return all(_holds(condition, cells[column]) for column, condition in conditions.items())


def _holds(condition: str | tuple[str, ...], cell: str) -> bool:
    if isinstance(condition, tuple):
        return cell in condition
    return bool(cell) == (condition == "present")


def evaluate(value: Value, cells: Cells, zone: str | None, before: Cells = NOTHING) -> Any:
    """The value for this row, or None where the row says nothing; raises Unfit and AmbiguousValue.

    `before`: what columns and named values last said of the same complaint.
    """
    if value.given and not fill(value.given, cells):
        return None
    if value.constant is not None:
        return value.constant
    text = _text(value, cells, before)
    if not text:
        return value.default
    if value.lookup is not None:
        return _looked_up(value, text)
    if value.date is not None:
        return instant(text, value, zone)
    return _number(text, value.number) if value.number else text


def _text(value: Value, cells: Cells, before: Cells) -> str:
    if value.before is not None:
        text = before.get(value.before, "")
    else:
        text = fill(value.text, cells) if value.text is not None else _joined(value, cells)
    if text in value.empty:
        return ""
    return CASES[value.case](text) if value.case else text


def _code(text: str) -> str:
    if not text.isascii():
        raise Unfit(f"{shown(text)} has letters that no code can hold: a lookup can name it")
    return NO_CODE.sub("-", text.lower()).strip("_.-")


def _joined(value: Value, cells: Cells) -> str:
    said = (" ".join(fill(part, cells).split()) for part in value.join)
    return value.between.join(part for part in said if part and part not in value.empty)


def _looked_up(value: Value, text: str) -> Any:
    assert value.lookup is not None
    if text in value.lookup:
        return value.lookup[text]
    if "default" not in value.model_fields_set:
        raise Unfit(f"{shown(text)} is not in the mapping's lookup table")
    return value.default


def _number(text: str, number: Number) -> int:
    """A whole number, or minor units; what would be rounded is refused."""
    point, comma = re.escape(number.decimal), re.escape(number.thousands or "")
    digits = rf"[0-9]+|[0-9]{{1,3}}({comma}[0-9]{{3}})+" if comma else "[0-9]+"
    if not (len(text) <= 40 and re.fullmatch(rf"-?({digits})({point}[0-9]+)?", text)):
        raise Unfit(f"{shown(text)} is not a number")
    plain = text.replace(number.thousands, "") if number.thousands else text
    exact = Decimal(plain.replace(number.decimal, ".")).scaleb(number.minor_digits)
    if exact != int(exact):
        raise Unfit(f"{shown(text)} has more than {number.minor_digits} decimals")
    return int(exact)


CASES: Mapping[str, Callable[[str], str]] = {"lower": str.lower, "upper": str.upper, "code": _code}
