"""The yardstick: the fastest straight loop that one would write by hand with aiokafka and motor, for the same commands.

    python -m tests.bench.raw_pipe NAME          run as a service is run: by the environment's settings, until SIGTERM

It parses the same bytes, reads and writes each complaint once for a batch, under a guard, and answers with an event whose id is derived.
It publishes one batch beside the next and commits aside, with the clients set as the services set theirs (majority, on disk, all
replicas).  What it leaves out is what Redress is for: no validation, no rules, no journal to answer a repeat from, no waiting, no wakes,
no dead letters.  A lost race, or a crash at the wrong moment, loses or doubles facts.
"""

import asyncio
import gc
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import InsertOne, UpdateOne

from services.platform.chassis import connections
from services.platform.chassis.settings import Settings, read_settings

Answer = tuple[bytes, bytes, int]
"""Key, value, partition."""


class RawPipe:
    def __init__(self, settings: Settings) -> None:
        self.batch_size = settings.batch_size
        self.answers = settings.topic("routing.events.v1")
        self.consumer = AIOKafkaConsumer(
            settings.topic("routing.commands.v1"), group_id=settings.group("raw_pipe"), enable_auto_commit=False,
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
        found = self.documents.find({"_id": {"$in": [command["complaint_id"] for command in commands]}})
        versions = {row["_id"]: row["version"] for row in await found.to_list(None)}
        writes, answers = [], []
        for command, record in zip(commands, records, strict=True):
            version = versions.get(command["complaint_id"], 0)
            versions[command["complaint_id"]] = version + 1
            at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
            writes.append(write(command, version, at))
            answers.append((record.key, event(command, version, at), record.partition))
        done = await self.documents.bulk_write(writes, ordered=False)
        assert done.inserted_count + done.modified_count == len(writes), "another process was faster"
        return answers

    async def leave(self, answers: Sequence[Answer], offsets: dict[Any, int]) -> None:
        sent = [await self.producer.send(self.answers, value, key, partition) for key, value, partition in answers]
        await asyncio.gather(*sent)
        await self.consumer.commit(offsets)


def write(command: dict[str, Any], version: int, at: datetime) -> InsertOne[dict[str, Any]] | UpdateOne:
    id, news = command["complaint_id"], {"version": version + 1, "work": command["work"], "at": at, "by": command["by"]}
    return UpdateOne({"_id": id, "version": version}, {"$set": news}) if version else InsertOne({"_id": id} | news)


def event(command: dict[str, Any], version: int, at: datetime) -> bytes:
    id = uuid5(NAMESPACE_URL, f"{command['source']}/{command['id']}")
    return json.dumps({
        "type": "routing.progress_reported.v1", "id": str(id), "at": at.isoformat(), "seq": version + 1, "cause": command["id"],
        "complaint_id": command["complaint_id"], "round": 1, "work": command["work"], "by": command["by"],
    }).encode()  # fmt: skip


async def main() -> None:
    pipe = RawPipe(read_settings())
    gc.collect()
    gc.freeze()
    gc.set_threshold(250_000, 5, 5)
    await pipe.run()


if __name__ == "__main__":
    asyncio.run(main())
