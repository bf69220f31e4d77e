"""Dead letters that nobody has handled, counted as their topics are read on: what `redress dead list` finds, without its bodies.  Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from contracts.catalogue import OWNERS, topic
from contracts.wire import header
from services.cli.dead.letters import HANDLED, HANDLED_LETTER, letter_of
from services.platform.kernel.record import Record


class Open(NamedTuple):
    letters: int
    oldest: datetime | None


class OpenLetters:
    """Marks and letters may come in any order, for they lie in different partitions."""

    def __init__(self) -> None:
        self._died: dict[str, tuple[str, bool, datetime]] = {}
        """Id → the service, whether it is a wake, and when: of a wake the last time, for it may be parked again."""
        self._marked: dict[str, datetime] = {}

    def hear(self, record: Record) -> None:
        if header(record.headers, HANDLED):
            id = header(record.headers, HANDLED_LETTER) or ""
            self._marked[id] = max(record.appended, self._marked.get(id, record.appended))
        elif letter := letter_of(record):
            *_, known = self._died.get(letter.id, (letter.died,))
            died = (max if letter.is_wake else min)(known, letter.died)
            self._died[letter.id] = letter.service, letter.is_wake, died

    def now(self, instant: datetime) -> Mapping[str, Open]:
        """By service; what its topic has dropped by now is nobody's any more."""
        gone = {owner: instant - timedelta(milliseconds=topic(owner, "dlq").retention_ms or 0) for owner in OWNERS}
        self._died = {id: letter for id, letter in self._died.items() if letter[2] >= gone[letter[0]]}
        self._marked = {id: at for id, at in self._marked.items() if at >= min(gone.values())}
        found: dict[str, list[datetime]] = {owner: [] for owner in OWNERS}
        for id, (service, is_wake, died) in self._died.items():
            marked = self._marked.get(id)
            if marked is None or (is_wake and died > marked):
                found[service].append(died)
        return {owner: Open(len(dead), min(dead, default=None)) for owner, dead in found.items()}
