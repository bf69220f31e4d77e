"""What the loop needs of Kafka and MongoDB, so that it can be tested without either."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from services.platform.chassis.places import Place
from services.platform.chassis.publication import Publication
from services.platform.chassis.store import Due, Saved, Write
from services.platform.kernel.document import Document
from services.platform.kernel.service import Policy

Points = Callable[[str], Awaitable[None]]
"""Called between any two steps; tests crash there."""


async def no_points(name: str) -> None:
    """The real thing."""


class Documents(Protocol):
    """See `Store`."""

    async def load(self, ids: Iterable[str], aliases: Iterable[str]) -> list[Document]: ...

    async def gone_on(self, versions: Mapping[str, int]) -> list[str]: ...

    async def load_entries(self, whole: Sequence[Document], tails: Sequence[Document]) -> bool: ...

    async def save(self, writes: Sequence[Write]) -> Saved: ...

    async def versions(self) -> list[Policy]: ...

    async def has_due(self, now: datetime, partitions: Sequence[int]) -> bool: ...

    async def due(self, now: datetime, partition: int, most: int) -> list[Due]: ...


class Publishing(Protocol):
    async def publish(self, publications: Sequence[Publication]) -> None:
        """Returns when Kafka has them all, those of one key in this order."""


class NotOurs(Exception):
    """These partitions went to another process: normal, and nothing to be done."""


class Group(Protocol):
    """This process's part of the consumer group."""

    def assigned(self) -> frozenset[Place]: ...

    async def commit(self, offsets: Mapping[Place, int]) -> None:
        """Raises `NotOurs` where the partitions are another's by now."""

    async def position(self, place: Place) -> int:
        """The offset that will be fetched next."""

    async def committed(self, place: Place) -> int:
        """The group's, of any partition; where it has none, that of the oldest record."""

    async def ends(self, places: Iterable[Place]) -> Mapping[Place, int]:
        """The offset that the next record will have."""
