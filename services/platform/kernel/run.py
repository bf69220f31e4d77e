"""A run of any set of services in memory, in virtual time: the harness of the core tests.  Deterministic; no clock, no I/O.

    run = Run([Practice(ROUTING, policy), ...])
    run.send("routing", AcceptWork(...), at=nine)
    run.to_the_end()
    assert run.told() == ["ComplaintRouted", "WorkRequested", "WorkAccepted"]

Everything goes the way it goes in the real world: written, appended to a partition, read, applied; only Kafka and MongoDB are left out.
An event is appended, and heard by others, at the instant of the run at which it is said; a wake comes exactly when it is due; the repeat
of a message, which in the real world publishes its answers again, says nothing.
"""

from collections import defaultdict, deque
from collections.abc import Iterable
from datetime import datetime
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple, TypeVar

from contracts.catalogue import PARTITIONS
from contracts.common import Wake
from contracts.ids import derived_id
from contracts.model import Command, Event, Message, cut
from contracts.wire import Envelope, Headers, UnknownType, Unreadable, header, read, write_command, write_event
from services.platform.kernel.agenda import Agenda
from services.platform.kernel.apply import apply, next_wake
from services.platform.kernel.dead import REASON, letter
from services.platform.kernel.document import Answer, Document
from services.platform.kernel.record import Record, addressed, incoming, partition_of
from services.platform.kernel.service import Practice, own_source
from services.platform.kernel.shelf import Shelf

E = TypeVar("E", bound=Event)


class Told(NamedTuple):
    """An event of the run: its envelope (source: the service that says it) and what it says."""

    envelope: Envelope
    message: Message


class Dead(NamedTuple):
    """A dead letter of the run."""

    service: str
    reason: str
    letter: Answer


class Run:
    """`now` is the instant up to which the run has come; commands are taken in order of their append times, then as they were sent."""

    def __init__(self, practices: Iterable[Practice]) -> None:
        self.practices = {practice.service.name: practice for practice in practices}
        self.shelves = {name: Shelf(practice.service, PARTITIONS) for name, practice in self.practices.items()}
        self.hearers = defaultdict[str, list[str]](list)
        for name, practice in self.practices.items():
            for topic in practice.service.inputs:
                self.hearers[topic].append(name)
        self.now: datetime | None = None
        self.log: list[Record] = []
        self.dead: list[Dead] = []
        self._told: list[Told] = []
        self._said: list[Record] = []
        self._sent: list[tuple[datetime, int, str, str, bytes | None, Headers]] = []
        self._agenda = Agenda()
        self._offsets: dict[tuple[str, int], count[int]] = defaultdict(count)
        self._numbers = count()

    # -- putting in -------------------------------------------------------------------------------------------------------------------

    def send(
        self, service: str, command: Command, *, at: datetime, id: str | None = None, source: str = "crm", key: str | None = None
    ) -> str:
        """Append a command at an instant; its id comes back (without one: a new command, whatever it says)."""
        number = next(self._numbers)
        id = id or derived_id("run", number)
        wire = write_command(service, command, id=id, source=source, key=key)
        self._append_at(at, number, f"{service}.commands.v1", wire.key, wire.value, wire.headers)
        return id

    def tell(self, service: str, event: Event, *, at: datetime, dated: datetime | None = None, id: str | None = None) -> str:
        """Append the event of a service that is not in the run; `dated`: the event's own `at`, where it is not the append time."""
        number = next(self._numbers)
        id = id or derived_id("run", number)
        value, headers = write_event(service, event, id=id, at=cut(dated or at), seq=number, cause=id)
        self._append_at(at, number, f"{service}.events.v1", event.key or id, value, headers)
        return id

    def put(self, topic: str, key: str, value: bytes | None, *, at: datetime, headers: Headers = ()) -> None:
        """Append any bytes at an instant, as a hostile sender would."""
        self._append_at(at, next(self._numbers), topic, key, value, headers)

    def _append_at(self, at: datetime, number: int, topic: str, key: str, value: bytes | None, headers: Headers) -> None:
        if self.now is not None and at < self.now:
            raise ValueError(f"The run has come to {self.now}; nothing can be appended at {at} any more.")
        heappush(self._sent, (cut(at), number, topic, key, value, headers))

    # -- going on ---------------------------------------------------------------------------------------------------------------------

    def until(self, instant: datetime) -> None:
        """Take everything that is appended or due at or before the instant."""
        while (due := self._next()) is not None and due <= instant:
            self._step(due)
        self.now = cut(instant) if self.now is None else max(cut(instant), self.now)

    def to_the_end(self) -> None:
        """Until nothing is left to come."""
        while (due := self._next()) is not None:
            self._step(due)

    def _next(self) -> datetime | None:
        coming = (self._sent[0][0] if self._sent else None, self._agenda.next())
        return min((instant for instant in coming if instant is not None), default=None)

    def _step(self, instant: datetime) -> None:
        """One record, and all that it leads to at this instant; a wake only when nothing else is left at its own."""
        self.now = instant
        if self._sent and self._sent[0][0] == instant:
            _, _, topic, key, value, headers = heappop(self._sent)
            self._spread(topic, key.encode(), value, headers)
        else:
            due = self._agenda.take()
            self._wake(instant, due.service, due.document)

    def _wake(self, due: datetime, name: str, id: str) -> None:
        wake = Wake(document=id, count=self.shelves[name].documents[id].wakes, due=due)
        wire = write_command(name, wake, id=derived_id("run", next(self._numbers)), source=own_source(name))
        self._spread(f"{name}.commands.v1", wire.key.encode(), wire.value, wire.headers)

    def _spread(self, topic: str, key: bytes, value: bytes | None, headers: Headers) -> None:
        """The record to all who hear its topic, and what they say to all who hear that, until all is said."""
        queue = deque([self._append(topic, key, value, headers)])
        while queue:
            record = queue.popleft()
            for name in self.hearers[record.topic]:
                for answer in self._hear(name, record):
                    if answer.dead:
                        self._bury(name, answer)
                        continue
                    queue.append(self._append(f"{name}.{answer.to}.v1", answer.key or b"", answer.value, answer.headers))
                    if answer.to == "events":
                        self._said.append(queue[-1])

    def _append(self, topic: str, key: bytes, value: bytes | None, headers: Headers) -> Record:
        assert self.now is not None
        partition = partition_of(key.decode(), PARTITIONS)
        record = Record(topic, partition, next(self._offsets[topic, partition]), self.now, key, value, headers)
        self.log.append(record)
        return record

    def _hear(self, name: str, record: Record) -> tuple[Answer, ...]:
        practice, shelf = self.practices[name], self.shelves[name]
        try:
            message = incoming(record, practice.service, practice.service.uses)
            address = addressed(message, practice.service)
        except Unreadable as fault:
            is_skipped = isinstance(fault, UnknownType) and record.topic != practice.service.command_topic
            return () if is_skipped else (letter(record, name, fault.reason, detail=fault.detail),)
        if address is None:
            return ()
        before = shelf.load(shelf.find(address, message), message)
        after, answers = apply(before, message, practice)
        if after is before:
            return () if before.knows(message) else answers
        shelf.keep(after)
        self._ask_wake(after, practice)
        return answers

    def _ask_wake(self, document: Document, practice: Practice) -> None:
        """As the poller does, who passes parked documents by."""
        due = None if document.parked else next_wake(document, practice)
        self._agenda.ask(practice.service.name, document.id, due)

    def _bury(self, name: str, answer: Answer) -> None:
        self.dead.append(Dead(name, header(answer.headers, REASON) or "", answer))

    # -- looking ----------------------------------------------------------------------------------------------------------------------

    @property
    def events(self) -> list[Told]:
        """All that the services of the run said so far, in order."""
        self._told += [Told(*read(record.topic, record.value)) for record in self._said[len(self._told) :]]
        return self._told

    def told(self, service: str | None = None) -> list[str]:
        """What was said, of one service or of all, by name and in order."""
        return [type(told.message).__name__ for told in self.events if service in (None, told.envelope.source)]

    def all(self, kind: type[E]) -> list[E]:
        """Every event of this class, in order."""
        return [told.message for told in self.events if isinstance(told.message, kind)]

    def document(self, service: str, id: str) -> Document | None:
        """The service's document under this alias or id, or the one that it leads to, with its whole journal."""
        shelf = self.shelves[service]
        return shelf.whole(shelf.way(shelf.aliases.get(id, id))[-1])
