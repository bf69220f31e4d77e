"""How a document is kept in MongoDB: one row, its journal as compact bytes under one key for each entry.

    {_id, partition, version, expected, wake_at, aliases, facets, state, waiting: [...], book: {...the document's other fields...},
     journal: {"p0": bytes, "17": bytes}, base: 12, snapshots: {"12": bytes}}

The state is JSON text, so that it can be read and searched, without the fields that have their defaults (so a default never changes: it is
in rows already); instants are dates.  Entries are bytes because nobody searches them and most loads leave them out; their keys are
ordinals, since MongoDB sorts the new fields of one `$set` by name.  An update counts `version` up and says which one it must come to: see
`GUARD`.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from bson import decode, encode
from bson.codec_options import CodecOptions

from contracts.wire import event_headers
from services.platform.chassis.packing import name_of, pack, piece_of, to_pack, unpacked
from services.platform.kernel.apply import next_wake
from services.platform.kernel.document import Answer, Document, Entry, Snapshot, Waiting
from services.platform.kernel.record import Record, incoming
from services.platform.kernel.service import Practice, Service

OPTIONS: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=False)
"""Dates are UTC, and get their zone here: from the driver it would cost more than all the rest of a load."""
BOOK = (
    "time", "at", "seq", "wakes", "asked", "parked", "length", "first", "known", "tail", "packed", "size",
    "next_ordinal", "next_taken", "next_size",
)  # fmt: skip
"""Fields of a document that are kept as they are, under their own names, in one piece: each field of a `$set` costs the database."""
INSTANTS = ("time", "at", "asked", "next_taken")
GUARD = {"$expr": {"$eq": ["$version", "$expected"]}}
"""What MongoDB must find true of every row it is given (a validator).  It refuses the update of who read an older version, and so each
loser of a bulk is told; the same guard in the update's query would take twice the time, for only a query by `_id` alone needs no plan."""
LOADED = dict.fromkeys(("partition", "version", "state", "waiting", "book"), 1)
"""What a batch loads: its cost must not grow with the complaint's age.  Named, for to leave the journal out MongoDB walks through it."""


# -- out ------------------------------------------------------------------------------------------------------------------------------


def new_row(document: Document, practice: Practice) -> dict[str, Any]:
    """The row of a document that is stored for the first time."""
    row = {"_id": document.id, "partition": document.partition, "version": 1, "expected": 1}
    row |= _fields(document, practice) | _told(document.state, practice.service) | {"waiting": _waiting(document)}
    if aliases := _aliases(document, practice.service):
        row["aliases"] = aliases
    row["journal"] = {str(n): pack_entry(document.journal[n], document.id) for n in sorted(document.journal)}
    return row | _snapshots(document, has_dropped=False)


def changes(before: Document, after: Document, practice: Practice) -> dict[str, Any]:
    """The update that makes the row of `before` the row of `after`.  What most messages leave as it was is not written again."""
    fields, gone = _fields(after, practice), []
    fields["expected"] = before.version + 1
    if after.waiting is not before.waiting:
        fields["waiting"] = _waiting(after)
    if after.state is not before.state:
        fields |= _told(after.state, practice.service)
        if aliases := _aliases(after, practice.service):
            fields["aliases"] = aliases
        elif _aliases(before, practice.service):
            gone.append("aliases")
    packed = _packed_by(before)
    written, removed = _journal(before, after, packed)
    fields |= {f"journal.{name}": kept for name, kept in written.items()}
    fields["book"]["packed"] = packed
    gone += [f"journal.{name}" for name in removed]
    if after.first > before.first and after.base is None:
        gone.append(f"snapshots.{before.first}")
    for name, value in _snapshots(after, has_dropped=after.first > before.first).items():
        fields |= {f"snapshots.{n}": kept for n, kept in value.items()} if name == "snapshots" and after.base is None else {name: value}
    update = {"$set": fields, "$inc": {"version": 1}}
    return update | {"$unset": dict.fromkeys(gone, "")} if gone else update


def _packed_by(before: Document) -> int:
    """How far its next update packs; no further where what is to be packed was not loaded."""
    ready = to_pack(before)
    return ready.stop if all(n in before.journal or n in before.loose for n in ready) else before.packed


def _journal(before: Document, after: Document, packed: int) -> tuple[dict[str, bytes], list[str]]:
    """What is written of the journal and what is taken out: new and amended entries, and the pieces in which these, or older ones, are."""
    new = {*range(max(before.length, after.first), after.length), *after.touched}
    if before.first == after.first and before.packed == packed <= min(new, default=packed):
        # Most turns take nothing out and pack nothing.
        return {str(n): pack_entry(after.journal[n], after.id) for n in new}, []
    ready = range(before.packed, packed)
    pieces = {piece_of(n) for n in (*ready, *new) if after.first <= n < packed}
    written = {str(n): pack_entry(after.journal[n], after.id) for n in new if n >= packed}
    for piece in pieces:
        written[name_of(piece)] = pack({n: _kept(after, n) for n in piece if n >= after.first})
    dropped = range(before.first, after.first)
    removed = [str(n) for n in (*dropped, *ready) if before.packed <= n < before.length]
    removed += [name_of(piece) for piece in {piece_of(n) for n in dropped if n < before.packed} if piece.stop <= after.first]
    return written, removed


def _kept(document: Document, ordinal: int) -> bytes:
    """As it was kept, where nobody looked into it: most are only packed."""
    found = document.journal.get(ordinal)
    return document.loose[ordinal] if found is None else pack_entry(found, document.id)


def _fields(document: Document, practice: Practice) -> dict[str, Any]:
    held = document.__dict__
    return {"wake_at": None if document.parked else next_wake(document, practice), "book": {name: held[name] for name in BOOK}}


def _told(state: Any, service: Service) -> dict[str, Any]:
    return {"state": pack_state(state), "facets": {} if state is None else dict(service.facets(state))}


def _waiting(document: Document) -> list[dict[str, Any]]:
    return [pack_waiting(each) for each in document.waiting]


def _aliases(document: Document, service: Service) -> list[str]:
    return [] if document.state is None else list(service.aliases(document.state))


def _snapshots(document: Document, has_dropped: bool) -> dict[str, Any]:
    """Those taken since loading, and which one folds begin with.  After an erasure none from before is left."""
    taken = [snapshot for snapshot in (document.base, document.next) if snapshot is not None]
    fields: dict[str, Any] = {"snapshots": {str(s.ordinal): pack_snapshot(s) for s in taken}} if taken else {}
    if document.base is not None:
        return fields | {"base": document.base.ordinal}
    return fields | {"base": document.first} if has_dropped else fields


def pack_state(state: Any) -> str | None:
    return None if state is None else state.__pydantic_serializer__.to_json(state, exclude_defaults=True).decode()


def pack_waiting(waiting: Waiting) -> dict[str, Any]:
    topic, partition, offset, appended, key, value, headers = waiting.message.record
    return {
        "order": waiting.order, "ordinal": waiting.ordinal, "topic": topic, "partition": partition, "offset": offset,
        "appended": appended, "key": key, "value": value, "headers": [list(each) for each in headers],
    }  # fmt: skip


def pack_snapshot(snapshot: Snapshot) -> bytes:
    kept = snapshot._asdict() | {"state": pack_state(snapshot.state), "waiting": [pack_waiting(each) for each in snapshot.waiting]}
    return encode(kept)


def pack_entry(entry: Entry, id: str) -> bytes:
    """What is the same for most entries is left out: see `unpack_entry`."""
    kept: dict[str, Any] = {
        "n": entry.name, "f": entry.fingerprint, "p": entry.partition, "o": entry.offset, "i": entry.instant, "a": entry.appended,
        "y": entry.policy, "b": entry.build,
    }  # fmt: skip
    if entry.answers:
        kept["s"] = [_pack_answer(answer, id.encode()) for answer in entry.answers]
    if entry.answered_by != entry.ordinal:
        kept["w"] = entry.answered_by
    if entry.attempt:
        kept["t"] = entry.attempt
    if entry.is_dead:
        kept["d"] = True
    return encode(kept)


def _pack_answer(answer: Answer, id: bytes) -> Any:
    """An event's value says its headers, and its key is mostly the document's id; all else is kept whole."""
    if answer.to != "events":
        return {"t": answer.to, "k": answer.key, "v": answer.value, "h": [list(each) for each in answer.headers]}
    return answer.value if answer.key == id else [answer.key, answer.value]


# -- back -----------------------------------------------------------------------------------------------------------------------------


def document_of(row: Mapping[str, Any], service: Service) -> Document:
    """The document without its journal and snapshots."""
    document = Document(row["_id"], row["partition"])
    book = row["book"]
    document.__dict__.update(book, **{name: utc(book[name]) for name in INSTANTS})
    document.version = row["version"]
    document.state = unpack_state(row["state"], service)
    document.waiting = tuple(unpack_waiting(each, service) for each in row["waiting"])
    return document


@lru_cache(maxsize=4096)
def utc(instant: datetime | None) -> datetime | None:
    """Instants repeat: within a row, and from row to row, for a producer's batch has one append time."""
    return None if instant is None else instant.replace(tzinfo=UTC)


def unpack_state(text: str | None, service: Service) -> Any:
    return None if text is None else service.state.model_validate_json(text)


def unpack_waiting(kept: Mapping[str, Any], service: Service) -> Waiting:
    headers = tuple((name, value) for name, value in kept["headers"])
    appended = kept["appended"].replace(tzinfo=UTC)
    record = Record(kept["topic"], kept["partition"], kept["offset"], appended, kept["key"], kept["value"], headers)
    return Waiting(kept["order"].replace(tzinfo=UTC), kept["ordinal"], incoming(record, service))


def unpack_snapshot(kept: bytes, service: Service) -> Snapshot:
    told = decode(kept, OPTIONS)
    waiting = tuple(unpack_waiting(each, service) for each in told["waiting"])
    instants = {name: utc(told[name]) for name in ("taken", "time", "at")}
    return Snapshot(**told | instants | {"state": unpack_state(told["state"], service), "waiting": waiting})


def entries_of(journal: Mapping[str, bytes], id: str, first: int = 0) -> Iterable[Entry]:
    """From `first` on: a piece may still hold what was pruned."""
    return (unpack_entry(n, kept, id) for n, kept in unpacked(journal) if n >= first)


def give_entries(document: Document, journal: Mapping[str, bytes], is_whole: bool) -> None:
    """What was loaded of its journal, as much of it as was asked for: what is only to be packed stays as it is kept."""
    for n, kept in unpacked(journal):
        if n >= document.tail or (is_whole and n >= document.first):
            document.journal[n] = unpack_entry(n, kept, document.id)
        elif not is_whole:
            document.loose[n] = kept


def unpack_entry(ordinal: int, kept: bytes, id: str) -> Entry:
    told = decode(kept, OPTIONS)
    topic, source, name = told["n"]
    return Entry(
        ordinal, (topic, source, name), told["f"], told["p"], told["o"], told["i"].replace(tzinfo=UTC), told["a"].replace(tzinfo=UTC),
        told["y"], told["b"], told.get("t", 0),
        tuple(_unpack_answer(answer, id.encode()) for answer in told.get("s", ())), told.get("w", ordinal), told.get("d", False),
    )  # fmt: skip


def _unpack_answer(kept: Any, id: bytes) -> Answer:
    if isinstance(kept, dict):
        return Answer(kept["t"], kept["k"], kept["v"], tuple((name, value) for name, value in kept["h"]))
    key, value = (id, kept) if isinstance(kept, bytes) else kept
    return Answer("events", key, value, event_headers(value))
