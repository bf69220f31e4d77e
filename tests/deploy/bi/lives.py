"""Whole lives of complaints, exported, with what must not be counted beside them: repeats of events, and a canary's complaints."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import duckdb

from contracts.canary import KEY, SOURCE
from services.platform.kernel.record import Record
from tests.core.backtest.wild import wild

ROOT = Path(__file__).parents[3]
SQL = ROOT / "deploy" / "bi" / "duckdb"
FILES = [line.removeprefix(".read ") for line in (SQL / "load.sql").read_text("utf-8").splitlines() if line.startswith(".read ")]
REFUSED = "command_refused"


@cache
def records(policies: str, pace: float) -> tuple[Record, ...]:
    """As they stand on the topics: every seventh once more, a canary's lives behind those of customers."""
    said = _said(7, policies, 30, pace)
    told = [*said, *map(_of_canary, _said(11, policies, 4, pace)), *said[::7]]
    return tuple(record._replace(offset=place, partition=0) for place, record in enumerate(told))


def _said(seed: int, policies: str, complaints: int, pace: float) -> list[Record]:
    return [record for record in wild(seed, policies, complaints, pace).run.log if record.topic.endswith("events.v1")]


def _of_canary(record: Record) -> Record:
    """The same about another complaint, of a canary: known by its customer's key, a refusal that names none by its sender."""
    event: dict[str, Any] = json.loads(record.value or b"")
    for name in ("id", "complaint_id"):
        if name in event:
            event[name] = str(uuid5(NAMESPACE_OID, event[name]))
    if REFUSED in event["type"] and "customer" not in event:
        event["command_source"] = SOURCE
    else:
        event["customer"] = KEY + event.get("customer", "")
    return record._replace(value=json.dumps(event).encode())


def of_customers(topics: Sequence[Record]) -> list[dict[str, Any]]:
    """What the topics tell of customers' complaints, each event once, in the order in which its service said it."""
    found = {event["id"]: event for event in (json.loads(record.value or b"") for record in topics)}
    return sorted((event for event in found.values() if not is_canary(event)), key=lambda each: (each["type"].split(".")[0], each["seq"]))


def is_canary(event: dict[str, Any]) -> bool:
    return bool(event.get("customer", "").startswith(KEY) or event.get("command_source") == SOURCE)


def read_sql(name: str) -> str:
    return (SQL / name).read_text("utf-8")


def views(place: Path) -> duckdb.DuckDBPyConnection:
    """The semantic layer over this export, for somebody who is far away from UTC."""
    database = duckdb.connect()
    database.execute(f"SET GLOBAL file_search_path = '{place}'; SET GLOBAL TimeZone = 'America/New_York'")
    for name in FILES:
        database.execute(read_sql(name))
    return database
