"""Flink SQL: a table for each topic, with the fields that its events have, and a view of it that holds each event once.

What several types call by one name is one column, empty where a type does not have it; a part of a message, or a list, is its JSON.
"""

from collections.abc import Mapping

from contracts.canary import KEY, SOURCE
from contracts.catalogue import TOPICS
from deploy.generate.bi.common import MADE, PREFIX, group
from services.export.columns import Column, Kind
from services.export.duck import text
from services.export.tables import EVENTS, TABLES

TYPES: Mapping[Kind, str] = {"text": "STRING", "integer": "BIGINT", "boolean": "BOOLEAN", "instant": "TIMESTAMP_LTZ(3)"}
"""All else is STRING: in JSON."""
HEAD = {"type": "STRING", "id": "STRING", "at": "TIMESTAMP_LTZ(3)", "seq": "BIGINT", "cause": "STRING"}


def tables() -> str:
    return "\n\n".join([MADE, *map(_topic, EVENTS)]) + "\n"


def _topic(name: str) -> str:
    owner = TOPICS[name].owner
    columns = HEAD | _fields(owner)
    shown = ",\n    ".join(f"`{field}` {kind}" for field, kind in columns.items())
    told = {
        "connector": "kafka", "topic": TOPICS[name].under(PREFIX), "properties.bootstrap.servers": "kafka:9092",
        "properties.group.id": group("flink"), "scan.startup.mode": "earliest-offset", "format": "json",
        "json.timestamp-format.standard": "ISO-8601", "json.ignore-parse-errors": "true",
    }  # fmt: skip
    options = ",\n    ".join(f"{text(option)} = {text(value)}" for option, value in told.items())
    first = "ROW_NUMBER() OVER (PARTITION BY `id` ORDER BY `read_at` ASC) AS `times`"
    names = ", ".join(f"`{field}`" for field in columns)
    return (
        f"CREATE TABLE `{owner}_topic` (\n    {shown},\n    `read_at` AS PROCTIME(),\n"
        f"    WATERMARK FOR `at` AS `at` - INTERVAL '5' MINUTE\n) WITH (\n    {options}\n);\n\n"
        f"CREATE VIEW `{owner}_events` AS\nSELECT {names}\nFROM (SELECT *, {first} FROM `{owner}_topic`)\n"
        f"WHERE `times` = 1 AND (`customer` IS NULL OR `customer` NOT LIKE {text(KEY + '%')})\n"
        f"    AND (`command_source` IS NULL OR `command_source` <> {text(SOURCE)});"
    )


def _fields(owner: str) -> dict[str, str]:
    """Of all events of this service, the outermost."""
    found: dict[str, str] = {}
    for table in TABLES.values():
        if table.type.startswith(f"{owner}."):
            for column in table.columns:
                if column.path[0] not in ("service", *HEAD):
                    found[column.path[0]] = _type(column) if found.get(column.path[0], _type(column)) == _type(column) else "STRING"
    return found


def _type(column: Column) -> str:
    return TYPES.get(column.kind, "STRING") if len(column.path) == 1 else "STRING"
