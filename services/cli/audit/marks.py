"""By what a record is found: a number for where it stands, a digest for what stands there."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from contracts.catalogue import TOPICS
from contracts.wire import Headers, header
from services.audit.fold import Origin
from services.platform.kernel.dead import DEAD
from services.platform.kernel.record import Record
from services.platform.kernel.service import own_source

EPOCH, MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)
NUMBERS = {name: n for n, name in enumerate(TOPICS)}
NAMES = tuple(TOPICS)
OFFSETS, PLACES = 2**48, 2**8
"""A record's number: its topic's, its partition and its offset in one, so that finding it needs no other index."""


def has_number(origin: Origin) -> bool:
    topic, partition, offset = origin
    return topic in NUMBERS and 0 <= partition < PLACES and 0 <= offset < OFFSETS


def number_of(origin: Origin) -> int:
    topic, partition, offset = origin
    return (NUMBERS[topic] * PLACES + partition) * OFFSETS + offset


def origin_at(n: int) -> Origin:
    place, offset = divmod(n, OFFSETS)
    topic, partition = divmod(place, PLACES)
    return NAMES[topic], partition, offset


def milliseconds(instant: datetime) -> int:
    return (instant - EPOCH) // MILLISECOND


def kept_value(record: Record) -> bytes | None:
    """Dossiers are compared by their hash: nothing of them is written down here."""
    return digest_of(record.value) if TOPICS[record.topic].kind == "dossiers" and record.value is not None else record.value


def digest_of(*parts: bytes | None) -> bytes:
    """Told apart however they are cut."""
    held = blake2b(digest_size=16)
    for part in parts:
        held.update(b"-" if part is None else b"%d:" % len(part))
        held.update(part or b"")
    return held.digest()


def mark_of(record: Record) -> bytes | None:
    """Of commands only those that a service asks itself are looked for by what they say."""
    owner, kind = record.topic.split(".")[:2]
    if kind == "commands" and header(record.headers, "ce_source") != own_source(owner):
        return None
    return mark_at(record.topic, record.partition, record.key, record.value, record.headers)


def mark_at(topic: str, partition: int, key: bytes | None, value: bytes | None, headers: Headers) -> bytes:
    """By which an answer finds where it stands: all of it; but of a dead letter its origin and reason, for an erasure empties the rest,
    and of a dossier its key."""
    place = topic.encode(), bytes([partition])
    match TOPICS[topic].kind:
        case "dlq":
            return digest_of(*place, *_flat(each for each in headers if each[0].startswith(DEAD)))
        case "dossiers":
            return digest_of(*place, key)
    return digest_of(*place, key, value, *_flat(headers))


def _flat(headers: Iterable[tuple[str, bytes | None]]) -> Iterator[bytes | None]:
    for name, value in headers:
        yield name.encode("utf-8", "surrogatepass")
        yield value
