"""Step 7: offsets are committed outside of the loop, always the newest whose answers Kafka has, and never those of other hands.

A commit takes milliseconds, mostly the broker's: so one committer runs beside the loop, a little behind it, is awaited before partitions
are given up and at the end, and ends the process when it fails.  What is explicit cannot be wrong: never what was fetched, only what was
done.

Before Kafka the store is told (`keep`): so a backup of it knows up to where it goes, and `taking_up.py` what it lacks.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping

from services.platform.chassis.errors import Away
from services.platform.chassis.ports import Group, NotOurs, Place, Points, no_points
from services.platform.kernel.record import Record

log = logging.getLogger(__name__)
TOGETHER_SECONDS = 0.25
"""What is done within so long is committed at once: with its bookmarks a commit costs as much as a small batch does, and a complaint passes
through each service in some ten of these.  After a crash so much more is taken again, and a wake that must wait for what is in hand waits
so much longer."""


Keep = Callable[[Mapping[Place, int], Mapping[Place, int]], Awaitable[None]]
"""The offsets, and what we kept last of the same places since they were assigned to us."""


async def keep_nothing(offsets: Mapping[Place, int], before: Mapping[Place, int]) -> None:
    """Where there is no store."""


class Committer:
    def __init__(
        self, group: Group, points: Points = no_points, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        keep: Keep = keep_nothing,
    ) -> None:  # fmt: skip
        self.group, self.points, self.sleep, self.keep = group, points, sleep, keep
        self.epoch = 0
        """Counts assignments: offsets of an earlier one are nobody's business."""
        self._taken: dict[Place, int] = {}
        self._done: dict[Place, int] = {}
        self._committed: dict[Place, int] = {}
        self._news = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()

    def take(self, records: Iterable[Record]) -> dict[Place, int]:
        """These are in hand now; returns what to commit when they are done with."""
        offsets: dict[Place, int] = {}
        for record in records:
            place = record.topic, record.partition
            offsets[place] = max(record.offset + 1, offsets.get(place, 0))
        self._taken |= offsets
        return offsets

    def done(self, offsets: Mapping[Place, int], epoch: int) -> None:
        """Everything before these offsets is stored and published."""
        if epoch == self.epoch:
            self._done |= offsets
            self._news.set()

    def is_idle(self, place: Place) -> bool:
        """Whether all that was taken from there is committed."""
        return self._taken.get(place) == self._committed.get(place)

    def committed(self, place: Place) -> int:
        """What we have committed since the place was assigned to us; 0 if nothing yet."""
        return self._committed.get(place, 0)

    async def reached(self, place: Place) -> int:
        """Up to where we are done with a place of ours: with nothing in hand, all that was fetched, markers that are no records too."""
        position = await self.group.position(place)
        return position if self.is_idle(place) else self.committed(place)

    async def run(self) -> None:
        while True:
            await self._news.wait()
            await self.sleep(TOGETHER_SECONDS)
            self._news.clear()
            await self.flush()

    async def flush(self) -> None:
        """Commit all that is done."""
        async with self._one_at_a_time:
            epoch, offsets = self.epoch, {place: n for place, n in self._done.items() if self._committed.get(place) != n}
            if not offsets:
                return
            try:
                await self.keep(offsets, {place: self._committed[place] for place in offsets if place in self._committed})
                await self.points("kept")
                await self.group.commit(offsets)
            except NotOurs:
                log.info("partitions went to another process before their offsets were committed: it takes them again")
                return
            except Away:
                self._news.set()                             # nothing is stored meanwhile either: at the next attempt it is soon enough
                return
            if epoch == self.epoch:
                self._committed |= offsets
        await self.points("committed")

    def forget(self) -> None:
        """The partitions are given up, or lost."""
        self.epoch += 1
        self._taken, self._done, self._committed = {}, {}, {}
