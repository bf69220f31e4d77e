"""One hop: commands in and events out, through the processes of one service on the stack.

A round piles commands up while the processes are frozen, lets them go, and ends when the last event can be read: so only the hop itself,
and not who sends, takes part in it.
"""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.catalogue import PARTITIONS
from services.cli.processes import Services
from services.platform.chassis import connections
from services.platform.chassis.clients import Sender, lag, open_sender
from services.platform.chassis.settings import Settings
from tests.bench.feeds import Feed, Opening, Posted
from tests.bench.ground import Ground, Stuck
from tests.bench.measuring import Pids, Spent, spent

PATIENCE = 60.0
"""Seconds in which something must come of it."""
AFTERMATH = 0.1
"""Seconds that still count after the last event: its commit."""
AT_A_TIME = 10_000
"""Records that are on their way to the broker at once."""


class Round(NamedTuple):
    per_second: float
    spent: Spent
    """For one event, in microseconds: of the process itself, of the broker and of the database."""


@dataclass
class Hop:
    """The processes under test, with a tenant of their own."""

    name: str
    feed: Feed
    settings: Settings
    services: Services
    pids: Pids
    sender: Sender
    ends: AIOKafkaConsumer
    fed: int = 0
    """Rounds so far: each command has an id of its own."""

    async def round(self, complaints: Sequence[str]) -> Round:
        """One command about each of these complaints: so no batch holds a complaint twice, and each event pays its own read and write."""
        self.fed += 1
        return await self.drain([self.feed.posted(id, self.fed) for id in complaints])

    async def drain(self, posted: Sequence[Posted], look: Callable[[], None] = lambda: None) -> Round:
        """Piles these up and lets the processes at them; looks again and again while they work."""
        before = await self.said()
        with Frozen(self.services):
            await self.send(posted)
            begun, start = spent(self.pids), time.monotonic()
        await self.until_said(before + len(posted), look)
        seconds = time.monotonic() - start
        await asyncio.sleep(AFTERMATH)
        return Round(len(posted) / seconds, spent(self.pids).each(begun, len(posted)))

    async def send(self, posted: Sequence[Posted]) -> None:
        for start in range(0, len(posted), AT_A_TIME):
            await asyncio.gather(*[await self.sender.put(*each) for each in posted[start : start + AT_A_TIME]])

    async def said(self) -> int:
        """Events on its topic by now."""
        topic = self.settings.topic(f"{self.feed.service}.events.v1")
        return sum((await self.ends.end_offsets([TopicPartition(topic, n) for n in range(PARTITIONS)])).values())

    async def until_said(self, events: int, look: Callable[[], None] = lambda: None) -> None:
        so_far, deadline = 0, time.monotonic() + PATIENCE
        while (said := await self.said()) < events:
            look()
            if said > so_far:
                so_far, deadline = said, time.monotonic() + PATIENCE
            if not all(process.running for process in self.services) or time.monotonic() > deadline:
                raise Stuck(f"{self.name} did not answer all that it was sent: see {self.services.processes[0].log}.")
            await asyncio.sleep(0.01)

    # -- before rounds ----------------------------------------------------------------------------------------------------------------

    async def open(self, complaints: Sequence[str], openings: Sequence[Opening] | None = None) -> None:
        """As a round finds them; or farther on, by these steps."""
        for opening in self.feed.openings if openings is None else openings:
            await self.send([opening(id) for id in complaints])
            await self.until_idle()

    async def grow_old(self, complaints: Sequence[str], events: int) -> None:
        """Each complaint's events one after the other: so they are done in few writes."""
        for batch in _by(50, complaints):
            numbers = range(self.fed + 1, self.fed + events + 1)
            before = await self.said()
            await self.send([self.feed.posted(id, n) for id in batch for n in numbers])
            await self.until_said(before + len(batch) * events)
        self.fed += events

    async def until_idle(self) -> None:
        so_far, deadline = None, time.monotonic() + PATIENCE
        while behind := sum((await lag(self.settings, self.feed.service)).values()):
            if behind != so_far:
                so_far, deadline = behind, time.monotonic() + PATIENCE
            if time.monotonic() > deadline:
                raise Stuck(f"{self.name} does not catch up: see {self.services.processes[0].log}.")
            await asyncio.sleep(0.1)


class Frozen:
    """All of these processes, while the block lasts."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def __enter__(self) -> None:
        self._signal(signal.SIGSTOP)

    def __exit__(self, *_: object) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        for process in self.services:
            process.signal(number)


def _by(size: int, of: Sequence[str]) -> Iterator[Sequence[str]]:
    return (of[start : start + size] for start in range(0, len(of), size))


@asynccontextmanager
async def open_hop(ground: Ground, name: str, feed: Feed, tenant: str, services: Services) -> AsyncIterator[Hop]:
    settings = ground.settings(tenant)
    ends = AIOKafkaConsumer(**connections.reader(settings))
    await ends.start()
    try:
        async with open_sender(settings) as sender:
            yield Hop(name, feed, settings, services, ground.pids(services), sender, ends)
    finally:
        await ends.stop()


def by_turns(n: int, hops: Iterable[Hop]) -> tuple[Hop, ...]:
    """Whoever goes first in one round goes last in the next: what else the machine does falls on all alike."""
    each = tuple(hops)
    return each if n % 2 == 0 else each[::-1]
