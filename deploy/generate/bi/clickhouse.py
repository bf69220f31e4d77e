"""ClickHouse: a table that reads the topics, one of all events, and one of each type, filled by materialised views.

An event may stand on its topic twice.  Every table is a ReplacingMergeTree whose key ends with the event's id, in partitions by its own
month, so that a repeat meets the first; what is not merged yet `FINAL` leaves out.

Nothing here raises over an event: ClickHouse would read it again and again, and nothing behind it.
"""

from collections.abc import Mapping

from contracts.canary import KEY, SOURCE
from deploy.generate.bi.common import MADE, group, topics, types_by_name
from services.export.columns import Column, Kind
from services.export.duck import text
from services.export.tables import TABLES

TYPES: Mapping[Kind, str] = {
    "text": "String", "integer": "Int64", "boolean": "Bool", "instant": "DateTime64(3, 'UTC')", "texts": "Array(String)",
    "integers": "Array(Int64)", "instants": "Array(DateTime64(3, 'UTC'))", "json": "String",
}  # fmt: skip
LISTS = ("texts", "integers", "instants")
ENGINE = "ENGINE = ReplacingMergeTree PARTITION BY toYYYYMM(at)"


def tables() -> str:
    return "\n\n".join([MADE + "\n\nCREATE DATABASE IF NOT EXISTS redress;", _topics(), _events(), *map(_table, types_by_name())]) + "\n"


def _topics() -> str:
    told = {
        "kafka_topic_list": ",".join(topics()), "kafka_group_name": group("clickhouse"), "kafka_format": "JSONAsString",
        "kafka_handle_error_mode": "stream",
    }  # fmt: skip
    settings = ",\n    ".join(f"{name} = {text(value)}" for name, value in told.items())
    return f"CREATE TABLE IF NOT EXISTS redress.topics (data String)\nENGINE = Kafka(redress_kafka,\n    {settings});"


def _events() -> str:
    head = {"type": "String", "id": "String", "at": TYPES["instant"], "seq": "Int64", "cause": "String", "complaint_id": "String"}
    columns = head | {"customer": "String", "topic": "LowCardinality(String)", "data": "String"}
    made = [*(f"{_found(Column(name, (name,), _kind(name), True))} AS {name}" for name in (*head, "customer")), "_topic AS topic", "data"]
    return (
        f"CREATE TABLE IF NOT EXISTS redress.events ({', '.join(f'`{name}` {kind}' for name, kind in columns.items())})\n"
        f"{ENGINE} ORDER BY (type, at, id);\n"
        f"CREATE MATERIALIZED VIEW IF NOT EXISTS redress.events_from_topics TO redress.events AS\n"
        f"SELECT {', '.join(made)}\nFROM redress.topics WHERE length(_error) = 0 AND {_is_event()};"
    )


def _is_event() -> str:
    return f"JSONExtractString(data, 'id') <> '' AND toUnixTimestamp64Milli({_found(Column('at', ('at',), 'instant', True))}) > 0"


def _kind(name: str) -> Kind:
    return {"at": "instant", "seq": "integer"}.get(name, "text")  # type: ignore[return-value]


def _table(name: str) -> str:
    types = types_by_name()[name]
    columns = TABLES[types[0]].columns
    shown = ", ".join(f"`{each.name}` {_type(each)}" for each in columns)
    made = ", ".join(f"{_found(each)} AS `{each.name}`" for each in columns)
    return (
        f"CREATE TABLE IF NOT EXISTS redress.{name} ({shown})\n{ENGINE} ORDER BY (at, id);\n"
        f"CREATE MATERIALIZED VIEW IF NOT EXISTS redress.{name}_from_events TO redress.{name} AS\n"
        f"SELECT {made}\nFROM redress.events WHERE type IN ({', '.join(map(text, types))}) AND {_not_canary(name)};"
    )


def _not_canary(name: str) -> str:
    """Asked of the JSON: a column of the row that is made would go before, and may be NULL."""
    whose = f"NOT startsWith(JSONExtractString(data, 'customer'), {text(KEY)})"
    return f"{whose} AND JSONExtractString(data, 'command_source') <> {text(SOURCE)}" if name == "command_refused" else whose


def _type(column: Column) -> str:
    kind = TYPES[column.kind]
    return kind if column.is_told or column.kind in LISTS else f"Nullable({kind})"


def _found(column: Column) -> str:
    if column.name == "service":
        return "splitByChar('.', type)[1]"
    path = ", ".join(map(text, column.path))
    match column:
        case Column(kind="instant", is_told=True):
            return f"parseDateTime64BestEffortOrZero(JSONExtractString(data, {path}), 3, 'UTC')"
        case Column(kind="instant"):
            return f"parseDateTime64BestEffortOrNull(JSONExtractString(data, {path}), 3, 'UTC')"
        case Column(kind="instants"):
            return f"arrayMap(told -> parseDateTime64BestEffortOrZero(told, 3, 'UTC'), JSONExtract(data, {path}, 'Array(String)'))"
        case Column(kind="json"):
            return f"JSONExtractRaw(data, {path})"
        case Column(kind="texts" | "integers" as kind):
            return f"JSONExtract(data, {path}, {text(TYPES[kind])})"
        case Column(is_told=False, kind=kind):
            return f"JSONExtract(data, {path}, {text(f'Nullable({TYPES[kind]})')})"
        case Column(default=None, kind=kind):
            return f"JSONExtract(data, {path}, {text(TYPES[kind])})"
        case _:
            default = text(column.default) if column.kind == "text" else str(column.default).lower()
            return f"ifNull(JSONExtract(data, {path}, {text(f'Nullable({TYPES[column.kind]})')}), {default})"
