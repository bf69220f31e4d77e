"""Topics from where a reader had come to, up to the ends seen now: for whoever keeps its own offsets, beside what it makes of the records.

    async with onwards(settings, EVENTS, come_to, appended, until) as way:
        async for records in way.batches(): ...
        way.position, way.appended      # as come_to and appended, the next time
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from services.platform.chassis.clients import EPOCH, FETCH_MS, MILLISECOND, as_record, open_admin, reading
from services.platform.chassis.settings import Settings
from services.platform.kernel.record import Record

Spot = tuple[str, int]
"""A topic, without the tenant's prefix, and a partition of it."""
FETCH_BYTES = {"max_partition_fetch_bytes": 512 * 1024, "fetch_max_bytes": 8 * 1024 * 1024}
"""What is held in memory before it is asked for.  A record that is larger comes all the same, alone."""
LOOK_SECONDS = 30.0


class Onwards:
    """`position`: the next offset of each partition.  `come_to` holds those of a former time; a partition that it lacks begins at its
    beginning.  `appended`: when the record before it was, where one was read: by that a topic is known again."""

    def __init__(
        self, settings: Settings, consumer: AIOKafkaConsumer, come_to: Mapping[Spot, int], appended: Mapping[Spot, datetime]
    ) -> None:
        self._settings, self._consumer, self._come_to = settings, consumer, come_to
        self.position: dict[Spot, int] = {}
        self.appended = dict(appended)
        self.gone: Counter[Spot] = Counter()
        """Records that were deleted before they were read."""
        self.lost: list[Spot] = []
        """Partitions that hold less than was read of them before, or something else: not the topics that they were."""
        self._ends: dict[TopicPartition, int] = {}

    async def find(self, until: datetime | None) -> None:
        places = list(self._consumer.assignment())
        first, ends = await self._consumer.beginning_offsets(places), await self._consumer.end_offsets(places)
        kept = {place: offset for place in places if (offset := self._come_to.get(self._spot(place))) is not None}
        self.lost = [self._spot(place) for place, offset in kept.items() if offset > ends[place]]
        self.lost += await self._others({place: n - 1 for place, n in kept.items() if first[place] < n <= ends[place]})
        for place in places:
            start = self.position[self._spot(place)] = max(first[place], kept.get(place, 0))
            self._gone(place, start - kept.get(place, start))
            self._consumer.seek(place, start)
        self._ends = ends if until is None else await self._appended_before(until, ends)

    async def _others(self, last: Mapping[TopicPartition, int]) -> list[Spot]:
        """Those where the record that was read last is another one now."""
        sought = {place: offset for place, offset in last.items() if self._spot(place) in self.appended}
        for place, offset in sought.items():
            self._consumer.seek(place, offset)
        found: dict[TopicPartition, Record] = {}
        async with asyncio.timeout(LOOK_SECONDS):
            while left := sought.keys() - found.keys():
                some = await self._consumer.getmany(*left, timeout_ms=FETCH_MS)
                found |= {place: as_record(batch[0], self._settings) for place, batch in some.items() if batch}
        return [
            self._spot(place) for place, record in found.items()
            if record.offset == sought[place] and record.appended != self.appended[self._spot(place)]
        ]  # fmt: skip

    def _gone(self, place: TopicPartition, count: int) -> None:
        if count:
            self.gone[self._spot(place)] += count

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
            yield [record for place in behind for record in await self._taken(place, some.get(place, ()))]

    async def _taken(self, place: TopicPartition, batch: Iterable[ConsumerRecord[bytes, bytes]]) -> list[Record]:
        """Offsets of events topics have no holes: what is left out was deleted while we were reading."""
        spot, end = self._spot(place), self._ends[place]
        records = [as_record(each, self._settings) for each in batch if each.offset < end]
        before, self.position[spot] = self.position[spot], min(end, await self._consumer.position(place))
        self._gone(place, self.position[spot] - before - len(records))
        if records:
            self.appended[spot] = records[-1].appended
        return records

    def _spot(self, place: TopicPartition) -> Spot:
        return place.topic.removeprefix(f"{self._settings.topic_prefix}."), place.partition


@asynccontextmanager
async def onwards(
    settings: Settings, names: Collection[str], come_to: Mapping[Spot, int], appended: Mapping[Spot, datetime],
    until: datetime | None = None,
) -> AsyncIterator[Onwards]:  # fmt: skip
    """`until`: records appended before it.  Raises Unavailable."""
    async with reading(settings, names, None, **FETCH_BYTES) as consumer:
        way = Onwards(settings, consumer, come_to, appended)
        await way.find(until)
        yield way


async def cluster_id(settings: Settings) -> str:
    """Which Kafka this is, as it names itself."""
    async with open_admin(settings) as admin:
        return str((await admin.describe_cluster())["cluster_id"])
