"""How far the services are, asked past the proxies: what each group has committed, and where the topics end."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from contracts.catalogue import OWNERS, PARTITIONS
from services.platform.chassis import connections
from services.platform.chassis.settings import Settings
from tests.chaos.history import Offset

ASKING = 4.0
Ends = Mapping[TopicPartition, int]


def inputs(service: str) -> tuple[str, ...]:
    return (f"{service}.commands.v1", *(f"{other}.events.v1" for other in OWNERS[service].hears))


class Unknown(Exception):
    """Kafka does not say."""


class Measure:
    """One connection for the whole run; what asks it raises `Unknown` while Kafka is away."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._admin: AIOKafkaAdminClient | None = None
        self._consumer: AIOKafkaConsumer | None = None
        self._one_at_a_time = asyncio.Lock()

    def places(self, service: str) -> list[TopicPartition]:
        return [TopicPartition(self.settings.topic(name), partition) for name in inputs(service) for partition in range(PARTITIONS)]

    async def ends(self, service: str) -> Ends:
        async with self._asking() as (consumer, _):
            ends: Ends = await consumer.end_offsets(self.places(service))
            return ends

    async def committed(self, service: str) -> dict[TopicPartition, int]:
        async with self._asking() as (_, admin):
            found = await admin.list_consumer_group_offsets(self.settings.group(service))
            return {place: told.offset for place, told in found.items() if told.offset >= 0}

    async def has_reached(self, service: str, ends: Ends) -> bool:
        done = await self.committed(service)
        return all(done.get(place, 0) >= end for place, end in ends.items())

    async def offsets(self, services: Collection[str]) -> list[Offset]:
        found, prefix = [], f"{self.settings.topic_prefix}."
        for service in services:
            done = await self.committed(service)
            for place, end in (await self.ends(service)).items():
                found.append(Offset(service, place.topic.removeprefix(prefix), place.partition, done.get(place), end))
        return found

    async def close(self) -> None:
        """A client that does not end in time is left to itself: it may heed no cancelling while it waits for a server that is gone."""
        ending = [self._consumer.stop()] if self._consumer else []
        ending += [self._admin.close()] if self._admin else []
        self._consumer = self._admin = None
        if ending:
            await asyncio.wait([asyncio.ensure_future(each) for each in ending], timeout=ASKING)

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[tuple[AIOKafkaConsumer, AIOKafkaAdminClient]]:
        """Clients that do not answer are given up: the next question makes new ones."""
        try:
            async with self._one_at_a_time, asyncio.timeout(ASKING):
                yield await self._connected()
        except (KafkaError, OSError, TimeoutError, RuntimeError, AssertionError) as error:
            await self.close()
            raise Unknown from error

    async def _connected(self) -> tuple[AIOKafkaConsumer, AIOKafkaAdminClient]:
        if self._consumer is None or self._admin is None:
            consumer, admin = AIOKafkaConsumer(**connections.reader(self.settings)), AIOKafkaAdminClient(**connections.kafka(self.settings))
            self._consumer, self._admin = consumer, admin
            await consumer.start()
            await admin.start()
        return self._consumer, self._admin
