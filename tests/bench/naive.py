"""The service as tutorials write it: FastStream, a message at a time, acknowledged when it is done, one document read and written for each.

    python -m tests.bench.naive routing          by the environment's settings, until SIGTERM

It does what the raw pipe does, as plainly as one can; its clients are set no less carefully than the services'.
"""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker, KafkaMessage
from motor.motor_asyncio import AsyncIOMotorClient
from pydantic import BaseModel

from services.platform.chassis import connections
from services.platform.chassis.settings import read_settings


class Command(BaseModel):
    id: str
    source: str
    complaint_id: str
    work: str
    is_told_to_customer: bool
    by: dict[str, str]


class Event(BaseModel):
    type: str = "routing.done.v1"
    id: str
    at: datetime
    seq: int
    cause: str
    complaint_id: str
    work: str
    by: dict[str, str]


settings = read_settings()
broker = KafkaBroker(settings.kafka_bootstrap_servers.split(","), **connections.WRITING)
app = FastStream(broker)
database = AsyncIOMotorClient[dict[str, Any]](**connections.mongodb(settings))[settings.database("naive")]


@broker.subscriber(
    settings.topic("routing.commands.v1"), group_id=settings.group("naive"), auto_offset_reset="earliest", ack_policy=AckPolicy.ACK
)  # fmt: skip
@broker.publisher(settings.topic("routing.events.v1"))
async def handle(command: Command, message: KafkaMessage) -> Event:
    found = await database["documents"].find_one({"_id": command.complaint_id}) or {"version": 0}
    news = {"version": found["version"] + 1, "work": command.work, "at": datetime.now(UTC), "by": command.by}
    await database["documents"].update_one({"_id": command.complaint_id}, {"$set": news}, upsert=True)
    return Event(
        id=str(uuid5(NAMESPACE_URL, f"{command.source}/{command.id}")), at=news["at"], seq=news["version"], cause=command.id,
        complaint_id=command.complaint_id, work=command.work, by=command.by,
    )  # fmt: skip


if __name__ == "__main__":
    asyncio.run(app.run())
