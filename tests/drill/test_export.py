"""`redress export` on real Kafka: killed again and again, run again, up to an instant, and after retention has been faster."""

import asyncio
import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import RecordsToDelete

from contracts.catalogue import PARTITIONS
from services.cli.duck import BOUNDS
from services.export.tables import EVENTS
from services.platform.chassis.clients import open_admin, open_sender, read_to_end
from services.platform.chassis.settings import Settings, read_settings
from services.platform.chassis.topics import create_topics
from services.platform.kernel.record import Record
from services.platform.stack import Stack
from tests.cli.export.topics import events, export, records_of_lives, told
from tests.deploy.bi.counted.clocks import sla_outcomes
from tests.deploy.bi.counted.life import Told
from tests.deploy.bi.lives import of_customers, records, views
from tests.system.deployment import until

HALF = 1_500
PROGRAM = """
from services.cli import export, main
from services.platform.chassis import onwards
export.BATCH, onwards.FETCH_BYTES = 150, {"max_partition_fetch_bytes": 8_192, "fetch_max_bytes": 32_768}
main()
"""
"""In small batches, so that a kill finds it between two of them, and in one."""
DELETED = re.compile(r"partition \d+: ([\d,]+) records were deleted")


@pytest.fixture
def settings(stack: Stack, prefix: str) -> Settings:
    found = read_settings(kafka_bootstrap_servers=stack.addresses.kafka, mongodb_url=stack.addresses.mongodb, topic_prefix=prefix)
    asyncio.run(create_topics(found))
    return found


def start(settings: Settings, *arguments: str | Path) -> "subprocess.Popen[str]":
    environment = os.environ | {
        "REDRESS_KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers, "REDRESS_TOPIC_PREFIX": settings.topic_prefix,
        "REDRESS_MONGODB_URL": settings.mongodb_url.get_secret_value(),
    }  # fmt: skip
    command = [sys.executable, "-c", PROGRAM, "export", *map(str, arguments)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def run(settings: Settings, *arguments: str | Path) -> tuple[int, str, str]:
    process = start(settings, *arguments)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


async def _publish(settings: Settings, some: Iterable[Record]) -> None:
    async with open_sender(settings) as sender:
        sent = [await sender.put(record.topic, record.key, record.value, record.headers) for record in some]
        await asyncio.gather(*sent)


def publish(settings: Settings, some: Iterable[Record]) -> None:
    asyncio.run(_publish(settings, some))


def on_topics(settings: Settings) -> list[Record]:
    async def read() -> list[Record]:
        return [record async for record in read_to_end(settings, EVENTS)]

    return asyncio.run(read())


def test_an_export_that_is_killed_and_run_again_holds_each_event_once(settings, tmp_path):
    topics = records("default", 40.0)
    publish(settings, topics[:HALF])
    draw = random.Random(7)
    for batches in range(1, 4):
        process = start(settings, tmp_path)
        while process.poll() is None and batches_in(tmp_path) < batches:
            time.sleep(0.01)
        time.sleep(draw.uniform(0, 0.3))                     # anywhere in the next batch
        process.kill()
        assert process.wait() != 0, "it had ended before it was killed"
    assert run(settings, tmp_path)[0] == 0
    assert events(tmp_path) == told(on_topics(settings))

    publish(settings, topics[HALF:])
    code, out, _ = run(settings, tmp_path)
    assert (code, events(tmp_path)) == (0, told(topics))
    assert f"{len(told(topics)):,} in all" in out
    assert set(views(tmp_path).execute("SELECT sum(met), sum(breached) FROM sla_outcomes").fetchall()) == kept(topics)
    assert run(settings, tmp_path)[1].startswith("0 events exported")


def batches_in(place: Path) -> int:
    manifest = place / "manifest.json"
    return int(json.loads(manifest.read_bytes())["batches"]) if manifest.exists() else 0


def kept(topics: Iterable[Record]) -> set[tuple[int, int]]:
    rows = sla_outcomes(Told(of_customers(list(topics))))
    return {(sum(row[4] for row in rows), sum(row[5] for row in rows))}


def test_up_to_an_instant_then_the_rest_and_what_retention_took_away_is_told(settings, tmp_path):
    topics = records("demo", 1.0)
    publish(settings, topics[:200])
    first = len(on_topics(settings))
    time.sleep(0.002)                                        # append times are in milliseconds: what comes next is of a later one
    until = datetime.now(UTC)
    publish(settings, topics[200:400])
    code, out, _ = run(settings, tmp_path, "--until", until.isoformat())
    assert (code, len(events(tmp_path))) == (0, len(told(topics[:200]))), out
    assert run(settings, tmp_path, "--topics", "feedback.events.v1")[0] == 0
    asyncio.run(_delete(settings, "routing.events.v1"))
    code, out, _ = run(settings, tmp_path)
    gone = [record for record in topics[first:400] if record.topic == "routing.events.v1"]
    assert code == 1 and sum(int(count.replace(",", "")) for count in DELETED.findall(out)) == len(gone)
    seen = [record for record in topics[:400] if record not in gone]
    assert {event["id"] for event in events(tmp_path)} == {event["id"] for event in told(seen)}


def test_topics_that_are_others_than_they_were_are_not_gone_on_with(settings, tmp_path):
    publish(settings, records("demo", 1.0)[:50])
    assert run(settings, tmp_path)[0] == 0
    manifest = tmp_path / "manifest.json"
    kept = manifest.read_text()
    manifest.write_text(kept.replace('"cluster":', '"cluster": "x", "cluster_before":'))
    assert run(settings, tmp_path)[0] == 2
    manifest.write_text(kept)
    asyncio.run(_make_anew(settings))
    publish(settings, records("demo", 1.0)[:60])
    code, _, err = run(settings, tmp_path)
    assert code == 2 and "it is another topic than it was" in err


async def _make_anew(settings: Settings) -> None:
    async with open_admin(settings) as admin:
        await admin.delete_topics([settings.topic(name) for name in EVENTS])

        async def are_gone() -> bool:
            return not set(map(settings.topic, EVENTS)) & set(await admin.list_topics())

        await until(are_gone)
    await create_topics(settings)


async def _delete(settings: Settings, name: str) -> None:
    """All that stands on the topic now, as retention does it."""
    places = [TopicPartition(settings.topic(name), partition) for partition in range(PARTITIONS)]
    async with open_admin(settings) as admin:
        await admin.delete_records({place: RecordsToDelete(before_offset=-1) for place in places})


def test_a_day_of_any_size_is_written_in_the_memory_there_is(tmp_path, monkeypatch):
    monkeypatch.setitem(BOUNDS, "memory_limit", "160MB")
    [one] = [record for record in records_of_lives() if b"complaint_registered" in record.value][:1]
    value = json.loads(one.value)
    topics = [
        one._replace(partition=0, offset=place, value=json.dumps(value | {"id": str(UUID(int=place)), "more": "好" * 1_000}).encode())
        for place in range(40_000)
    ]  # fmt: skip
    assert export(tmp_path, topics, batch=20_000).manifest.events == 40_000
