"""A tenant of its own on a cluster that many share: a few services as processes, what is sent to them, and what they leave behind."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from contracts.catalogue import TOPICS
from services.platform.chassis.clients import Sender, open_admin, open_sender, read_to_end
from services.platform.chassis.settings import Settings, read_settings
from services.platform.chassis.topics import create_topics
from tests.chaos.clusters import Cluster
from tests.chaos.fleet import Fleet
from tests.chaos.history import Fault, History, Kept, Sent, practised, whole
from tests.chaos.measure import Measure
from tests.chaos.mutants.lives import Step
from tests.chaos.record import kept
from tests.chaos.rest import Rest, ready
from tests.chaos.world import variables

PROGRAM = ("-m", "tests.chaos.mutants.service")
QUIET = 60.0


class Tenant(NamedTuple):
    cluster: Cluster
    settings: Settings
    services: tuple[str, ...]
    fleet: Fleet
    measure: Measure
    sender: Sender
    began: datetime
    sent: list[Sent]
    faults: list[Fault]

    async def play(self, steps: Sequence[Step], seconds: float) -> None:
        """Each at its second; returns when so many have passed and all are acknowledged."""
        began, under_way = time.monotonic(), []
        for step in steps:
            await asyncio.sleep(max(0.0, began + step.after - time.monotonic()))
            under_way.append(asyncio.create_task(self.send(step)))
        await asyncio.gather(*under_way)
        await asyncio.sleep(max(0.0, began + seconds - time.monotonic()))

    async def send(self, step: Step) -> None:
        acknowledged = await self.sender.put(step.topic, step.key.encode(), step.value, step.headers)
        number = len(self.sent)
        self.sent.append(step.sent)
        place = await acknowledged
        self.sent[number] = self.sent[number]._replace(partition=place.partition, offset=place.offset)

    @property
    def rest(self) -> Rest:
        return Rest(self.settings, self.services, self.fleet, self.measure)

    async def caught_up(self, seconds: float = QUIET) -> None:
        """Until nothing is left to do, or so many seconds have passed."""
        await self.rest.found(seconds)

    async def history(self, scenario: str, patience: float = QUIET) -> tuple[History, dict[str, Kept]]:
        """What is left when all is quiet; or when it will not become so: then that is what is wrong."""
        quiet = await self.rest.kept(patience) or datetime.now(UTC)
        stores = await asyncio.to_thread(kept, self.settings, self.services)
        records = [record async for record in read_to_end(self.settings, tuple(TOPICS))]
        practices = {name: practised(name, self.settings.policies, stores[name].policies) for name in self.services}
        history = History(
            seed=0, scenario=scenario, set=self.settings.policies, began=self.began, quiet=quiet, sent=tuple(self.sent),
            records=tuple(sorted(records, key=lambda record: record.origin)),
            documents={name: tuple(whole(row, practices[name]) for row in stores[name].documents) for name in self.services},
            practices=practices, offsets=tuple(await self.measure.offsets(self.services)), faults=tuple(self.faults),
            scrapes=tuple(self.fleet.scrapes.values()),
            logs={file.stem: file.read_text("utf-8", "replace") for file in sorted(self.fleet.logs.glob("*.log"))},
        )  # fmt: skip
        return history, stores


@asynccontextmanager
async def moved_in(
    cluster: Cluster, prefix: str, services: Sequence[str], directory: Path, environment: dict[str, str]
) -> AsyncIterator[Tenant]:
    """A process for each name, ready; all ended, and its topics deleted, with the block."""
    settings = read_settings(
        kafka_bootstrap_servers=cluster.kafka, mongodb_url=cluster.mongodb, topic_prefix=prefix, policies="demo",
        replication_factor=cluster.copies,
    )  # fmt: skip
    await create_topics(settings)
    shutil.rmtree(directory, ignore_errors=True)
    fleet, measure = Fleet(variables(cluster, settings) | environment, directory, PROGRAM), Measure(settings)
    tending: list[asyncio.Task[None]] = []
    try:
        for name in services:
            fleet.add(name)
        await ready(fleet, services)
        tending = [asyncio.create_task(fleet.tend()), asyncio.create_task(fleet.keep_scraping())]
        async with open_sender(settings) as sender:
            yield Tenant(cluster, settings, tuple(dict.fromkeys(services)), fleet, measure, sender, datetime.now(UTC), [], [])
    finally:
        for task in tending:
            task.cancel()
        await asyncio.gather(*tending, return_exceptions=True)
        await asyncio.to_thread(fleet.end)
        await measure.close()
        async with open_admin(settings) as admin:
            await admin.delete_topics([settings.topic(name) for name in TOPICS])
