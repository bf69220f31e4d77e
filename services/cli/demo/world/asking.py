"""What stand-ins hear and what they ask for: events of the topics in, commands with a delay out."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from contracts.ids import derived_id
from contracts.model import Command, Event


class Heard(NamedTuple):
    """An event, with its id and its instant."""

    id: str
    at: datetime
    event: Event


class Asking(NamedTuple):
    """A command that its sender will send so many seconds after hearing why."""

    after: float
    service: str
    command: Command
    id: str
    source: str


def asking(source: str, service: str, command: Command, after: float, *because: str | int) -> Asking:
    """`because` tells this command from the sender's others of its kind: the id of the event that led to it, as a rule."""
    return Asking(after, service, command, derived_id(source, type(command).__name__, *because), source)


class Agenda:
    """What is still to be sent, and when: seconds of a clock that its user reads."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, int, Asking]] = []
        self._numbers = count()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, now: float, asked: Iterable[Asking]) -> None:
        for each in asked:
            heappush(self._waiting, (now + each.after, next(self._numbers), each))

    def due(self, now: float) -> Iterator[tuple[float, Asking]]:
        """All that is due by now, in order, each with its time."""
        while self._waiting and self._waiting[0][0] <= now:
            when, _, asked = heappop(self._waiting)
            yield when, asked
