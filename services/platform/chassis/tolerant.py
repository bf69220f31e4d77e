"""A record whose header has a name that is not UTF-8 makes aiokafka raise on every fetch of its partition, for ever: one hostile sender
could stop a service (law 8).  Importing this module lets every consumer of the process step over such a record.

What is handed over in its place has no key and no value, since the client never gets that far, and a header that says so: it becomes a
dead letter with its origin, under which the record itself can be read with other tools as long as the topic keeps it.
"""

from collections.abc import Iterator
from typing import Any

from aiokafka import ConsumerRecord
from aiokafka.consumer import fetcher

FAULT = "redress-unreadable"
LOG_APPEND_TIME = 1


class Tolerant(fetcher.PartitionRecords):
    """Ends at the bad record, which makes the fetcher ask again from the one behind it."""

    def _unpack_records(self) -> Iterator[ConsumerRecord[Any, Any]]:
        timestamp = 0
        try:
            for record in super()._unpack_records():
                timestamp = record.timestamp
                yield record
        except UnicodeDecodeError:
            offset = self.next_fetch_offset
            self.next_fetch_offset = offset + 1
            headers = ((FAULT, b"a header's name is not UTF-8"),)
            yield ConsumerRecord(self._tp.topic, self._tp.partition, offset, timestamp, LOG_APPEND_TIME, None, None, None, -1, -1, headers)


fetcher.PartitionRecords = Tolerant
