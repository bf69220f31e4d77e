"""A right that is taken away while a service runs ends it with a sentence, and nothing becomes a dead letter for it."""

import asyncio
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.ids import complaint_id
from contracts.routing import WithdrawComplaint
from services.cli.processes import ServiceProcess, start_services
from services.cli.registry import find_service
from services.platform.chassis import connections
from services.platform.chassis.clients import committed_by, open_admin, open_sender, read_to_end
from services.platform.chassis.policies import practice
from services.platform.chassis.settings import Settings
from services.platform.chassis.store import Store
from services.platform.chassis.taking_up import take_up
from services.platform.chassis.topics import create_topics
from tests.drill.files import kafka_users, mongodb_commands
from tests.drill.granting import grant, revoke
from tests.drill.secured import ADMIN, Secured, mongodb
from tests.system.deployment import LOGS, until

PREFIX = "redress"
USER = f"{PREFIX}-routing"
JUNK = b'{"type": "routing.no_such_command.v1"}'
TakeAway = Callable[[Secured], None]


def right(kind: str, name: str, operation: str) -> TakeAway:
    return lambda secured: asyncio.run(revoke(secured, PREFIX, USER, kind, f"{PREFIX}.{name}", operation))


def role(secured: Secured) -> None:
    with mongodb(secured.mongodb, secured.ca, username=ADMIN, password=secured.passwords[ADMIN]) as client:
        client.admin.command("updateRole", USER, privileges=[], roles=[])


CASES: dict[str, tuple[TakeAway, str]] = {
    "to read its commands": (right("topic", "routing.commands.v1", "Read"), f"Kafka gives no right to read {PREFIX}.routing.commands.v1"),
    "to read and see what another says": (right("topic", "intake.events.v1", "Read"), "Kafka gives no right to read"),
    "to be in its group": (right("group", "routing", "Read"), "(GroupAuthorizationFailedError)"),
    "to write its dead letters": (right("topic", "routing.dlq.v1", "Write"), f"Kafka gives no right to write to {PREFIX}.routing.dlq.v1"),
    "its role in MongoDB": (role, "MongoDB gives no right to this (code 13)"),
}


@pytest.fixture(scope="module")
def routing(secured: Secured) -> Secured:
    asyncio.run(create_topics(secured.settings(ADMIN, PREFIX)))
    give(secured)
    return secured


def give(secured: Secured) -> None:
    """All that is routing's, and the operator's, who looks."""
    asyncio.run(grant(secured, PREFIX, [user for user in kafka_users(PREFIX) if user["metadata"]["name"] in (USER, f"{PREFIX}-operator")]))
    with mongodb(secured.mongodb, secured.ca, username=ADMIN, password=secured.passwords[ADMIN]) as client:
        (whole,) = [each for each in mongodb_commands(PREFIX) if each.get("createRole") == USER]
        client.admin.command("updateRole", USER, privileges=whole["privileges"], roles=[])


@pytest.mark.parametrize(("bookmark", "back_to"), [(1, 1), (10**9, 0)], ids=["older", "beyond the end, so of a former topic"])
async def test_a_service_may_set_its_group_back_to_its_bookmarks(routing: Secured, bookmark: int, back_to: int):
    """As after a restore: by what it holds itself."""
    settings = routing.settings(USER, PREFIX)
    service, place = find_service("routing", settings), ("routing.commands.v1", 0)
    async with AIOKafkaConsumer(**connections.kafka(settings), group_id=settings.group("routing"), enable_auto_commit=False) as consumer:
        consumer.assign([TopicPartition(settings.topic(place[0]), place[1])])
        await consumer.commit({TopicPartition(settings.topic(place[0]), place[1]): 3})
    store = Store(settings, practice(service, settings))
    await store.bookmarks.put_right({place: bookmark})
    assert place in await take_up(settings, service, store.bookmarks)
    store.close()
    async with open_admin(settings) as admin:
        assert (await committed_by(admin, settings.group("routing")))[TopicPartition(settings.topic(place[0]), place[1])].offset == back_to


@contextmanager
def without(secured: Secured, take_away: TakeAway) -> Iterator[None]:
    take_away(secured)
    try:
        yield
    finally:
        give(secured)


@pytest.mark.parametrize(("take_away", "sentence"), CASES.values(), ids=CASES)
def test_a_service_that_lost_a_right_ends_with_a_sentence_that_names_it(routing: Secured, take_away: TakeAway, sentence: str):
    logs = LOGS / "rights"
    (logs / "routing.log").unlink(missing_ok=True)
    with start_services(["routing"], routing.variables(USER, PREFIX) | {"REDRESS_POLL_SECONDS": "0.3"}, logs) as services:
        with without(routing, take_away):
            asyncio.run(until_ended(services.of("routing"), routing.settings(f"{PREFIX}-operator", PREFIX)))
    *_, last = (json.loads(line) for line in (logs / "routing.log").read_text("utf-8").splitlines())
    assert (services.of("routing").exit_code, last["level"]) == (1, "critical")
    assert sentence in last["message"]


async def until_ended(service: ServiceProcess, operator: Settings) -> None:
    """A good command and one that nobody can take, again and again."""
    id = complaint_id("drill", secrets.token_hex(4))

    async def has_ended() -> bool:
        async with open_sender(operator) as sender:
            await sender.send("routing", WithdrawComplaint(complaint_id=id, reason="drill"), id=id, source="drill")
            await (await sender.put("routing.commands.v1", b"drill", JUNK, ()))
        return not service.running

    await until(has_ended)
    assert not [record async for record in read_to_end(operator, ["routing.dlq.v1"]) if id.encode() in (record.value or b"")]
