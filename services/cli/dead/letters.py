"""Dead letters as an operator sees them.  Pure: records in, records out.

A letter is known by the origin of the record that died (service, topic, partition, offset, attempt): the same letter written twice,
after a crash, is one.  That it is *handled*, replayed or discarded, is written down where it lies: a **mark**, a record without a value
on the same dead-letter topic whose header names the letter.  So the topics alone tell what is still open, to every operator and every
tool alike; no database is asked, and a mark is kept as long as any letter that is older.  A replay is a new attempt: if it dies too, it
is a new letter, open again.  A wake has no offset and is known by its own id; it is open when its newest letter is younger than its mark.
"""

import contextlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from contracts.catalogue import OWNERS, TOPICS, topic, vocabulary
from contracts.ids import derived_id
from contracts.wire import Headers, Unreadable, header, read
from services.platform.kernel.dead import APPENDED, DEAD, DETAIL, OFFSET, PARTITION, REASON, SERVICE, TOPIC
from services.platform.kernel.record import ATTEMPT, Record

HANDLED, HANDLED_LETTER = "redress-handled", "redress-handled-letter"


class Letter(NamedTuple):
    id: str
    service: str
    reason: str
    detail: str
    topic: str
    partition: str
    offset: str
    appended: str
    """When the record that died was appended."""
    attempt: int
    type: str
    """`unknown` when it is none of the contracts'."""
    died: datetime
    key: bytes | None
    value: bytes | None
    headers: Headers
    handled: str = ""
    """How, or nothing when it is open."""

    @property
    def is_wake(self) -> bool:
        return self.offset == "-1"


class Outgoing(NamedTuple):
    """A record to write."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers


def letters(records: Iterable[Record]) -> list[Letter]:
    """What lies on dead-letter topics, oldest first, each once, with how it was handled."""
    found: dict[str, Letter] = {}
    marks: dict[str, tuple[str, datetime]] = {}
    for record in sorted(records, key=lambda r: (r.appended, r.topic, r.partition, r.offset)):
        if how := header(record.headers, HANDLED):
            marks[header(record.headers, HANDLED_LETTER) or ""] = how, record.appended
        elif (letter := letter_of(record)) and (letter.is_wake or letter.id not in found):
            found[letter.id] = letter
    return [letter._replace(handled=_handled(letter, marks)) for letter in found.values()]


def _handled(letter: Letter, marks: dict[str, tuple[str, datetime]]) -> str:
    how, when = marks.get(letter.id, ("", letter.died))
    return "" if letter.is_wake and letter.died > when else how


def _types(record: Record) -> Iterator[str]:
    """What the record says it is: in its body, where that can be read, else in its header."""
    with contextlib.suppress(ValueError, RecursionError, AttributeError):
        yield str(json.loads(record.value or b"").get("type"))
    yield header(record.headers, "ce_type") or ""


def letter_of(record: Record) -> Letter | None:
    """The letter that the record is; None for what no service of ours wrote."""
    service, name, partition, offset, attempt = (header(record.headers, h) or "" for h in (SERVICE, TOPIC, PARTITION, OFFSET, ATTEMPT))
    if service not in OWNERS or name not in TOPICS:
        return None
    wake = header(record.headers, "ce_id") or "" if offset == "-1" else ""
    return Letter(
        id=f"{service}-{derived_id(service, name, partition, offset, attempt, wake)[:8]}",
        service=service,
        reason=header(record.headers, REASON) or "",
        detail=header(record.headers, DETAIL) or "",
        topic=name,
        partition=partition,
        offset=offset,
        appended=header(record.headers, APPENDED) or "",
        attempt=int(attempt) if attempt.isdecimal() else 0,
        type=next((said for said in _types(record) if said in vocabulary(name)), "unknown"),
        died=record.appended,
        key=record.key,
        value=record.value,
        headers=record.headers,
    )


def replayed(letter: Letter, repaired: bytes | None = None) -> Outgoing:
    """The record for its next attempt, with the repaired body if there is one; raises `Unreadable` if it would only die again.

    The key of a command is what its body says, so that a record under a wrong key finds its standard partition.  A parked wake becomes
    a new `Wake` record by being written again.
    """
    value = letter.value if repaired is None else repaired
    _, message = read(letter.topic, value)
    is_keyed = letter.topic.endswith(".commands.v1") and not OWNERS[letter.topic.partition(".")[0]].any_partition
    key = message.key.encode() if message.key and (is_keyed or letter.is_wake) else letter.key
    kept = tuple((name, text) for name, text in letter.headers if not name.startswith(DEAD) and name != ATTEMPT)
    return Outgoing(letter.topic, key, value, (*kept, (ATTEMPT, str(letter.attempt + 1).encode())))


def mark(letter: Letter, how: str) -> Outgoing:
    """Writes down that a letter needs nothing more."""
    headers = ((HANDLED, how.encode()), (HANDLED_LETTER, letter.id.encode()))
    return Outgoing(topic(letter.service, "dlq").name, letter.key, None, headers)


def still_dead(letter: Letter, fault: Unreadable) -> str:
    """Why a replay would be in vain, in a sentence."""
    return f"{letter.id} cannot be read as it is ({fault}): save it with `dead show --save`, repair it, and replay it with --value FILE."


def chosen(all: Sequence[Letter], ids: Sequence[str]) -> tuple[list[Letter], list[str]]:
    """The letters of these ids, and the ids that no letter has."""
    by_id = {letter.id: letter for letter in all}
    return [by_id[id] for id in ids if id in by_id], [id for id in ids if id not in by_id]
