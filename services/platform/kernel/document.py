"""One aggregate's document: its state, its journal, what waits, and what the store needs to guard it.

A `Document` is worked on as a private copy that is adopted after success; `journal` may hold only part of the entries (see
`needs_journal` in `apply`).
"""

from datetime import datetime
from typing import Any, Literal, NamedTuple

from services.platform.kernel.record import Incoming, Name


class Answer(NamedTuple):
    """What leaves on a message's account, encoded once.  `to`: which of the service's topics; by a command a service asks itself."""

    to: Literal["events", "commands", "dlq"]
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]

    @property
    def dead(self) -> bool:
        return self.to == "dlq"

    @property
    def weight(self) -> int:
        """Bytes, without the headers that every event has alike."""
        held = len(self.value or b"")
        return held if self.to == "events" else held + sum(len(name) + len(value) for name, value in self.headers)


class Entry(NamedTuple):
    """One record that this document took, and every answer that left on its account (of wakes and waiting messages set free included)."""

    ordinal: int
    name: Name
    fingerprint: bytes
    partition: int
    offset: int
    instant: datetime
    appended: datetime
    policy: str
    build: str
    attempt: int = 0
    answers: tuple[Answer, ...] = ()
    answered_by: int | None = None
    """The ordinal of the entry that answered it; None while it waits."""
    is_dead: bool = False
    """Decide raised: it stays dead, however often it comes, until its next attempt."""


class Waiting(NamedTuple):
    """A message that may not go yet.  `order`: its instant; a command's never before one that waits already."""

    order: datetime
    ordinal: int
    message: Incoming


class Snapshot(NamedTuple):
    """The document after `ordinal` entries: what a fold starts from when older entries are pruned."""

    ordinal: int
    taken: datetime
    time: datetime | None
    at: datetime | None
    seq: int
    wakes: int
    state: Any
    parked: str | None
    waiting: tuple[Waiting, ...]


class Document:
    """Instants are None until there is one."""

    def __init__(self, id: str, partition: int = 0) -> None:
        self.id = id
        self.partition = partition
        self.version = 0                                # the store's guard
        self.time: datetime | None = None               # moves with own commands and wakes only
        self.at: datetime | None = None                 # the last answer's stamp: never falls as seq rises
        self.seq = 0                                    # events said
        self.wakes = 0                                  # wakes come
        self.asked: datetime | None = None              # the state's wake_at
        self.state: Any = None
        self.parked: str | None = None                  # why a wake could not be handled
        self.waiting: tuple[Waiting, ...] = ()
        self.length = 0                                 # entries ever journalled: the next one's ordinal
        self.first = 0                                  # ordinal of the oldest entry that is not pruned
        self.known = b""                                # eight bytes for each entry from `first` on
        self.journal: dict[int, Entry] = {}             # those loaded or new
        self.loose: dict[int, bytes] = {}               # older ones as the store keeps them, loaded only to be packed
        self.touched: frozenset[int] = frozenset()      # older entries that were amended
        self.tail = 0                                   # from here on, answers may not be published
        self.packed = 0                                 # before it, the store keeps entries packed
        self.size = 0                                   # about how many bytes the journal has from `first` on
        self.next_ordinal: int | None = None            # of the snapshot that pruning will make the base
        self.next_taken: datetime | None = None
        self.next_size = 0                              # what pruning to `next_ordinal` will free
        self.next: Snapshot | None = None               # when taken since loading; becomes the base when `first` moves
        self.base: Snapshot | None = None               # when loaded for a fold, or taken anew by an erasure
        self.erased = False                             # by this turn

    def copy(self) -> "Document":
        new = object.__new__(Document)
        new.__dict__ = self.__dict__ | {"journal": self.journal.copy()}
        return new

    def ordinals(self, mark: bytes) -> list[int]:
        """The entries whose name may have this digest, newest first."""
        found = []
        at = self.known.find(mark)
        while at >= 0:
            if at % len(mark) == 0:
                found.append(self.first + at // len(mark))
            at = self.known.find(mark, at + 1)
        return found[::-1]

    def knows(self, message: Incoming) -> bool:
        """Whether the journal may have this message."""
        return bool(self.ordinals(message.mark))

    @property
    def whole(self) -> bool:
        """Whether every entry that is not pruned is loaded."""
        return len(self.journal) == self.length - self.first

    def amend(self, ordinal: int, **changes: Any) -> None:
        self.journal[ordinal] = self.journal[ordinal]._replace(**changes)
        self.touched |= {ordinal}
