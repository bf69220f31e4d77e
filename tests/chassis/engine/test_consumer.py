"""What aiokafka hands over becomes the kernel's records, or the service ends."""

import gc
import weakref
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.consumer import fetcher
from aiokafka.errors import GroupAuthorizationFailedError, KafkaError, TopicAuthorizationFailedError

from services.platform.chassis.consumer import Consumer
from services.platform.chassis.engine import now
from services.platform.chassis.errors import Away, ClockSkew, NoRight, TopicsUnfit
from services.platform.chassis.fetched import records_of
from services.platform.chassis.in_order import InOrder
from services.platform.chassis.settings import read_settings
from services.platform.chassis.tolerant import Tolerant
from tests.core.kernel.toy import TOY

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def fetched(appended: datetime = NOW, headers: Any = (), timestamp_type: int = 1) -> ConsumerRecord[bytes, bytes]:
    return ConsumerRecord(
        "tenant.routing.commands.v1", 3, 7, int(appended.timestamp() * 1000), timestamp_type, b"key", b"value", None, 3, 5, headers
    )


def test_a_record_keeps_its_bytes_its_place_and_its_instant_in_milliseconds_without_the_tenants_prefix() -> None:
    (record,) = records_of([fetched(NOW + timedelta(milliseconds=123), (("a", b"\xff"), ("b", None)))], len("tenant."), NOW)
    assert record.origin == ("routing.commands.v1", 3, 7)
    assert record.appended == NOW + timedelta(milliseconds=123)
    assert (record.key, record.value, record.headers) == (b"key", b"value", (("a", b"\xff"), ("b", b"")))


def test_a_broker_whose_clock_leads_by_more_than_a_minute_ends_the_service() -> None:
    assert records_of([fetched(NOW + timedelta(seconds=60))], 0, NOW)
    with pytest.raises(ClockSkew, match="by more than a minute"):
        records_of([fetched(), fetched(NOW + timedelta(seconds=61))], 0, NOW)


def test_a_topic_that_its_senders_stamp_ends_the_service() -> None:
    with pytest.raises(TopicsUnfit, match="LogAppendTime"):
        records_of([fetched(timestamp_type=0)], 0, NOW)


class Client:
    """Has these fetches, one after the other."""

    def __init__(self, *fetches: Mapping[TopicPartition, Sequence[ConsumerRecord[bytes, bytes]]]) -> None:
        self.fetches = list(fetches)

    async def getmany(self, *, timeout_ms: int, max_records: int) -> Mapping[TopicPartition, Sequence[ConsumerRecord[bytes, bytes]]]:
        return self.fetches.pop(0)


async def ignored(*_: Any) -> None:
    """What these tests do not come to."""


async def test_after_a_wait_in_vain_nobody_sleeps_while_records_come(monkeypatch: pytest.MonkeyPatch) -> None:
    async def sleep(seconds: float) -> None:
        raise AssertionError(f"slept for {seconds} s")

    monkeypatch.setattr(anyio, "sleep", sleep)
    consumer = Consumer(read_settings(), TOY.service, ignored, ignored, print, print, now)
    first, second, third = fetched(), fetched(), fetched()
    client = Client({}, {TopicPartition("a", 0): [first, second], TopicPartition("b", 0): [third]})
    assert await consumer.subscriber.get_msg(client) == ()
    assert await consumer.subscriber.get_msg(client) == (first, second, third)


async def test_a_batch_that_is_done_with_goes_without_the_collectors_help() -> None:
    """Else a backlog's batches pile up in memory by the dozen before it comes."""
    consumer = Consumer(read_settings(), TOY.service, ignored, ignored, print, print, lambda: NOW)
    consumer.broker._setup_logger()
    consumer.subscriber._build_fastdepends_model()
    records = (fetched(), fetched())
    held = weakref.ref(records[1])
    gc.disable()
    try:
        await consumer.subscriber.process_message(records)
        del records
        assert held() is None
    finally:
        gc.enable()


async def test_what_is_taken_once_more_is_handed_on_as_such() -> None:
    found: list[bool] = []

    async def handle(records: Any, as_appended: bool) -> None:
        found.append(as_appended)

    consumer = Consumer(read_settings(), TOY.service, handle, ignored, print, print, lambda: NOW)
    place = TopicPartition(fetched().topic, fetched().partition)
    consumer.in_order = InOrder({place: 8})

    class Once(Client):
        paused = assignment = lambda self: frozenset({place})

        async def position(self, place: TopicPartition) -> int:
            return 8

        def pause(self, *places: TopicPartition) -> None: ...

        resume = pause

    client = Once({place: [fetched()]}, {place: [fetched()]})
    for _ in client.fetches.copy():
        await consumer._take(await consumer.subscriber.get_msg(client))
    assert found == [True, False]


def test_the_private_parts_of_the_client_that_we_lean_on_are_there() -> None:
    """Pinned below 0.15: a new version that moves them must fail here, not in production."""
    assert fetcher.PartitionRecords is Tolerant
    assert "_batch_ttl" in AIOKafkaProducer.__init__.__globals__["MessageAccumulator"].__init__.__code__.co_names
    assert "sender_task" in dir(AIOKafkaProducer.__init__.__globals__["Sender"])


async def test_a_client_that_has_only_begun_to_start_has_not_joined_and_is_no_fault() -> None:
    consumer = Consumer(read_settings(), TOY.service, ignored, ignored, print, print, now)
    consumer.subscriber.consumer = AIOKafkaConsumer(group_id="g")
    with pytest.raises(Away, match="not joined"):
        consumer.check()


@pytest.mark.parametrize(("told", "on"), [
    (TopicAuthorizationFailedError("redress.a"), "redress.a"),
    (TopicAuthorizationFailedError({"redress.b", "redress.a"}), "redress.a, redress.b"),     # as a commit puts it
    (TopicAuthorizationFailedError(TopicPartition("redress.a", 3)), "redress.a"),            # as who asks for its end is told
    (GroupAuthorizationFailedError("redress.routing"), "redress.routing"),
    (TopicAuthorizationFailedError(), "a topic or its group"),
])  # fmt: skip
async def test_a_right_that_is_missing_when_offsets_are_committed_is_named(told: KafkaError, on: str) -> None:
    class Denied:
        _coordinator = True

        async def commit(self, offsets: Any) -> None:
            raise told

    consumer = Consumer(read_settings(), TOY.service, ignored, ignored, print, print, now)
    consumer.subscriber.consumer = Denied()
    with pytest.raises(NoRight, match=f"no right to read {on} "):
        await consumer.commit({("routing.commands.v1", 0): 1})
