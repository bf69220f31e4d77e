"""Faults of the servers' disks."""

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

from services.platform.stack import Server, StackError
from tests.chaos.faults.fault import Breaking, Broken, Impossible
from tests.chaos.schedule import Strike
from tests.chaos.world import World

DELAY = 200_000
"""Microseconds that every flush to the disk takes longer."""
FLUSHES = "fsync,fdatasync"
ATTEMPTS = 4


@asynccontextmanager
async def full(kind: str, world: World, strike: Strike) -> AsyncIterator[Broken]:
    """The last server's small disk is filled up; afterwards there is room again, and the server is started if it has ended over it."""
    servers = world.cluster.brokers if kind == "kafka" else world.cluster.members
    server = servers[-1]
    if (disk := world.cluster.small_disks.get(server.name)) is None:
        raise Impossible("no small disk could be mounted: that needs root")
    ballast = disk / "ballast"
    await asyncio.to_thread(_fill, ballast)
    try:
        yield Broken(server.name)
    finally:
        ballast.unlink(missing_ok=True)
        await _back(server)


@asynccontextmanager
async def slow(kind: str, world: World, strike: Strike) -> AsyncIterator[Broken]:
    """Each flush of one server takes long: of MongoDB's primary, of some broker."""
    if not shutil.which("strace"):
        raise Impossible("there is no strace here")
    server = await asyncio.to_thread(world.cluster.primary) if kind == "mongodb" else strike.pick(world.cluster.brokers)
    tracer = _slowed(server)
    await asyncio.sleep(1)
    if tracer.poll() is not None:
        raise Impossible("strace may not trace other processes here")
    try:
        yield Broken(server.name)
    finally:
        tracer.send_signal(signal.SIGINT)
        await asyncio.to_thread(tracer.wait, 20)


async def _back(server: Server) -> None:
    """Started until it stays: it may be about to end over what it could not write."""
    for _ in range(ATTEMPTS):
        with suppress(StackError):
            await asyncio.to_thread(server.start)
            await asyncio.sleep(1)
            if server.running:
                return
    raise StackError(f"{server.name} does not come back: see {server.log}.")


def _slowed(server: Server) -> "subprocess.Popen[bytes]":
    command = ["strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={FLUSHES}", "-e", f"inject={FLUSHES}:delay_enter={DELAY}",
               "-p", str(server.pid)]  # fmt: skip
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def _fill(ballast: "os.PathLike[str]") -> None:
    """To the last byte."""
    piece = bytes(1024 * 1024)
    with open(ballast, "wb", buffering=0) as out:  # noqa: PTH123
        try:
            while out.write(piece):
                pass
        except OSError:
            return


BREAKING = (
    Breaking("kafka_disk_full", "kafka", partial(full, "kafka"), takes_turns=True, brokers=3),
    Breaking("mongodb_disk_full", "mongodb", partial(full, "mongodb"), takes_turns=True),
    Breaking("kafka_disk_slow", "kafka", partial(slow, "kafka"), takes_turns=True),
    Breaking("mongodb_disk_slow", "mongodb", partial(slow, "mongodb"), takes_turns=True),
)
