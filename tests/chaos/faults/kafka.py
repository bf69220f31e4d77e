"""Faults of the brokers."""

import asyncio
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

from services.cli.processes import ServiceProcess
from services.platform.chassis.clients import open_admin, open_sender, read_to_end
from services.platform.chassis.topics import create_topics
from services.platform.kernel.record import Record
from services.platform.stack.jars import kafka_jars
from services.platform.stack.tools import find_java
from tests.chaos.clusters import freeze, thaw
from tests.chaos.faults.fault import Breaking, Broken
from tests.chaos.schedule import Strike
from tests.chaos.world import World

ELECTING = 60
ON_ITS_WAY = 0.5
"""Seconds in which what a frozen process has sent arrives."""


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
    """The topic of a service's dead letters is gone; it comes back with what was in it."""
    name = f"{strike.service}.dlq.v1"
    with _held(world.fleet.of(strike.service)):              # nobody writes between the reading and the end of the topic
        letters = await _last_letters(world, name)
        async with open_admin(world.settings) as admin:
            await admin.delete_topics([world.settings.topic(name)])
    try:
        yield Broken(name, (strike.service,))
    finally:
        await create_topics(world.settings)
        async with open_sender(world.settings) as sender:
            for letter in letters:
                await (await sender.put(name, letter.key, letter.value, letter.headers))


@contextmanager
def _held(processes: Sequence[ServiceProcess]) -> Iterator[None]:
    for process in processes:
        process.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            process.signal(signal.SIGCONT)


async def _last_letters(world: World, name: str) -> list[Record]:
    """All that is there once nothing more is on its way: two readings find the same, whichever partition each begins with."""
    seen: list[Record] | None = None
    while seen != (letters := sorted([letter async for letter in read_to_end(world.settings, [name])], key=_place)):
        seen = letters
        await asyncio.sleep(ON_ITS_WAY)
    return letters


def _place(record: Record) -> tuple[int, int]:
    return record.partition, record.offset


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
