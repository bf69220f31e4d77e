"""Faults of the brokers."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.platform.chassis.clients import open_admin
from services.platform.chassis.topics import create_topics
from services.platform.stack import Server
from services.platform.stack.jars import kafka_jars
from services.platform.stack.tools import find_java
from tests.chaos.clusters import freeze, thaw
from tests.chaos.faults.fault import Breaking, Broken
from tests.chaos.world import World

ELECTING = 60


def one_of(world: World) -> Server:
    return world.rng.choice(world.cluster.brokers)


@asynccontextmanager
async def killed(world: World, service: str) -> AsyncIterator[Broken]:
    broker = one_of(world)
    broker.kill()
    try:
        yield Broken(broker.name)
    finally:
        await asyncio.to_thread(broker.start)


@asynccontextmanager
async def restarted(world: World, service: str) -> AsyncIterator[Broken]:
    """SIGTERM: it hands its partitions over first, where there is somebody to take them."""
    broker = one_of(world)
    await asyncio.to_thread(broker.stop)
    try:
        yield Broken(broker.name)
    finally:
        await asyncio.to_thread(broker.start)


@asynccontextmanager
async def bounced(world: World, service: str) -> AsyncIterator[Broken]:
    """A broker is frozen until others lead its partitions; thawed, it is given them back."""
    broker = one_of(world)
    freeze(broker)
    try:
        yield Broken(broker.name)
    finally:
        thaw(broker)
        await asyncio.to_thread(_elect_preferred, world.cluster.kafka)


@asynccontextmanager
async def away(world: World, service: str) -> AsyncIterator[Broken]:
    """All of them, killed."""
    for broker in world.cluster.brokers:
        broker.kill()
    try:
        yield Broken("all")
    finally:
        for broker in world.cluster.brokers:
            broker.launch()
        for broker in world.cluster.brokers:
            await asyncio.to_thread(broker.wait_until_ready)


@asynccontextmanager
async def alone(world: World, service: str) -> AsyncIterator[Broken]:
    """One broker is left of three and takes no write, for what is in one copy is not safe; the controllers have no majority either."""
    others = world.rng.sample(world.cluster.brokers, 2)
    for broker in others:
        freeze(broker)
    try:
        yield Broken(" and ".join(broker.name for broker in others))
    finally:
        for broker in others:
            thaw(broker)


@asynccontextmanager
async def dead_letters_away(world: World, service: str) -> AsyncIterator[Broken]:
    """The topic of a service's dead letters is deleted, and made anew."""
    name = f"{service or 'routing'}.dlq.v1"
    async with open_admin(world.settings) as admin:
        await admin.delete_topics([world.settings.topic(name)])
    try:
        yield Broken(name, (name.partition(".")[0],))
    finally:
        await create_topics(world.settings)


def _elect_preferred(bootstrap: str) -> None:
    java = find_java()
    command = [java, "-cp", f"{kafka_jars(java, print)}/*", "org.apache.kafka.tools.LeaderElectionCommand",
               "--bootstrap-server", bootstrap, "--election-type", "preferred", "--all-topic-partitions"]  # fmt: skip
    subprocess.run(command, capture_output=True, timeout=ELECTING, check=False)


BREAKING = (
    Breaking("broker_kill", "kafka", killed),
    Breaking("broker_restart", "kafka", restarted),
    Breaking("leader_bounce", "kafka", bounced, brokers=3),
    Breaking("brokers_away", "kafka", away),
    Breaking("isr_lost", "kafka", alone, brokers=3),
    Breaking("dead_letters_away", "kafka", dead_letters_away),
)
