"""A history's records as facts: what the services said, and what they were asked."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from functools import lru_cache
from typing import NamedTuple, TypeVar

from contracts.catalogue import OWNERS
from contracts.model import Event, Message
from contracts.wire import Envelope, Unreadable, read
from services.platform.kernel.record import Record
from tests.chaos.history import History, digest_of

E = TypeVar("E", bound=Event)
T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


class Fact(NamedTuple):
    """A message as it stands on its topic."""

    record: Record
    envelope: Envelope
    message: Message

    @property
    def name(self) -> str:
        return type(self.message).__name__

    @property
    def complaint(self) -> str:
        return getattr(self.message, "complaint_id", None) or ""


def facts(history: History, *services: str) -> list[Fact]:
    """Every event of these services (of all), repeats included, in order within a partition."""
    topics = {f"{service}.events.v1" for service in services or OWNERS}
    return readable(record for record in history.records if record.topic in topics)


def once(history: History, *services: str) -> list[Fact]:
    """The same, each at its first appearance only."""
    return list({fact.envelope.id: fact for fact in reversed(facts(history, *services))}.values())[::-1]


def all_of(history: History, kind: type[E]) -> list[tuple[Fact, E]]:
    """The facts of one class, each once, with what they say."""
    owners = [name for name, owner in OWNERS.items() if kind in owner.events]
    return [(fact, fact.message) for fact in once(history, *owners) if isinstance(fact.message, kind)]


def commands(history: History, service: str) -> list[Fact]:
    """Every command to the service that can be read, repeats included."""
    return readable(record for record in history.records if record.topic == f"{service}.commands.v1")


def own(history: History, topic: str) -> list[Record]:
    """The records of an events topic that are its service's, not poison that somebody else put there."""
    others = {sent.hash for sent in history.sent if sent.topic == topic and sent.kind == "poison"}
    records = [record for record in history.records if record.topic == topic]
    return [record for record in records if digest_of(record.value) not in others] if others else records


def readable(records: Iterable[Record]) -> list[Fact]:
    return [Fact(record, *told) for record in records if (told := _read(record.topic, record.value))]


@lru_cache(maxsize=2**18)
def _read(topic: str, value: bytes | None) -> tuple[Envelope, Message] | None:
    try:
        return read(topic, value)
    except Unreadable:
        return None


def by(found: Iterable[tuple[K, T]]) -> dict[K, list[T]]:
    """What belongs together, in order."""
    groups = defaultdict[K, list[T]](list)
    for key, value in found:
        groups[key].append(value)
    return dict(groups)


def by_complaint(found: Iterable[Fact]) -> dict[str, list[Fact]]:
    """By complaint, in the order in which the service said it; what is about no complaint is left out."""
    groups = by((fact.complaint, fact) for fact in found if fact.complaint)
    return {complaint: sorted(said, key=lambda fact: fact.envelope.seq or 0) for complaint, said in groups.items()}
