"""Topics of events without Kafka: records to be exported, and what came of it."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb

from services.cli.export.store import Store
from services.platform.kernel.record import Record
from tests.core.backtest.wild import wild

Rows = list[tuple[Any, ...]]


def records_of_lives(complaints: int = 8) -> list[Record]:
    """Whole lives through all four services, as their events stand on the topics."""
    return [record for record in wild(7, "demo", complaints, 1.0).run.log if record.topic.endswith("events.v1")]


def export(place: Path, topics: Sequence[Record], batch: int = 10**9) -> Store:
    """As `redress export` does it, with batches of so many records: everything from where the export had come to."""
    with Store.open(place, "cluster", "redress") as store:
        come_to = store.manifest.come_to
        position = dict(come_to)
        for record in topics:
            spot = record.topic, record.partition
            if record.offset >= come_to.get(spot, 0):
                store.staging.take(record)
                position[spot] = record.offset + 1
                if store.staging.waiting >= batch:
                    store.commit(position, {})
        store.commit(position, {})
    return store


def query(place: Path, sql: str) -> Rows:
    """`{all}` or `{routing.clock_met.v1}`: that table."""
    with duckdb.connect() as database:
        database.execute(f"SET file_search_path = '{place}'; SET TimeZone = 'UTC'")
        return database.execute(sql).fetchall()


def table(name: str) -> str:
    return f"read_parquet('{name}/*/*.parquet')"


def events(place: Path) -> list[dict[str, Any]]:
    """All that `all` holds, in order of their ids."""
    return [json.loads(data) for (data,) in query(place, f"SELECT data FROM {table('all')} ORDER BY id")]


def told(topics: Iterable[Record]) -> list[dict[str, Any]]:
    """What the topics tell, each event once, in order of their ids."""
    found = [json.loads(record.value or b"") for record in topics]
    return [event for _, event in sorted({event["id"]: event for event in found}.items())]
