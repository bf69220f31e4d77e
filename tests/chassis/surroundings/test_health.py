"""Liveness watches progress, never a dependency; readiness says whether it can work."""

import asyncio
import urllib.error
import urllib.request
from dataclasses import replace
from time import monotonic

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.consumer.subscription_state import SubscriptionState

from contracts.catalogue import PARTITIONS
from services.platform.chassis import connections
from services.platform.chassis.consumer import Listener
from services.platform.chassis.engine import LOOK_SECONDS, SELDOM_SECONDS, until_the_next_look
from services.platform.chassis.errors import MustEnd
from services.platform.chassis.health import STARTING, STUCK, Pulse, live, observe, ready, serve_health
from services.platform.chassis.settings import read_settings
from services.platform.chassis.topics import create_topics
from services.platform.stack import Stack

NOW = 10_000.0
LONG_AGO = NOW - STUCK - 1
RECENTLY = NOW - 1
AT_WORK = Pulse(started=LONG_AGO, consuming=True, progress=RECENTLY, polled=RECENTLY, partitions=12)

VERDICTS = {
    "at work": ({}, True, True),
    "starting": ({"consuming": False, "started": RECENTLY}, True, False),
    "has been starting for too long": ({"consuming": False, "started": NOW - STARTING - 1}, False, False),
    "a batch in hand that gets on": ({"in_hand": True, "polled": LONG_AGO}, True, True),
    "a batch in hand that does not get on": ({"in_hand": True, "progress": LONG_AGO}, False, False),
    "waiting for Kafka, however long": ({"in_hand": True, "progress": LONG_AGO, "polled": LONG_AGO, "waiting": "Kafka"}, True, False),
    "joining its group": ({"rejoining": RECENTLY}, True, False),
    "stuck in a rejoin": ({"rejoining": LONG_AGO}, False, False),
    "nobody asks for records any more": ({"polled": LONG_AGO, "progress": LONG_AGO}, False, False),
    "done with a long batch just now": ({"polled": LONG_AGO, "progress": RECENTLY}, True, True),
    "idle, others hold the partitions": ({"partitions": 0}, True, True),
    "no partition while the group is behind": ({"partitions": 0, "starved": LONG_AGO}, False, False),
    "no partition for a moment": ({"partitions": 0, "starved": RECENTLY}, True, True),
    "idle while Kafka does not answer": ({"absent": {"kafka"}, "rejoining": LONG_AGO, "polled": LONG_AGO}, True, False),
    "ending": ({"draining": True, "in_hand": True, "progress": LONG_AGO}, True, False),
}


@pytest.mark.parametrize(("facts", "is_live", "is_ready"), VERDICTS.values(), ids=VERDICTS)
def test_the_verdict_follows_from_the_facts(facts: dict, is_live: bool, is_ready: bool) -> None:
    pulse = replace(AT_WORK, **facts)
    assert (live(pulse, NOW).ok, ready(pulse, NOW).ok) == (is_live, is_ready)
    assert live(pulse, NOW).why and ready(pulse, NOW).why


def test_trouble_that_is_over_is_progress() -> None:
    pulse = Pulse(consuming=True, progress=0)
    pulse.take()
    pulse.wait("MongoDB")
    assert ready(pulse, pulse.progress) == (False, "waiting for MongoDB")
    pulse.step()
    assert pulse.in_hand and ready(pulse, pulse.progress).ok
    pulse.release()
    assert not pulse.in_hand


def test_an_outage_however_long_is_not_held_against_the_process_when_it_is_over() -> None:
    pulse = Pulse(consuming=True, polled=0, rejoining=0, starved=0, progress=0)
    pulse.miss("kafka")
    pulse.meet("kafka")
    assert live(pulse, monotonic()).ok and ready(pulse, monotonic()).ok


async def test_the_clients_private_attributes_are_where_the_check_reads_them() -> None:
    """aiokafka is pinned below 0.15 for this: a version that moves them fails here, not in production."""
    consumer = AIOKafkaConsumer(bootstrap_servers="127.0.0.1:1", group_id="group")
    assert isinstance(consumer._subscription, SubscriptionState)
    assert consumer._coordinator is None                     # until it has started
    assert callable(GroupCoordinator.need_rejoin)
    assert consumer._subscription.fetcher_idle_time >= 0
    assert consumer._subscription.subscription is None and consumer._subscription.assigned_partitions() == set()


@pytest.mark.system
async def test_a_real_member_is_observed_holding_its_partitions(stack: Stack, prefix: str) -> None:
    settings = read_settings(kafka_bootstrap_servers=stack.addresses.kafka, topic_prefix=prefix)
    await create_topics(settings)
    consumer = AIOKafkaConsumer(settings.topic("routing.commands.v1"), **connections.kafka(settings), group_id=prefix)
    await consumer.start()
    try:
        pulse = Pulse(consuming=True)
        observe(pulse, consumer, lag=1, now=monotonic())
        assert (pulse.partitions, pulse.rejoining, pulse.starved) == (PARTITIONS, None, None)
        assert not consumer._coordinator._coordination_task.done()      # what `Consumer.check` reads
        consumer._coordinator.request_rejoin()
        observe(pulse, consumer, lag=1, now=monotonic())
        assert pulse.rejoining and not ready(pulse, monotonic()).ok
    finally:
        await consumer.stop()


async def test_a_process_that_is_given_partitions_has_joined_whenever_it_was_looked_at() -> None:
    async def give_up() -> None:
        raise AssertionError("nothing goes")

    pulse = Pulse(consuming=True, rejoining=monotonic())
    await Listener(give_up, pulse.join).on_partitions_assigned({TopicPartition("a", n) for n in range(3)})
    assert pulse.partitions == 3 and ready(pulse, monotonic()).ok


class Coordinator:
    def __init__(self, joining: bool) -> None:
        self.joining = joining

    def need_rejoin(self, subscription: object) -> bool:
        return self.joining


class Subscriptions:
    subscription = object()
    fetcher_idle_time = 3.0

    def __init__(self, partitions: int) -> None:
        self.partitions = partitions

    def assigned_partitions(self) -> set[int]:
        return set(range(self.partitions))


class Consumer:
    def __init__(self, partitions: int, joining: bool) -> None:
        self._subscription, self._coordinator = Subscriptions(partitions), Coordinator(joining)


def test_observing_keeps_since_when_a_thing_has_been_so() -> None:
    pulse = Pulse()
    for now in (10.0, 20.0):
        observe(pulse, Consumer(0, joining=False), lag=5, now=now)
    assert (pulse.starved, pulse.partitions, pulse.polled) == (10.0, 0, 17.0)
    observe(pulse, Consumer(0, joining=True), lag=5, now=30.0)
    assert (pulse.starved, pulse.rejoining) == (None, 30.0)
    observe(pulse, Consumer(4, joining=False), lag=5, now=40.0)
    assert (pulse.starved, pulse.rejoining, pulse.partitions) == (None, None, 4)


async def ask(port: int, path: str) -> tuple[int, str]:
    def get() -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    return await asyncio.to_thread(get)


async def test_the_port_answers_live_ready_and_metrics() -> None:
    pulse = Pulse()
    async with serve_health("127.0.0.1", 0, pulse, lambda: b"redress_up 1\n") as port:
        assert (await ask(port, "/live"))[0] == 200
        assert await ask(port, "/ready") == (503, '{"ok": false, "why": "starting"}')
        assert await ask(port, "/metrics?x=1") == (200, "redress_up 1\n")
        assert (await ask(port, "/else"))[0] == 404


async def test_what_is_no_http_disturbs_nobody() -> None:
    async with serve_health("127.0.0.1", 0, Pulse(), bytes) as port:
        for noise in (b"", b"\xff\xfe\r\n\r\n", b"GET\r\n\r\n", b"GET " + b"x" * 20_000 + b" HTTP/1.1\r\n\r\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(noise)
            writer.write_eof()
            await reader.read()
            writer.close()
        assert (await ask(port, "/live"))[0] == 200


async def test_a_port_that_is_taken_is_one_sentence_naming_the_setting() -> None:
    async with serve_health("127.0.0.1", 0, Pulse(), bytes) as port:
        with pytest.raises(MustEnd, match=rf"REDRESS_HTTP_PORT: 127\.0\.0\.1:{port} "):
            async with serve_health("127.0.0.1", port, Pulse(), bytes):
                pass


@pytest.mark.parametrize(("took", "pause"), [(0.0, LOOK_SECONDS), (0.5, 10.0), (7.0, SELDOM_SECONDS), (600.0, SELDOM_SECONDS)])
def test_a_look_that_took_long_is_taken_more_seldom_but_never_so_seldom_that_an_outage_is_missed(took: float, pause: float) -> None:
    assert until_the_next_look(took) == pause
