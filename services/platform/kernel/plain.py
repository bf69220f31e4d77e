"""A plain turn: what nearly every message of a long run comes to, without what only the others need.

`Turn` is the rule, this is a short cut: in a run no document is guarded or worked on as a copy, no message is read from bytes, and no word
is kept to be said again.  Whatever is not plain (a repeat, a refusal, a crash, something that waits, a full document) is left to `apply`;
the document is then as it was.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from contracts.catalogue import PARTITIONS
from contracts.common import Wake
from contracts.ids import derived_id
from contracts.model import Command, Event, Message, type_name
from contracts.wire import Headers, event_headers, event_value, write_command
from services.platform.kernel.document import Answer, Document, Entry
from services.platform.kernel.prune import prune
from services.platform.kernel.record import Incoming, Record, digest, fingerprint, partition_of
from services.platform.kernel.service import WOKEN, Cause, Practice, own_source
from services.platform.kernel.turn import ENTRY_BYTES, latest
from services.platform.kernel.wakes import asked_by


class Said:
    """A message of a run, with what it takes to make a record of it where one is needed.

    `at`: the instant at which it happened, as for `Incoming`.  `own`: on a command topic.  `number`: its place among all messages of the
    run, and so in its partition.  `headers` may be left out of an event.
    """

    __slots__ = ("_mark", "appended", "at", "attempt", "headers", "id", "key", "message", "number", "own", "source", "topic", "value")

    def __init__(
        self, topic: str, number: int, appended: datetime, key: str, value: bytes, headers: Headers | None, source: str, id: str,
        message: Message, at: datetime, own: bool, attempt: int = 0,
    ) -> None:  # fmt: skip
        self.topic, self.number, self.appended, self.key, self.value, self.headers = topic, number, appended, key, value, headers
        self.source, self.id, self.message, self.at, self.own, self.attempt = source, id, message, at, own, attempt
        self._mark: bytes | None = None

    @property
    def partition(self) -> int:
        return partition_of(self.key, PARTITIONS)

    @property
    def name(self) -> tuple[str, str, str]:
        return self.topic, self.source, f"{self.partition}/{self.number}" if type(self.message) is Wake else self.id

    @property
    def mark(self) -> bytes:
        """What comes once in a run, an event or a wake, is known by its number."""
        if self._mark is None:
            self._mark = digest(self.name) if self.own and type(self.message) is not Wake else _mark(self.number)
        return self._mark

    @property
    def origin(self) -> tuple[str, ...]:
        return self.topic, self.source, self.id, fingerprint(self.value).hex()

    def record(self) -> Record:
        headers = event_headers(self.value) if self.headers is None else self.headers
        return Record(self.topic, self.partition, self.number, self.appended, self.key.encode(), self.value, headers)

    def incoming(self) -> Incoming:
        kind = type_name(self.topic.partition(".")[0], type(self.message))
        return Incoming(
            self.record(), self.source, self.id, kind, self.name, self.mark, fingerprint(self.value), self.at, self.message, self.own,
            self.attempt,
        )  # fmt: skip


class Plain:
    """The plain turns of one service.  `numbers` are the run's."""

    def __init__(self, practice: Practice, numbers: Iterator[int]) -> None:
        service = practice.service
        self._service, self._policy, self._limits, self._numbers = service, practice.policy, practice.limits, numbers
        self._name, self._events, self._commands = service.name, f"{service.name}.events.v1", service.command_topic

    def hear(self, document: Document, heard: Said) -> Sequence[Said] | None:
        """What the document says to a message, which has changed it; None: not plain, and nothing has happened."""
        service, message, own, state, limits = self._service, heard.message, heard.own, document.state, self._limits
        is_full = document.size + ENTRY_BYTES > limits.document_bytes
        if document.waiting or document.parked or is_full or type(message) is Wake or service.erases_by(message, state):
            return None
        instant = latest(heard.at, document.time) if own else heard.at
        if service.is_open(state):
            if document.asked is not None and document.asked <= instant:
                return None
        elif type(message) not in service.opens:
            return None
        if own and heard.mark in document.known:
            return None
        cause = Cause(message, heard.id, heard.source, instant, latest(instant, document.at), document.id, document.length)
        said = self._decided(document, cause, heard, heard.appended, own)
        if said is not None:
            if own:
                document.journal[document.length] = _entry(heard, document.length, instant, said)
            self._journal(document, heard.mark, heard.appended)
        return said

    def wake(self, document: Document, due: datetime) -> Sequence[Said] | None:
        """The same for the wake that is due."""
        if document.waiting or document.parked or not self._service.is_open(document.state):
            return None
        id, instant = derived_id(self._name, document.id, "wake", document.wakes), latest(due, document.time)
        cause = Cause(WOKEN, id, self._name, instant, latest(instant, document.at), document.id, document.length)
        said = self._decided(document, cause, None, due, True)
        if said is not None:
            document.wakes += 1
            self._journal(document, _mark(next(self._numbers)), due)
        return said

    def _decided(self, document: Document, cause: Cause, heard: Said | None, now: datetime, own: bool) -> Sequence[Said] | None:
        """`heard`: None of a wake, which must ask for a later one."""
        service, before = self._service, document.state
        try:
            state, words = service.decide(before, cause, self._policy)
            said = self._said(words, document, cause, ("wake", cause.id) if heard is None else heard.origin, now) if words else ()
            asked = document.asked if state is before else asked_by(state, service)
        except Exception:
            return None
        if heard is None and asked is not None and asked <= now:
            return None
        if said and not self._has_room_for(said):
            return None
        if own:
            if heard is not None and state is not before and not self._fit_dossiers(state):
                return None
            document.time = cause.instant
        document.state, document.asked = state, asked
        for one in said:
            document.size += len(one.value)
            if one.own:
                document.size += sum(len(name) + len(value) for name, value in one.headers or ())
            else:
                document.seq += 1
                document.at = cause.at
        return said

    def _said(
        self, words: Sequence[Event | Command], document: Document, cause: Cause, origin: tuple[str, ...], now: datetime
    ) -> list[Said]:
        said, name, seq = list[Said](), self._name, document.seq
        for n, word in enumerate(words, 1):
            id = derived_id(name, document.id, *origin, type_name(name, type(word)), n)
            if isinstance(word, Command):
                source = own_source(name)
                wire = write_command(name, word, id=id, source=source)
                said.append(Said(self._commands, next(self._numbers), now, wire.key, wire.value, wire.headers, source, id, word, now, True))
            else:
                seq += 1
                value = event_value(name, word, id=id, at=cause.at, seq=seq, cause=cause.id)
                key = word.key or document.id
                said.append(Said(self._events, next(self._numbers), now, key, value, None, name, id, word, cause.at, False))
        return said

    def _has_room_for(self, said: Sequence[Said]) -> bool:
        sizes = [len(one.value) for one in said]
        return ENTRY_BYTES + sum(sizes) <= self._limits.document_bytes and max(sizes) <= self._limits.answer_bytes

    def _fit_dossiers(self, state: Any) -> bool:
        """Looked at after the service's own commands: only they bring what dossiers hold."""
        held = (each for each in self._service.dossiers(state).values() if each) if state is not None else ()
        return all(len(each.__pydantic_serializer__.to_json(each, exclude_none=True)) <= self._limits.answer_bytes for each in held)

    def _journal(self, document: Document, mark: bytes, appended: datetime) -> None:
        document.known += mark
        document.length += 1
        document.size += ENTRY_BYTES
        document.erased = False
        document.tail = document.length
        prune(document, appended, self._limits.journal_kept)
        document.next = None


def _mark(number: int) -> bytes:
    return number.to_bytes(8, "big")


def _entry(heard: Said, ordinal: int, instant: datetime, said: Sequence[Said]) -> Entry:
    """What a repeat is known by, and what an erasure takes back."""
    kept = tuple(Answer("commands", one.key.encode(), one.value, one.headers or ()) for one in said if one.own)
    place = heard.partition, heard.number
    return Entry(ordinal, heard.name, fingerprint(heard.value), *place, instant, heard.appended, "", "", heard.attempt, kept, ordinal)
