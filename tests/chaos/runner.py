"""Plays a schedule on a cluster and writes down what came of it."""

import asyncio
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tests.chaos.clusters import Cluster
from tests.chaos.faults import FAULTS, Breaking, Broken, Impossible
from tests.chaos.fleet import PROGRAM
from tests.chaos.history import Fault, History
from tests.chaos.load.plan import RATE, plan
from tests.chaos.record import record
from tests.chaos.scenarios import Scenario
from tests.chaos.schedule import Strike, schedule
from tests.chaos.world import NAMES, REPLICAS, World, inhabited

LAST_WORD = 20.0
"""Seconds before the end of the schedule in which no life begins any more."""
SETTLING, RESTING = 120.0, 120.0
OVERDUE = 150.0
"""Seconds after the schedule's end in which every fault must be healed, and watched for as long as anybody is patient."""

Say = Callable[[str], None]
aloud = partial(print, flush=True)


class Outcome(NamedTuple):
    history: History
    """Less documents and practices: `history.load(directory)` has them."""
    directory: Path
    is_quiet: bool
    """Whether it came to rest."""
    ends: dict[str, int]
    """Processes that ended without being asked to: `routing -9` → how many."""
    seconds: float


def run_scenario(
    cluster: Cluster, scenarios: Iterable[Scenario], seed: int, directory: Path, program: Sequence[str] = PROGRAM, rate: float = RATE,
    replicas: int = REPLICAS, say: Say = aloud, **environment: str,
) -> Outcome:  # fmt: skip
    """Blocks for as long as the scenarios last, and until all is quiet again."""
    return asyncio.run(_run(cluster, list(scenarios), seed, directory, tuple(program), rate, replicas, say, environment))


async def _run(
    cluster: Cluster, scenarios: list[Scenario], seed: int, directory: Path, program: Sequence[str], rate: float, replicas: int,
    say: Say, environment: dict[str, str],
) -> Outcome:  # fmt: skip
    drawn, started = schedule(seed, scenarios), time.monotonic()
    logs = directory.with_name(f"{directory.name}-logs")
    shutil.rmtree(logs, ignore_errors=True)
    async with inhabited(cluster, f"c{secrets.token_hex(3)}", logs, program, replicas, **environment) as world:
        say(f"The services are ready; {drawn.seconds:.0f} seconds of {', '.join(scenario.name for scenario in scenarios)} begin.")
        began = datetime.now(UTC)
        shipments = plan(seed, began, max(drawn.seconds - LAST_WORD, 5.0), drawn.modes, rate)
        loading, first = asyncio.create_task(world.shipping.run(shipments)), time.monotonic()
        struck = [asyncio.create_task(_strike(world, strike, first, say)) for strike in drawn.strikes]
        _, late = await asyncio.wait(struck, timeout=drawn.seconds + OVERDUE)
        faults = [task.result() if task not in late else _overdue(strike, say) for strike, task in zip(drawn.strikes, struck, strict=True)]
        for task in late:
            task.cancel()
        await loading
        with suppress(TimeoutError):
            await asyncio.wait_for(world.shipping.settled(), SETTLING)
        say("All is healed; waiting until nothing is left to do.")
        rested = await world.rest.kept(RESTING)
        name = "+".join(scenario.name for scenario in scenarios)
        history = await record(world, name, seed, faults, began, rested or datetime.now(UTC), directory)
        ends = dict(world.fleet.ends)
    return Outcome(history, directory, rested is not None, ends, time.monotonic() - started)


def _overdue(strike: Strike, say: Say) -> Fault:
    say(f"{strike.fault}: not over, {OVERDUE:.0f} seconds after the last was to be")
    now = datetime.now(UTC)
    return Fault(strike.fault, FAULTS[strike.fault].kind, now, now, None, why="it never came to its end")


async def _strike(world: World, strike: Strike, first: float, say: Say) -> Fault:
    """Break it in time, heal it in time, and see when all are well."""
    breaking = FAULTS[strike.fault]
    await asyncio.sleep(max(0.0, first + strike.at - time.monotonic()))
    start = datetime.now(UTC)
    try:
        return await _recovered(world, breaking, await _broken(world, strike, breaking, say))
    except Impossible as why:
        say(f"{strike.fault}: left out, {why}")
        return Fault(strike.fault, breaking.kind, start, start, start, is_left_out=True, why=str(why))
    except Exception as error:                               # the others are still to be healed, and all of it is to be told
        say(f"{strike.fault}: {error!r}")
        return Fault(strike.fault, breaking.kind, start, datetime.now(UTC), None, why=f"could not be healed: {type(error).__name__}")


class _Healed(NamedTuple):
    broken: Broken
    start: datetime
    heal: datetime
    watching: "asyncio.Task[datetime | None]"


async def _broken(world: World, strike: Strike, breaking: Breaking, say: Say) -> _Healed:
    """For as long as it is to last; who watches the recovery begins when it heals."""
    async with world.turns[breaking.kind] if breaking.takes_turns else nullcontext():
        start = datetime.now(UTC)
        async with breaking.begin(world, strike) as broken:
            say(f"{strike.at:6.1f} s  {strike.fault}: {broken.what}")
            heal, watching = datetime.now(UTC), _watch(world, breaking, broken) if breaking.heals_itself else None
            await asyncio.sleep(strike.seconds)
    if watching is None:
        heal, watching = datetime.now(UTC), _watch(world, breaking, broken)
    return _Healed(broken, start, heal, watching)


def _watch(world: World, breaking: Breaking, broken: Broken) -> "asyncio.Task[datetime | None]":
    return asyncio.create_task(world.recovered(broken.services or NAMES, breaking.kind))


async def _recovered(world: World, breaking: Breaking, healed: _Healed) -> Fault:
    return Fault(breaking.name, breaking.kind, healed.start, healed.heal, await healed.watching, what=healed.broken.what)
