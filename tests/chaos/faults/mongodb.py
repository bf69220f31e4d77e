"""Faults of the replica set's members."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from pymongo.errors import PyMongoError

from services.platform.stack import Server
from tests.chaos.clusters import command, freeze, thaw
from tests.chaos.faults.fault import Breaking, Broken
from tests.chaos.schedule import Strike
from tests.chaos.world import World

STEPPED_DOWN = 20
"""Seconds in which who stepped down may not be elected again."""


async def primary(world: World) -> Server:
    return await asyncio.to_thread(world.cluster.primary)


@asynccontextmanager
async def killed(world: World, strike: Strike) -> AsyncIterator[Broken]:
    member = await primary(world)
    member.kill()
    try:
        yield Broken(member.name)
    finally:
        await asyncio.to_thread(member.start)


@asynccontextmanager
async def stepped_down(world: World, strike: Strike) -> AsyncIterator[Broken]:
    member = await primary(world)
    with suppress(PyMongoError):                             # it closes the connection on which it was asked
        await asyncio.to_thread(command, member.address, "replSetStepDown", STEPPED_DOWN, secondaryCatchUpPeriodSecs=5)
    yield Broken(member.name)


@asynccontextmanager
async def frozen(world: World, strike: Strike) -> AsyncIterator[Broken]:
    """For longer than an election takes: thawed, it may not think that it is primary still."""
    member = await primary(world)
    freeze(member)
    try:
        yield Broken(member.name)
    finally:
        thaw(member)


@asynccontextmanager
async def away(world: World, strike: Strike) -> AsyncIterator[Broken]:
    """All of them, killed."""
    for member in world.cluster.members:
        member.kill()
    try:
        yield Broken("all")
    finally:
        for member in world.cluster.members:
            member.launch()
        await asyncio.to_thread(world.cluster.primary)


@asynccontextmanager
async def majority_lost(world: World, strike: Strike) -> AsyncIterator[Broken]:
    """The secondaries are frozen, so that what the primary takes from now on is its own only; then it is killed, and they thaw."""
    first = await primary(world)
    others = [member for member in world.cluster.members if member is not first]
    for member in others:
        freeze(member)
    await asyncio.sleep(3)
    first.kill()
    for member in others:
        thaw(member)
    try:
        yield Broken(f"{first.name}, then killed")
    finally:
        await asyncio.to_thread(first.start)


BREAKING = (
    Breaking("primary_kill", "mongodb", killed, heals_itself=True, takes_turns=True),
    Breaking("primary_step_down", "mongodb", stepped_down, heals_itself=True, takes_turns=True),
    Breaking("primary_freeze", "mongodb", frozen, heals_itself=True, takes_turns=True),
    Breaking("members_away", "mongodb", away, takes_turns=True),
    Breaking("majority_lost", "mongodb", majority_lost, heals_itself=True, takes_turns=True),
)
