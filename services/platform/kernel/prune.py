"""Pruning: entries that no topic can repeat any more give way to a snapshot to fold from (law 11); erasure leaves no past at all."""

from datetime import datetime, timedelta

from services.platform.kernel.dead import emptied
from services.platform.kernel.document import Answer, Document, Entry, Snapshot, Waiting
from services.platform.kernel.service import Service
from services.platform.kernel.wakes import asked_by

YOUNG = 4
"""In the first quarter of the kept time a document has no snapshot; most are closed and quiet by then and never pay for one."""


def prune(document: Document, now: datetime, kept: timedelta) -> None:
    """Called after each turn with its append time.  A snapshot becomes the base once all before it is too old to come again,
    and only then is the next one taken: entries stay for once to twice the kept time."""
    if document.next_taken is None:
        document.next_taken = now
    elif document.next_ordinal is None and now - document.next_taken >= kept / YOUNG:
        document.next_ordinal, document.next_taken, document.next_size = document.length, now, document.size
        document.next = snapshot(document, now)
    elif document.next_ordinal is not None and now - document.next_taken >= kept and _is_past(document, document.next_ordinal):
        _drop_before(document, document.next_ordinal)


def forget(document: Document, before: int, now: datetime, is_settled: bool = False) -> None:
    """After an erasure: dead letters of entries before `before` lose the records they carry, and folds begin here, for older snapshots
    hold what was erased.  `is_settled`: the service's commands to itself have all arrived, so they go too; before that one that was stored
    may still have to be published."""
    for ordinal, entry in list(document.journal.items()):
        left = tuple(map(_emptied, entry.answers))
        if is_settled:
            left = tuple(answer for answer in left if answer.to != "commands")
        if ordinal < before and left != entry.answers:
            document.size -= sum(answer.weight for answer in entry.answers) - sum(answer.weight for answer in left)
            document.amend(ordinal, answers=left)
    document.next = document.next_ordinal = None
    document.next_taken, document.base = now, snapshot(document, now)


def _emptied(answer: Answer) -> Answer:
    return emptied(answer) if answer.dead else answer


def snapshot(document: Document, now: datetime) -> Snapshot:
    return Snapshot(
        document.length, now, document.time, document.at, document.seq, document.wakes, document.state, document.parked, document.waiting
    )


def restore(id: str, partition: int, found: Snapshot, service: Service) -> Document:
    """The document as it was when the snapshot was taken, to fold later causes onto.  It knows no message from before."""
    document = Document(id, partition)
    document.length = document.first = document.tail = found.ordinal
    document.time, document.at, document.seq, document.wakes = found.time, found.at, found.seq, found.wakes
    document.state, document.parked, document.waiting = found.state, found.parked, found.waiting
    document.asked = asked_by(found.state, service)
    document.journal = {waiting.ordinal: _entry_of(waiting) for waiting in found.waiting}
    return document


def _entry_of(waiting: Waiting) -> Entry:
    message, record = waiting.message, waiting.message.record
    place = (record.partition, record.offset, message.instant, record.appended)
    return Entry(waiting.ordinal, message.name, message.fingerprint, *place, policy="", build="", attempt=message.attempt)


def _is_past(document: Document, ordinal: int) -> bool:
    """Whether nothing before it waits, or may still have to be published."""
    return document.tail >= ordinal and all(waiting.ordinal >= ordinal for waiting in document.waiting)


def _drop_before(document: Document, ordinal: int) -> None:
    document.known = document.known[8 * (ordinal - document.first) :]
    document.journal = {n: entry for n, entry in document.journal.items() if n >= ordinal}
    document.touched = frozenset(n for n in document.touched if n >= ordinal)
    document.first = ordinal
    document.size -= document.next_size
    document.next_ordinal = None
