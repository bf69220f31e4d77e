"""One record's turn at a document."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from contracts.common import CommandRefused
from contracts.ids import derived_id
from contracts.model import Command, Event, Message, type_name
from contracts.wire import write_command, write_event
from services.platform.kernel.dead import letter, wake_letter
from services.platform.kernel.document import Answer, Document, Entry, Waiting
from services.platform.kernel.prune import forget, prune
from services.platform.kernel.record import Incoming
from services.platform.kernel.service import WOKEN, Cause, Decision, Practice, Refused, Woken, own_source
from services.platform.kernel.wakes import asked_by, gives_up, next_wake

ENTRY_BYTES = 200
"""About what an entry weighs without its answers."""
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Stuck(Exception):
    """A wake that would be asked for again at or before its own instant, or too many by one message."""


class TooLarge(Exception):
    """An answer or a dossier that no topic would take, or more answers than a document can hold."""


class NameTaken(Exception):
    """The document would have a name that another one has."""


class Occasion(NamedTuple):
    """What decide is asked about.  `origin`: what the ids of its answers are derived from, besides service, document, type and ordinal."""

    message: Message | Woken
    id: str
    source: str
    instant: datetime
    own: bool
    origin: tuple[str, ...]


def occasion(message: Incoming) -> Occasion:
    origin = (message.record.topic, message.source, message.id, message.fingerprint.hex())
    return Occasion(message.body, message.id, message.source, message.instant, message.own, origin)


class Turn:
    """`document` is a private copy, and another one after each fall back to what was before a decide that raised: never keep it aside."""

    def __init__(self, document: Document, message: Incoming, practice: Practice) -> None:
        self.document = document.copy()
        self.message = message
        self.practice = practice
        self.ordinal = document.length
        self.wakes_before = document.wakes
        self.size_before = document.size
        self.said: list[Answer] = []
        self.answered_by: int | None = None
        self.is_dead = False
        self.is_in_vain = False
        """Whether the service's own command in hand was refused or died."""

    def take(self) -> tuple[Document, tuple[Answer, ...]]:
        self.make_room()
        self.attempt(self.message, self.ordinal)
        document, appended = self.document, self.message.record.appended
        document.journal[self.ordinal] = self.entry()
        document.known += self.message.mark
        if document.erased:
            forget(document, self.ordinal, appended, is_settled=type(self.message.body) in self.practice.service.settles)
        prune(document, appended, self.practice.limits.journal_kept)
        return document, tuple(self.said)

    def make_room(self) -> None:
        document = self.document
        document.length += 1
        document.size += ENTRY_BYTES
        document.erased = False

    def entry(self) -> Entry:
        """The record's own, made once all is known of it."""
        record = self.message.record
        return Entry(
            self.ordinal, self.message.name, self.message.fingerprint, record.partition, record.offset, self.message.instant,
            record.appended, self.practice.policy.reference, self.practice.build, self.message.attempt, tuple(self.said),
            self.answered_by, self.is_dead,
        )  # fmt: skip

    # -- a message, fresh or one that waited ------------------------------------------------------------------------------------------

    def attempt(self, message: Incoming, ordinal: int) -> None:
        """A message that makes decide raise is one dead letter; all else, its wakes included, is as if it had not come."""
        before, spoken = self.document.copy(), len(self.said)
        try:
            self.receive(message, ordinal)
        except Exception as error:
            self.fall_back(before, spoken)
            self.bury(message, ordinal, reason_of(error))

    def fall_back(self, before: Document, spoken: int) -> None:
        self.document = before
        del self.said[spoken:]

    def receive(self, message: Incoming, ordinal: int) -> None:
        """Wakes first, then the message, then what waited for either.  Raises only what decide raises on it."""
        if message.is_wake:
            self.document.parked = None
            self.answered(ordinal)
            return self.wake()
        if message.own and not self.document.parked:
            self.wake_until(latest(message.instant, self.document.time))
        erases = self.erases(message)
        if self.document.parked or self.is_early(message):
            if erases:
                self.give_up_commands("erased")
            return self.wait(message, ordinal)
        if reason := self.objection(message, ordinal):
            return self.refuse(message, ordinal, reason)
        is_heeded = self.decide(occasion(message))
        self.answered(ordinal, is_in_vain=not is_heeded)
        if erases and is_heeded:
            self.document.erased = True
            self.give_up_commands("erased")
        return self.release()

    def erases(self, message: Incoming) -> bool:
        return self.practice.service.erases_by(message.body, self.document.state)

    def is_early(self, message: Incoming) -> bool:
        """Not opened yet; or an event at or after a wake that is pending: at a wake's instant its fact is true already."""
        service = self.practice.service
        if type(message.body) not in service.opens and not service.is_open(self.document.state):
            return True
        due = None if message.own else next_wake(self.document, self.practice)
        return due is not None and due <= message.instant

    def objection(self, message: Incoming, ordinal: int) -> str | None:
        """Why decide is not asked."""
        if self.is_taken(message, ordinal):
            return "id_taken"
        return "document_full" if self.is_full_for(message) else None

    def is_full_for(self, message: Incoming) -> bool:
        """Commands fill a document; what ends or erases, and what other services say, has room in the fullest."""
        if not message.own or type(message.body) in self.practice.service.ends or self.erases(message):
            return False
        return self.document.size > self.practice.limits.document_bytes

    def is_taken(self, message: Incoming, ordinal: int) -> bool:
        """Whether an earlier record that did not die has this id and another body."""
        earlier = (self.document.journal[n] for n in self.document.ordinals(message.mark) if n < ordinal)
        return any(e.name == message.name and e.fingerprint != message.fingerprint and not e.is_dead for e in earlier)

    # -- time -------------------------------------------------------------------------------------------------------------------------

    def wake_until(self, instant: datetime) -> None:
        while not self.document.parked and (due := next_wake(self.document, self.practice)) is not None and due <= instant:
            self.wake()

    def wake(self) -> None:
        """The next wake at its own instant, then what waited for it.  One that cannot be handled parks the document before it."""
        due = next_wake(self.document, self.practice)
        assert due is not None
        before, spoken = self.document.copy(), len(self.said)
        try:
            self.wake_at(due)
        except Exception as error:
            self.fall_back(before, spoken)
            self.document.parked = type(error).__name__
            return self.speak(wake_letter(self.document, due, reason_of(error), self.practice.service.name))
        self.document.wakes += 1
        return self.release()

    def wake_at(self, due: datetime) -> None:
        document = self.document
        if document.wakes - self.wakes_before >= self.practice.limits.wakes:
            raise Stuck(f"more than {self.practice.limits.wakes} wakes by one message")
        if not self.practice.service.is_open(document.state):
            self.expire(due)
        else:
            id = derived_id(self.practice.service.name, document.id, "wake", document.wakes)
            self.decide(Occasion(WOKEN, id, self.practice.service.name, due, True, ("wake", id)))
        following = next_wake(document, self.practice)
        if following is not None and following <= due:
            raise Stuck("asks to be woken again at or before its own instant")

    def expire(self, due: datetime) -> None:
        """What waited for the opener longer than patience allows is refused (a command) or dead (an event)."""
        document = self.document
        late = [w for w in document.waiting if gives_up(w.message, self.practice) <= due]
        document.waiting = tuple(w for w in document.waiting if gives_up(w.message, self.practice) > due)
        document.time = latest(due, document.time)
        for each in late:
            self.refuse(each.message._replace(instant=due), each.ordinal, "never_opened")

    # -- decide and say ---------------------------------------------------------------------------------------------------------------

    def decide(self, occasion: Occasion) -> bool:
        """Ask the service; stamp, number and encode its answers, here and nowhere else.  False: it refused."""
        document, service = self.document, self.practice.service
        instant = occasion.instant
        if occasion.own:
            instant = document.time = latest(instant, document.time)
        at = latest(instant, document.at)
        cause = Cause(occasion.message, occasion.id, occasion.source, instant, at, document.id, self.ordinal)
        is_heeded, (state, words) = self.asked(cause)
        if state is not document.state:
            self.size_up(state)
            document.state, document.asked = state, asked_by(state, service)
        self.say(words, occasion, at)
        return is_heeded

    def size_up(self, state: Any) -> None:
        """A dossier that its topic would not take must not be stored either: the service could never publish it."""
        held = self.practice.service.dossiers(state).values() if state is not None else ()
        for dossier in held:
            if dossier and len(dossier.__pydantic_serializer__.to_json(dossier, exclude_none=True)) > self.practice.limits.answer_bytes:
                raise TooLarge(type(dossier).__name__)

    def asked(self, cause: Cause) -> tuple[bool, Decision]:
        """A command that breaks a rule changes nothing and is refused audibly."""
        try:
            return True, self.practice.service.decide(self.document.state, cause, self.practice.policy)
        except Refused as refusal:
            if not isinstance(cause.message, Command):
                raise
            told = self.refused(cause.message, cause.id, cause.source, refusal.reason, refusal.see)
            return False, (self.document.state, (told,))

    def say(self, words: Sequence[Event | Command], occasion: Occasion, at: datetime) -> None:
        document, name, limits = self.document, self.practice.service.name, self.practice.limits
        for n, word in enumerate(words, 1):
            id = derived_id(name, document.id, *occasion.origin, type_name(name, type(word)), n)
            if isinstance(word, Command):
                value = self.ask_itself(word, id)
            else:
                value, headers = write_event(name, word, id=id, at=at, seq=document.seq + 1, cause=occasion.id)
                document.seq += 1
                document.at = at
                self.speak(Answer("events", (word.key or document.id).encode(), value, headers))
            if len(value) > limits.answer_bytes or document.size - self.size_before > limits.document_bytes:
                raise TooLarge(type(word).__name__)

    def ask_itself(self, command: Command, id: str) -> bytes:
        """No event: it has no number, and only this service hears it."""
        name = self.practice.service.name
        wire = write_command(name, command, id=id, source=own_source(name))
        self.speak(Answer("commands", wire.key.encode(), wire.value, wire.headers))
        return wire.value

    def speak(self, answer: Answer) -> None:
        self.said.append(answer)
        self.document.size += answer.weight

    # -- wait, release, refuse, bury --------------------------------------------------------------------------------------------------

    def wait(self, message: Incoming, ordinal: int) -> None:
        """Keep the message for later; one that finds too much waiting is refused (one that waited already never is)."""
        waiting = self.document.waiting
        if ordinal == self.ordinal and self.is_crowded(message):
            return self.refuse(message, ordinal, "too_many_waiting")
        ahead = [w.order for w in waiting if w.message.own] if message.own else []
        new = Waiting(max([message.instant, *ahead]), ordinal, message)
        self.document.waiting = tuple(sorted((*waiting, new), key=place))
        return None

    def is_crowded(self, message: Incoming) -> bool:
        waiting, limits = self.document.waiting, self.practice.limits
        held = sum(w.message.record.weight for w in waiting) + message.record.weight
        return held > limits.waiting_bytes or (message.own and len(waiting) >= limits.waiting)

    def release(self) -> None:
        """Take what waits again, one by one, as if each arrived now: what still may not go waits again."""
        waiting, self.document.waiting = self.document.waiting, ()
        for each in waiting:
            self.attempt(each.message, each.ordinal)

    def give_up_commands(self, reason: str) -> None:
        """Their raw records may hold what is to be erased."""
        commands = [w for w in self.document.waiting if w.message.own]
        self.document.waiting = tuple(w for w in self.document.waiting if not w.message.own)
        for each in commands:
            self.refuse(each.message, each.ordinal, reason)

    def refuse(self, message: Incoming, ordinal: int, reason: str) -> None:
        """Audibly: a command by CommandRefused, another service's event (nobody waits for its refusal) by a dead letter."""
        if not message.own or not isinstance(message.body, Command):
            return self.bury(message, ordinal, reason)
        document = self.document
        document.time = latest(message.instant, document.time)
        event = self.refused(message.body, message.id, message.source, reason)
        self.say((event,), occasion(message), latest(document.time, document.at))
        return self.answered(ordinal, is_in_vain=True)

    def refused(self, command: Command, id: str, source: str, reason: str, see: str | None = None) -> CommandRefused:
        complaint, customer = self.named(command)
        return CommandRefused(
            complaint_id=complaint, customer=customer, command_id=id, command_type=type_name(self.practice.service.name, type(command)),
            command_source=source, reason=reason, see=see,
        )  # fmt: skip

    def named(self, command: Command) -> tuple[str | None, str | None]:
        """The complaint and the customer that a refusal is about.  Where commands may stand in any partition a document is a customer's
        file: its id is the customer's key or, of somebody anonymous, once it is opened, the only complaint's."""
        complaint, document = getattr(command, "complaint_id", None), self.document
        if not self.practice.service.owner.any_partition:
            return complaint, None
        if UUID.fullmatch(document.id) is None:
            return complaint, document.id
        return complaint if complaint or document.state is None else document.id, None

    def bury(self, message: Incoming, ordinal: int, reason: str) -> None:
        self.speak(letter(message.record, self.practice.service.name, reason, message.attempt))
        self.answered(ordinal, is_dead=True, is_in_vain=True)

    def answered(self, ordinal: int, is_dead: bool = False, is_in_vain: bool = False) -> None:
        """The record in hand answers this message, which came with it or waited."""
        if ordinal == self.ordinal:
            self.answered_by, self.is_dead, self.is_in_vain = ordinal, is_dead, is_in_vain and self.message.own
        else:
            self.document.amend(ordinal, answered_by=self.ordinal, is_dead=is_dead)


def place(waiting: Waiting) -> tuple[datetime, str, int, int]:
    record = waiting.message.record
    return waiting.order, record.topic, record.partition, record.offset


def latest(instant: datetime, other: datetime | None) -> datetime:
    return instant if other is None or other < instant else other


def reason_of(error: Exception) -> str:
    """A code and, at most, the error's class: its text may quote a customer."""
    return {Stuck: "stuck", TooLarge: "answer_too_large", NameTaken: "name_taken"}.get(type(error), f"undecidable.{type(error).__name__}")
