"""What leaves for Kafka: answers, dead letters, dossiers and wakes, in the form in which a topic takes them."""

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from contracts.catalogue import MAX_DEAD_LETTER_BYTES, PARTITIONS
from contracts.wire import Headers
from services.platform.kernel.dead import DEAD
from services.platform.kernel.document import Answer, Document
from services.platform.kernel.record import partition_of

SIZE, HASH = f"{DEAD}size", f"{DEAD}sha256"
OVERHEAD = 1024
"""What a record's framing, and a batch's, may weigh at most."""

class Publication(NamedTuple):
    """A record to be: `topic` without the prefix."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes | None
    headers: Headers


def answers(said: Sequence[Answer], service: str, document: Document) -> list[Publication]:
    """A document's words, in order."""
    events, own, partition = f"{service}.events.v1", document.id.encode(), document.partition
    return [
        Publication(events, partition if each.key == own else _partition(each.key), each.key, each.value, each.headers)
        if each.to == "events"
        else dead_letter(each, service, partition)
        if each.dead
        else Publication(f"{service}.commands.v1", _partition(each.key), each.key, each.value, each.headers)
        for each in said
    ]


def _partition(key: bytes | None) -> int:
    return partition_of((key or b"").decode(), PARTITIONS)


def dead_letter(answer: Answer, service: str, partition: int) -> Publication:
    """To the partition number that it came from.  One that the topic would not take goes as a reference: its value's size and hash."""
    key, value, headers = answer.key, answer.value, answer.headers
    if _weight(key, value, headers) > MAX_DEAD_LETTER_BYTES - OVERHEAD:
        kept = tuple((name, text) for name, text in headers if name.startswith(DEAD))
        headers = (*kept, (SIZE, str(len(value or b"")).encode()), (HASH, sha256(value or b"").hexdigest().encode()))
        key, value = None, None
    return Publication(f"{service}.dlq.v1", partition, key, value, headers)


def _weight(key: bytes | None, value: bytes | None, headers: Headers) -> int:
    return len(key or b"") + len(value or b"") + sum(len(name.encode()) + len(text) + 10 for name, text in headers)
