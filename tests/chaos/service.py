"""Run as a program in place of `redress service`: the real service, on wires of its own, under another clock, and obeying orders.

    python -m tests.chaos.service NAME

CHAOS_ADDRESS=127.0.1.7: where its connections come from, so that the proxy knows whose they are.
CHAOS_SKEW=7200: seconds by which its clock is wrong.
CHAOS_POLL_SECONDS=8: after so long without asking for records it is put out of its group.
CHAOS_ORDERS=file: what it finds there it does once, at the point of its loop that is named: `kill stored`, `freeze stored`,
`stall decided 10`.
"""

import asyncio
import os
import signal
import socket
import sys
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from aiokafka.producer.message_accumulator import BatchBuilder

from services.cli.registry import find_service
from services.platform.chassis import consumer, engine
from services.platform.chassis import serve as serving
from services.platform.chassis.publisher import Publisher
from services.platform.chassis.settings import read_settings

POINTS = ("loaded", "decided", "stored", "publishing", "published", "committed")
"""In the order in which a batch passes them; `publishing`: some of its answers are on their way, others are not."""


def main(name: str) -> int:
    settings = read_settings()
    if address := os.environ.get("CHAOS_ADDRESS"):
        connect_from(address)
    if skew := float(os.environ.get("CHAOS_SKEW", 0)):
        shift_clock(skew)
    if seconds := float(os.environ.get("CHAOS_POLL_SECONDS", 0)):
        poll_within(seconds)
    if file := os.environ.get("CHAOS_ORDERS"):
        obey(Path(file))
    return serving.serve(find_service(name, settings), settings)


def connect_from(address: str) -> None:
    """All connections to this machine come from this address of it."""
    plain = socket.socket.connect

    def connect(self: socket.socket, to: Any) -> None:
        if self.family == socket.AF_INET and to[0].startswith("127."):
            self.bind((address, 0))
        plain(self, to)

    socket.socket.connect = connect  # type: ignore[method-assign]


def shift_clock(seconds: float) -> None:
    """What the service, its logs and its clients take for now."""
    right = time.time
    time.time = lambda: right() + seconds
    engine.now = lambda: datetime.now(UTC) + timedelta(seconds=seconds)


def poll_within(seconds: float) -> None:
    options = consumer.subscriber
    consumer.subscriber = lambda settings, service: options(settings, service) | {"max_poll_interval_ms": int(seconds * 1000)}


def obey(file: Path) -> None:
    """At every point of the loop, and between two answers."""
    submit = Publisher._submit

    async def submit_and_obey(self: Publisher, topic: str, partition: int, batch: BatchBuilder) -> Any:
        sent = await submit(self, topic, partition, batch)
        await at_point(file, "publishing")
        return sent

    Publisher._submit = submit_and_obey  # type: ignore[method-assign]
    serving.Engine = partial(engine.Engine, points=partial(at_point, file))  # type: ignore[misc, assignment]


async def at_point(file: Path, point: str) -> None:
    match _ordered(file, point):
        case ["kill"]:
            os.kill(os.getpid(), signal.SIGKILL)
        case ["freeze"]:
            os.kill(os.getpid(), signal.SIGSTOP)
        case ["stall", seconds]:
            await asyncio.sleep(float(seconds))


def _ordered(file: Path, point: str) -> list[str]:
    """What is to be done here, this once."""
    if not file.exists():
        return []
    what, where, *seconds = file.read_text("utf-8").split()
    if where != point:
        return []
    file.unlink()
    return [what, *seconds]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
