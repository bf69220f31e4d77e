"""Step 4: the documents of a batch, and each message taken to its own, in order (laws 5 to 7).  Pure but for what it remembers.

    docket = Docket(loaded, practice, published)
    for call in calls: docket.take(call)
    docket.cases                  # what each document is now, what it says, and what it must say again first
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from contracts.catalogue import PARTITIONS
from contracts.common import CommandRefused
from contracts.model import type_name
from services.platform.chassis.packing import to_pack, wanted
from services.platform.chassis.published import Last, Published
from services.platform.chassis.reading import Call
from services.platform.kernel.apply import apply, needs_journal
from services.platform.kernel.dead import REASON
from services.platform.kernel.document import Answer, Document
from services.platform.kernel.record import partition_of
from services.platform.kernel.service import Practice

CRASHED = b"undecidable"


class LacksJournal(Exception):
    """This document's journal must be loaded whole, which nobody could know before."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.id = id


@dataclass
class Case:
    """One document in this batch: as loaded, as it is now, what it says and to which calls."""

    before: Document
    after: Document
    last: Last
    calls: list[Call] = field(default_factory=list)
    said: list[Answer] = field(default_factory=list)
    fresh: list[Answer] = field(default_factory=list)
    """Those of `said` that are said for the first time."""
    again: bool = False
    """Whether something is said again: then its dossiers are, too (law 10)."""
    crashes: list[bool] = field(default_factory=list)
    """For each new message whether it crashed in our own code."""
    outcomes: list[tuple[str, str]] = field(default_factory=list)
    """Type and what became of it, for each message."""

    @property
    def is_changed(self) -> bool:
        return self.after is not self.before

    @property
    def version(self) -> int:
        """When stored."""
        return self.before.version + self.is_changed


class Docket:
    def __init__(self, documents: Iterable[Document], practice: Practice, published: Published) -> None:
        self.practice, self.service = practice, practice.service
        self.published = published
        self._refused = f'{{"type":"{type_name(self.service.name, CommandRefused)}"'.encode()
        self.cases = {document.id: self._case(document) for document in documents}
        self.owners = {alias: case.before.id for case in self.cases.values() for alias in self._aliases(case.before)}

    def _case(self, document: Document) -> Case:
        last = self.published.last(document.id, document.version) if document.version else Last.ACKNOWLEDGED
        if last is Last.ACKNOWLEDGED:
            document.tail = document.length
        return Case(document, document, last)

    # -- what must be loaded before anything is taken ---------------------------------------------------------------------------------

    def lacking(self, calls: Sequence[Call], also: Collection[str] = ()) -> tuple[list[Document], list[Document]]:
        """The documents whose journal must be whole (for these messages, or `also`), and those of which some entries are needed: the last
        answers, to be said again, or old ones, to be packed."""
        found = [(self.document_of(call), call.message) for call in calls]
        whole = {d.id: d for d, message in found if d and not d.whole and (d.id in also or needs_journal(d, message, self.service))}
        tails = [case.before for id, case in self.cases.items() if id not in whole and self._lacks_some(case)]
        return list(whole.values()), tails

    def led_to(self) -> set[str]:
        """The documents to which some of these lead."""
        return {further for case in self.cases.values() if (further := self._leads_to(case))}

    def _lacks_some(self, case: Case) -> bool:
        document = case.before
        needed = wanted(document) if case.last is Last.UNKNOWN else to_pack(document)
        return any(n not in document.journal and n not in document.loose for n in needed)

    def document_of(self, call: Call) -> Document | None:
        found = self.cases.get(self._find(call))
        return found.after if found else None

    def _find(self, call: Call) -> str:
        """Where it was taken before, whatever its names lead to by now; else where the first alias leads that some document has, else the
        id."""
        address = call.address
        if not address.aliases:
            return address.id
        ways = [self._way(id) for id in (*(self.owners[alias] for alias in address.aliases if alias in self.owners), address.id)]
        return next((id for way in ways for id in way if id in self.cases and self.cases[id].after.knows(call.message)), ways[0][-1])

    def _way(self, id: str) -> list[str]:
        """The document, and those that it leads to, one after the other."""
        way = [id]
        while (case := self.cases.get(way[-1])) and (further := self._leads_to(case)):
            way.append(further)
        return way

    def _leads_to(self, case: Case) -> str | None:
        return None if case.after.state is None else self.service.leads_to(case.after.state)

    # -- one message after the other --------------------------------------------------------------------------------------------------

    def take(self, call: Call, practice: Practice | None = None) -> Case:
        """Apply it to its document.  `practice`: another one than usual, for a message that must die.

        Raises LacksJournal where only what this batch did before made it an erasure, or led it to this document.
        """
        case = self._case_for(call)
        if not case.calls and case.last is Last.UNKNOWN:
            self._say_again(case)
        case.calls.append(call)
        before = case.after
        if not case.before.whole and self.service.erases_by(call.message.body, before.state):
            raise LacksJournal(before.id)
        case.after, answers = apply(before, call.message, practice or self.practice)
        if case.after is before:
            case.said += [answer for answer in answers if answer not in case.said]
            is_idle = call.message.is_wake and not answers
            is_repeat = before.knows(call.message)
            case.fresh += () if is_repeat else answers
            case.again = case.again or is_repeat
            case.outcomes.append((call.message.type, "repeated" if is_repeat else "ignored" if is_idle else "dead"))
            return case
        case.said += answers
        case.fresh += answers
        case.crashes.append(any(answer.dead and has_crashed(answer) for answer in answers))
        case.outcomes.append((call.message.type, self._outcome(case.after, answers)))
        self._rename(before, case.after)
        return case

    def _outcome(self, document: Document, answers: Sequence[Answer]) -> str:
        """What became of the message that was journalled last."""
        entry = document.journal[document.length - 1]
        if entry.is_dead:
            return "dead"
        if entry.answered_by is None:
            return "waiting"
        return "refused" if answers and (answers[-1].value or b"").startswith(self._refused) else "decided"

    def _case_for(self, call: Call) -> Case:
        id = self._find(call)
        if id not in self.cases:
            if id != call.address.id:
                raise LacksJournal(id)                       # only this batch made another document lead to it
            record = call.message.record
            standard = call.message.own and not self.service.owner.any_partition
            partition = record.partition if standard else partition_of(id, PARTITIONS)
            self.cases[id] = self._case(Document(id, partition))
        return self.cases[id]

    def _say_again(self, case: Case) -> None:
        """What another process stored and may not have published goes before anything newer of the document."""
        document = case.before
        for ordinal in range(document.tail, document.length):
            case.said += document.journal[ordinal].answers
            case.again = True

    def _rename(self, before: Document, after: Document) -> None:
        if before.state is after.state:
            return
        held, wanted = self._aliases(before), self._aliases(after)
        for alias in held:
            if alias not in wanted and self.owners.get(alias) == after.id:
                del self.owners[alias]
        self.owners |= dict.fromkeys(wanted, after.id)

    def _aliases(self, document: Document) -> Sequence[str]:
        return () if document.state is None else self.service.aliases(document.state)


def has_crashed(answer: Answer) -> bool:
    return any(name == REASON and value.startswith(CRASHED) for name, value in answer.headers)
