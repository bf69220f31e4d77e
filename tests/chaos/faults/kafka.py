"""Faults of the brokers."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from contracts.catalogue import TOPICS
from services.platform.chassis.clients import open_admin, open_sender, read_to_end
from services.platform.chassis.topics import create_topics, wanted_config
from services.platform.stack.jars import kafka_jars
from services.platform.stack.tools import find_java
from tests.chaos.clusters import freeze, thaw
from tests.chaos.faults.fault import Breaking, Broken
from tests.chaos.schedule import Strike
from tests.chaos.world import World

ELECTING = 60


@asynccontextmanager
async def killed(world: World, strike: Strike) -> AsyncIterator[Broken]:
    broker = strike.pick(world.cluster.brokers)
    broker.kill()
    try:
        yield Broken(broker.name)
    finally:
        await asyncio.to_thread(broker.start)


@asynccontextmanager
async def restarted(world: World, strike: Strike) -> AsyncIterator[Broken]:
    """SIGTERM: it hands its partitions over first, where there is somebody to take them."""
    broker = strike.pick(world.cluster.brokers)
    await asyncio.to_thread(broker.stop)
    try:
        yield Broken(broker.name)
    finally:
        await asyncio.to_thread(broker.start)


@asynccontextmanager
async def bounced(world: World, strike: Strike) -> AsyncIterator[Broken]:
    """A broker is frozen until others lead its partitions; thawed, it is given them back."""
    broker = strike.pick(world.cluster.brokers)
    freeze(broker)
    try:
        yield Broken(broker.name)
    finally:
        thaw(broker)
        await asyncio.to_thread(_elect_preferred, world.cluster.kafka)


@asynccontextmanager
async def away(world: World, strike: Strike) -> AsyncIterator[Broken]:
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
async def alone(world: World, strike: Strike) -> AsyncIterator[Broken]:
    """One broker is left of three and takes no write, for what is in one copy is not safe; the controllers have no majority either."""
    last = strike.pick(world.cluster.brokers)
    others = [broker for broker in world.cluster.brokers if broker is not last]
    for broker in others:
        freeze(broker)
    try:
        yield Broken(" and ".join(broker.name for broker in others))
    finally:
        for broker in others:
            thaw(broker)


@asynccontextmanager
async def dead_letters_away(world: World, strike: Strike) -> AsyncIterator[Broken]:
    """The topic of a service's dead letters takes nothing any more, and then is gone; it comes back with what was in it."""
    name = f"{strike.service}.dlq.v1"
    topic = world.settings.topic(name)
    async with open_admin(world.settings) as admin:
        impossible = wanted_config(TOPICS[name], 1) | {"min.insync.replicas": str(world.cluster.copies + 1)}
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, impossible)])
        letters = [letter async for letter in read_to_end(world.settings, [name])]
        await admin.delete_topics([topic])
    try:
        yield Broken(name, (strike.service,))
    finally:
        await create_topics(world.settings)
        async with open_sender(world.settings) as sender:
            for letter in letters:
                await (await sender.put(name, letter.key, letter.value, letter.headers))


def _elect_preferred(bootstrap: str) -> None:
    java = find_java()
    command = [java, "-cp", f"{kafka_jars(java, print)}/*", "org.apache.kafka.tools.LeaderElectionCommand",
               "--bootstrap-server", bootstrap, "--election-type", "preferred", "--all-topic-partitions"]  # fmt: skip
    subprocess.run(command, capture_output=True, timeout=ELECTING, check=False)


BREAKING = (
    Breaking("broker_kill", "kafka", killed, takes_turns=True),
    Breaking("broker_restart", "kafka", restarted, takes_turns=True),
    Breaking("leader_bounce", "kafka", bounced, brokers=3, takes_turns=True),
    Breaking("brokers_away", "kafka", away, takes_turns=True),
    Breaking("isr_lost", "kafka", alone, brokers=3, takes_turns=True),
    Breaking("dead_letters_away", "kafka", dead_letters_away, takes_turns=True),
)
