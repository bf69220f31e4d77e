"""Law 11: each document's causes, taken again in the order of its journal, give its state and its answers; and these are on the topics."""

from collections.abc import Iterator

from services.audit import Causes, Practised, fold, practised
from services.platform.kernel.record import Record
from services.platform.kernel.service import Practice
from tests.chaos.history import History
from tests.chaos.invariants.facts import own


def is_the_fold(history: History) -> Iterator[tuple[str, str]]:
    """What is stored of each document is what its causes make of it, whatever died, froze or was repeated on the way."""
    causes = Causes({record.origin: record for record in history.records})
    for service, documents in history.documents.items():
        under = _versions(history.practices[service])
        for document in documents:
            verdict = fold(document, causes, under)
            if verdict.unchecked:
                yield f"{service} {document.id}", f"cannot be folded: {verdict.unchecked}"
            for found in verdict.differences[:3]:
                at = "" if found.ordinal is None else f" at entry {found.ordinal}"
                yield f"{service} {document.id}", f"{found.part}{at}: its causes give {found.folded}, stored is {found.stored}"


def _versions(under: Practice) -> Practised:
    """Every version that is kept with the documents."""
    return practised(under.service, (under.policy, *under.policy._others.values()), under.build, under.limits)


def is_published(history: History) -> Iterator[tuple[str, str]]:
    """The events on a service's topic are exactly the answers in its journals, byte for byte; what it asks itself is all there too."""
    for service, documents in history.documents.items():
        answers = [(document.id, answer) for document in documents for entry in document.journal.values() for answer in entry.answers]
        said = {(answer.key, answer.value, answer.headers): id for id, answer in answers if answer.to == "events"}
        there = {_word(record) for record in own(history, f"{service}.events.v1")}
        for word in said.keys() - there:
            yield f"{service} {said[word]}", "an answer of its journal is not on the topic"
        for word in there - said.keys():
            yield f"{service} {(word[0] or b'').decode(errors='replace')}", "an event on the topic is in no journal"
        asked = {(answer.key, answer.value): id for id, answer in answers if answer.to == "commands"}
        arrived = {(record.key, record.value) for record in history.records if record.topic == f"{service}.commands.v1"}
        for each in asked.keys() - arrived:
            yield f"{service} {asked[each]}", "what it asked the service itself is not on the topic"


def _word(record: Record) -> tuple[bytes | None, bytes | None, tuple[tuple[str, bytes], ...]]:
    return record.key, record.value, record.headers
