"""The other way round: what stands on a service's topics and no document said, and what the service was given and no document took."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import NamedTuple

from contracts.catalogue import topic
from contracts.wire import header
from services.audit.parts import fields_of, kind_of, reason_of
from services.cli.audit.marks import digest_of
from services.cli.audit.topics import Topics
from services.cli.dead.letters import HANDLED
from services.platform.chassis.publication import Publication, dead_letter
from services.platform.chassis.reading import Call, Lost, Skipped, read_one
from services.platform.kernel.dead import OFFSET, PARTITION, TOPIC, letter
from services.platform.kernel.document import Answer
from services.platform.kernel.record import Record
from services.platform.kernel.service import Service

Place = tuple[str, int]
FULL = "document_full"
LAG = timedelta(days=1)
"""By which one topic may have been read later than another, so that a younger record was taken first."""
SAID_BY_NOBODY = "said by a document", "by none"


class Stray(NamedTuple):
    """A record, what it is, what was expected of it and what is so.  `is_untaken`: the service was given it."""

    record: Record
    what: str
    told: tuple[str, str]
    is_untaken: bool = False


class Strays:
    """For one service, when all its documents were looked at.  `ends`: how far topics were read before; `committed`: how far the service
    had come before that; `keys`: only records of these."""

    def __init__(self, service: Service, topics: Topics, begins: Mapping[Place, int], ends: Mapping[Place, int],
                 committed: Mapping[Place, int], keys: frozenset[bytes] | None = None) -> None:  # fmt: skip
        self.service, self.topics, self.begins, self.ends = service, topics, begins, ends
        self.committed = {place: min(offset, ends[place]) for place, offset in committed.items() if place in ends}
        self.keys = keys
        self.unchecked: Counter[str] = Counter()

    def all(self) -> Iterator[Stray]:
        found = self._untaken(), self._events(), self._letters(), self._dossiers()
        return (stray for strays in found for stray in strays if self.keys is None or stray.record.key in self.keys)

    # -- what no document took --------------------------------------------------------------------------------------------------------

    def _untaken(self) -> Iterator[Stray]:
        for name in self.service.inputs:
            for record in self.topics.untaken(self.service.name, name, self.committed):
                match read_one(record, self.service):
                    case Lost() as lost:
                        yield from self._lost(record, lost.letter)
                    case Call() as call if self._may_be_pruned(call):
                        self.unchecked["causes_pruned"] += 1
                    case Call() as call if not call.message.is_wake and not self._is_explained(call):
                        yield Stray(record, call.message.type, ("taken by a document, or dead", "neither"), is_untaken=True)
                    case Skipped() | Call():
                        pass

    def _lost(self, record: Record, wanted: Answer) -> Iterator[Stray]:
        """What belongs to no document has its dead letter all the same."""
        if not self._claims(dead_letter(wanted, self.service.name, record.partition)):
            if self._has_dropped_letters_since(record):
                self.unchecked["letters_gone"] += 1
            else:
                yield Stray(record, kind_of(wanted), ("on its topic", "not there"), is_untaken=True)

    def _is_explained(self, call: Call) -> bool:
        """A repeat, or a record that a full document shut out."""
        message = call.message
        if self.topics.knows(self.service.name, digest_of(*(part.encode() for part in message.name), message.fingerprint)):
            return True
        return self._claims(self._shut_out(message.record, message.attempt))

    def _may_be_pruned(self, call: Call) -> bool:
        """Whether its document has forgotten it by now; its topic might have dropped it too."""
        names = call.address.id, *call.address.aliases
        until = max(self.topics.pruned_until(self.service.name, name.encode())[1] for name in names)
        return call.message.record.appended <= until + LAG

    def _shut_out(self, record: Record, attempt: int) -> Publication:
        return dead_letter(letter(record, self.service.name, FULL, attempt), self.service.name, record.partition)

    def _claims(self, publication: Publication) -> bool:
        """Whether it stands there with these very bytes."""
        wanted = publication.key, publication.value, publication.headers
        found = [s for s in self.topics.standing(publication) if (s.record.key, s.record.value, s.record.headers) == wanted]
        self.topics.claim(found)
        return bool(found)

    def _has_dropped_letters_since(self, record: Record) -> bool:
        place = topic(self.service.name, "dlq").name, record.partition
        first = self.topics.first_appended(*place)
        return self.begins.get(place, 0) > 0 and (first is None or record.appended <= first)

    # -- what nobody said -------------------------------------------------------------------------------------------------------------

    def _events(self) -> Iterator[Stray]:
        for record in self.topics.unclaimed(topic(self.service.name, "events").name, self.ends):
            answer = Answer("events", record.key, record.value, ())
            if self._is_pruned(record.key, answer):
                self.unchecked["pruned"] += 1
            else:
                yield Stray(record, kind_of(answer), SAID_BY_NOBODY)

    def _is_pruned(self, key: bytes | None, answer: Answer) -> bool:
        told = fields_of(answer)
        names = {key or b"", *(str(told.get(name)).encode() for name in ("complaint_id", "customer"))}
        until = max(self.topics.pruned_until(self.service.name, name)[0] for name in names)
        return isinstance(told.get("seq"), int) and 0 < told["seq"] <= until

    def _letters(self) -> Iterator[Stray]:
        for record in self.topics.unclaimed(topic(self.service.name, "dlq").name, self.ends):
            if header(record.headers, HANDLED):
                continue                                     # an operator's mark
            if (found := self._origin(record)) is None:
                self.unchecked["letters_of_what_is_gone"] += 1
            elif not self._is_due(found, record):
                yield Stray(record, f"dead letter ({reason_of(record.headers)})", ("some record's, that died", "nobody's"))

    def _origin(self, letter: Record) -> Record | Place | None:
        """The record that died, or where it should stand; None where its topic keeps it no longer."""
        name, partition, offset = (header(letter.headers, each) or "" for each in (TOPIC, PARTITION, OFFSET))
        if not (partition.isdecimal() and offset.isdecimal()):
            return name, -1
        if int(offset) < self.begins.get((name, int(partition)), 0):
            return None
        return self.topics.get((name, int(partition), int(offset)), (name, int(partition)))

    def _is_due(self, origin: Record | Place, found: Record) -> bool:
        if not isinstance(origin, Record):
            return False
        match read_one(origin, self.service):
            case Lost() as lost:
                wanted = dead_letter(lost.letter, self.service.name, origin.partition)
            case Call() as call:
                wanted = self._shut_out(origin, call.message.attempt)
            case Skipped():
                return False
        return (found.key, found.value, found.headers) == (wanted.key, wanted.value, wanted.headers)

    def _dossiers(self) -> Iterator[Stray]:
        for record in self.topics.unclaimed(topic(self.service.name, "dossiers").name, self.ends):
            newest = self.topics.newest(record.topic, record.partition, record.key)
            if newest is not None and newest.record == record and record.value is not None:
                yield Stray(record, "dossier", ("held by a document, or a tombstone", "neither"))
