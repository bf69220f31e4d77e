"""How far the services are, asked past the proxies: what each group has committed, and where the topics end."""

import asyncio
from collections.abc import Collection, Mapping
from contextlib import suppress

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from contracts.catalogue import OWNERS, PARTITIONS
from services.platform.chassis import connections
from services.platform.chassis.settings import Settings
from tests.chaos.history import Offset

ASKING = 4.0
Ends = Mapping[TopicPartition, int]


def inputs(service: str) -> tuple[str, ...]:
    return (f"{service}.commands.v1", *(f"{other}.events.v1" for other in OWNERS[service].hears))


class Measure:
    """One connection for the whole run; while Kafka is away its methods raise what Kafka's client raises."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._admin: AIOKafkaAdminClient | None = None
        self._consumer: AIOKafkaConsumer | None = None

    def places(self, service: str) -> list[TopicPartition]:
        return [TopicPartition(self.settings.topic(name), partition) for name in inputs(service) for partition in range(PARTITIONS)]

    async def ends(self, service: str) -> Ends:
        consumer, _ = await self._connected()
        ends: Ends = await self._asked(consumer.end_offsets(self.places(service)))
        return ends

    async def committed(self, service: str) -> dict[TopicPartition, int]:
        _, admin = await self._connected()
        found = await self._asked(admin.list_consumer_group_offsets(self.settings.group(service)))
        return {place: told.offset for place, told in found.items() if told.offset >= 0}

    async def has_reached(self, service: str, ends: Ends) -> bool:
        done = await self.committed(service)
        return all(done.get(place, 0) >= end for place, end in ends.items())

    async def lag(self, services: Collection[str]) -> int:
        total = 0
        for service in services:
            done = await self.committed(service)
            total += sum(end - done.get(place, 0) for place, end in (await self.ends(service)).items())
        return total

    async def offsets(self, services: Collection[str]) -> list[Offset]:
        found, prefix = [], f"{self.settings.topic_prefix}."
        for service in services:
            done = await self.committed(service)
            for place, end in (await self.ends(service)).items():
                found.append(Offset(service, place.topic.removeprefix(prefix), place.partition, done.get(place), end))
        return found

    async def close(self) -> None:
        for client in (self._consumer, self._admin):
            with suppress(Exception):
                if isinstance(client, AIOKafkaConsumer):
                    await asyncio.wait_for(client.stop(), ASKING)
                elif client:
                    await asyncio.wait_for(client.close(), ASKING)
        self._consumer = self._admin = None

    async def _asked(self, question):
        """A client that does not answer is given up: the next question makes a new one."""
        try:
            return await asyncio.wait_for(question, ASKING)
        except Exception:
            await self.close()
            raise

    async def _connected(self) -> tuple[AIOKafkaConsumer, AIOKafkaAdminClient]:
        if self._consumer is None or self._admin is None:
            await self.close()
            self._consumer = AIOKafkaConsumer(**connections.reader(self.settings))
            self._admin = AIOKafkaAdminClient(**connections.kafka(self.settings))
            await self._asked(self._consumer.start())
            await self._asked(self._admin.start())
        return self._consumer, self._admin
