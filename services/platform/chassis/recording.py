"""The topics as an auditor reads them: once through to the ends seen when asked, and on from there when asked again."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition

from services.platform.chassis import connections
from services.platform.chassis.clients import FETCH_MS, Unavailable, absent, as_record, open_admin, told
from services.platform.chassis.settings import Settings
from services.platform.kernel.record import Record

Place = tuple[str, int]
"""A topic, without the tenant's prefix, and a partition."""


class Recording:
    """`begins`: the first offset that each partition still has.  `ends`: how far it was read."""

    def __init__(self, settings: Settings, consumer: AIOKafkaConsumer, places: Collection[TopicPartition]) -> None:
        self._settings, self._consumer, self._places = settings, consumer, places
        self.begins: Mapping[Place, int] = {}
        self.ends: dict[Place, int] = {}

    async def look(self) -> int:
        """Sees how far the topics reach now; returns how many records that is beyond what was read."""
        with told(self._settings):
            begins = await self._consumer.beginning_offsets(list(self._places))
            self._until: dict[TopicPartition, int] = await self._consumer.end_offsets(list(self._places))
            reached = {place: await self._consumer.position(place) for place in self._places}
        self.begins = {self._place(each): first for each, first in begins.items()}
        self.ends = {self._place(each): end for each, end in self._until.items()}
        return sum(end - max(begins[place], reached[place]) for place, end in self._until.items())

    async def read(self) -> AsyncIterator[Sequence[Record]]:
        """In batches to the ends last seen; in order within a partition.  What came with them from beyond counts as read, too."""
        with told(self._settings):
            while behind := [place for place, end in self._until.items() if await self._consumer.position(place) < end]:
                for place, batch in (await self._consumer.getmany(*behind, timeout_ms=FETCH_MS, max_records=5_000)).items():
                    self.ends[self._place(place)] = max(self.ends[self._place(place)], batch[-1].offset + 1)
                    yield [as_record(record, self._settings) for record in batch]

    def _place(self, place: TopicPartition) -> Place:
        return place.topic.removeprefix(f"{self._settings.topic_prefix}."), place.partition


@asynccontextmanager
async def open_recording(settings: Settings, names: Collection[str], partitions: Collection[int]) -> AsyncIterator[Recording]:
    """Of these partitions of the topics, from their beginning; a consumer outside every group."""
    consumer = AIOKafkaConsumer(**connections.reader(settings))
    try:
        with told(settings):
            await consumer.start()
            present = await consumer.topics()
            if missing := [name for name in map(settings.topic, names) if name not in present]:
                raise Unavailable(absent(settings, missing[0]))
            places = [TopicPartition(settings.topic(name), partition) for name in names for partition in partitions]
            consumer.assign(places)
            await consumer.seek_to_beginning(*places)
        yield Recording(settings, consumer, places)
    finally:
        await consumer.stop()


async def committed(settings: Settings, service: str) -> dict[Place, int]:
    """The offset that the service's group has come to in each partition: all before it is stored and published."""
    async with open_admin(settings) as admin:
        found = await admin.list_consumer_group_offsets(settings.group(service))
    prefix = f"{settings.topic_prefix}."
    return {(place.topic.removeprefix(prefix), place.partition): at.offset for place, at in found.items() if at.offset >= 0}
