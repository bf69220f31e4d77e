"""A plain turn: what nearly every record of a long run comes to, without what only the others need.

`Turn` is the rule, this is a short cut: in memory no document is guarded, none is worked on as a copy until it must fall back, and no word
is kept to be said again.  Whatever is not plain (a repeat, a refusal, a crash, something that waits, a full document) is left to `apply`;
the document is then as it was.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, NamedTuple

from contracts.common import Wake
from contracts.ids import derived_id
from contracts.model import Command, Event, Message, type_name
from contracts.wire import Headers, event_headers, write_command, write_event
from services.platform.kernel.document import Answer, Document, Entry
from services.platform.kernel.prune import prune
from services.platform.kernel.record import Incoming, Record, digest, fingerprint
from services.platform.kernel.service import Cause, Practice, Woken, own_source
from services.platform.kernel.turn import ENTRY_BYTES, latest
from services.platform.kernel.wakes import asked_by


class Heard:
    """A message of a run, which has not been read from bytes.  `instant`: as for `Incoming`; `own`: on a command topic.

    `number` is of this run and stands in the journal for the name of what cannot be repeated in it.
    """

    __slots__ = (
        "_mark", "appended", "attempt", "body", "headers", "id", "instant", "key", "number", "own", "place", "source", "topic", "value",
    )  # fmt: skip

    def __init__(
        self, topic: str, place: tuple[int, int], appended: datetime, key: bytes, value: bytes, headers: Headers | None, source: str,
        id: str, body: Message, instant: datetime, own: bool, number: int, attempt: int = 0,
    ) -> None:  # fmt: skip
        self.topic, self.place, self.appended, self.key, self.value, self.headers = topic, place, appended, key, value, headers
        self.source, self.id, self.body, self.instant, self.own, self.number, self.attempt = source, id, body, instant, own, number, attempt
        self._mark: bytes | None = None

    @property
    def name(self) -> tuple[str, str, str]:
        return self.topic, self.source, f"{self.place[0]}/{self.place[1]}" if type(self.body) is Wake else self.id

    @property
    def mark(self) -> bytes:
        """Commands come again; an event is told once, and so is a wake."""
        if self._mark is None:
            is_told_once = not self.own or type(self.body) is Wake
            self._mark = self.number.to_bytes(8, "big") if is_told_once else digest(self.name)
        return self._mark

    @property
    def origin(self) -> tuple[str, ...]:
        return self.topic, self.source, self.id, fingerprint(self.value).hex()

    def record(self) -> Record:
        headers = event_headers(self.value) if self.headers is None else self.headers
        return Record(self.topic, *self.place, self.appended, self.key, self.value, headers)

    def incoming(self) -> Incoming:
        kind = type_name(self.topic.partition(".")[0], type(self.body))
        return Incoming(
            self.record(), self.source, self.id, kind, self.name, self.mark, fingerprint(self.value), self.instant, self.body, self.own,
            self.attempt,
        )  # fmt: skip


class Said(NamedTuple):
    """An answer and what it says; `at`: an event's own stamp."""

    to: Literal["events", "commands", "dlq"]
    key: bytes
    value: bytes
    headers: Headers | None
    id: str
    message: Message
    at: datetime


def hear(document: Document, heard: Heard, practice: Practice) -> list[Said] | None:
    """What the document says to a message, which has changed it; None: not plain, and nothing has happened."""
    service, body, own = practice.service, heard.body, heard.own
    if document.waiting or document.parked or document.size > practice.limits.document_bytes:
        return None
    is_open = service.is_open(document.state)
    if not is_open and type(body) not in service.opens:
        return None
    instant = latest(heard.instant, document.time) if own else heard.instant
    if is_open and document.asked is not None and document.asked <= instant:
        return None
    mark = heard.mark
    if (own and mark in document.known) or service.erases_by(body, document.state):
        return None
    cause = Cause(body, heard.id, heard.source, instant, latest(instant, document.at), document.id, document.length)
    said = _decided(document, cause, heard.origin if own else heard, practice, own)
    if said is None:
        return None
    if own:
        document.journal[document.length] = _entry(heard, document.length, instant, said)
    _journal(document, mark, heard.appended, practice)
    return said


def wake(document: Document, due: datetime, number: int, practice: Practice) -> list[Said] | None:
    """The same for the wake that is due."""
    name = practice.service.name
    if document.waiting or document.parked or not practice.service.is_open(document.state):
        return None
    id = derived_id(name, document.id, "wake", document.wakes)
    instant = latest(due, document.time)
    cause = Cause(Woken(), id, name, instant, latest(instant, document.at), document.id, document.length)
    said = _decided(document, cause, ("wake", id), practice, True, due)
    if said is None:
        return None
    document.wakes += 1
    _journal(document, number.to_bytes(8, "big"), due, practice)
    return said


def _decided(
    document: Document, cause: Cause, origin: "tuple[str, ...] | Heard", practice: Practice, own: bool, due: datetime | None = None
) -> list[Said] | None:
    service = practice.service
    try:
        state, words = service.decide(document.state, cause, practice.policy)
        said = list(_said(words, document, cause, origin.origin if isinstance(origin, Heard) else origin, practice)) if words else []
        asked = document.asked if state is document.state else asked_by(state, service)
    except Exception:
        return None
    if not _has_room(state, document, said, practice) or (due is not None and asked is not None and asked <= due):
        return None
    if own:
        document.time = cause.instant
    document.state, document.asked = state, asked
    document.size += sum(len(one.value) for one in said)
    events = sum(one.to == "events" for one in said)
    if events:
        document.seq += events
        document.at = cause.at
    return said


def _said(
    words: Iterable[Event | Command], document: Document, cause: Cause, origin: tuple[str, ...], practice: Practice
) -> Iterable[Said]:
    name, seq = practice.service.name, document.seq
    for n, word in enumerate(words, 1):
        id = derived_id(name, document.id, *origin, type_name(name, type(word)), n)
        if isinstance(word, Command):
            wire = write_command(name, word, id=id, source=own_source(name))
            yield Said("commands", wire.key.encode(), wire.value, wire.headers, id, word, cause.at)
        else:
            seq += 1
            value, headers = write_event(name, word, id=id, at=cause.at, seq=seq, cause=cause.id)
            yield Said("events", (word.key or document.id).encode(), value, headers, id, word, cause.at)


def _has_room(state: Any, document: Document, said: list[Said], practice: Practice) -> bool:
    limits, sizes = practice.limits, [len(one.value) for one in said]
    if ENTRY_BYTES + sum(sizes) > limits.document_bytes or max(sizes, default=0) > limits.answer_bytes:
        return False
    held = practice.service.dossiers(state).values() if state is not None and state is not document.state else ()
    return all(d is None or len(d.__pydantic_serializer__.to_json(d, exclude_none=True)) <= limits.answer_bytes for d in held)


def _entry(heard: Heard, ordinal: int, instant: datetime, said: list[Said]) -> Entry:
    """What a repeat is known by, and what an erasure takes back."""
    kept = tuple(Answer("commands", one.key, one.value, one.headers or ()) for one in said if one.to == "commands")
    return Entry(
        ordinal, heard.name, fingerprint(heard.value), *heard.place, instant, heard.appended, "", "", heard.attempt, kept, ordinal,
    )  # fmt: skip


def _journal(document: Document, mark: bytes, appended: datetime, practice: Practice) -> None:
    document.known += mark
    document.length += 1
    document.size += ENTRY_BYTES
    document.erased = False
    document.tail = document.length
    prune(document, appended, practice.limits.journal_kept)
