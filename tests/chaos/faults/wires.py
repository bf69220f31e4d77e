"""Faults of what lies between the services and the servers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from tests.chaos.faults.fault import Breaking, Broken
from tests.chaos.world import World

DELAY = 0.15
"""Seconds for each piece, either way."""


@asynccontextmanager
async def cut(to: str, up: bool, down: bool, world: World, service: str) -> AsyncIterator[Broken]:
    """Between all replicas of a service (of all services) and all brokers, or all members."""
    peers = world.fleet.addresses(service) if service else []
    with world.cluster.network.holding(world.cluster.network.rule(to, peers, up, down)):
        yield Broken(f"{service or 'all'} – {to}", (service,) if service else ())


@asynccontextmanager
async def slow(to: str, world: World, service: str) -> AsyncIterator[Broken]:
    peers = world.fleet.addresses(service) if service else []
    with world.cluster.network.holding(world.cluster.network.rule(to, peers, delay=DELAY)):
        yield Broken(f"{service or 'all'} – {to}", (service,) if service else ())


WAYS = {"": (True, True), "_up": (True, False), "_down": (False, True)}
"""Both, and either: what services say, what they are told."""
BREAKING = (
    *(Breaking(f"{to}_cut{way}", to, partial(cut, to, *held)) for to in ("kafka", "mongodb") for way, held in WAYS.items()),
    *(Breaking(f"{to}_slow", to, partial(slow, to)) for to in ("kafka", "mongodb")),
)
