"""When the documents of a run are to be woken, in order."""

from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import count
from typing import NamedTuple

SPARE = 1_000
"""How many wakes that nobody asks for any more are not worth tidying up."""


class Due(NamedTuple):
    """`number`: wakes due at one instant come in the order in which they were asked for."""

    at: datetime
    number: int
    service: str
    document: str


class Agenda:
    """At most one wake for each document: the one that it asked for last."""

    def __init__(self) -> None:
        self._asked: dict[tuple[str, str], datetime] = {}
        self._heap: list[Due] = []
        self._numbers = count()

    def ask(self, service: str, document: str, due: datetime | None) -> None:
        """In place of what this document asked for before; None: not to be woken."""
        asking = service, document
        if due is None:
            self._asked.pop(asking, None)
        elif self._asked.get(asking) != due:
            self._asked[asking] = due
            heappush(self._heap, Due(due, next(self._numbers), service, document))
            if len(self._heap) > 2 * len(self._asked) + SPARE:
                self._tidy()

    def next(self) -> datetime | None:
        """When the next wake is due."""
        heap = self._heap
        while heap and not self._is_asked(heap[0]):
            heappop(heap)
        return heap[0].at if heap else None

    def take(self) -> Due:
        """The wake that `next` told of, which nobody asks for any more now."""
        due = heappop(self._heap)
        del self._asked[due.service, due.document]
        return due

    def _is_asked(self, due: Due) -> bool:
        return self._asked.get((due.service, due.document)) == due.at

    def _tidy(self) -> None:
        self._heap = [due for due in self._heap if self._is_asked(due)]
        heapify(self._heap)
