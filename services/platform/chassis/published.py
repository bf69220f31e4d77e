"""Law 3's `tail`: which documents' last answers this process itself has seen acknowledged, and which it still has in its own hands."""

from collections.abc import Mapping
from enum import Enum, auto

MOST = 200_000
"""Documents remembered.  Forgetting one costs a repeat of its last answers, never an answer."""


class Last(Enum):
    """What this process knows of the answers of a document's very version."""

    UNKNOWN = auto()
    """Another process stored it, or we have forgotten: publish them again before anything newer."""
    IN_HAND = auto()
    """On its way, before anything that comes later; but not there yet, so the store must go on marking it."""
    ACKNOWLEDGED = auto()


class Published:
    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._in_hand: dict[str, int] = {}
        self._acknowledged: dict[str, int] = {}

    def last(self, id: str, version: int) -> Last:
        if self._acknowledged.get(id) == version:
            return Last.ACKNOWLEDGED
        return Last.IN_HAND if self._in_hand.get(id) == version else Last.UNKNOWN

    def taken(self, versions: Mapping[str, int]) -> None:
        """Stored, and to be published by us in our order."""
        self._in_hand |= versions

    def acknowledged(self, versions: Mapping[str, int]) -> None:
        for id, version in versions.items():
            if self._in_hand.get(id) == version:
                del self._in_hand[id]
            self._acknowledged.pop(id, None)                 # to the end: the longest unused goes first
            self._acknowledged[id] = version
        while len(self._acknowledged) > self.most:
            del self._acknowledged[next(iter(self._acknowledged))]

    def forget(self) -> None:
        """What was in hand will not be published by us after all."""
        self._in_hand.clear()
