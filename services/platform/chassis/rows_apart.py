"""A row read part by part, and held against the row that a fold of it would have: byte for byte."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from bson import encode

from contracts.catalogue import PARTITIONS
from services.platform.chassis.packing import unpacked
from services.platform.chassis.rows import document_of, new_row, pack_entry, pack_snapshot, unpack_entry, unpack_snapshot
from services.platform.kernel.document import Document, Snapshot
from services.platform.kernel.record import partition_of
from services.platform.kernel.service import Practice, Service

UNFOLDED = frozenset({"tail", "packed"})
"""What a row has of its writers: what may not be published, and how it is packed.  No fact follows from it."""
OF_PRUNING = frozenset({"next_ordinal", "next_taken", "next_size"})
OUTER = frozenset({"_id", "partition", "version", "expected", "journal", "snapshots", "base", "book"})


class NoRow(Exception):
    """This part of it cannot be read."""

    def __init__(self, part: str, error: Exception) -> None:
        super().__init__(part)
        self.part, self.why = part, type(error).__name__


class Kept(NamedTuple):
    """What a row holds.  `entries`: as they are written, for each its ordinal."""

    row: Mapping[str, Any]
    document: Document
    snapshots: tuple[Snapshot, ...]
    entries: Mapping[int, bytes]


def kept(row: Mapping[str, Any], service: Service) -> Kept:
    """Raises `NoRow`."""
    try:
        document = document_of(row, service)
    except Exception as error:
        raise NoRow("state", error) from error
    entries: dict[int, bytes] = {}
    for ordinal, entry in _entries(row):
        if ordinal in entries:
            raise NoRow(f"entry {ordinal}", KeyError())
        entries[ordinal] = entry
    document.journal = {ordinal: _entry(ordinal, entries[ordinal], row["_id"]) for ordinal in sorted(entries) if ordinal >= document.first}
    snapshots = tuple(each for each in _snapshots(row, service) if each.ordinal >= document.first)
    document.base = next((each for each in snapshots if each.ordinal == row.get("base")), None)
    return Kept(row, document, snapshots, entries)


def _entries(row: Mapping[str, Any]) -> Iterator[tuple[int, bytes]]:
    for name, piece in row.get("journal", {}).items():
        try:
            yield from list(unpacked({name: piece}))
        except Exception as error:
            raise NoRow(f"entry {name}", error) from error


def _entry(ordinal: int, entry: bytes, id: str) -> Any:
    try:
        return unpack_entry(ordinal, entry, id)
    except Exception as error:
        raise NoRow(f"entry {ordinal}", error) from error


def _snapshots(row: Mapping[str, Any], service: Service) -> Iterator[Snapshot]:
    for name, snapshot in row.get("snapshots", {}).items():
        try:
            found = unpack_snapshot(snapshot, service)
            if str(found.ordinal) != name:
                raise ValueError
            yield found
        except Exception as error:
            raise NoRow(f"snapshot {name}", error) from error


def apart(held: Kept, folded: Document, practice: Practice, since: int) -> Iterator[tuple[int | None, str]]:
    """Where its bytes are not those of the fold, which found the document equal: the entry's ordinal, and the part.

    `since`: entries before this were not folded, and neither what is kept of pruning.
    """
    row, stored = held.row, held.document
    guarded = {"partition": partition_of(stored.id, PARTITIONS), "version": row.get("expected")}
    yield from ((None, name) for name in guarded if _differ(row, guarded, name))
    for ordinal, entry in held.entries.items():
        if ordinal >= max(since, stored.first) and pack_entry(folded.journal[ordinal], stored.id) != entry:
            yield ordinal, "bytes"
    yield from ((None, part) for part in _fields_apart(row, folded, practice, since))
    yield from ((None, part) for part in _snapshots_apart(held))


def _fields_apart(row: Mapping[str, Any], folded: Document, practice: Practice, since: int) -> Iterator[str]:
    made = new_row(folded, practice)
    for name in sorted((row.keys() | made.keys()) - OUTER):
        if _differ(row, made, name):
            yield name
    unfolded = UNFOLDED | (OF_PRUNING if since else frozenset())
    for name in sorted((row["book"].keys() | made["book"].keys()) - unfolded):
        if _differ(row["book"], made["book"], name):
            yield name


def _snapshots_apart(held: Kept) -> Iterator[str]:
    """Those that it speaks of are there, written as we write them."""
    kept, base = held.row.get("snapshots", {}), held.row.get("base")
    wanted = {"base": base, "next_ordinal": held.document.next_ordinal}
    yield from (name for name, ordinal in wanted.items() if ordinal is not None and str(ordinal) not in kept)
    yield from (f"snapshot {each.ordinal}" for each in held.snapshots if pack_snapshot(each) != kept[str(each.ordinal)])
    if held.document.first and base is None:
        yield "base"


def _differ(one: Mapping[str, Any], other: Mapping[str, Any], name: str) -> bool:
    """Also 1 and 1.0, and true and 1, which Python takes for equal."""
    if (name in one) != (name in other):
        return True
    return encode({"it": one[name]}) != encode({"it": other[name]})
