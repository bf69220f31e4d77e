"""Law 9 on the real stack: trouble that passes is waited out; a service that cannot begin says so in a line."""

import asyncio
import os
from collections.abc import Iterator

import pytest

from contracts.routing import ComplaintResolved
from services.cli.processes import start_services
from services.platform.chassis.clients import open_sender
from services.platform.stack import Server, Stack, start_stack
from tests.system.deployment import Deployment, deploy, settings_for, until, variables
from tests.system.sending import accepted, registered, resolved, tell

pytestmark = pytest.mark.system
AWAY = float(os.environ.get("REDRESS_TEST_OUTAGE", "60"))
"""Seconds that Kafka, and then MongoDB, are away."""


@pytest.fixture
def own_stack(tmp_path) -> Iterator[Stack]:
    """One that may be killed: the shared one has the topics of all tests to recover."""
    with start_stack(tmp_path / "stack") as started:
        if not started.is_local:
            pytest.skip("somebody else's servers cannot be taken away")
        yield started


def test_kafka_and_then_mongodb_away_the_services_wait_live_on_lose_nothing_and_resume(own_stack, prefix):
    with deploy(own_stack, prefix, ["intake", "routing"], REDRESS_POLICIES="demo") as deployment:
        asyncio.run(waited_out(deployment, (own_stack.kafka, own_stack.mongodb)))


async def waited_out(deployment: Deployment, servers: tuple[Server, Server]) -> None:
    sent = 0
    for server in servers:
        async with open_sender(deployment.settings) as sender:
            for n in range(sent, sent + 50):
                await tell(sender, "intake", registered(f"O-{n}"), f"O-{n}")
                if n % 2:
                    await asyncio.gather(*[await sender.post("routing", c, id=f"{type(c).__name__}-{n}", source="departments")
                                           for c in (accepted(f"O-{n}"), resolved(f"O-{n}"))])  # fmt: skip
            sent += 50
        server.kill()
        pids = [process.pid for process in deployment.services]
        await asyncio.sleep(AWAY)
        assert [process.pid for process in deployment.services if process.running] == pids, "a service ended"
        assert all(process.health("live")[0] for process in deployment.services), "alive"
        assert not any(process.health("ready")[0] for process in deployment.services), "but not ready"
        await asyncio.to_thread(server.start)
    await deployment.settled()

    async def is_whole() -> bool:
        return len(await deployment.told(ComplaintResolved)) == sent // 2

    await until(is_whole)
    assert [process.pid for process in deployment.services if process.running] == pids

    async def is_ready() -> bool:
        return all(process.health("ready")[0] for process in deployment.services)

    await until(is_ready)


@pytest.mark.parametrize(("variable", "nowhere"), [("REDRESS_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1"),
                                                   ("REDRESS_MONGODB_URL", "mongodb://127.0.0.1:1/?replicaSet=rs0")])  # fmt: skip
def test_down_at_start_is_one_clear_line_and_an_exit_code(stack, prefix, tmp_path, variable, nowhere):
    from services.platform.chassis.topics import create_topics

    settings = settings_for(stack, prefix)
    asyncio.run(create_topics(settings))
    with start_services(["routing"], variables(settings) | {variable: nowhere}, tmp_path, wait=False) as services:
        assert services.of("routing").wait(60) not in (0, None)
    said = (tmp_path / "routing.log").read_text("utf-8")
    assert "Traceback" not in said and variable in said
