"""The run of a backtest: the same as the kernel's `Run`, told as it goes, for histories of any length.

    for fact in Backtest(practices).play(commands): ...

Commands are taken in order of their instants, wakes come exactly when they are due, and what is said is handed at once, as an object, to
the services that hear it.  Nothing is kept that the run cannot need again: of a document its state, and of its journal what a repeat is
known by.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import count
from typing import NamedTuple

from contracts.catalogue import PARTITIONS
from contracts.common import CommandRefused, Wake
from contracts.ids import derived_id, message_id
from contracts.model import Event, cut
from contracts.wire import Unreadable, header, read, write_command
from services.backtest.command import Timed
from services.backtest.documents import Cold, Documents
from services.backtest.fact import Fact
from services.platform.kernel import plain
from services.platform.kernel.agenda import Agenda, Due
from services.platform.kernel.apply import apply, next_wake
from services.platform.kernel.dead import REASON, letter
from services.platform.kernel.document import Answer, Document
from services.platform.kernel.plain import Heard, Said
from services.platform.kernel.record import addressed, partition_of
from services.platform.kernel.service import Practice, own_source

ROOM = 4_000
"""Documents of each service in memory."""


class Dead(NamedTuple):
    """A dead letter: whose, and why."""

    service: str
    reason: str


class Backtest:
    """`now` is the instant up to which it has come."""

    def __init__(self, practices: Iterable[Practice], cold: Cold | None = None, room: int = ROOM) -> None:
        self.practices = {practice.service.name: practice for practice in practices}
        self.documents = {name: Documents(practice.service, cold, room) for name, practice in self.practices.items()}
        self.now: datetime | None = None
        self.commands: Counter[str] = Counter()
        self.dead: Counter[Dead] = Counter()
        self._hearers = defaultdict[str, list[str]](list)
        for name, practice in self.practices.items():
            for topic in practice.service.inputs:
                self._hearers[topic].append(name)
        self._agenda = Agenda()
        self._offsets: dict[tuple[str, int], count[int]] = defaultdict(count)
        self._numbers = count()

    def play(self, commands: Iterable[Timed], until: datetime | None = None) -> Iterator[Fact]:
        """All that is said, in order, to commands that come in the order of their instants: until nothing is left to come or due, or up to
        this instant."""
        coming = iter(commands)
        command = next(coming, None)
        while True:
            due = self._agenda.next()
            if command is not None and (due is None or cut(command.at) <= due):
                instant, is_command = cut(command.at), True
            elif due is not None:
                instant, is_command = due, False
            else:
                return
            if until is not None and instant > until:
                return
            self.now = instant
            if is_command:
                assert command is not None
                yield from self._spread(self._written(command, instant))
                command = next(coming, None)
            else:
                yield from self._wake(self._agenda.take())

    # -- a command, a wake --------------------------------------------------------------------------------------------------------------

    def _written(self, command: Timed, instant: datetime) -> Heard:
        service = command.service
        self.commands[service] += 1
        wire = write_command(service, command.command, id=command.id, source=command.source, key=command.key)
        return Heard(
            topic := f"{service}.commands.v1", self._place(topic, wire.key), instant, wire.key.encode(), command.value or wire.value,
            wire.headers, command.source, message_id(command.source, command.id), command.command, instant, True, next(self._numbers),
            command.attempt,
        )  # fmt: skip

    def _wake(self, due: Due) -> Iterator[Fact]:
        name = due.service
        practice, document = self.practices[name], self.documents[name].get(due.document)
        assert document is not None
        before, said = document.state, plain.wake(document, due.at, next(self._numbers), practice)
        if said is None:
            yield from self._spread(self._wake_record(document, due))
            return
        self._keep(name, document, before)
        yield from self._tell(deque(), name, said)

    def _wake_record(self, document: Document, due: Due) -> Heard:
        name, number = due.service, next(self._numbers)
        topic, source, id = f"{name}.commands.v1", own_source(name), derived_id("run", number)
        body = Wake(document=document.id, count=document.wakes, due=due.at)
        wire = write_command(name, body, id=id, source=source)
        return Heard(
            topic, self._place(topic, wire.key), due.at, wire.key.encode(), wire.value, wire.headers, source, id, body, due.at, True, number
        )

    # -- what it leads to ---------------------------------------------------------------------------------------------------------------

    def _spread(self, heard: Heard) -> Iterator[Fact]:
        """The message to all who hear its topic, and what they say to all who hear that, until all is said."""
        return self._go_on(deque([heard]))

    def _tell(self, queue: deque[Heard], name: str, said: Iterable[Said]) -> Iterator[Fact]:
        yield from self._say(queue, name, said)
        yield from self._go_on(queue)

    def _go_on(self, queue: deque[Heard]) -> Iterator[Fact]:
        while queue:
            heard = queue.popleft()
            for name in self._hearers[heard.topic]:
                yield from self._say(queue, name, self._hear(name, heard))

    def _say(self, queue: deque[Heard], name: str, said: Iterable[Said]) -> Iterator[Fact]:
        for one in said:
            topic, is_event = f"{name}.{one.to}.v1", one.to == "events"
            assert self.now is not None
            queue.append(
                Heard(
                    topic, self._place(topic, one.key.decode()), self.now, one.key, one.value, one.headers,
                    name if is_event else own_source(name), one.id, one.message, one.at if is_event else self.now, not is_event,
                    next(self._numbers),
                )
            )
            if isinstance(one.message, Event):
                yield Fact(name, one.at, one.message, one.value)

    def _hear(self, name: str, heard: Heard) -> Iterable[Said]:
        practice, documents = self.practices[name], self.documents[name]
        if isinstance(heard.body, CommandRefused):
            return ()
        try:
            address = addressed(heard.incoming(), practice.service) if heard.own else practice.service.address(heard.body, heard.source)
        except Unreadable as fault:
            return self._bury(name, letter(heard.record(), name, fault.reason, detail=fault.detail))
        if address is None:
            return ()
        document = documents.find(address, heard.mark)
        before, said = document.state, plain.hear(document, heard, practice)
        if said is not None:
            self._keep(name, document, before)
            return said
        return self._apply(name, document, heard)

    def _apply(self, name: str, document: Document, heard: Heard) -> Iterable[Said]:
        practice, message = self.practices[name], heard.incoming()
        after, answers = apply(document, message, practice)
        if after is document:
            return () if document.knows(message) else [said for each in answers for said in self._read(name, each)]
        after.touched, after.next, after.base, after.tail = frozenset(), None, None, after.length
        for ordinal in after.journal.keys() - document.journal.keys():
            entry = after.journal[ordinal]
            after.journal[ordinal] = entry._replace(answers=tuple(each for each in entry.answers if each.to != "events"))
        self._keep(name, after, document.state)
        return [said for each in answers for said in self._read(name, each)]

    def _read(self, name: str, answer: Answer) -> Iterable[Said]:
        if answer.dead:
            return self._bury(name, answer)
        envelope, message = read(f"{name}.{answer.to}.v1", answer.value)
        assert answer.value is not None and self.now is not None
        at = envelope.at or self.now
        return (Said(answer.to, answer.key or b"", answer.value, answer.headers, envelope.id, message, at),)

    def _keep(self, name: str, document: Document, before: object) -> None:
        practice = self.practices[name]
        self.documents[name].keep(document, before)
        self._agenda.ask(name, document.id, None if document.parked else next_wake(document, practice))

    def _place(self, topic: str, key: str) -> tuple[int, int]:
        partition = partition_of(key, PARTITIONS)
        return partition, next(self._offsets[topic, partition])

    def _bury(self, name: str, answer: Answer) -> tuple[Said, ...]:
        self.dead[Dead(name, header(answer.headers, REASON) or "")] += 1
        return ()
