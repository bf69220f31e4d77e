"""What a document says leaves in the order in which it said it; what is said again is said in the same words and place."""

from collections.abc import Iterator

from contracts.catalogue import OWNERS
from tests.chaos.history import History
from tests.chaos.invariants.facts import by, by_complaint, facts, once


def is_said_in_order(history: History) -> Iterator[tuple[str, str]]:
    """A document's events first appear on their topic, under each key, in the order of its journal."""
    for service, documents in history.documents.items():
        records = [record for record in history.records if record.topic == f"{service}.events.v1"]
        first: dict[tuple[bytes | None, bytes | None], int] = {}
        for n, record in enumerate(records):
            first.setdefault((record.key, record.value), n)
        for document in documents:
            entries = sorted(document.journal.items())
            words = [(each.key, each.value) for _, entry in entries for each in entry.answers if each.to == "events"]
            for key, line in by((key, first[key, value]) for key, value in words if (key, value) in first).items():
                if line != sorted(line):
                    yield f"{service} {document.id}", f"its events under {(key or b'').decode(errors='replace')} are out of order"


def is_numbered(history: History) -> Iterator[tuple[str, str]]:
    """Of each complaint (in intake several share a file, and its numbers) the events are numbered from 1 without a gap, and their
    instants never fall; an event that is there twice is the same."""
    for service in history.documents:
        for id, same in by((fact.envelope.id, fact) for fact in facts(history, service)).items():
            if len({(fact.record.key, fact.record.partition, fact.record.value, fact.record.headers) for fact in same}) > 1:
                yield f"{service} {id}", "was said again in other words or another place"
        if OWNERS[service].any_partition:
            continue
        for complaint, said in by_complaint(once(history, service)).items():
            if [fact.envelope.seq for fact in said] != [*range(1, len(said) + 1)]:
                yield f"{service} {complaint}", "its events are not numbered from 1 without a gap"
            instants = [fact.envelope.at for fact in said if fact.envelope.at]
            if instants != sorted(instants):
                yield f"{service} {complaint}", "its events' instants fall"
