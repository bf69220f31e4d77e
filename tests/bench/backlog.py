"""A backlog drained: 200,000 commands that piled up while nobody took them, and the memory that taking them needs."""

import asyncio
import time
from collections.abc import Sequence
from typing import NamedTuple

from services.cli.processes import Services
from tests.bench.feeds import FEEDS, complaints
from tests.bench.ground import Ground
from tests.bench.hop import open_hop
from tests.bench.measuring import resident
from tests.bench.report import Bar, Found, Sheet

COMPLAINTS = 5_000
MOST_MEMORY = 150
"""Megabytes of a service."""
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


def measure(ground: Ground, service: str, commands: int) -> Drained:
    """So many commands about some thousand complaints, round and round."""
    tenant = f"backlog-{service}"
    with ground.running(tenant, [service]) as services:
        return asyncio.run(_measure(ground, service, services, tenant, commands))


async def _measure(ground: Ground, service: str, services: Services, tenant: str, commands: int) -> Drained:
    ids = complaints("backlog", COMPLAINTS)
    async with open_hop(ground, service, FEEDS[service], tenant, services) as hop:
        await hop.open(ids)
        posted = [hop.feed.posted(id, n) for n in range(1, commands // COMPLAINTS + 1) for id in ids]
        looks = Looks(services.processes[0].pid)
        drained = await hop.drain(posted, looks)
    return Drained(service, len(posted), drained.per_second, looks.noted)


def found(every: Sequence[Drained]) -> Found:
    rows = [(each.service, f"{each.commands:,}", f"{each.per_second:,.0f}", f"{each.most:.0f}", f"{each.grown:+.1f}") for each in every]
    heads = ("a backlog drained", "commands", "events/s", "most MB", "MB grown in its second half")
    bars = [Bar(f"backlog: {each.service}'s memory, MB", each.most, most=MOST_MEMORY) for each in every]
    return Found([Sheet("Backlog", heads, rows)], bars, {each.service: each.memory for each in every})
