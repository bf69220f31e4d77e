"""Ways to falsify a history by hand: what is told otherwise, is missing, or is there too often."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from contracts.ids import derived_id
from contracts.model import Event
from contracts.wire import write_event
from services.platform.kernel.document import Document
from services.platform.kernel.record import Record
from tests.chaos.history import History
from tests.chaos.invariants.facts import Fact, all_of, once
from tests.chaos.mutants.lives import complaint

SECOND = timedelta(seconds=1)
Change = Callable[[History], History]


def first(history: History, kind: type[Event], ref: str = "", **like: Any) -> Fact:
    """The first fact of this class, of the complaint of this reference, with these values."""
    found = (fact for fact, event in all_of(history, kind) if not ref or fact.complaint == complaint(ref))
    return next(fact for fact in found if all(getattr(fact.message, name) == value for name, value in like.items()))


def without(history: History, record: Record) -> History:
    """Its place stays, with somebody else's record in it: else every later offset would be another."""
    return replaced(history, record, record._replace(value=None, key=b"gone", headers=()))


def replaced(history: History, before: Record, after: Record) -> History:
    """Nor does anybody tell its counters: these are falsified by themselves."""
    assert before in history.records
    return history._replace(scrapes=(), records=tuple(after if record is before else record for record in history.records))


def appended(history: History, record: Record) -> History:
    """At the end of its partition, and committed by whoever hears it."""
    line = [each for each in history.records if (each.topic, each.partition) == (record.topic, record.partition)]
    place = history.records.index(line[-1]) + 1
    new = record._replace(offset=len(line))
    offsets = tuple(
        each._replace(committed=len(line) + 1, end=len(line) + 1) if (each.topic, each.partition) == (new.topic, new.partition) else each
        for each in history.offsets
    )
    return history._replace(records=(*history.records[:place], new, *history.records[place:]), offsets=offsets, scrapes=())


def worded(fact: Fact, **changes: Any) -> Record:
    """The fact's record, with other words."""
    said = {"id": fact.envelope.id, "at": fact.envelope.at, "seq": fact.envelope.seq, "cause": fact.envelope.cause}
    envelope = {name: changes.pop(name, value) for name, value in said.items()}
    value, headers = write_event(fact.record.topic.split(".")[0], fact.message.model_copy(update=changes), **envelope)
    return fact.record._replace(value=value, headers=headers)


def next_of(history: History, fact: Fact, message: Event) -> Record:
    """What the service says last of that complaint, in its numbers: nothing but the message is wrong with it."""
    service = fact.record.topic.split(".")[0]
    last = max((each for each in once(history, service) if each.complaint == fact.complaint), key=lambda each: each.envelope.seq)
    return worded(
        last._replace(message=message), id=derived_id("forged", fact.envelope.id), seq=last.envelope.seq + 1, at=last.envelope.at
    )  # fmt: skip


def said_besides(kind: type[Event], ref: str = "") -> Change:
    """The first of this kind is said once more, as a new fact."""

    def change(history: History) -> History:
        fact = first(history, kind, ref)
        return appended(history, next_of(history, fact, fact.message))

    return change


def of_document(service: str, ref: str, **changes: Any) -> Change:
    def change(history: History) -> History:
        documents = tuple(changed(each, **changes) if each.id == complaint(ref) else each for each in history.documents[service])
        return history._replace(documents={**history.documents, service: documents})

    return change


def changed(document: Document, **changes: Any) -> Document:
    new = document.copy()
    new.__dict__.update({name: value(document) if callable(value) else value for name, value in changes.items()})
    return new


def worded_so(kind: type[Event], ref: str, **changes: Callable[[Any], Any]) -> Change:
    def change(history: History) -> History:
        fact = first(history, kind, ref)
        return replaced(history, fact.record, worded(fact, **{name: value(fact.message) for name, value in changes.items()}))

    return change
