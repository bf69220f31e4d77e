"""A record of the log, and the message that a service reads from it."""

from collections.abc import Set
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from contracts.catalogue import PARTITIONS
from contracts.common import CommandRefused, Wake
from contracts.model import Message
from contracts.wire import Headers, Unreadable, header, read
from services.platform.kernel.service import Address, Service

Name = tuple[str, str, str]
"""What the journal knows a message by: topic, source, id.  Every `Wake` record is a new message: its id is where it stands."""

ATTEMPT = "redress-attempt"
"""The header with which an operator's replay of a dead record says how often it has been tried."""
AHEAD = timedelta(minutes=5)
"""An event dated further than this after its own append is nobody's fact."""


class Record(NamedTuple):
    """As Kafka has it.  `topic` is named without the tenant's prefix, so that facts do not depend on it."""

    topic: str
    partition: int
    offset: int
    appended: datetime
    key: bytes | None
    value: bytes | None
    headers: Headers = ()

    @property
    def origin(self) -> tuple[str, int, int]:
        return self.topic, self.partition, self.offset

    @property
    def weight(self) -> int:
        """Bytes."""
        return len(self.value or b"") + len(self.key or b"") + sum(len(name) + len(value) for name, value in self.headers)


class Incoming(NamedTuple):
    """A record as read.  `instant` is its append time on the own command topic, its `at` when another service says it."""

    record: Record
    source: str
    id: str
    type: str
    name: Name
    mark: bytes
    """The name's digest."""
    fingerprint: bytes
    instant: datetime
    body: Message
    own: bool
    attempt: int = 0

    @property
    def is_wake(self) -> bool:
        return type(self.body) is Wake


def incoming(record: Record, service: Service, uses: Set[type[Message]] | None = None) -> Incoming:
    """What the record says; raises `Unreadable` where nobody can act on it, and `Unused` for an event that is not of these classes."""
    own = record.topic == service.command_topic
    envelope, body = read(record.topic, record.value, None if own else uses)
    instant = record.appended if own else envelope.at
    if instant is None or instant > record.appended + AHEAD:
        raise Unreadable("dated_ahead")
    name = record.topic, envelope.source, f"{record.partition}/{record.offset}" if type(body) is Wake else envelope.id
    return Incoming(
        record, envelope.source, envelope.id, envelope.type, name, digest(name), fingerprint(record.value), instant, body, own,
        _attempt(record),
    )  # fmt: skip


def addressed(message: Incoming, service: Service) -> Address | None:
    """Where the message's document is found; None where it is not this service's business.

    Raises `Unreadable` for a message that names none, and for a command in another partition than its complaint's.
    """
    if isinstance(message.body, CommandRefused):
        return None
    try:
        found = Address(message.body.document) if isinstance(message.body, Wake) else service.address(message.body, message.source)
    except Exception as error:
        raise Unreadable("no_address", type(error).__name__) from None
    if message.own and found is None:
        raise Unreadable("no_address")
    if found and message.own and not service.owner.any_partition:
        stands, belongs = message.record.partition, partition_of(found.id, PARTITIONS)
        if stands != belongs:
            raise Unreadable("wrong_key", f"in partition {stands}, belongs to {belongs}")
    return found


def fingerprint(value: bytes | None) -> bytes:
    """Tells one body from another under the same id."""
    return blake2b(value or b"", digest_size=16).digest()


def digest(name: Name) -> bytes:
    """Eight bytes to recognise a journalled message by; a chance hit only costs a look into the journal."""
    return blake2b("\0".join(name).encode(), digest_size=8).digest()


def _attempt(record: Record) -> int:
    if not record.headers:
        return 0
    told = header(record.headers, ATTEMPT)
    return int(told) if told and told.isdecimal() and len(told) <= 6 else 0


@lru_cache(maxsize=2**13)
def partition_of(key: str, partitions: int) -> int:
    """The standard partition of a key: Kafka's murmur2, as the Java client and aiokafka compute it."""
    return (_murmur2(key.encode()) & 0x7FFFFFFF) % partitions


def _murmur2(data: bytes) -> int:
    mask, m, length = 0xFFFFFFFF, 0x5BD1E995, len(data)
    h = 0x9747B28C ^ length
    whole = length & ~3
    for i in range(0, whole, 4):
        k = int.from_bytes(data[i : i + 4], "little") * m & mask
        h = (h * m & mask) ^ ((k ^ k >> 24) * m & mask)
    if rest := data[whole:]:
        h = (h ^ int.from_bytes(rest, "little")) * m & mask
    h = (h ^ h >> 13) * m & mask
    return h ^ h >> 15
