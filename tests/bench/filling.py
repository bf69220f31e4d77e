"""Many documents in a service's store, without waiting for the service to make each: copies of those that it made, under other ids.

A copy is the row that the service wrote, byte for byte, but for the complaint's id, wherever it stands, and the partition that follows
from it.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle, islice

from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient, WriteConcern

from contracts.catalogue import PARTITIONS
from services.platform.kernel.record import partition_of
from tests.bench.feeds import complaints
from tests.bench.ground import Ground

AT_A_TIME = 2_000
PARTITION = b"\x10partition\x00"
"""How BSON begins a field of this name that holds an int32."""


def fill(ground: Ground, tenant: str, service: str, patterns: Sequence[str], number: int) -> None:
    """So many more documents, each like one of these complaints'."""
    url = ground.stack.addresses.mongodb
    with MongoClient[RawBSONDocument](url, document_class=RawBSONDocument, tz_aware=True) as client:
        kept = client[ground.settings(tenant).database(service)]["documents"].with_options(write_concern=WriteConcern(w=1, j=False))
        made = copies(list(kept.find({"_id": {"$in": list(patterns)}})), complaints("copy", number))
        while some := list(islice(made, AT_A_TIME)):
            kept.insert_many(some, ordered=False)


def copies(rows: Sequence[RawBSONDocument], ids: Iterable[str]) -> Iterator[RawBSONDocument]:
    """One under each id, of these rows in turn."""
    patterns = [(row["_id"].encode(), bytes(row.raw)) for row in rows]
    for (pattern, raw), id in zip(cycle(patterns), ids, strict=False):
        yield RawBSONDocument(_in_partition(raw.replace(pattern, id.encode()), partition_of(id, PARTITIONS)))


def _in_partition(raw: bytes, partition: int) -> bytes:
    at = raw.index(PARTITION) + len(PARTITION)
    return raw[:at] + struct.pack("<i", partition) + raw[at + 4 :]
