"""A deployment for one test: a tenant of its own on the shared stack, its services as processes, and what they said so far."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from contracts.catalogue import OWNERS, TOPICS
from contracts.model import Message
from contracts.wire import Envelope, read
from services.cli.processes import PROGRAM, Services, start_services
from services.platform.chassis.clients import lag, open_admin, read_to_end
from services.platform.chassis.settings import Settings, read_settings
from services.platform.chassis.topics import create_topics
from services.platform.kernel.record import Record
from services.platform.stack import Stack

NAMES = tuple(OWNERS)
EVENTS = tuple(name for name, topic in TOPICS.items() if topic.kind == "events")
DEAD = tuple(name for name, topic in TOPICS.items() if topic.kind == "dlq")
LOGS = Path(os.environ.get("REDRESS_TEST_LOGS", ".redress/test-logs"))
PATIENCE = 180.0
"""Seconds until something that must come true is given up."""


class Fact(NamedTuple):
    """An event as it stands on its topic."""

    record: Record
    envelope: Envelope
    message: Message

    @property
    def name(self) -> str:
        return type(self.message).__name__


@dataclass
class Deployment:
    settings: Settings
    services: Services
    logs: Path

    async def records(self, *topics: str) -> list[Record]:
        return [record async for record in read_to_end(self.settings, topics)]

    async def facts(self, *services: str) -> list[Fact]:
        """Every event of these services (of all), repeats included, in order within a complaint."""
        topics = tuple(f"{name}.events.v1" for name in services) or EVENTS
        return [Fact(record, *read(record.topic, record.value)) for record in await self.records(*topics)]

    async def told(self, kind: type[Message]) -> list[Fact]:
        """The facts of one class, each once, whatever was published again."""
        owners = [name for name, owner in OWNERS.items() if kind in owner.events]
        return list({fact.envelope.id: fact for fact in await self.facts(*owners) if type(fact.message) is kind}.values())

    async def behind(self, *services: str) -> int:
        """Records that these services (all that run) have not committed."""
        names = services or tuple({process.name for process in self.services})
        return sum([sum((await lag(self.settings, name)).values()) for name in names])

    async def settled(self, *services: str) -> None:
        """Until everything sent so far, and all it led to, is handled: no lag in two looks in a row."""
        quiet = 0

        async def is_settled() -> bool:
            nonlocal quiet
            quiet = quiet + 1 if await self.behind(*services) == 0 else 0
            return quiet >= 2

        await until(is_settled)


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = PATIENCE) -> None:
    """Until it comes true; a test fails where it does not."""
    deadline = time.monotonic() + seconds
    while not await holds():
        assert time.monotonic() < deadline, f"it did not come true within {seconds:.0f} seconds: see the logs under {LOGS}"
        await asyncio.sleep(0.3)


def settings_for(stack: Stack, prefix: str, **more: object) -> Settings:
    return read_settings(kafka_bootstrap_servers=stack.addresses.kafka, mongodb_url=stack.addresses.mongodb, topic_prefix=prefix, **more)


def variables(settings: Settings, **more: str) -> dict[str, str]:
    """The environment of services of this tenant: quick to notice a death, quick to look at timers."""
    return {
        "REDRESS_KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers,
        "REDRESS_MONGODB_URL": settings.mongodb_url.get_secret_value(),
        "REDRESS_TOPIC_PREFIX": settings.topic_prefix,
        "REDRESS_KAFKA_SESSION_SECONDS": "6",
        "REDRESS_POLL_SECONDS": "0.3",
    } | more


def redress(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line, as a user types it."""
    command = [sys.executable, "-m", "services.cli", *arguments]
    return subprocess.run(command, env=os.environ | variables(settings), capture_output=True, text=True, timeout=300, check=False)


@contextmanager
def deploy(
    stack: Stack,
    prefix: str,
    names: Iterable[str] = NAMES,
    replicas: Mapping[str, int] | None = None,
    wait: bool = True,
    program: Sequence[str] = PROGRAM,
    **environment: str,
):
    """Topics of a tenant's own and its services as processes; their logs stay under `.redress/test-logs/<prefix>` when a test fails."""
    settings = settings_for(stack, prefix)
    asyncio.run(create_topics(settings))
    logs = LOGS / prefix
    with start_services(names, variables(settings, **environment), logs, replicas, wait, program) as services:
        yield Deployment(settings, services, logs)
    asyncio.run(clear(settings))
    for log in logs.glob("*.log"):
        log.unlink()
    logs.rmdir()


async def clear(settings: Settings) -> None:
    """The tenant's topics, so that the next test's broker is as quick as this one's."""
    async with open_admin(settings) as admin:
        await admin.delete_topics([settings.topic(name) for name in TOPICS])
