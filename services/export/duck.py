"""The tables in DuckDB's SQL: how a row is made of an event's JSON.  Every name is quoted: `at`, `group` and `offset` are words of SQL."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from services.export.columns import Column, Kind
from services.export.tables import RECORD, Table

TYPES: Mapping[Kind, str] = {
    "text": "VARCHAR", "integer": "BIGINT", "boolean": "BOOLEAN", "instant": "TIMESTAMPTZ", "texts": "VARCHAR[]", "integers": "BIGINT[]",
    "instants": "TIMESTAMPTZ[]", "json": "VARCHAR",
}  # fmt: skip
DAY = "day"
"""The directory's name; a column of what is read back."""


def word(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def text(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def staged() -> str:
    """The columns of a line as it waits for its batch: a record of `all`, and its day."""
    return "{" + ", ".join(f"{text(column.name)}: {text(TYPES[column.kind])}" for column in RECORD) + f", '{DAY}': 'DATE'}}"


def rows(table: Table, events: str) -> str:
    """The table's rows, and their days, of those in the relation `events` (of `RECORD` and the day) that are of its type."""
    told = f"json_transform(data, {text(json.dumps(_structure(table.columns)))})"
    head = f"SELECT *, split_part(type, '.', 1) AS service, {told} AS told FROM {events} WHERE type = {text(table.type)}"
    return f"SELECT {', '.join(map(_value, table.columns))}, {word(DAY)} FROM ({head})"


def records(events: str, day: str) -> str:
    """The same of `all`, on one day."""
    return f"SELECT {names(RECORD)}, {word(DAY)} FROM {events} WHERE {word(DAY)} = {text(day)}"


def empty(columns: Iterable[Column]) -> str:
    """No row, but every column."""
    return f"SELECT {', '.join(f'CAST(NULL AS {TYPES[each.kind]}) AS {word(each.name)}' for each in columns)} LIMIT 0"


def names(columns: Iterable[Column]) -> str:
    return ", ".join(word(column.name) for column in columns)


def _value(column: Column) -> str:
    if column.path == (column.name,) and column.name in _HEAD:
        return word(column.name)
    found = ".".join(map(word, ("told", *column.path)))
    return f"{with_default(found, column)} AS {word(column.name)}"


_HEAD = frozenset({"service", "id", "at", "seq", "cause"})
"""What a line tells beside its JSON."""


def with_default(found: str, column: Column) -> str:
    """Where the event, or the file that it was written to, is older than the field."""
    match column:
        case Column(is_told=False):
            return found
        case Column(kind="texts" | "integers" | "instants"):
            return f"coalesce({found}, [])"
        case Column(kind="json"):
            return f"coalesce({found}, '[]')"
        case Column(default=bool() | int() as default):
            return f"coalesce({found}, {str(default).lower()})"
        case Column(default=str() as default):
            return f"coalesce({found}, {text(default)})"
        case _:
            return found


def _structure(columns: Iterable[Column]) -> dict[str, Any]:
    """What `json_transform` is asked for; what the JSON has otherwise is NULL there, never an error."""
    asked: dict[str, Any] = {}
    for column in columns:
        at = asked
        for step in column.path[:-1]:
            at = at.setdefault(step, {})
        kind = TYPES[column.kind]
        at[column.path[-1]] = [kind.removesuffix("[]")] if kind.endswith("[]") else kind
    return asked
