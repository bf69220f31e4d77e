"""All there is in a run: the servers, the wires, the services, the load; and when something is well again."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from contracts.catalogue import OWNERS
from services.platform.chassis.settings import Settings, read_settings
from services.platform.chassis.topics import create_topics
from tests.chaos.clusters import Cluster
from tests.chaos.fleet import PROGRAM, Fleet
from tests.chaos.load.shipping import Shipping
from tests.chaos.measure import Measure, Unknown
from tests.chaos.rest import LOOK, Rest, ready

NAMES = tuple(OWNERS)
REPLICAS = 2
GIVEN_UP = 90.0
"""Seconds after which something is not well again."""


class World(NamedTuple):
    cluster: Cluster
    settings: Settings
    """Past the proxies of Kafka."""
    fleet: Fleet
    measure: Measure
    shipping: Shipping
    turns: Mapping[str, asyncio.Lock]
    """For faults of one kind that would be in each other's way."""

    @property
    def rest(self) -> Rest:
        return Rest(self.settings, NAMES, self.fleet, self.measure)

    async def recovered(self, services: Collection[str], kind: str = "") -> datetime | None:
        """When every process of these services was ready, and had handled what stood in its topics at the call; None: not in time.

        While Kafka is away, of MongoDB that came back: when no process names it any more.
        """
        deadline = time.monotonic() + GIVEN_UP
        ends: dict[str, object] = {}
        while time.monotonic() < deadline:
            try:
                for service in services:
                    ends.setdefault(service, await self.measure.ends(service))
                reached = [await self.measure.has_reached(service, ends[service]) for service in services]  # type: ignore[arg-type]
                if all(reached) and await self.fleet.are_ready(services):
                    return datetime.now(UTC)
            except Unknown:
                if kind == "mongodb" and not await self.fleet.names(kind):
                    return datetime.now(UTC)
            await asyncio.sleep(LOOK)
        return None


@asynccontextmanager
async def inhabited(
    cluster: Cluster, prefix: str, logs: Path, program: Sequence[str] = PROGRAM, replicas: int = REPLICAS, **environment: str
) -> AsyncIterator[World]:
    """The services of a tenant of its own on the cluster, so many of each, ready; all ended with the block."""
    settings = read_settings(
        kafka_bootstrap_servers=cluster.kafka, mongodb_url=cluster.mongodb, topic_prefix=prefix, policies="demo",
        replication_factor=cluster.copies,
    )  # fmt: skip
    await create_topics(settings)
    fleet = Fleet(variables(cluster, settings) | environment, logs, program)
    measure, shipping = Measure(settings), Shipping(settings)
    tasks: list[asyncio.Task[None]] = []
    try:
        for name in NAMES * replicas:
            fleet.add(name)
        await ready(fleet, NAMES)
        tasks = [asyncio.create_task(fleet.tend()), asyncio.create_task(fleet.keep_scraping())]
        yield World(cluster, settings, fleet, measure, shipping, defaultdict(asyncio.Lock))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        fleet.end()
        await shipping.close()
        await measure.close()


def variables(cluster: Cluster, settings: Settings) -> dict[str, str]:
    """The services' environment: through the proxies, and quick to notice a death."""
    return {
        "REDRESS_KAFKA_BOOTSTRAP_SERVERS": cluster.services_kafka,
        "REDRESS_MONGODB_URL": cluster.mongodb,
        "REDRESS_TOPIC_PREFIX": settings.topic_prefix,
        "REDRESS_POLICIES": settings.policies,
        "REDRESS_REPLICATION_FACTOR": str(settings.replication_factor),
        "REDRESS_KAFKA_SESSION_SECONDS": "6",
        "REDRESS_POLL_SECONDS": "0.3",
        "CHAOS_POLL_SECONDS": "8",
    }
