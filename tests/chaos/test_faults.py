import asyncio
from datetime import UTC, datetime

from services.platform.kernel.record import Record
from tests.chaos.faults import kafka

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def letter(partition: int, offset: int) -> Record:
    return Record("callback.dlq.v1", partition, offset, NOW, None, b"", ())


async def test_dead_letters_are_all_read_when_two_readings_find_the_same_whichever_partition_comes_first(monkeypatch):
    here, there = letter(0, 0), letter(1, 0)
    readings = iter([[here], [here, there], [there, here]])

    async def read(settings: object, names: list[str]):
        for each in next(readings):
            yield each

    monkeypatch.setattr(kafka, "read_to_end", read)
    monkeypatch.setattr(kafka, "ON_ITS_WAY", 0)
    world = type("World", (), {"settings": None})()
    assert await asyncio.wait_for(kafka._last_letters(world, "callback.dlq.v1"), 5) == [here, there]
