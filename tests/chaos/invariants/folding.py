"""Law 11: each document's causes, taken again in the order of its journal, give its state and its answers; and these are on the topics."""

from collections.abc import Iterator
from dataclasses import replace

from services.platform.kernel.apply import apply
from services.platform.kernel.document import Document
from services.platform.kernel.prune import restore
from services.platform.kernel.record import Record, incoming
from services.platform.kernel.service import Practice
from tests.chaos.history import History
from tests.chaos.invariants.dead import Origin

PARTS = ("state", "journal", "seq", "wakes", "at", "time", "asked", "parked", "waiting")


def is_the_fold(history: History) -> Iterator[tuple[str, str]]:
    """What is stored of each document is what its causes make of it."""
    log = {record.origin: record for record in history.records}
    for service, documents in history.documents.items():
        for document in documents:
            subject = f"{service} {document.id}"
            lost = [entry.ordinal for entry in document.journal.values() if (entry.name[0], entry.partition, entry.offset) not in log]
            if lost or len(document.journal) != document.length - document.first:
                yield subject, f"was made by records that are not in the log, or not in its journal (ordinals {lost[:5]})"
                continue
            again = fold(document, log, history.practices[service])
            for part in PARTS:
                if getattr(again, part) != getattr(document, part):
                    yield subject, f"the fold of its causes gives another {part}"


def fold(document: Document, log: dict[Origin, Record], under: Practice) -> Document:
    """As its causes make it, each under the policy and by the build that its entry notes."""
    base = document.base
    again = restore(document.id, document.partition, base, under.service) if base else Document(document.id, document.partition)
    for _, entry in sorted(document.journal.items()):
        noted = replace(under, policy=under.policy.under(entry.policy), build=entry.build)
        again, _ = apply(again, incoming(log[entry.name[0], entry.partition, entry.offset], under.service), noted)
    return again


def is_published(history: History) -> Iterator[tuple[str, str]]:
    """The events on a service's topic are exactly the answers in its journals, byte for byte; what it asks itself is all there too."""
    for service, documents in history.documents.items():
        answers = [(document.id, answer) for document in documents for entry in document.journal.values() for answer in entry.answers]
        said = {(answer.key, answer.value, answer.headers): id for id, answer in answers if answer.to == "events"}
        there = {_word(record): record for record in history.records if record.topic == f"{service}.events.v1"}
        for word in said.keys() - there.keys():
            yield f"{service} {said[word]}", "an answer of its journal is not on the topic"
        for word in there.keys() - said.keys():
            yield f"{service} {(word[0] or b'').decode(errors='replace')}", "an event on the topic is in no journal"
        asked = {(answer.key, answer.value): id for id, answer in answers if answer.to == "commands"}
        arrived = {(record.key, record.value) for record in history.records if record.topic == f"{service}.commands.v1"}
        for each in asked.keys() - arrived:
            yield f"{service} {asked[each]}", "what it asked the service itself is not on the topic"


def _word(record: Record) -> tuple[bytes | None, bytes | None, tuple[tuple[str, bytes], ...]]:
    return record.key, record.value, record.headers
