"""What a sender compresses may unpack to a thousand times its size and more: some KB of zstd to a gigabyte, for which a process is killed,
comes back, and is killed again.  Importing this module makes the client stop unpacking a batch at a bound, and say so.

Kafka itself bounds what is sent, compressed.  Snappy needs no bound: it makes twenty bytes of one at the most.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import cramjam
from aiokafka.record import default_records

BOUND = 32 * 1024 * 1024
"""Bytes of a whole batch: far more than batches of what we read have, and far less than a process has of memory."""
USUAL = 16
"""How often the compressed size is tried first."""
FULL = "failed to write whole buffer"


class TooLarge(Exception):
    """A batch that unpacks to more than the bound."""


def within_bound(into: Callable[[bytes, bytearray], int]) -> Callable[[Any], bytes]:
    """A decoder of the client's, of one that fills a buffer."""

    def decode(payload: Any) -> bytes:
        size = min(BOUND, max(USUAL * len(payload), 4_096))
        while True:
            room = bytearray(size)
            try:
                return bytes(memoryview(room)[: into(bytes(payload), room)])
            except cramjam.DecompressionError as fault:
                if FULL not in str(fault):
                    raise
                if size == BOUND:
                    raise TooLarge from None
            size = min(BOUND, 8 * size)

    return decode


CODECS = {"gzip": cramjam.gzip, "lz4": cramjam.lz4, "zstd": cramjam.zstd}
_used = import_module(default_records.DefaultRecordBatch.__module__)     # compiled, where the client is
for _name, _codec in CODECS.items():
    setattr(_used, f"{_name}_decode", within_bound(_codec.decompress_into))
