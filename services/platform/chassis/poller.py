"""Law 6: documents without traffic are woken by a `Wake` record on the service's own command topic.

    look at the time → see where the inputs end → wait until the group has committed that far → wake who is due

All that was appended before the look has then been taken, so a command that was in time is never overtaken by the deadline that it met.
A wake comes too late at worst: facts are dated by its instant, not by its record.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime

from contracts.catalogue import PARTITIONS
from contracts.common import Wake
from contracts.ids import derived_id
from contracts.wire import write_command
from services.platform.chassis.committer import Committer
from services.platform.chassis.errors import Away
from services.platform.chassis.metrics import Metrics
from services.platform.chassis.ports import Documents, Group, Place, Publishing
from services.platform.chassis.publication import Publication
from services.platform.chassis.store import Due
from services.platform.kernel.service import Service

log = logging.getLogger(__name__)
MOST = 200
"""Wakes for one partition at a time: a million due at once are woken as fast as they are handled, and no faster."""
PATIENCE_SECONDS = 5.0
"""How long one look waits for the inputs; then it is time for another look."""
TURN_SECONDS = 0.02


class Poller:
    def __init__(
        self, service: Service, documents: Documents, publisher: Publishing, group: Group, committer: Committer, metrics: Metrics,
        clock: Callable[[], datetime], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:  # fmt: skip
        self.service, self.documents, self.publisher, self.group = service, documents, publisher, group
        self.committer, self.metrics, self.clock, self.sleep = committer, metrics, clock, sleep

    async def run(self, every: float) -> None:
        while True:
            await self.sleep(every)
            try:
                await self.look()
            except Away as away:
                log.info("no wakes now: %s", away)

    async def look(self) -> int:
        """How many were woken."""
        now = self.clock()
        partitions = sorted(partition for topic, partition in self.group.assigned() if topic == self.service.command_topic)
        if not partitions or not await self.documents.has_due(now, partitions):
            return 0
        ends = await self.group.ends(self._places(range(PARTITIONS) if self.service.owner.any_partition else partitions))
        woken, turns = 0, int(PATIENCE_SECONDS / TURN_SECONDS)
        while partitions and turns:
            for partition in await self._reached(partitions, ends):
                woken += await self._wake(partition, now)
                partitions.remove(partition)
            turns -= 1
        return woken

    def _places(self, partitions: Iterable[int]) -> list[Place]:
        return [(topic, partition) for topic in self.service.inputs for partition in partitions]

    async def _reached(self, partitions: Iterable[int], ends: Mapping[Place, int]) -> list[int]:
        """Those of which everything before the ends has been taken, stored, published and committed."""
        if self.service.owner.any_partition:
            await self.sleep(TURN_SECONDS)
            behind = [place for place, end in ends.items() if await self.group.committed(place) < end]
            return [] if behind else list(partitions)
        assigned = self.group.assigned()
        ours = [place for place in ends if place in assigned]
        positions = {place: await self.group.position(place) for place in ours}
        await self.sleep(TURN_SECONDS)                       # what moved a position is noted as taken by now
        done = {place: positions[place] if self.committer.is_idle(place) else self.committer.committed(place) for place in ours}
        return [p for p in partitions if all(done.get(place, -1) >= ends[place] for place in self._places([p]))]

    async def _wake(self, partition: int, now: datetime) -> int:
        due = await self.documents.due(now, partition, MOST)
        await self.publisher.publish([self._wake_record(each, partition) for each in due])
        for each in due:
            self.metrics.woke((now - each.wake_at).total_seconds())
        return len(due)

    def _wake_record(self, due: Due, partition: int) -> Publication:
        name = self.service.name
        wake = Wake(document=due.id, count=due.wakes, due=due.wake_at)
        wire = write_command(name, wake, id=derived_id(name, due.id, "wake", due.wakes), source=f"redress.{name}")
        return Publication(self.service.command_topic, partition, wire.key.encode(), wire.value, wire.headers)
