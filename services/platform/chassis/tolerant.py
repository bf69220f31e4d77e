"""A record whose header has a name that is not UTF-8 makes aiokafka raise on every fetch of its partition, for ever: one hostile sender
could stop a service (law 8).  Importing this module lets every consumer of the process step over such a record.

What is handed over in its place has no key and no value, since the client never gets that far, and a header that says so: it becomes a
dead letter with its origin, under which the record itself can be read with other tools as long as the topic keeps it.

So does a batch that would unpack to more than memory can hold (`bounded`): its records are one dead letter, under the last one's offset.
"""

from collections.abc import Iterator
from typing import Any

from aiokafka import ConsumerRecord
from aiokafka.consumer import fetcher

from services.platform.chassis.bounded import BOUND, TooLarge

FAULT = "redress-unreadable"
LOG_APPEND_TIME = 1


class Tolerant(fetcher.PartitionRecords):
    """Ends at the bad record, and when what it has given is as much as a batch may be: the fetcher asks again from the one behind it."""

    def _unpack_records(self) -> Iterator[ConsumerRecord[Any, Any]]:
        timestamp = given = 0
        self._records = batches = _Remembering(self._records)
        try:
            for record in super()._unpack_records():
                timestamp = record.timestamp
                yield record
                if (given := given + len(record.value or b"")) >= BOUND:
                    return
        except UnicodeDecodeError:
            yield self._lost(self.next_fetch_offset, timestamp, b"a header's name is not UTF-8")
        except TooLarge:
            yield self._lost(batches.last.next_offset - 1, batches.last.max_timestamp, b"the batch unpacks to more than the bound")

    def _lost(self, offset: int, timestamp: int, why: bytes) -> ConsumerRecord[Any, Any]:
        self.next_fetch_offset = offset + 1
        stood_for = (self._tp.topic, self._tp.partition, offset, timestamp, LOG_APPEND_TIME)
        return ConsumerRecord(*stood_for, None, None, None, -1, -1, ((FAULT, why),))


class _Remembering:
    """The batches of a fetch, and which of them was given last."""

    def __init__(self, batches: Any) -> None:
        self.batches, self.has_next = batches, batches.has_next
        self.last: Any = None

    def next_batch(self) -> Any:
        self.last = self.batches.next_batch()
        return self.last


fetcher.PartitionRecords = Tolerant
