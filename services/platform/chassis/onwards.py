"""Topics from where a reader had come to, up to the ends seen now: for whoever keeps its own offsets, beside what it makes of the records.

    async with onwards(settings, EVENTS, come_to, until) as way:
        async for records in way.batches(): ...
        way.position                    # as come_to, the next time
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from aiokafka import AIOKafkaConsumer, TopicPartition

from services.platform.chassis.clients import EPOCH, FETCH_MS, MILLISECOND, as_record, open_admin, reading
from services.platform.chassis.settings import Settings
from services.platform.kernel.record import Record

Spot = tuple[str, int]
"""A topic, without the tenant's prefix, and a partition of it."""
FETCH_BYTES = {"max_partition_fetch_bytes": 512 * 1024, "fetch_max_bytes": 8 * 1024 * 1024}
"""What is held in memory before it is asked for.  A record that is larger comes all the same, alone."""


class Onwards:
    """`position`: the next offset of each partition.  `come_to` holds those of a former time; a partition that it lacks begins at its
    beginning."""

    def __init__(self, settings: Settings, consumer: AIOKafkaConsumer, come_to: Mapping[Spot, int]) -> None:
        self._settings, self._consumer, self._come_to = settings, consumer, come_to
        self.position: dict[Spot, int] = {}
        self.gone: dict[Spot, int] = {}
        """Records that were deleted before they were read."""
        self.lost: list[Spot] = []
        """Partitions that hold less than was read of them before: not the topics that they were."""
        self._ends: dict[TopicPartition, int] = {}

    async def find(self, until: datetime | None) -> None:
        places = list(self._consumer.assignment())
        first, ends = await self._consumer.beginning_offsets(places), await self._consumer.end_offsets(places)
        for place in places:
            spot = self._spot(place)
            kept = self._come_to.get(spot)
            self.position[spot] = max(first[place], kept or 0)
            if kept is not None and kept < first[place]:
                self.gone[spot] = first[place] - kept
            if kept is not None and kept > ends[place]:
                self.lost.append(spot)
            self._consumer.seek(place, self.position[spot])
        self._ends = ends if until is None else await self._appended_before(until, ends)

    async def _appended_before(self, until: datetime, ends: Mapping[TopicPartition, int]) -> dict[TopicPartition, int]:
        found = await self._consumer.offsets_for_times(dict.fromkeys(ends, (until - EPOCH) // MILLISECOND))
        return {place: end if (at := found[place]) is None else min(end, at.offset) for place, end in ends.items()}

    @property
    def left(self) -> int:
        """Records to be read, at most."""
        return sum(max(0, end - self.position[self._spot(place)]) for place, end in self._ends.items())

    async def batches(self) -> AsyncIterator[Sequence[Record]]:
        """In order within a partition; `position` is behind the last record of what was handed out."""
        while behind := [place for place, end in self._ends.items() if self.position[self._spot(place)] < end]:
            some = await self._consumer.getmany(*behind, timeout_ms=FETCH_MS)
            for place in behind:
                self.position[self._spot(place)] = min(self._ends[place], await self._consumer.position(place))
            yield [as_record(each, self._settings) for place, batch in some.items() for each in batch if each.offset < self._ends[place]]

    def _spot(self, place: TopicPartition) -> Spot:
        return place.topic.removeprefix(f"{self._settings.topic_prefix}."), place.partition


@asynccontextmanager
async def onwards(
    settings: Settings, names: Collection[str], come_to: Mapping[Spot, int], until: datetime | None = None
) -> AsyncIterator[Onwards]:
    """`until`: records appended before it.  Raises Unavailable."""
    async with reading(settings, names, None, **FETCH_BYTES) as consumer:
        way = Onwards(settings, consumer, come_to)
        await way.find(until)
        yield way


async def cluster_id(settings: Settings) -> str:
    """Which Kafka this is, as it names itself."""
    async with open_admin(settings) as admin:
        return str((await admin.describe_cluster())["cluster_id"])
