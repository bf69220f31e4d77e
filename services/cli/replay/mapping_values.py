"""What a row says for a value of the mapping.  Pure; a row is column → cell, each cell stripped."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from services.cli.replay.mapping_forms import IN_BRACES, Conditions, Number, Value

Cells = Mapping[str, str]


class Unfit(Exception):
    """The cell cannot be what the mapping says it is; the sentence's end says why."""


class AmbiguousValue(Exception):
    """The cell may mean two things, and neither is taken."""


def fill(template: str, cells: Cells) -> str:
    """The text with its columns filled in; empty where any of them is, since half a text says something else."""
    inner = [cells[name[1]] for name in IN_BRACES.finditer(template) if name[1]]
    if not all(inner):
        return ""
    return IN_BRACES.sub(lambda found: cells[found[1]] if found[1] else found[0][0], template)


def holds(conditions: Conditions, cells: Cells) -> bool:
    return all(_holds(condition, cells[column]) for column, condition in conditions.items())


def _holds(condition: str | tuple[str, ...], cell: str) -> bool:
    if isinstance(condition, tuple):
        return cell in condition
    return bool(cell) == (condition == "present")


def evaluate(value: Value, cells: Cells, zone: str | None) -> Any:
    """The value for this row, or None where the row says nothing; raises Unfit and AmbiguousValue."""
    if value.given and not fill(value.given, cells):
        return None
    if value.constant is not None:
        return value.constant
    text = _text(value, cells)
    if not text:
        return value.default
    if value.lookup is not None:
        return _looked_up(value, text)
    if value.date is not None:
        return _instant(text, value, value.zone or zone)
    return _number(text, value.number) if value.number else text


def _text(value: Value, cells: Cells) -> str:
    text = fill(value.text, cells) if value.text is not None else _joined(value, cells)
    if text in value.empty:
        return ""
    return text.lower() if value.case == "lower" else text.upper() if value.case == "upper" else text


def _joined(value: Value, cells: Cells) -> str:
    said = (" ".join(fill(part, cells).split()) for part in value.join)
    return value.between.join(part for part in said if part and part not in value.empty)


def _looked_up(value: Value, text: str) -> Any:
    assert value.lookup is not None
    if text in value.lookup:
        return value.lookup[text]
    if "default" not in value.model_fields_set:
        raise Unfit(f"{_shown(text)} is not in the mapping's lookup table")
    return value.default


def _instant(text: str, value: Value, zone: str | None) -> datetime:
    """The instant that a local time names: a time that comes twice when clocks go back, or never when they go forward, names none."""
    assert value.date is not None
    try:
        local = datetime.strptime(text, value.date)
    except ValueError:
        raise Unfit(f"{_shown(text)} is not a date written as {value.date}") from None
    if value.ambiguous and local.day <= value.ambiguous.day_at_most:
        raise AmbiguousValue(f"{_shown(text)} may have its day and month swapped")
    if local.tzinfo is not None:
        return local
    assert zone is not None
    return _at(local, zone, text)


def _at(local: datetime, zone: str, text: str) -> datetime:
    earlier, later = (local.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    if earlier.utcoffset() == later.utcoffset():
        return earlier
    exists = earlier.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local
    raise AmbiguousValue(f"{_shown(text)} comes {'twice' if exists else 'never'} in {zone}, where clocks change then")


def _number(text: str, number: Number) -> int:
    """A whole number, or minor units; what would be rounded is refused."""
    point, comma = re.escape(number.decimal), re.escape(number.thousands or "")
    digits = rf"[0-9]+|[0-9]{{1,3}}({comma}[0-9]{{3}})+" if comma else "[0-9]+"
    if not (len(text) <= 40 and re.fullmatch(rf"-?({digits})({point}[0-9]+)?", text)):
        raise Unfit(f"{_shown(text)} is not a number")
    plain = text.replace(number.thousands, "") if number.thousands else text
    exact = Decimal(plain.replace(number.decimal, ".")).scaleb(number.minor_digits)
    if exact != int(exact):
        raise Unfit(f"{_shown(text)} has more than {number.minor_digits} decimals")
    return int(exact)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:39]}…")
