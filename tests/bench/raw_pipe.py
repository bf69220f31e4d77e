"""The yardstick: the fastest straight loop that one would write by hand with aiokafka and motor, for a service's same commands.

    python -m tests.bench.raw_pipe SERVICE          run as the service is run: by the environment's settings, until SIGTERM

It parses the same bytes, reads and writes each document once for a batch, under a guard, and answers with an event whose id is derived,
under the same headers, and for intake with a dossier too.  It publishes one batch beside the next and commits aside, with the clients set
as the services set theirs (majority, on disk, all replicas).  What it leaves out is what Redress is for: no validation, no rules, no
journal to answer a repeat from, no waiting, no wakes, no dead letters.  A lost race, or a crash at the wrong moment, loses facts.
"""

import asyncio
import gc
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import InsertOne, UpdateOne

from services.platform.chassis import connections
from services.platform.chassis.settings import Settings, read_settings

ENVELOPE = ("type", "id", "source")
PERSONAL = ("customer", "narrative")


class Answer(NamedTuple):
    topic: str
    key: bytes
    value: bytes
    headers: Sequence[tuple[str, bytes]]
    partition: int


class RawPipe:
    def __init__(self, service: str, settings: Settings) -> None:
        self.service, self.batch_size = service, settings.batch_size
        self.events, self.dossiers = settings.topic(f"{service}.events.v1"), settings.topic(f"{service}.dossiers.v1")
        self.consumer = AIOKafkaConsumer(
            settings.topic(f"{service}.commands.v1"), group_id=settings.group("raw_pipe"), enable_auto_commit=False,
            auto_offset_reset="earliest", max_partition_fetch_bytes=connections.LARGEST_REQUEST, **connections.kafka(settings),
        )  # fmt: skip
        self.producer = AIOKafkaProducer(**connections.producer(settings))
        self.documents = AsyncIOMotorClient(**connections.mongodb(settings))[settings.database("raw_pipe")]["documents"]

    async def run(self) -> None:
        await self.producer.start()
        await self.consumer.start()
        leaving: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        leaving.set_result(None)
        while True:
            fetched = await self.consumer.getmany(timeout_ms=1_000, max_records=self.batch_size)
            if fetched:
                answers = await self.take([record for records in fetched.values() for record in records])
                await leaving
                offsets = {place: records[-1].offset + 1 for place, records in fetched.items()}
                leaving = asyncio.create_task(self.leave(answers, offsets))

    async def take(self, records: Sequence[ConsumerRecord]) -> list[Answer]:
        """One read, one guarded write; a race lost ends the process."""
        commands = [json.loads(record.value) for record in records]
        ids = [command.get("complaint_id") or complaint_id(command) for command in commands]
        found = self.documents.find({"_id": {"$in": ids}})
        versions = {row["_id"]: row["version"] for row in await found.to_list(None)}
        writes, answers = [], list[Answer]()
        for id, command, record in zip(ids, commands, records, strict=True):
            version = versions.get(id, 0)
            versions[id] = version + 1
            at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
            news = {name: value for name, value in command.items() if name not in ENVELOPE}
            writes.append(write(id, news, version, at))
            answers += self.answers(id, command, news, version, at, record)
        done = await self.documents.bulk_write(writes, ordered=False)
        assert done.inserted_count + done.modified_count == len(writes), "another process was faster"
        return answers

    def answers(
        self, id: str, command: dict[str, Any], news: dict[str, Any], version: int, at: datetime, record: ConsumerRecord
    ) -> list[Answer]:
        """An event that tells nobody's name; of intake also the dossier, which does."""
        own = uuid5(NAMESPACE_URL, f"{command['source']}/{command['id']}")
        told = {
            "type": f"{self.service}.done.v1", "id": str(own), "at": at.isoformat(), "seq": version + 1, "cause": command["id"],
            "complaint_id": id, "round": 1, **{name: value for name, value in news.items() if name not in PERSONAL},
        }  # fmt: skip
        event = Answer(self.events, record.key, json.dumps(told).encode(), headers(told, self.service), record.partition)
        held = {name: news[name] for name in PERSONAL if name in news}
        return [event, Answer(self.dossiers, id.encode(), json.dumps(held).encode(), (), record.partition)] if held else [event]

    async def leave(self, answers: Sequence[Answer], offsets: dict[Any, int]) -> None:
        sent = [
            await self.producer.send(each.topic, each.value, each.key, each.partition, headers=each.headers) for each in answers
        ]  # fmt: skip
        await asyncio.gather(*sent)
        await self.consumer.commit(offsets)


def complaint_id(command: dict[str, Any]) -> str:
    return str(uuid5(uuid5(NAMESPACE_URL, command["source"]), command["source_ref"]))


def write(id: str, news: dict[str, Any], version: int, at: datetime) -> InsertOne[dict[str, Any]] | UpdateOne:
    fields = news | {"version": version + 1, "at": at}
    return UpdateOne({"_id": id, "version": version}, {"$set": fields}) if version else InsertOne({"_id": id} | fields)


def headers(told: dict[str, Any], service: str) -> list[tuple[str, bytes]]:
    """CloudEvents', as every answer of ours has them."""
    return [
        ("ce_specversion", b"1.0"), ("ce_type", told["type"].encode()), ("ce_source", service.encode()),
        ("content-type", b"application/json"), ("ce_id", told["id"].encode()), ("ce_time", told["at"].encode()),
    ]  # fmt: skip


async def main(service: str) -> None:
    pipe = RawPipe(service, read_settings())
    gc.collect()
    gc.freeze()
    gc.set_threshold(250_000, 5, 5)
    await pipe.run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
