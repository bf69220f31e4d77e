"""What the figures stand on: one stack, tenants on it, and processes whose CPU and memory can be told apart."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pymongo import MongoClient

from contracts.catalogue import TOPICS
from services.cli.local import variables
from services.cli.processes import PROGRAM, Services, start_services
from services.platform.chassis.clients import open_admin
from services.platform.chassis.settings import Settings, read_settings
from services.platform.chassis.topics import create_topics
from services.platform.stack import Stack, start_stack
from services.platform.stack.start import KAFKA_VARIABLE, MONGODB_VARIABLE
from tests.bench.measuring import Pids
from tests.bench.policies import full, thin

HOME = Path(".redress")
LOGS = HOME / "bench-logs"
PATIENT = {"REDRESS_KAFKA_SESSION_SECONDS": "180"}
"""While a backlog piles up the processes are frozen, and must not be taken for dead."""
BROKER, DATABASE = "Kafka", "MongoDB"


class Stuck(Exception):
    """A sentence: what did not do its work, and where its log is."""


@dataclass(frozen=True)
class Ground:
    stack: Stack
    policies: Mapping[str, Path]
    """`thin` and `full`."""
    say: Callable[[str], None]

    def settings(self, tenant: str) -> Settings:
        addresses = self.stack.addresses
        return read_settings(kafka_bootstrap_servers=addresses.kafka, mongodb_url=addresses.mongodb, topic_prefix=tenant)

    def environment(self, tenant: str, policy: str = "full") -> dict[str, str]:
        return variables(self.stack.addresses) | {"REDRESS_TOPIC_PREFIX": tenant, "REDRESS_POLICIES": str(self.policies[policy]), **PATIENT}

    @contextmanager
    def running(
        self, tenant: str, names: Sequence[str], policy: str = "full", replicas: int = 1, program: Sequence[str] = PROGRAM
    ) -> Iterator[Services]:
        """These services as processes, with a tenant of their own, of which nothing is left for who comes after."""
        settings, each = self.settings(tenant), dict.fromkeys(names, replicas)
        asyncio.run(create_topics(settings))
        with start_services(names, self.environment(tenant, policy), LOGS / tenant, each, program is PROGRAM, program) as services:
            yield services
        asyncio.run(self._clear(settings))

    async def _clear(self, settings: Settings) -> None:
        async with open_admin(settings) as admin:
            await admin.delete_topics([settings.topic(name) for name in TOPICS])
        with MongoClient[dict[str, Any]](self.stack.addresses.mongodb) as client:
            for name in client.list_database_names():
                if name.startswith(f"{settings.topic_prefix}_"):
                    client.drop_database(name)

    def pids(self, services: Services) -> Pids:
        """Of the services by name, of the broker and of the database."""
        own = {name: tuple(each.pid for each in services if each.name == name) for name in dict.fromkeys(each.name for each in services)}
        return own | {BROKER: (self.stack.kafka.pid,), DATABASE: (self.stack.mongodb.pid,)}


@contextmanager
def ground(say: Callable[[str], None]) -> Iterator[Ground]:
    """A stack on an empty directory, which is removed in the end."""
    HOME.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=HOME, prefix="bench-") as name, start_stack(Path(name), say) as stack:
        if not stack.is_local:
            raise Stuck(f"The bench reads the CPU of processes of its own: unset {KAFKA_VARIABLE} and {MONGODB_VARIABLE}.")
        yield Ground(stack, {"full": full(Path(name) / "full"), "thin": thin(Path(name) / "thin")}, say)
