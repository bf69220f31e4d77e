"""Reading on from where one had come to: what the topics do not hold any more is told, and topics that are others are known."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from aiokafka import TopicPartition

from services.platform.chassis.onwards import Onwards, Spot
from services.platform.chassis.settings import Settings, read_settings

SETTINGS: Settings = read_settings(topic_prefix="redress")
PLACE, SPOT = TopicPartition("redress.routing.events.v1", 0), ("routing.events.v1", 0)
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Stands(NamedTuple):
    """A record on Kafka, appended so many seconds after `START`."""

    offset: int
    second: int
    topic: str = PLACE.topic
    partition: int = PLACE.partition
    key: bytes = b"key"
    value: bytes = b"{}"
    headers: tuple[Any, ...] = ()

    @property
    def timestamp(self) -> int:
        return int((START + timedelta(seconds=self.second)).timestamp() * 1000)


class Log:
    """One partition as a consumer sees it, three records at a time."""

    def __init__(self, *records: Stands, first: int = 0) -> None:
        self.records, self.first, self.next = records, first, 0

    def assignment(self) -> set[TopicPartition]:
        return {PLACE}

    async def beginning_offsets(self, places: Any) -> Mapping[TopicPartition, int]:
        return {PLACE: self.first}

    async def end_offsets(self, places: Any) -> Mapping[TopicPartition, int]:
        return {PLACE: self.records[-1].offset + 1}

    def seek(self, place: TopicPartition, offset: int) -> None:
        self.next = offset

    async def position(self, place: TopicPartition) -> int:
        return self.next

    async def getmany(self, *places: TopicPartition, timeout_ms: int) -> Mapping[TopicPartition, list[Stands]]:
        found = [record for record in self.records if record.offset >= max(self.next, self.first)][:3]
        self.next = found[-1].offset + 1
        return {PLACE: found}


def read(log: Log, come_to: Mapping[Spot, int], appended: Mapping[Spot, datetime]) -> tuple[Onwards, list[int]]:
    """… and the offsets of what came."""

    async def reading() -> tuple[Onwards, list[int]]:
        way = Onwards(SETTINGS, log, come_to, appended)
        await way.find(None)
        return way, [record.offset async for records in way.batches() for record in records]

    return asyncio.run(reading())


TEN = [Stands(n, n) for n in range(10)]


def test_what_was_read_is_not_read_again():
    way, offsets = read(Log(*TEN), {SPOT: 4}, {SPOT: START + timedelta(seconds=3)})
    assert (offsets, way.position, way.lost, dict(way.gone)) == ([4, 5, 6, 7, 8, 9], {SPOT: 10}, [], {})
    assert way.appended == {SPOT: START + timedelta(seconds=9)}


def test_a_topic_that_was_made_anew_is_another_one_however_much_it_holds():
    anew = Log(*(Stands(n, 60 + n) for n in range(10)))
    assert read(anew, {SPOT: 4}, {SPOT: START + timedelta(seconds=3)})[0].lost == [SPOT]
    assert read(Log(*TEN[:3]), {SPOT: 4}, {})[0].lost == [SPOT]


def test_a_topic_whose_last_record_read_is_gone_is_gone_on_with():
    way, offsets = read(Log(*TEN[6:], first=6), {SPOT: 4}, {SPOT: START + timedelta(seconds=3)})
    assert (offsets, way.lost, way.gone) == ([6, 7, 8, 9], [], {SPOT: 2})


def test_what_is_deleted_while_it_is_read_is_counted():
    class Shrinking(Log):
        async def getmany(self, *places: TopicPartition, timeout_ms: int) -> Mapping[TopicPartition, list[Stands]]:
            found = await super().getmany(*places, timeout_ms=timeout_ms)
            self.first = 8
            return found

    way, offsets = read(Shrinking(*TEN), {}, {})
    assert (offsets, way.gone) == ([0, 1, 2, 8, 9], {SPOT: 5})
