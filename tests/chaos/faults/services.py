"""Faults of the services' own processes."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from services.cli.processes import ServiceProcess
from tests.chaos.faults.fault import Breaking, Broken
from tests.chaos.rest import LOOK
from tests.chaos.schedule import Strike
from tests.chaos.service import POINTS
from tests.chaos.world import World

COMING_BY = 10.0
"""Seconds in which a process should come by the point where it is to die or to freeze."""
STALL = 11
"""Longer than a process may go without asking for records: see `world.variables`."""
TWO_HOURS = 7200
STARTED = 60.0


def one_of(world: World, strike: Strike) -> ServiceProcess:
    """A replica of the service."""
    return strike.pick([process for process in world.fleet.of(strike.service) if process.running])


@asynccontextmanager
async def killed(world: World, strike: Strike) -> AsyncIterator[Broken]:
    """kill -9, wherever it is."""
    process = one_of(world, strike)
    process.signal(signal.SIGKILL)
    yield Broken(process.log.stem, (strike.service,))


@asynccontextmanager
async def killed_at(point: str, world: World, strike: Strike) -> AsyncIterator[Broken]:
    """kill -9 of itself the next time that it comes by; if nothing comes, wherever it is."""
    process = one_of(world, strike)
    pid = process.pid
    await _obeys(world, process, f"kill {point}")
    if process.running and process.pid == pid:
        process.signal(signal.SIGKILL)
    yield Broken(process.log.stem, (strike.service,))


@asynccontextmanager
async def frozen(world: World, strike: Strike) -> AsyncIterator[Broken]:
    """With a batch in hand, decided and not stored, for longer than its session: others have its partitions when it thaws, and what it
    then writes must be refused."""
    process = one_of(world, strike)
    await _obeys(world, process, "freeze decided")
    process.signal(signal.SIGSTOP)
    try:
        yield Broken(process.log.stem, (strike.service,))
    finally:
        process.signal(signal.SIGCONT)


async def _obeys(world: World, process: ServiceProcess, order: str) -> None:
    """Returns when it has come by the place, or has not in time; then nothing is ordered any more."""
    deadline = time.monotonic() + COMING_BY
    world.fleet.order(process, order)
    while world.fleet.is_ordered(process) and time.monotonic() < deadline:  # noqa: ASYNC110  nobody tells us when
        await asyncio.sleep(0.02)
    world.fleet.countermand(process)


@asynccontextmanager
async def stalled(world: World, strike: Strike) -> AsyncIterator[Broken]:
    """With a batch in hand, decided and not stored, for longer than it may go without asking for records; its heart beats on."""
    process = one_of(world, strike)
    world.fleet.order(process, f"stall decided {STALL}")
    try:
        yield Broken(process.log.stem, (strike.service,))
    finally:
        world.fleet.countermand(process)


@asynccontextmanager
async def rolled(world: World, strike: Strike) -> AsyncIterator[Broken]:
    """SIGTERM and started anew, one process after the other."""
    services = (strike.service,) if strike.service else ()
    processes = world.fleet.of(strike.service) if services else list(world.fleet.processes)
    for process in processes:
        await world.fleet.stop(process)
        world.fleet.start(process)
        await _ready(process)
    yield Broken(strike.service or "all", services)


@asynccontextmanager
async def scaled(world: World, strike: Strike) -> AsyncIterator[Broken]:
    """One process, then four, then one, and back to two."""
    await _shrink(world, strike.service, 1)
    await _grow(world, strike.service, 4)
    yield Broken(strike.service, (strike.service,))
    await _shrink(world, strike.service, 1)
    await _grow(world, strike.service, 2)


@asynccontextmanager
async def clock_wrong(seconds: int, world: World, strike: Strike) -> AsyncIterator[Broken]:
    """One replica's clock.  Where the broker's then leads it, it must refuse to work (law 5): the other does."""
    process = one_of(world, strike)
    await _restarted(world, process, CHAOS_SKEW=str(seconds))
    try:
        yield Broken(process.log.stem, (strike.service,))
    finally:
        await _restarted(world, process, CHAOS_SKEW="0")
        await _ready(process)


async def _restarted(world: World, process: ServiceProcess, **environment: str) -> None:
    world.fleet.tell(process, **environment)
    await world.fleet.stop(process)
    world.fleet.start(process)


async def _shrink(world: World, service: str, to: int) -> None:
    for process in world.fleet.of(service)[to:]:
        await world.fleet.stop(process)
        world.fleet.remove(process)


async def _grow(world: World, service: str, to: int) -> None:
    added = [world.fleet.add(service) for _ in range(to - len(world.fleet.of(service)))]
    for process in added:
        await _ready(process)


async def _ready(process: ServiceProcess) -> None:
    """Or given up, for it may not come to that while others are broken."""
    deadline = time.monotonic() + STARTED
    while time.monotonic() < deadline and not (await asyncio.to_thread(process.health))[0]:  # noqa: ASYNC110
        await asyncio.sleep(LOOK)


BREAKING = (
    Breaking("kill", "service", killed, heals_itself=True),
    *(Breaking(f"kill_{point}", "service", partial(killed_at, point), heals_itself=True) for point in POINTS),
    Breaking("freeze", "service", frozen),
    Breaking("stall", "service", stalled),
    Breaking("roll", "service", rolled, heals_itself=True),
    Breaking("scale", "service", scaled),
    Breaking("service_clock_ahead", "service", partial(clock_wrong, TWO_HOURS)),
    Breaking("service_clock_behind", "service", partial(clock_wrong, -TWO_HOURS)),
)
