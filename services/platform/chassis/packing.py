"""Older entries of a journal, packed: sixteen in one piece, a fifth of their size.

MongoDB writes a whole row whenever any of it changes, so a turn would cost the more the longer the complaint has lived.  In a row's journal
a packed piece stands under the name of its first ordinal, `p32`.  Pieces begin at multiples of their length, so where they are follows from
how far a document is packed.
"""

from collections.abc import Iterable, Iterator, Mapping
from zlib import compress, decompress

from bson import decode, encode

from services.platform.kernel.document import Document

LENGTH = 16
LOOSE = 8
"""The youngest entries stay as they are: their answers may still be wanted one by one."""
WORTH = LOOSE + LENGTH
FAST = 1
"""Of zlib's levels: the higher ones save nothing here."""


def packs_until(document: Document) -> int:
    """How far it is worth packing now: not beyond what may not be published, nor before there is a whole piece to gain."""
    until = min(document.length - LOOSE, document.tail) // LENGTH * LENGTH
    return max(until, document.packed) if document.length - document.packed >= WORTH else document.packed


def to_pack(document: Document) -> range:
    """The entries that it is worth packing now."""
    return range(max(document.packed, document.first), packs_until(document))


def wanted(document: Document) -> Iterable[int]:
    """The entries that are needed of a document whose journal is not needed whole."""
    return (*to_pack(document), *range(document.tail, document.length))


def piece_of(ordinal: int) -> range:
    """The ordinals that are, or would be, packed together with this one."""
    first = ordinal // LENGTH * LENGTH
    return range(first, first + LENGTH)


def name_of(piece: range) -> str:
    return f"p{piece.start}"


def pack(entries: Mapping[int, bytes]) -> bytes:
    return compress(encode({str(n): kept for n, kept in entries.items()}), FAST)


def unpacked(journal: Mapping[str, bytes]) -> Iterator[tuple[int, bytes]]:
    """Each entry of a row's journal, packed or not."""
    for name, kept in journal.items():
        if name.startswith("p"):
            yield from ((int(n), entry) for n, entry in decode(decompress(kept)).items())
        else:
            yield int(name), kept
