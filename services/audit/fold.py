"""One document folded anew from its causes, in the order of its journal, and compared with what is stored.

The fold knows of the stored document only what law 11 notes: its causes' places, the policies, and which records its store refused.  It
begins with nothing; where causes are gone, with the oldest snapshot after which none is.  What was journalled before that is taken as it
is: see `Verdict.since`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from contracts.wire import Unreadable
from services.audit.noted import begun, noted, raising
from services.audit.own import gaps, own_faults
from services.audit.parts import OF_PRUNING, Difference, document_differences, entry_differences, said, snapshot_differences
from services.audit.practised import Practised
from services.platform.kernel.apply import apply
from services.platform.kernel.document import Document, Entry, Snapshot
from services.platform.kernel.prune import snapshot
from services.platform.kernel.record import Incoming, Record, addressed, incoming
from services.platform.kernel.service import Practice

Origin = tuple[str, int, int]
"""Topic, partition, offset."""


@dataclass(frozen=True)
class Causes:
    """The records of the topics that a service hears, by origin, and the first offset that each partition still has."""

    records: Mapping[Origin, Record]
    begins: Mapping[tuple[str, int], int] = field(default_factory=dict)

    def is_gone(self, entry: Entry) -> bool:
        """Whether its topic keeps it no longer."""
        return entry.offset < self.begins.get((entry.name[0], entry.partition), 0)

    def of(self, entry: Entry) -> Record | None:
        return self.records.get(origin_of(entry))


class Verdict(NamedTuple):
    """What a fold shows.  `folded` is None where there was nothing to fold from.

    `since`: entries before this ordinal were not folded.
    `unchecked`: why not all could be, `causes_gone`, `policy_unreadable` or nothing.
    `builds`: others than this one that decided what was folded, as far as the first difference: it may be theirs.
    `believed`: entries whose death or refusal no log explains, taken at their word (see `noted`).
    """

    folded: Document | None
    since: int
    differences: tuple[Difference, ...] = ()
    unchecked: str | None = None
    builds: frozenset[str] = frozenset()
    believed: tuple[int, ...] = ()


class _Halted(Exception):
    """The fold cannot go on."""

    def __init__(self, unchecked: str | None, *differences: Difference) -> None:
        super().__init__(unchecked)
        self.unchecked, self.differences = unchecked, differences


def origin_of(entry: Entry) -> Origin:
    return entry.name[0], entry.partition, entry.offset


def fold(stored: Document, causes: Causes, under: Practised, snapshots: tuple[Snapshot, ...] = ()) -> Verdict:
    """`stored` with its whole journal; `snapshots`: all that are kept beside it (its `base` is one of them)."""
    if faults := tuple(gaps(stored)):
        return Verdict(None, stored.length, faults)
    kept = {each.ordinal: each for each in (*([stored.base] if stored.base else []), *snapshots)}
    start = beginning(stored, causes, kept)
    if start is None:
        return Verdict(None, stored.length, tuple(own_faults(stored, kept.values())), "causes_gone")
    return _Fold(stored, causes, under, kept, start).verdict()


def beginning(stored: Document, causes: Causes, kept: Mapping[int, Snapshot]) -> int | None:
    """The earliest ordinal after which every cause is there, and from which one can begin."""
    lost = max((n for n, entry in stored.journal.items() if causes.is_gone(entry)), default=-1)
    return min((n for n in (*([0] if stored.first == 0 else []), *kept) if n > lost and n >= stored.first), default=None)


class _Fold:
    def __init__(self, stored: Document, causes: Causes, under: Practised, kept: Mapping[int, Snapshot], start: int) -> None:
        self.stored, self.causes, self.under, self.kept, self.start = stored, causes, under, kept, start
        self.document = Document(stored.id, stored.partition) if start == 0 else begun(stored, kept[start], under.service)
        self.believed = list[int]()
        self.snapshots = list[Difference]()

    def verdict(self) -> Verdict:
        unchecked: str | None = None
        try:
            self._go()
            of_the_whole = tuple(self._of_the_whole())
        except _Halted as halt:
            unchecked, of_the_whole = halt.unchecked, halt.differences
        differences = (*self._entries_apart(), *of_the_whole)
        return Verdict(self.document, self.start, differences, unchecked, self._builds(differences), tuple(self.believed))

    def _go(self) -> None:
        for ordinal in range(self.start, self.stored.length):
            self._look_at_snapshot(ordinal)
            self._take(self.stored.journal[ordinal])
        self._look_at_snapshot(self.stored.length)

    def _of_the_whole(self) -> Iterator[Difference]:
        """Of pruning nothing can be told of a document that was begun in the middle."""
        yield from document_differences(self.document, self.stored, without=OF_PRUNING if self.start else ())
        yield from self.snapshots
        yield from own_faults(self.stored, self.kept.values())

    def _take(self, entry: Entry) -> None:
        practice, message = self._practice(entry), self._message(entry)
        before = self.document
        self.document, _ = apply(before, message, practice)
        if self.document is before:
            raise _Halted(None, Difference(entry.ordinal, "entry", "none: its record changes nothing", "one"))
        is_other = self.document.journal[entry.ordinal].answers != entry.answers
        if is_other and (error := noted(entry, is_pruned=self.stored.first > 0)):
            self.believed.append(entry.ordinal)
            self.document, _ = apply(before, message, raising(practice, message, error))

    def _practice(self, entry: Entry) -> Practice:
        if (found := self.under.at(entry)) is not None:
            return found
        if entry.policy in self.under.unreadable:
            raise _Halted("policy_unreadable")
        raise _Halted(None, Difference(entry.ordinal, "policy", "a version that is kept", said(entry.policy)))

    def _message(self, entry: Entry) -> Incoming:
        if (record := self.causes.of(entry)) is None:
            raise _Halted(None, Difference(entry.ordinal, "cause", "no record stands there", f"{entry.partition}/{entry.offset}"))
        service = self.under.service
        try:
            message = incoming(record, service)
            address = addressed(message, service)
        except Unreadable as fault:
            raise _Halted(None, Difference(entry.ordinal, "cause", f"a record that is dead: {fault.reason}", "a message")) from None
        if address is None or not (service.owner.any_partition or address.id == self.stored.id):
            raise _Halted(None, Difference(entry.ordinal, "cause", "a record that is not for this document", "one that is"))
        return message

    def _look_at_snapshot(self, ordinal: int) -> None:
        """Where one was taken that is not what the fold began with, the fold must have come to the same."""
        if ordinal in self.kept and ordinal > self.start:
            stored = self.kept[ordinal]
            taken = self.stored.journal[ordinal - 1].appended
            self.snapshots += snapshot_differences(snapshot(self.document, taken), stored)

    def _entries_apart(self) -> Iterator[Difference]:
        for ordinal in range(self.stored.first, min(self.document.length, self.stored.length)):
            if ordinal in self.document.journal:
                yield from entry_differences(self._as_far(self.document.journal[ordinal]), self.stored.journal[ordinal])

    def _as_far(self, entry: Entry) -> Entry:
        """Where the fold ended early, what would have become of an entry that waits is not known."""
        if entry.answered_by is not None or self.document.length == self.stored.length:
            return entry
        stored = self.stored.journal[entry.ordinal]
        return entry._replace(answered_by=stored.answered_by, is_dead=stored.is_dead)

    def _builds(self, differences: tuple[Difference, ...]) -> frozenset[str]:
        until = next((each.ordinal for each in differences if each.ordinal is not None), self.stored.length)
        noted = {entry.build for n, entry in self.stored.journal.items() if self.start <= n <= until}
        return frozenset(noted - {self.under.build})
