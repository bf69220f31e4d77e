"""One service's documents in memory, kept and found as the store keeps and finds them."""

from services.platform.kernel.apply import needs_journal
from services.platform.kernel.document import Document, Entry, Snapshot
from services.platform.kernel.record import Incoming, partition_of
from services.platform.kernel.service import Address, Service


class Shelf:
    """Entries are kept apart from their document, so that the cost of a message does not grow with the journal."""

    def __init__(self, service: Service, partitions: int) -> None:
        self.service = service
        self.partitions = partitions
        self.documents: dict[str, Document] = {}
        self.aliases: dict[str, str] = {}
        self.journals: dict[str, dict[int, Entry]] = {}
        self.bases: dict[str, Snapshot] = {}
        self.nexts: dict[str, Snapshot] = {}

    def find(self, address: Address, message: Incoming) -> str:
        """The document that has taken this message before; else the one to which the first alias leads that has one, else the address's
        own id."""
        if not address.aliases:
            return address.id
        ways = [self.way(id) for id in (*(self.aliases[alias] for alias in address.aliases if alias in self.aliases), address.id)]
        return next((id for way in ways for id in way if id in self.documents and self.documents[id].knows(message)), ways[0][-1])

    def way(self, id: str) -> list[str]:
        """The document, and those that it leads to, one after the other."""
        way = [id]
        while (found := self.documents.get(way[-1])) and found.state is not None and (further := self.service.leads_to(found.state)):
            way.append(further)
        return way

    def load(self, id: str, message: Incoming) -> Document:
        """The document, with as much of its journal as the message needs."""
        document = self.documents.get(id) or Document(id, partition_of(id, self.partitions))
        if needs_journal(document, message, self.service):
            document.journal = self.journals.get(id, {})
        return document

    def whole(self, id: str) -> Document | None:
        """The document with all that was ever kept of it, or None if there is none."""
        if (found := self.documents.get(id)) is None:
            return None
        document = found.copy()
        document.journal = dict(self.journals[id])
        document.base = self.bases.get(id)
        return document

    def keep(self, document: Document) -> None:
        """In place of what was loaded; its answers are taken to be published at once."""
        id, before = document.id, self.documents.get(document.id)
        self._name(id, before.state if before else None, document.state)
        self._keep_snapshots(document, has_dropped=before is not None and document.first > before.first)
        journal = self.journals.setdefault(id, {})
        journal.update(document.journal)
        for ordinal in range(before.first if before else 0, document.first):
            journal.pop(ordinal, None)
        document.journal, document.touched, document.next, document.base = {}, frozenset(), None, None
        document.tail = document.length
        document.version += 1
        self.documents[id] = document

    def _keep_snapshots(self, document: Document, has_dropped: bool) -> None:
        id = document.id
        if document.base is not None:
            self.bases[id] = document.base
            self.nexts.pop(id, None)
        if document.next is not None:
            self.nexts[id] = document.next
        if has_dropped:
            self.bases[id] = self.nexts.pop(id)

    def _name(self, id: str, before: object, after: object) -> None:
        held = set() if before is None else set(self.service.aliases(before))
        wanted = set() if after is None else set(self.service.aliases(after))
        if taken := {alias for alias in wanted if self.aliases.get(alias, id) != id}:
            raise ValueError(f"{self.service.name}: two documents would share {len(taken)} alias(es); decide must not let it come to that")
        for alias in held - wanted:
            del self.aliases[alias]
        self.aliases |= dict.fromkeys(wanted, id)
