"""A batch that unpacks to more than memory can hold is one dead letter, and its neighbours go on (law 8)."""

import pytest
from aiokafka import TopicPartition
from aiokafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords

from services.platform.chassis.bounded import BOUND, TooLarge
from services.platform.chassis.tolerant import FAULT, Tolerant

GZIP, SNAPPY, LZ4, ZSTD = 1, 2, 3, 4
KINDS = pytest.mark.parametrize("kind", [GZIP, LZ4, ZSTD], ids=["gzip", "lz4", "zstd"])


def batch(kind: int, *values: bytes, first: int = 0) -> bytes:
    builder = DefaultRecordBatchBuilder(2, kind, False, -1, -1, -1, 2 * BOUND)
    for n, value in enumerate(values):
        builder.append(n, timestamp=1_000 + n, key=b"key", value=value, headers=[])
    built = bytes(builder.build())
    return first.to_bytes(8, "big") + built[8:]


@pytest.mark.parametrize("kind", [GZIP, SNAPPY, LZ4, ZSTD])
@pytest.mark.parametrize("size", [1, 100, 100_000])
def test_what_is_compressed_usually_comes_out_as_it_went_in(kind: int, size: int):
    assert [bytes(record.value) for record in DefaultRecordBatch(batch(kind, b"a" * size, b"b" * size))] == [b"a" * size, b"b" * size]


@KINDS
def test_a_batch_larger_than_the_bound_is_not_unpacked(kind: int):
    with pytest.raises(TooLarge):
        next(iter(DefaultRecordBatch(batch(kind, bytes(BOUND)))))


def test_it_is_one_dead_letter_under_its_last_offset_and_what_follows_is_fetched_next():
    fetched = batch(ZSTD, b"good", first=7) + batch(ZSTD, bytes(BOUND), b"beside", first=8) + batch(ZSTD, b"after", first=10)
    records = Tolerant(TopicPartition("t", 0), MemoryRecords(fetched), [], 7, None, None, True, 0)
    good, dead = list(records)
    assert (good.offset, good.value) == (7, b"good")
    assert (dead.offset, dead.key, dead.value, dead.timestamp) == (9, None, None, 1_001)
    assert dead.headers == ((FAULT, b"the batch unpacks to more than the bound"),)
    assert records.next_fetch_offset == 10


def test_several_that_are_just_small_enough_are_not_held_at_once():
    fetched = b"".join(batch(ZSTD, bytes(BOUND // 2), first=n) for n in range(4))
    records = Tolerant(TopicPartition("t", 0), MemoryRecords(fetched), [], 0, None, None, True, 0)
    assert [record.offset for record in records] == [0, 1]
    assert records.next_fetch_offset == 2
