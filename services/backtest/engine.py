"""The run of a backtest: the same as the kernel's `Run`, told as it goes, for histories of any length.

    for fact in Backtest(practices).play(commands): ...

Commands are taken in order of their instants, wakes come exactly when they are due, and what is said is handed at once, as an object, to
the services that hear it.  Nothing is kept that the run cannot need again: of a document its state, and of its journal what a repeat is
known by.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import count
from typing import NamedTuple

from contracts.common import CommandRefused, Wake
from contracts.ids import derived_id, message_id
from contracts.model import Event, Message, cut
from contracts.wire import Unreadable, header, read, write_command
from services.backtest.command import Timed
from services.backtest.documents import Cold, Documents
from services.backtest.fact import Fact
from services.platform.kernel.agenda import Agenda, Due
from services.platform.kernel.apply import apply, next_wake
from services.platform.kernel.dead import REASON, letter
from services.platform.kernel.document import Answer, Document
from services.platform.kernel.plain import Plain, Said
from services.platform.kernel.record import addressed
from services.platform.kernel.service import Practice, own_source

ROOM = 6_000
"""Documents of each service in memory: some 10 KB each, while they are used."""


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
        self._numbers = count()
        self._plain = {name: Plain(practice, self._numbers) for name, practice in self.practices.items()}
        self._hearers: dict[tuple[str, type[Message]], list[str]] = {}
        self._agenda = Agenda()

    def play(self, commands: Iterable[Timed], until: datetime | None = None) -> Iterator[Fact]:
        """All that is said, in order, to commands that come in the order of their instants: until nothing is left to come or due, or up to
        this instant."""
        for command in commands:
            instant = cut(command.at)
            yield from self._wakes_before(instant, until)
            if until is not None and instant > until:
                return
            self.now = instant
            yield from self._spread([self._written(command, instant)])
        yield from self._wakes_before(None, until)

    def _wakes_before(self, instant: datetime | None, until: datetime | None) -> Iterator[Fact]:
        while (due := self._agenda.next()) is not None and (instant is None or due < instant) and (until is None or due <= until):
            self.now = due
            yield from self._wake(self._agenda.take())

    # -- a command, a wake --------------------------------------------------------------------------------------------------------------

    def _written(self, command: Timed, instant: datetime) -> Said:
        service = command.service
        self.commands[service] += 1
        wire = write_command(service, command.command, id=command.id, source=command.source, key=command.key)
        return Said(
            f"{service}.commands.v1", next(self._numbers), instant, wire.key, command.value or wire.value, wire.headers, command.source,
            message_id(command.source, command.id), command.command, instant, True, command.attempt,
        )  # fmt: skip

    def _wake(self, due: Due) -> list[Fact]:
        document = self.documents[due.service].get(due.document)
        assert document is not None
        before, said = document.state, self._plain[due.service].wake(document, due.at)
        if said is None:
            return self._spread([self._wake_record(document, due)])
        self._keep(due.service, document, before)
        return self._spread(said)

    def _wake_record(self, document: Document, due: Due) -> Said:
        number, source = next(self._numbers), own_source(due.service)
        wake, id = Wake(document=document.id, count=document.wakes, due=due.at), derived_id("run", number)
        wire = write_command(due.service, wake, id=id, source=source)
        return Said(f"{due.service}.commands.v1", number, due.at, wire.key, wire.value, wire.headers, source, id, wake, due.at, True)

    # -- what it leads to ---------------------------------------------------------------------------------------------------------------

    def _spread(self, said: Iterable[Said]) -> list[Fact]:
        """To all who hear it, and what they say to all who hear that, until all is said."""
        queue, facts = deque(said), list[Fact]()
        while queue:
            heard = queue.popleft()
            message = heard.message
            if isinstance(message, Event):
                facts.append(Fact(heard.source, heard.at, message, heard.value))
                if type(message) is CommandRefused:
                    continue        # nobody's business but its sender's
            for name in self._hearers_of(heard.topic, type(message)):
                queue.extend(self._hear(name, heard))
        return facts

    def _hearers_of(self, topic: str, kind: type[Message]) -> list[str]:
        if (found := self._hearers.get((topic, kind))) is None:
            heard_by = [each.service for each in self.practices.values() if topic in each.service.inputs]
            found = [each.name for each in heard_by if topic == each.command_topic or each.uses is None or kind in each.uses]
            self._hearers[topic, kind] = found
        return found

    def _hear(self, name: str, heard: Said) -> Iterable[Said]:
        service, documents = self.practices[name].service, self.documents[name]
        try:
            address = addressed(heard.incoming(), service) if heard.own else service.address(heard.message, heard.source)
        except Unreadable as fault:
            return self._bury(name, letter(heard.record(), name, fault.reason, detail=fault.detail))
        if address is None:
            return ()
        document = documents.find(address, heard.mark)
        before, said = document.state, self._plain[name].hear(document, heard)
        if said is None:
            return self._apply(name, document, heard)
        if document.state is before:
            documents.keep(document, before)        # and it asks for the same wake as before
        else:
            self._keep(name, document, before)
        return said

    def _apply(self, name: str, document: Document, heard: Said) -> Iterable[Said]:
        practice, message = self.practices[name], heard.incoming()
        after, answers = apply(document, message, practice)
        if after is document:
            return () if document.knows(message) else self._read(name, answers)
        after.touched, after.next, after.base, after.tail = frozenset(), None, None, after.length
        for ordinal in after.journal.keys() - document.journal.keys():
            entry = after.journal[ordinal]
            after.journal[ordinal] = entry._replace(answers=tuple(each for each in entry.answers if each.to != "events"))
        self._keep(name, after, document.state)
        return self._read(name, answers)

    def _read(self, name: str, answers: Iterable[Answer]) -> list[Said]:
        """What is not dead."""
        assert self.now is not None
        said = []
        for each in answers:
            if each.dead:
                self._bury(name, each)
                continue
            topic, own = f"{name}.{each.to}.v1", each.to == "commands"
            envelope, message = read(topic, each.value)
            key, value, at = (each.key or b"").decode(), each.value or b"", envelope.at or self.now
            number = next(self._numbers)
            said.append(Said(topic, number, self.now, key, value, each.headers, envelope.source, envelope.id, message, at, own))
        return said

    def _keep(self, name: str, document: Document, before: object) -> None:
        self.documents[name].keep(document, before)
        self._agenda.ask(name, document.id, None if document.parked else next_wake(document, self.practices[name]))

    def _bury(self, name: str, answer: Answer) -> tuple[Said, ...]:
        self.dead[Dead(name, header(answer.headers, REASON) or "")] += 1
        return ()
