"""When processes are ready, when nothing is left to do, and all of them frozen at such a moment."""

import asyncio
import time
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from services.platform.chassis.connections import mongodb
from services.platform.chassis.settings import Settings
from tests.chaos.fleet import Fleet
from tests.chaos.history import Offset
from tests.chaos.measure import Measure, Unknown

READY = 240.0
LOOK = 0.25


async def ready(fleet: Fleet, services: Collection[str]) -> None:
    """Until every process of these services is."""
    deadline = time.monotonic() + READY
    while not await fleet.are_ready(services):
        if time.monotonic() > deadline:
            raise RuntimeError(f"the services are not ready within {READY:.0f} seconds: see {fleet.logs}")
        await asyncio.sleep(LOOK)


class Rest(NamedTuple):
    settings: Settings
    services: Collection[str]
    fleet: Fleet
    measure: Measure

    async def found(self, seconds: float) -> datetime | None:
        """When nothing was left to handle, and nothing due; None: it did not come to that in time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            looked = datetime.now(UTC)
            with suppress(Unknown, PyMongoError):
                if await self._offsets() and not await asyncio.to_thread(self._is_due, looked):
                    return looked
            await asyncio.sleep(LOOK)
        return None

    async def kept(self, seconds: float) -> datetime | None:
        """The same, and from then on every process is frozen, its metrics told just before, so that all that is read is of one moment; None
        when it does not come to that, and all are frozen anyway."""
        deadline = time.monotonic() + seconds
        while (looked := await self.found(deadline - time.monotonic())) is not None:
            with suppress(Unknown, PyMongoError):
                before = await self._offsets()
                await self.fleet.last_scrapes()
                self.fleet.freeze()
                if before and before == await self._offsets():
                    return looked
            self.fleet.thaw()
        self.fleet.freeze()
        return None

    async def _offsets(self) -> list[Offset]:
        """How far all are, none where anything is left to handle."""
        offsets = await self.measure.offsets(self.services)
        return offsets if all((each.committed or 0) == each.end for each in offsets) else []

    def _is_due(self, now: datetime) -> bool:
        """Whether any document of these services must be woken by now."""
        with MongoClient(**mongodb(self.settings)) as client:
            databases = [client[self.settings.database(name)] for name in self.services]
            return any(database["documents"].find_one({"wake_at": {"$lte": now}}, {"_id": 1}) for database in databases)
