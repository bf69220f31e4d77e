"""What the services said, beside what a backtest of the same commands says: document by document, and every difference traced to a race.

Law 6 leaves one thing to chance: in which order a document takes records of different topics.  A backtest hands each on at once.  So a
document's facts may differ where its journal has another order than the run's, or where it heard what such a one said otherwise; and in
either case both must be what the causes make of it in their own order: the services' facts by its journal (law 11), the backtest's by the
kernel's run, which is its reference and keeps journals.  All else is a fault of one or the other.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from contracts.model import Message
from contracts.wire import read
from services.audit.fold import Causes, fold
from services.audit.practised import practised
from services.backtest.command import Timed
from services.platform.kernel.document import Document, Entry
from services.platform.kernel.record import ATTEMPT, Record
from services.platform.kernel.run import Run
from services.platform.kernel.service import Practice

Name = tuple[str, str]
"""A service's document."""
Facts = Mapping[Name, list[bytes]]
Cause = tuple[str, int, str]
"""Topic, partition, id."""


class Left(NamedTuple):
    """A document whose facts are not compared, how many they are, and why."""

    name: Name
    facts: int
    why: str


def by_document(said: Iterable[tuple[str, bytes]], until: datetime) -> Facts:
    """Of (service, event): each document's up to this instant, in their order, each once."""
    found: dict[Name, dict[int, bytes]] = defaultdict(dict)
    for service, value in said:
        envelope, message = read(f"{service}.events.v1", value)
        assert envelope.at is not None and envelope.seq is not None
        if envelope.at <= until:
            found[service, document_of(service, message)][envelope.seq] = value
    return {name: [value for _, value in sorted(facts.items())] for name, facts in found.items()}


def document_of(service: str, message: Message) -> str:
    """Intake keeps the customer's file; somebody anonymous has one with the complaint's id."""
    names = ("customer", "complaint_id") if service == "intake" else ("complaint_id",)
    return next(str(said) for name in names if (said := getattr(message, name, None)))


def said_by(name: Name, document: Document, until: datetime) -> list[bytes] | None:
    """By its journal."""
    answers = (answer for entry in document.journal.values() for answer in entry.answers if answer.to == "events")
    return by_document(((name[0], answer.value or b"") for answer in answers), until).get(name)


class Races:
    """`live` and `virtual`: each document's facts up to `until`.  `records`: those of the live topics."""

    def __init__(self, live: Facts, virtual: Facts, until: datetime, practices: Mapping[str, Practice], records: Iterable[Record]) -> None:
        self._live, self._virtual, self._until, self._practices = live, virtual, until, practices
        self._causes = Causes({record.origin: record for record in records})
        self.differing = sorted(name for name in live.keys() | virtual.keys() if live.get(name) != virtual.get(name))
        self._said_otherwise = {id_of(value) for name in self.differing for value in {*live.get(name, ())} ^ {*virtual.get(name, ())}}

    def explain(self, commands: Iterable[Timed], documents: Mapping[Name, Document]) -> tuple[list[Left], list[str]]:
        """What a race explains, and a sentence for each difference that none does.  `documents`: the differing ones, as they are stored."""
        run = again(commands, self._practices, self._until)
        reference = by_document(((said.topic.partition(".")[0], said.value or b"") for said in run.log if is_event(said)), self._until)
        left, faults = list[Left](), list[str]()
        for name in self.differing:
            stored, taken = documents.get(name), run.document(*name)
            if stored is None or taken is None:
                faults.append(f"{name}: only {'the backtest' if stored is None else 'the services'} know it")
            elif reference.get(name) != self._virtual.get(name):
                faults.append(f"{name}: the backtest says something else than the kernel's run")
            elif said_by(name, stored, self._until) != self._live.get(name):
                faults.append(f"{name}: its topic has other words than its journal")
            elif parted := fold(stored, self._causes, self._practised(name)).differences:
                faults.append(f"{name}: its facts are not what its causes make them: {parted}")
            elif why := self._race(causes(stored, self._until), causes(taken, self._until)):
                left.append(Left(name, len(self._live.get(name, ())), why))
            else:
                faults.append(f"{name}: other facts by the same causes in the same order")
        return left, faults

    def _practised(self, name: Name) -> object:
        practice = self._practices[name[0]]
        return practised(practice.service, [practice.policy], practice.build)

    def _race(self, live: Sequence[Cause], virtual: Sequence[Cause]) -> str | None:
        """None where it is no race: nothing but what was said otherwise may be new or missing, and what stands in one partition keeps its
        order."""
        if others := {*live} ^ {*virtual}:
            is_heard = all(id in self._said_otherwise for _, _, id in others)
            return f"heard what {listed(others)} said otherwise" if is_heard else None
        swapped = {one[:2] for one, other in zip(live, virtual, strict=True) if one != other}
        keeps_order = all([c for c in live if c[:2] == place] == [c for c in virtual if c[:2] == place] for place in swapped)
        return f"took {listed(swapped)} in another order" if len(swapped) > 1 and keeps_order else None


def again(commands: Iterable[Timed], practices: Mapping[str, Practice], until: datetime) -> Run:
    """The kernel's run of the same commands."""
    run = Run(practices.values())
    for each in commands:
        headers = ((ATTEMPT, str(each.attempt).encode()),) if each.attempt else ()
        run.put(f"{each.service}.commands.v1", each.key or "", each.value, at=each.at, headers=headers)
    run.until(until)
    return run


def causes(document: Document, until: datetime) -> list[Cause]:
    """In the order of the journal, wakes left out: they come by themselves."""
    taken = (entry for _, entry in sorted(document.journal.items()) if entry.instant <= until and not is_wake(entry))
    return [(entry.name[0], entry.partition, entry.name[2]) for entry in taken]


def is_event(record: Record) -> bool:
    return record.topic.endswith(".events.v1")


def is_wake(entry: Entry) -> bool:
    """Its id is where it stands."""
    return "/" in entry.name[2]


def listed(causes: Iterable[tuple[object, ...]]) -> str:
    return " and ".join(sorted({str(cause[0]) for cause in causes}))


def id_of(value: bytes) -> str:
    """Of an event."""
    return value.partition(b'"id":"')[2][:36].decode()
