"""The engine on real Kafka and MongoDB, with the kernel tests' toy service."""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from random import Random
from time import monotonic
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.record.util import calc_crc32c
from pymongo import MongoClient
from pymongo.database import Database

from contracts.catalogue import PARTITIONS
from contracts.model import Command
from contracts.wire import read, write_command, write_event
from services.platform.chassis import connections, store
from services.platform.chassis.clients import lag
from services.platform.chassis.engine import Engine, now
from services.platform.chassis.errors import BreakerTripped, KafkaUnavailable, MongoUnavailable
from services.platform.chassis.fetched import records_of
from services.platform.chassis.metrics import Metrics
from services.platform.chassis.ports import Points, no_points
from services.platform.chassis.settings import Settings, read_settings
from services.platform.chassis.topics import create_topics
from services.platform.kernel.record import partition_of
from services.platform.stack import Stack
from tests.chassis.engine.memory import COMMANDS, DEAD, EVENTS, Log, id_of
from tests.chassis.engine.test_faults import first_words, fold, in_order_of_the_log
from tests.core.kernel import toy
from tests.core.kernel.toy import TOY, Crash, Jolted, Report, Submit, Toggle

pytestmark = pytest.mark.system

SOON = 30.0


@pytest.fixture
async def settings(stack: Stack, prefix: str) -> Settings:
    found = read_settings(
        kafka_bootstrap_servers=stack.addresses.kafka, mongodb_url=stack.addresses.mongodb, topic_prefix=prefix, poll_seconds=0.2,
        kafka_session_seconds=6, batch_size=200,
    )  # fmt: skip
    await create_topics(found)
    return found


@pytest.fixture
async def producer(settings: Settings) -> AsyncIterator[AIOKafkaProducer]:
    async with AIOKafkaProducer(**connections.producer(settings)) as started:
        yield started


class Topics:
    """Everything on a service's topics, as a `Log`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    async def read(self) -> Log:
        log, prefix = Log(), f"{self.settings.topic_prefix}."
        places = [TopicPartition(prefix + topic, p) for topic in (COMMANDS, EVENTS, DEAD) for p in range(PARTITIONS)]
        async with AIOKafkaConsumer(**connections.reader(self.settings)) as consumer:
            consumer.assign(places)
            ends = await consumer.end_offsets(places)
            await consumer.seek_to_beginning(*places)
            while any([await consumer.position(place) < end for place, end in ends.items()]):
                for place, records in (await consumer.getmany(timeout_ms=200)).items():
                    for record in records_of(records, len(prefix), now()):
                        log.now = record.appended
                        log.append(record.topic, place.partition, record.key, record.value, record.headers)
        return log

    async def until(self, is_there: Callable[[Log], bool], seconds: float = SOON) -> Log:
        deadline = monotonic() + seconds
        while not is_there(log := await self.read()):
            assert monotonic() < deadline, f"{len(log.all(EVENTS))} events, {len(log.all(DEAD))} dead letters"
            await asyncio.sleep(0.2)
        return log


async def send(producer: AIOKafkaProducer, settings: Settings, command: Command, id: str) -> None:
    wire = write_command("routing", command, id=id, source="crm")
    await producer.send_and_wait(settings.topic(COMMANDS), wire.value, key=wire.key.encode(), headers=list(wire.headers))


@asynccontextmanager
async def running(settings: Settings, points: Points = no_points) -> AsyncIterator[Engine]:
    """An engine that drains at the block's end; what it ends with is raised."""
    engine, stop = Engine(TOY, settings, Metrics("routing", "test", TOY.service.inputs), points), asyncio.Event()
    task = asyncio.create_task(engine.run(stop))
    try:
        yield engine
    finally:
        stop.set()
        await asyncio.wait_for(task, SOON)


COMPLAINTS = [f"00000000-0000-4000-8000-{n:012x}" for n in range(50)]


async def test_what_is_consumed_comes_out_as_the_kernel_says_and_is_committed(settings: Settings, producer: AIOKafkaProducer) -> None:
    for n, complaint in enumerate(COMPLAINTS):
        await send(producer, settings, Submit(complaint_id=complaint), id_of(n))
    async with running(settings):
        log = await Topics(settings).until(lambda log: len(log.all(EVENTS)) >= 50)
        for n, complaint in enumerate(COMPLAINTS):
            await send(producer, settings, Report(complaint_id=complaint), id_of(100 + n))
        log = await Topics(settings).until(lambda log: len(log.all(EVENTS)) >= 100)
    assert first_words(log) == fold(in_order_of_the_log(log))
    assert len(log.all(EVENTS)) == 100
    async with AIOKafkaConsumer(**connections.reader(settings) | {"group_id": settings.group("routing")}) as consumer:
        for p in range(PARTITIONS):
            assert (await consumer.committed(TopicPartition(settings.topic(COMMANDS), p)) or 0) == len(log.records[COMMANDS, p])


async def test_a_store_restored_from_a_backup_takes_what_it_lacks_once_more_and_says_nothing_new(
    settings: Settings, producer: AIOKafkaProducer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toy, "TARGET", timedelta(hours=1))
    for n, complaint in enumerate(COMPLAINTS):
        await send(producer, settings, Submit(complaint_id=complaint), id_of(n))
    async with running(settings):
        await Topics(settings).until(lambda log: len(log.all(EVENTS)) >= 50)
    with restored(settings) as database:
        for n, complaint in enumerate(COMPLAINTS[:20]):
            await send(producer, settings, Report(complaint_id=complaint), id_of(100 + n))
        async with running(settings):
            before = await Topics(settings).until(lambda log: len(log.all(EVENTS)) >= 70)
        states = {row["_id"]: row["state"] for row in database["documents"].find()}
    assert {row["_id"]: row["state"] for row in database["documents"].find()} != states
    async with running(settings):
        after = await Topics(settings).until(lambda log: len(log.all(EVENTS)) >= 130)
    assert {row["_id"]: row["state"] for row in database["documents"].find()} == states
    assert first_words(after) == first_words(before) == fold(in_order_of_the_log(after))
    assert "as after a restore: some 20 records are taken once more" in caplog.text
    for name in database.list_collection_names():            # lost, and there is no backup
        database[name].delete_many({})
    async with running(settings):
        last = await Topics(settings).until(lambda log: len(log.all(EVENTS)) >= 200)
    assert {row["_id"]: row["state"] for row in database["documents"].find()} == states
    assert first_words(last) == first_words(before)
    caplog.clear()
    async with running(settings):                            # from now on it is as if nothing had been
        pass
    assert "restore" not in caplog.text


async def test_what_a_restored_store_takes_once_more_comes_in_the_order_of_the_log_whichever_topic_it_came_from(
    settings: Settings, producer: AIOKafkaProducer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether a jolt dies depends on how many toggles came before it."""
    monkeypatch.setattr(toy, "TARGET", timedelta(hours=1))
    settings, random = settings.model_copy(update={"dead_letter_breaker": False}), Random(3)
    for n, complaint in enumerate(COMPLAINTS[:10]):
        await send(producer, settings, Submit(complaint_id=complaint), id_of(n))
    async with running(settings):
        await all_taken(settings)
    with restored(settings) as database:
        async with running(settings):
            for n in range(200):
                await toggle_or_jolt(producer, settings, random, n)
            await all_taken(settings)
        states = {row["_id"]: row["state"] for row in database["documents"].find()}
    before = await Topics(settings).read()
    async with running(settings.model_copy(update={"batch_size": 20})):
        await all_taken(settings, beginning=True)
    after = await Topics(settings).read()
    assert {row["_id"]: row["state"] for row in database["documents"].find()} == states
    assert first_words(after) == first_words(before)
    assert {record.value for record in after.all(DEAD)} == {record.value for record in before.all(DEAD)} != set()


async def toggle_or_jolt(producer: AIOKafkaProducer, settings: Settings, random: Random, n: int) -> None:
    """Not in the milliseconds of the one before: of two that are, nobody knows which came first."""
    await asyncio.sleep(0.01)
    complaint = random.choice(COMPLAINTS[:10])
    if random.random() < 0.5:
        await send(producer, settings, Toggle(complaint_id=complaint), id_of(100 + n))
        return
    value, headers = write_event("callback", Jolted(complaint_id=complaint), id=id_of(1_000 + n), at=now(), seq=n, cause=id_of(n))
    await producer.send_and_wait(settings.topic("callback.events.v1"), value, key=complaint.encode(), headers=list(headers))


async def all_taken(settings: Settings, beginning: bool = False) -> None:
    """Until the group has committed all that is there; `beginning`: once it has been set back."""
    deadline = monotonic() + SOON
    while beginning or any((await lag(settings, "routing")).values()):
        assert monotonic() < deadline
        beginning = beginning and not any((await lag(settings, "routing")).values())
        await asyncio.sleep(0.05)


@contextmanager
def restored(settings: Settings) -> Iterator[Database[dict[str, Any]]]:
    """The service's database; at the block's end it is again as it was at the beginning."""
    database = MongoClient[dict[str, Any]](settings.mongodb_url.get_secret_value(), w="majority")[settings.database("routing")]
    kept = {name: list(database[name].find()) for name in database.list_collection_names()}
    yield database
    for name, rows in kept.items():
        database[name].delete_many({})
        database[name].insert_many(rows)


async def test_hostile_headers_and_values_are_dead_letters_and_their_neighbours_are_handled(
    settings: Settings, producer: AIOKafkaProducer
) -> None:
    topic, partition = settings.topic(COMMANDS), partition_of(COMPLAINTS[0], PARTITIONS)
    await send(producer, settings, Submit(complaint_id=COMPLAINTS[0]), id_of(1))
    for headers in ([("reply_to", b"elsewhere")], [("x", None)], [("x", b"\xff\xfe")], [("é", b"1")]):
        await producer.send_and_wait(topic, b"{", key=b"k", partition=partition, headers=headers)
    await producer.send_and_wait(topic, None, key=b"k", partition=partition)
    await producer.send_and_wait(topic, b"x" * (connections.FETCHED_OF_ONE + 200_000), partition=partition)
    await send(producer, settings, Report(complaint_id=COMPLAINTS[0]), id_of(2))
    async with running(settings):
        log = await Topics(settings).until(lambda log: len(log.all(EVENTS)) >= 2 and len(log.all(DEAD)) >= 6)
    assert len(log.all(DEAD)) == 6
    assert len(log.all(EVENTS)) == 2


async def test_a_deadline_breaks_by_itself_at_its_instant(settings: Settings, producer: AIOKafkaProducer, monkeypatch: Any) -> None:
    monkeypatch.setattr(toy, "TARGET", timedelta(seconds=1))
    monkeypatch.setattr(toy, "SETTLE", timedelta(0))
    await send(producer, settings, Submit(complaint_id=COMPLAINTS[0]), id_of(1))
    async with running(settings):
        log = await Topics(settings).until(lambda log: len(log.all(EVENTS)) >= 2)
    routed, breached = (read(EVENTS, record.value) for record in log.all(EVENTS)[:2])
    assert breached[1].breached_at == routed[0].at + timedelta(seconds=2)


async def test_processes_that_come_and_go_change_no_fact(settings: Settings, producer: AIOKafkaProducer) -> None:
    """Two members of one group that stay, and others that come and go while records arrive: rebalances all the time.

    A quarter of the records crash; which of them a short life sees is chance, and a breaker would now and then take most for all.
    """
    settings = settings.model_copy(update={"dead_letter_breaker": False})
    random, sent = Random(1), 0

    async def feed() -> None:
        nonlocal sent
        while sent < 600:
            kind = random.choice((Submit, Report, Toggle, Crash))
            await send(producer, settings, kind(complaint_id=random.choice(COMPLAINTS)), id_of(sent))
            sent += 1

    async def come_and_go() -> None:
        while sent < 600:
            async with running(settings):
                await asyncio.sleep(random.uniform(0.5, 2))

    async with running(settings), running(settings):
        await asyncio.gather(feed(), come_and_go())
        expected = fold(in_order_of_the_log(await Topics(settings).read()))
        log = await Topics(settings).until(lambda log: sum(map(len, first_words(log).values())) >= sum(map(len, expected.values())))
    assert first_words(log) == expected


async def test_a_header_whose_name_is_not_text_is_a_dead_letter_and_not_the_partitions_end(
    settings: Settings, producer: AIOKafkaProducer
) -> None:
    partition = partition_of(COMPLAINTS[0], PARTITIONS)
    await send(producer, settings, Submit(complaint_id=COMPLAINTS[0]), id_of(1))
    async with AIOKafkaProducer(**connections.kafka(settings)) as hostile:
        await (await hostile.send_batch(_with_a_header_of_no_text(hostile), settings.topic(COMMANDS), partition=partition))
    await send(producer, settings, Report(complaint_id=COMPLAINTS[0]), id_of(2))
    async with running(settings):
        log = await Topics(settings).until(lambda log: len(log.all(EVENTS)) >= 2)
    (letter,) = log.all(DEAD)
    assert dict(letter.headers)["redress-dead-offset"] == b"1"
    assert dict(letter.headers)["redress-unreadable"] == b"a header's name is not UTF-8"


def _with_a_header_of_no_text(producer: AIOKafkaProducer) -> Any:
    """A batch as another client can write it: brokers do not look at names."""
    batch = producer.create_batch()
    batch.append(timestamp=None, key=b"k", value=b"{}", headers=[("replaced", b"v")])
    bytes_ = bytearray(batch._build())
    at = bytes(bytes_).index(b"replaced")
    bytes_[at : at + 2] = b"\xff\xfe"
    struct.pack_into(">I", bytes_, 17, calc_crc32c(bytes(bytes_[21:])))
    batch._buffer = bytes(bytes_)
    return batch


async def test_when_all_messages_crash_our_code_the_service_ends_with_a_sentence(settings: Settings, producer: AIOKafkaProducer) -> None:
    for n, complaint in enumerate(COMPLAINTS):
        await send(producer, settings, Submit(complaint_id=complaint), id_of(n))
        await send(producer, settings, Crash(complaint_id=complaint), id_of(100 + n))
        await send(producer, settings, Crash(complaint_id=complaint), id_of(200 + n))
    with pytest.raises(BreakerTripped, match="REDRESS_DEAD_LETTER_BREAKER=off"):
        await asyncio.wait_for(Engine(TOY, settings, Metrics("routing", "test")).run(asyncio.Event()), SOON)


async def test_kafka_that_does_not_answer_at_start_is_told_at_once(settings: Settings) -> None:
    nowhere = settings.model_copy(update={"kafka_bootstrap_servers": "127.0.0.1:1"})
    with pytest.raises(KafkaUnavailable, match="REDRESS_KAFKA_BOOTSTRAP_SERVERS"):
        await asyncio.wait_for(Engine(TOY, nowhere, Metrics("routing", "test")).run(asyncio.Event()), SOON)


async def test_mongodb_that_does_not_answer_at_start_is_told_at_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    impatient = connections.mongodb(settings) | {"host": "mongodb://127.0.0.1:1/?replicaSet=rs0", "serverSelectionTimeoutMS": 500}
    monkeypatch.setattr(store, "mongodb", lambda settings: impatient)
    with pytest.raises(MongoUnavailable, match="REDRESS_MONGODB_URL"):
        await asyncio.wait_for(Engine(TOY, settings, Metrics("routing", "test")).run(asyncio.Event()), SOON)
