"""What Kafka handed over, as records of the kernel; and how it comes through FastStream untouched."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from aiokafka import ConsumerRecord

from contracts.wire import Headers
from services.platform.chassis.errors import ClockSkew, TopicsUnfit
from services.platform.kernel.record import Record

MOST_AHEAD = timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LOG_APPEND_TIME = 1


def records_of(batch: Sequence[ConsumerRecord[bytes, bytes]], cut: int, now: datetime) -> list[Record]:
    """The batch with `cut` characters taken off the topics' names.

    Raises `ClockSkew` and `TopicsUnfit`: by such clocks no fact may be dated (law 5).
    """
    if instant(max(record.timestamp for record in batch)) - now > MOST_AHEAD:
        raise ClockSkew("The broker's clock leads this machine's by more than a minute: set both by NTP, then start again.")
    if any(record.timestamp_type != LOG_APPEND_TIME for record in batch):
        raise TopicsUnfit("A topic is stamped by its senders: set message.timestamp.type=LogAppendTime (`redress topics` says where).")
    return [
        Record(each.topic[cut:], each.partition, each.offset, instant(each.timestamp), each.key, each.value, _headers(each))
        for each in batch
    ]


@lru_cache(maxsize=4096)
def instant(milliseconds: int) -> datetime:
    """Append times repeat: a producer's batch has one."""
    return EPOCH + timedelta(milliseconds=milliseconds)


def _headers(record: ConsumerRecord[bytes, bytes]) -> Headers:
    """A header without a value is kept as an empty one."""
    if None in [value for _, value in record.headers]:
        return tuple((name, value or b"") for name, value in record.headers)
    return tuple(record.headers)


class Untouched:
    """A codec that leaves bytes alone.

    FastStream keeps with its message what is made of it: were that the message itself, the two would hold each other, and the batch with
    them, until the collector comes, which it seldom does (`serve.py`).
    """

    async def decode(self, message: Any) -> Any:
        return message.raw_message

    async def decode_batch(self, message: Any) -> Any:
        return message.raw_message

    async def encode(self, message: Any, serializer: Any = None) -> tuple[Any, None]:
        return message, None

    async def encode_batch(self, messages: Sequence[Any], serializer: Any = None) -> list[tuple[Any, None]]:
        return [(message, None) for message in messages]


async def untouched(records: tuple[ConsumerRecord[bytes, bytes], ...], parse: Any) -> Any:
    """FastStream sees one record without headers in place of the batch: hostile ones would raise, and all of them cost time."""
    message = await parse((replace(records[0], headers=(), value=b""),))
    message.raw_message = records
    return message
