"""The topics on the broker against the catalogue."""

import asyncio

import pytest
from aiokafka.admin import NewTopic

from contracts.catalogue import PARTITIONS, TOPICS, topic
from contracts.ids import complaint_id
from contracts.routing import WithdrawComplaint
from services.platform.chassis.clients import Unavailable, absent, follow, lag, open_admin, open_sender, read_to_end
from services.platform.chassis.settings import Settings, read_settings
from services.platform.chassis.topics import Found, create_topics, differences, require_topics, verify_topics, wanted_config
from services.platform.kernel.record import partition_of
from services.platform.stack import Stack

EVENTS = topic("routing", "events")
NAME = "redress.routing.events.v1"
RIGHT = wanted_config(EVENTS, 1)

DIFFERENCES = {
    "fewer partitions": (Found(6, 1, RIGHT), 1, "6 partitions instead of 12"),
    "more partitions": (Found(24, 1, RIGHT), 1, "24 partitions instead of 12"),
    "too few copies": (Found(PARTITIONS, 1, wanted_config(EVENTS, 3)), 3, "1 copies instead of 3"),
    "the senders' clocks": (Found(PARTITIONS, 1, RIGHT | {"message.timestamp.type": "CreateTime"}), 1, "message.timestamp.type=CreateTime"),
    "a shorter retention": (Found(PARTITIONS, 1, RIGHT | {"retention.ms": "1"}), 1, "retention.ms=1 instead of"),
    "three copies of which one is enough": (Found(PARTITIONS, 3, RIGHT), 1, "min.insync.replicas=1 instead of 2"),
    "compaction": (Found(PARTITIONS, 1, RIGHT | {"cleanup.policy": "compact"}), 1, "cleanup.policy=compact"),
}


@pytest.mark.parametrize(("found", "copies", "sentence"), DIFFERENCES.values(), ids=DIFFERENCES)
def test_each_difference_is_one_sentence(found: Found, copies: int, sentence: str) -> None:
    (told,) = differences(EVENTS, NAME, found, copies)
    assert told.startswith(NAME) and sentence in told and told.endswith(".")


def test_a_topic_as_the_catalogue_says_differs_in_nothing() -> None:
    for each in TOPICS.values():
        assert not list(differences(each, each.name, Found(PARTITIONS, 1, wanted_config(each, 1)), 1))


def test_whoever_asks_without_saying_how_many_copies_is_not_told_to_wait_for_fewer() -> None:
    assert not list(differences(EVENTS, NAME, Found(PARTITIONS, 3, wanted_config(EVENTS, 3)), 1))


def test_three_copies_mean_that_a_write_waits_for_two() -> None:
    assert wanted_config(EVENTS, 3)["min.insync.replicas"] == "2" and RIGHT["min.insync.replicas"] == "1"


def test_a_topic_that_kafka_does_not_show_may_be_one_without_a_right_where_there_are_rights() -> None:
    assert absent(read_settings(), NAME) == f"The topic {NAME} does not exist: `redress topics --create` creates it."
    assert "or REDRESS_KAFKA_USERNAME has no right to it" in absent(read_settings(**SASL), NAME)


SASL = {"kafka_security_protocol": "SASL_PLAINTEXT", "kafka_username": "me", "kafka_password": "pw-1"}
ABSENCES = {
    "here": ({"kafka_bootstrap_servers": "127.0.0.1:1"}, "`redress run` starts one here"),
    "elsewhere": ({"kafka_bootstrap_servers": "kafka.invalid:9092"}, "check REDRESS_KAFKA_BOOTSTRAP_SERVERS and that it runs."),
    "with a password": (SASL | {"kafka_bootstrap_servers": "127.0.0.1:1"}, "the rights of REDRESS_KAFKA_USERNAME"),
}


@pytest.mark.parametrize(("where", "advice"), ABSENCES.values(), ids=ABSENCES)
async def test_a_broker_that_does_not_answer_is_one_sentence_with_advice(where: dict[str, str], advice: str) -> None:
    with pytest.raises(Unavailable) as caught:
        await verify_topics(read_settings(**where))
    told = str(caught.value)
    assert where["kafka_bootstrap_servers"] in told and advice in told and "\n" not in told and "pw-1" not in told


# -- on real Kafka ----------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def settings(stack: Stack, prefix: str) -> Settings:
    return read_settings(kafka_bootstrap_servers=stack.addresses.kafka, mongodb_url=stack.addresses.mongodb, topic_prefix=prefix)


@pytest.mark.system
async def test_topics_are_created_once_and_are_then_as_the_catalogue_says(settings: Settings) -> None:
    assert len(await verify_topics(settings)) == len(TOPICS)
    assert len(await create_topics(settings)) == len(TOPICS) and await create_topics(settings) == ()
    assert await verify_topics(settings) == ()
    await require_topics(settings, "routing")


@pytest.mark.system
async def test_a_topic_that_somebody_else_made_is_left_alone_and_named(settings: Settings) -> None:
    name = settings.topic(EVENTS.name)
    async with open_admin(settings) as admin:
        await admin.create_topics([NewTopic(name, 3, 1)])
    assert name not in await create_topics(settings)
    assert {told.split()[0] for told in await verify_topics(settings)} == {name}
    with pytest.raises(Unavailable, match="3 partitions instead of 12"):
        await require_topics(settings, "callback")


@pytest.mark.system
async def test_commands_are_read_back_as_they_were_sent_from_the_standard_partition(settings: Settings) -> None:
    await create_topics(settings)
    ids = [complaint_id("test", str(n)) for n in range(40)]
    async with open_sender(settings) as sender:
        places = await asyncio.gather(
            *[
                await sender.post("routing", WithdrawComplaint(complaint_id=id, reason="迟到".encode().hex()), id=str(n), source="test")
                for n, id in enumerate(ids)
            ]
        )
    assert [place.partition for place in places] == [partition_of(id, PARTITIONS) for id in ids]
    found = [record async for record in read_to_end(settings, ["routing.commands.v1"])]
    assert sorted((record.key or b"").decode() for record in found) == sorted(ids)
    of_one = [record async for record in read_to_end(settings, ["routing.commands.v1"], key=ids[0])]
    assert {record.partition for record in of_one} == {partition_of(ids[0], PARTITIONS)} and len(of_one) < len(found)
    behind = await lag(settings, "routing")
    assert sum(behind.values()) == 40 and behind["routing.commands.v1", places[0].partition] > 0


@pytest.mark.system
async def test_following_goes_on_past_the_end(settings: Settings) -> None:
    await create_topics(settings)
    batches = follow(settings, ["routing.commands.v1"])
    assert await anext(batches) == []
    async with open_sender(settings) as sender:
        await sender.send("routing", WithdrawComplaint(complaint_id=complaint_id("test", "1"), reason="late"), id="1", source="test")
    while not (batch := await anext(batches)):
        pass
    assert [record.topic for record in batch] == ["routing.commands.v1"]
    await batches.aclose()


@pytest.mark.system
async def test_a_topic_that_is_not_there_is_one_sentence(settings: Settings) -> None:
    with pytest.raises(Unavailable, match="`redress topics --create`"):
        [record async for record in read_to_end(settings, ["routing.commands.v1"])]
