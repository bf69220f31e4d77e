"""A backlog drained: 200,000 commands that piled up while nobody took them, and the memory that taking them needs."""

import time
from collections.abc import Sequence
from typing import NamedTuple

from services.cli.processes import Services
from tests.bench.feeds import FEEDS, complaints
from tests.bench.ground import Ground
from tests.bench.hop import open_hop
from tests.bench.measuring import resident

COMPLAINTS = 5_000
EVERY = 0.25
"""Seconds between two looks at the memory."""


class Drained(NamedTuple):
    service: str
    commands: int
    per_second: float
    memory: Sequence[tuple[float, float]]
    """Seconds since it was let go, and megabytes."""

    @property
    def most(self) -> float:
        return max(megabytes for _, megabytes in self.memory)

    @property
    def grown(self) -> float:
        """Megabytes from the middle of the backlog to its end: what goes on growing would show there."""
        halves = [megabytes for _, megabytes in self.memory[len(self.memory) // 2 :]]
        return halves[-1] - halves[0]


class Looks:
    """Notes the memory of a hop's process, not more often than is of use."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.noted: list[tuple[float, float]] = []
        self.begun = self.next = time.monotonic()

    def __call__(self) -> None:
        if (now := time.monotonic()) >= self.next:
            self.noted.append((now - self.begun, resident(self.pid)))
            self.next = now + EVERY


async def measure(ground: Ground, service: str, services: Services, tenant: str, commands: int) -> Drained:
    """So many commands about some thousand complaints, round and round."""
    ids = complaints("backlog", COMPLAINTS)
    async with open_hop(ground, service, FEEDS[service], tenant, services) as hop:
        await hop.open(ids)
        posted = [hop.feed.posted(id, n) for n in range(1, commands // COMPLAINTS + 1) for id in ids]
        looks = Looks(services.processes[0].pid)
        drained = await hop.drain(posted, looks)
    return Drained(service, len(posted), drained.per_second, looks.noted)
