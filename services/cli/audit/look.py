"""One document looked at: folded, held against its row byte for byte, and against what stands on the topics."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from services.audit import Causes, Difference, Practised, Verdict, fold
from services.audit.fold import origin_of
from services.audit.parts import kind_of
from services.cli.audit.marks import digest_of
from services.cli.audit.topics import OutOfRoom, Standing, Topics
from services.platform.chassis.dossiers import present
from services.platform.chassis.publication import answers
from services.platform.chassis.rows_apart import Kept, NoRow, apart, kept
from services.platform.kernel.document import Answer, Document, Entry
from services.platform.kernel.service import Service

Place = tuple[str, int]


@dataclass(frozen=True)
class Bounds:
    """How much of the topics was seen: the first offset that each partition has, the end to which it was read, and the offset that the
    service had committed before that, so that all that it led to stands there."""

    begins: Mapping[Place, int] = field(default_factory=dict)
    ends: Mapping[Place, int] = field(default_factory=dict)
    committed: Mapping[Place, int] = field(default_factory=dict)


class Looked(NamedTuple):
    """What one look at a document shows.  `moved`: it went on beyond what was read of the topics, so this look says nothing final."""

    id: str
    differences: tuple[Difference, ...] = ()
    unchecked: str | None = None
    since: int = 0
    builds: frozenset[str] = frozenset()
    believed: int = 0
    present: int = 0
    missing: tuple[Difference, ...] = ()
    cut: int = 0
    unpublished: int = 0
    dossiers: int = 0
    moved: bool = False


@dataclass
class Onlooker:
    """For one service."""

    under: Practised
    topics: Topics
    bounds: Bounds

    @property
    def service(self) -> Service:
        return self.under.service

    def look(self, row: Mapping[str, Any], is_first: bool = True) -> Looked:
        """Whatever is in the row: what makes no document is a difference, not a crash."""
        try:
            return self._look(kept(row, self.service), is_first)
        except NoRow as fault:
            return Looked(str(row["_id"]), (Difference(None, fault.part, "one that can be read", fault.why),))
        except OutOfRoom:
            raise
        except Exception as error:
            return Looked(str(row["_id"]), (Difference(None, "document", "one that can be folded", type(error).__name__),))

    def _look(self, held: Kept, is_first: bool) -> Looked:
        document = held.document
        moved = any(self._is_beyond(entry) for entry in document.journal.values())
        if moved and is_first:
            return Looked(document.id, moved=True)
        verdict = fold(document, Causes(self.topics, self.bounds.begins), self.under, held.snapshots)
        differences = verdict.differences or tuple(self._bytes_apart(held, verdict))
        differences += tuple(self._taken_twice(document))
        if document.base is not None and document.first:
            self.topics.prune(self.service.name, self._names(held), document.base)
        standing = _Standing(self, document, verdict)
        standing.look()
        seen = Looked(
            document.id, (*differences, *standing.faults), verdict.unchecked, verdict.since, verdict.builds, len(verdict.believed),
            standing.present, tuple(standing.missing), standing.cut, standing.unpublished, standing.dossiers,
        )  # fmt: skip
        return seen._replace(moved=is_first and bool(standing.unpublished or standing.missing or standing.faults))

    def _is_beyond(self, entry: Entry) -> bool:
        topic, partition, offset = origin_of(entry)
        return offset >= self.bounds.ends.get((topic, partition), offset + 1)

    def _bytes_apart(self, held: Kept, verdict: Verdict) -> Iterator[Difference]:
        if verdict.folded is None or verdict.unchecked:
            return
        practice = next((found for entry in held.document.journal.values() if (found := self.under.at(entry))), None)
        if practice is not None:
            for ordinal, part in apart(held, verdict.folded, practice, verdict.since):
                yield Difference(ordinal, part, "as the fold would be written", "written otherwise")

    def _names(self, held: Kept) -> list[bytes]:
        return [name.encode() for name in (held.document.id, *held.row.get("aliases", ()))]

    def _taken_twice(self, document: Document) -> Iterator[Difference]:
        """A record has one document."""
        entries = list(document.journal.values())
        marks = [digest_of(*(part.encode() for part in entry.name), entry.fingerprint) for entry in entries]
        twice = self.topics.take(self.service.name, document.id, [origin_of(entry) for entry in entries], marks)
        yield from (Difference(entry.ordinal, "cause", "one document's", "another's too") for entry in entries if origin_of(entry) in twice)


class _Standing:
    """Each answer of a document on its topic, and its dossiers."""

    def __init__(self, onlooker: Onlooker, document: Document, verdict: Verdict) -> None:
        self.topics, self.bounds, self.service = onlooker.topics, onlooker.bounds, onlooker.service
        self.document, self.verdict = document, verdict
        self.present = self.cut = self.unpublished = self.dossiers = 0
        self.missing, self.faults = list[Difference](), list[Difference]()
        self.order = dict[int, list[tuple[int, int]]]()
        """Of each partition: the ordinal of each event's entry, and where it first stands."""

    def look(self) -> None:
        for entry in self.document.journal.values():
            folded = self.verdict.folded.journal.get(entry.ordinal) if self.verdict.folded else None
            others = [answer for answer in (folded.answers if folded else ()) if answer not in entry.answers]
            instead = [self._find(answer) for answer in others]
            for n, answer in enumerate(entry.answers, 1):
                self._look_for(entry, n, answer, any(instead))
        self._look_at_order()
        self._look_at_dossiers()

    def _look_for(self, entry: Entry, n: int, answer: Answer, stands_instead: bool) -> None:
        if found := self._find(answer):
            self.present += 1
            if answer.to == "events":
                self.order.setdefault(found[0].record.partition, []).append((entry.ordinal, found[0].n))
        elif stands_instead:
            return                                           # the topic has what the fold says; that the document differs is told
        elif self._is_cut(answer, entry):
            self.cut += 1
        elif not self._is_published(entry):
            self.unpublished += 1
        else:
            self.missing.append(Difference(entry.ordinal, f"answer {n}, {kind_of(answer)}", "on its topic", "not there"))

    def _find(self, answer: Answer) -> list[Standing]:
        """Where it stands with these very bytes; of a dead letter that was emptied the topic still has the record."""
        (publication,) = answers([answer], self.service.name, self.document)
        found = self.topics.standing(publication)
        if answer.dead and not _is_emptied(answer):
            wanted = publication.key, publication.value, publication.headers
            found = [each for each in found if (each.record.key, each.record.value, each.record.headers) == wanted]
        self.topics.claim(found)
        return found

    def _is_cut(self, answer: Answer, entry: Entry) -> bool:
        """Whether its topic may have dropped it: its beginning is gone, and what is left is younger."""
        (publication,) = answers([answer], self.service.name, self.document)
        place = publication.topic, publication.partition
        first = self.topics.first_appended(*place)
        return self.bounds.begins.get(place, 0) > 0 and (first is None or entry.appended <= first)

    def _is_published(self, entry: Entry) -> bool:
        """By what the service has committed; where its group is not known, by what the document itself takes for published."""
        topic, partition, offset = origin_of(entry)
        committed = self.bounds.committed.get((topic, partition))
        return entry.ordinal < self.document.tail if committed is None else offset < committed

    def _look_at_order(self) -> None:
        for line in self.order.values():
            for (_, before), (ordinal, stands) in pairwise(line):
                if stands <= before:
                    self.faults.append(Difference(ordinal, "order", "after the answers before it", "before them on the topic"))

    def _look_at_dossiers(self) -> None:
        """Compared by hash: they hold personal data."""
        is_settled = all(self._is_published(entry) for n, entry in self.document.journal.items() if n >= self.document.tail)
        for wanted in present(self.document, self.service):
            stands = self.topics.newest(wanted.topic, wanted.partition, wanted.key)
            self.topics.claim([stands] if stands else [])
            held = stands.record.value if stands else None
            if held == (None if wanted.value is None else digest_of(wanted.value)):
                self.dossiers += 1
            elif not is_settled:
                self.unpublished += 1
            else:
                words = ["a tombstone" if each is None else "a dossier" for each in (wanted.value, held)]
                name = (wanted.key or b"").decode("ascii", "replace")
                self.faults.append(Difference(None, f"dossier of {name}", words[0], f"{words[1]}{', another' * (words[0] == words[1])}"))


def _is_emptied(answer: Answer) -> bool:
    return answer.value is None and all(name.startswith("redress-dead-") for name, _ in answer.headers)
