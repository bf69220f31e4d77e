"""One service's documents in a backtest: those of the moment in memory, the others wherever there is room."""

import pickle
from collections.abc import Iterable
from typing import Protocol

from contracts.catalogue import PARTITIONS
from services.platform.kernel.document import Document
from services.platform.kernel.record import partition_of
from services.platform.kernel.service import Address, Service


class Cold(Protocol):
    """Keeps documents that nobody has asked for lately; it is asked for by service and id."""

    def get(self, service: str, id: str) -> bytes | None: ...

    def put(self, service: str, documents: Iterable[tuple[str, bytes]]) -> None: ...


class Documents:
    """Found as the store finds them.  `room`: how many stay in memory where there is a `cold`."""

    def __init__(self, service: Service, cold: Cold | None, room: int) -> None:
        self.service = service
        self.aliases: dict[str, str] = {}
        self._cold = cold
        self._room = room
        self._hot: dict[str, Document] = {}

    def get(self, id: str) -> Document | None:
        found = self._hot.pop(id, None)
        if found is None and self._cold is not None and (kept := self._cold.get(self.service.name, id)) is not None:
            found = pickle.loads(kept)
        if found is not None:
            self._hot[id] = found       # at the end: those asked for longest ago stand first
        return found

    def find(self, address: Address, mark: bytes) -> Document:
        """As `Shelf.find`; a new one where there is none."""
        id = address.id
        if address.aliases:
            ways = [self._way(each) for each in (*(self.aliases[alias] for alias in address.aliases if alias in self.aliases), id)]
            known = (each for way in ways for each in way if (found := self.get(each)) and found.ordinals(mark))
            id = next(known, ways[0][-1])
        return self.get(id) or Document(id, partition_of(id, PARTITIONS))

    def _way(self, id: str) -> list[str]:
        way = [id]
        while (found := self.get(way[-1])) and found.state is not None and (further := self.service.leads_to(found.state)):
            way.append(further)
        return way

    def keep(self, document: Document, before: object) -> None:
        """`before`: the state that it had."""
        if document.state is not before:
            self._name(document.id, before, document.state)
        self._hot[document.id] = document
        if self._cold is not None and len(self._hot) > self._room:
            self._make_room(self._cold)

    def _name(self, id: str, before: object, after: object) -> None:
        held = () if before is None else self.service.aliases(before)
        wanted = () if after is None else self.service.aliases(after)
        if held == wanted:
            return
        if taken := {alias for alias in wanted if self.aliases.get(alias, id) != id}:
            raise ValueError(f"{self.service.name}: two documents would share {len(taken)} alias(es); decide must not let it come to that")
        for alias in {*held} - {*wanted}:
            del self.aliases[alias]
        self.aliases |= dict.fromkeys(wanted, id)

    def _make_room(self, cold: Cold) -> None:
        """For a quarter at a time."""
        oldest = [id for id, _ in zip(self._hot, range(max(1, self._room // 4)), strict=False)]
        cold.put(self.service.name, ((id, pickle.dumps(self._hot.pop(id), pickle.HIGHEST_PROTOCOL)) for id in oldest))
