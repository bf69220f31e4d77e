"""Many documents in a service's store, without waiting for the service to make each: copies of those that it made, under other ids.

A copy is the row that the service wrote, byte for byte, but for the complaint's id, wherever it stands, and the partition that follows
from it.
"""

import struct
from collections.abc import Iterator, Sequence
from itertools import islice

from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient, WriteConcern
from pymongo.collection import Collection

from contracts.catalogue import PARTITIONS
from services.platform.kernel.record import partition_of
from tests.bench.feeds import complaints
from tests.bench.ground import Ground

AT_A_TIME = 2_000
PARTITION = b"\x10partition\x00"
"""How BSON begins a field of this name that holds an int32."""


def fill(ground: Ground, tenant: str, service: str, patterns: Sequence[str], copies: int) -> None:
    """So many more documents, each like one of these complaints'."""
    url = ground.stack.addresses.mongodb
    with MongoClient[RawBSONDocument](url, document_class=RawBSONDocument, tz_aware=True) as client:
        kept = client[ground.settings(tenant).database(service)]["documents"].with_options(write_concern=WriteConcern(w=1, j=False))
        rows = _copies(kept, patterns, copies)
        while some := list(islice(rows, AT_A_TIME)):
            kept.insert_many(some, ordered=False)


def _copies(kept: Collection[RawBSONDocument], patterns: Sequence[str], copies: int) -> Iterator[RawBSONDocument]:
    rows = [(row["_id"].encode(), row.raw) for row in kept.find({"_id": {"$in": list(patterns)}})]
    for n, id in enumerate(complaints("copy", copies)):
        pattern, raw = rows[n % len(rows)]
        yield RawBSONDocument(_in_partition(raw.replace(pattern, id.encode()), partition_of(id, PARTITIONS)))


def _in_partition(raw: bytes, partition: int) -> bytes:
    at = raw.index(PARTITION) + len(PARTITION)
    return raw[:at] + struct.pack("<i", partition) + raw[at + 4 :]
