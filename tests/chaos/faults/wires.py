"""Faults of what lies between the services and the servers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from tests.chaos.faults.fault import Breaking, Broken
from tests.chaos.schedule import Strike
from tests.chaos.world import World

DELAY = 0.15
"""Seconds for each piece, either way."""


@asynccontextmanager
async def cut(to: str, up: bool, down: bool, world: World, strike: Strike) -> AsyncIterator[Broken]:
    """Between all replicas of a service (of all services) and all brokers, or all members."""
    with world.cluster.network.holding(world.cluster.network.rule(to, _peers(world, strike), up, down)):
        yield _broken(to, strike)


@asynccontextmanager
async def slow(to: str, world: World, strike: Strike) -> AsyncIterator[Broken]:
    with world.cluster.network.holding(world.cluster.network.rule(to, _peers(world, strike), delay=DELAY)):
        yield _broken(to, strike)


def _peers(world: World, strike: Strike) -> list[str]:
    return world.fleet.addresses(strike.service) if strike.service else []


def _broken(to: str, strike: Strike) -> Broken:
    return Broken(f"{strike.service or 'all'} - {to}", (strike.service,) if strike.service else ())


WAYS = {"": (True, True), "_up": (True, False), "_down": (False, True)}
"""Both, and either: what services say, what they are told."""
BREAKING = (
    *(Breaking(f"{to}_cut{way}", to, partial(cut, to, *held)) for to in ("kafka", "mongodb") for way, held in WAYS.items()),
    *(Breaking(f"{to}_slow", to, partial(slow, to)) for to in ("kafka", "mongodb")),
)
