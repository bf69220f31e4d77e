"""Kafka's side of the loop: one FastStream batch subscriber on all inputs, and what the group knows of its offsets.

FastStream may do little here, on purpose: it fetches and calls.  One record that it could not decode, or one header that is not text,
would cost the batch, so bytes pass it untouched; its acknowledgements commit what was fetched, so they are off (MANUAL).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import (
    CommitFailedError,
    GroupAuthorizationFailedError,
    IllegalStateError,
    KafkaError,
    TopicAuthorizationFailedError,
)
from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from services.platform.chassis import tolerant  # noqa: F401  for what it does to the client
from services.platform.chassis.connections import broker, subscriber
from services.platform.chassis.errors import Away, CommitFailed, KafkaUnavailable, LoopFailed, NoRight
from services.platform.chassis.fetched import Untouched, records_of, untouched
from services.platform.chassis.in_order import InOrder
from services.platform.chassis.ports import NotOurs, Place
from services.platform.chassis.settings import Settings
from services.platform.kernel.record import Record
from services.platform.kernel.service import Service

log = logging.getLogger(__name__)
JOIN_SECONDS = 90.0
"""A rebalance waits for a member that died: for its session to end (`kafka_session_seconds`), and for others to come (60 s)."""
STOP_SECONDS = 8.0
ASK_SECONDS = 10.0
WAIT_MS = 1_000
"""For records, which end the wait at once; so this is only how soon a client says what ails its group."""
SOON_MS = 20
"""While records are held that may be taken next."""
FORBIDDEN = (TopicAuthorizationFailedError, GroupAuthorizationFailedError)

Handle = Callable[[Sequence[Record], bool], Awaitable[None]]
"""A batch, and whether it must stay in its order."""
GiveUp = Callable[[], Awaitable[None]]
Joined = Callable[[int], None]
Fail = Callable[[BaseException], None]
Clock = Callable[[], datetime]


class Consumer:
    """This process's member of the group.

    `handle` gets each batch, `give_up` is awaited before partitions go, `joined` is told how many have come, and `fail` gets the error
    with which the process must end, for FastStream would swallow it.
    """

    def __init__(
        self, settings: Settings, service: Service, handle: Handle, give_up: GiveUp, joined: Joined, fail: Fail, clock: Clock
    ) -> None:
        self.settings, self.service, self.handle, self.fail, self.clock = settings, service, handle, fail, clock
        self.prefix = f"{settings.topic_prefix}."
        self.broker = KafkaBroker(**broker(settings), consumer_only=True, logger=logging.getLogger("aiokafka.faststream"))
        topics = [settings.topic(topic) for topic in service.inputs]
        self.subscriber = self.broker.subscriber(
            *topics, ack_policy=AckPolicy.MANUAL, listener=Listener(give_up, joined), codec=Untouched(), parser=untouched,
            **subscriber(settings, service.name),
        )  # fmt: skip
        self.subscriber(self._take)
        self.subscriber.get_msg = self._fetch
        self.in_order: InOrder | None = None
        self._as_appended = False
        """Whether the records fetched last came through `in_order`."""

    async def open(self, again: Mapping[Place, int] | None = None) -> None:
        """Join the group; raises `KafkaUnavailable`.  `again`: up to where each place is taken once more, in the order of the log."""
        if again:
            self.in_order = InOrder({self._at(place): end for place, end in again.items()})
        try:
            await asyncio.wait_for(self.broker.start(), self.settings.kafka_session_seconds + JOIN_SECONDS)
        except (KafkaError, TimeoutError, OSError) as error:
            group = self.settings.group(self.service.name)
            raise KafkaUnavailable(f"The group {group} cannot be joined ({type(error).__name__}): check Kafka and its rights.") from None

    async def close(self) -> None:
        """Leave the group."""
        try:
            await asyncio.wait_for(self.broker.stop(), STOP_SECONDS)
        except (KafkaError, TimeoutError) as error:
            log.warning("the consumer did not end in time: %r", error)

    async def _fetch(self, client: AIOKafkaConsumer) -> tuple[ConsumerRecord[bytes, bytes], ...]:
        """Records as soon as there are some; none after a wait in vain, which FastStream's own fetch would follow with a sleep as long.

        Where a right is missing it would try again for ever, and say nothing: the process ends.
        """
        line = self.in_order
        self._as_appended = line is not None
        try:
            found = await client.getmany(timeout_ms=SOON_MS if line else WAIT_MS, max_records=self.settings.batch_size)
            return tuple(await self._ordered(client, line, found) if line else chain.from_iterable(found.values()))
        except FORBIDDEN as error:
            self.fail(no_right(error))
            raise

    async def _ordered(self, client: AIOKafkaConsumer, line: InOrder, found: Mapping[TopicPartition, Any]) -> Sequence[Any]:
        """What may be taken of it; the rest is held until what is older has come."""
        for place, records in found.items():
            line.hold(place, records)
        ours = client.assignment()
        positions = {place: await client.position(place) for place in line.ends if place in ours}
        records = line.let_go(self.settings.batch_size, positions)
        enough = frozenset(line.enough())
        client.pause(*(enough & ours - client.paused()))
        client.resume(*(client.paused() - enough))
        if line is self.in_order and line.is_done(positions):
            self.in_order = None
        return records

    def give_up(self) -> None:
        """What is held is nobody's any more."""
        if self.in_order:
            self.in_order.forget()

    async def _take(self, batch: Sequence[ConsumerRecord[bytes, bytes]]) -> None:
        try:
            await self.handle(records_of(batch, len(self.prefix), self.clock()), self._as_appended)
        except Exception as error:
            self.fail(error)

    # -- what the group knows -----------------------------------------------------------------------------------------------------------

    @property
    def client(self) -> AIOKafkaConsumer:
        client = self.subscriber.consumer
        if client is None or client._coordinator is None:    # FastStream shows it before it has started
            raise Away("kafka", "not joined")
        return client

    def check(self) -> None:
        """Raises `LoopFailed` when the client's task that keeps it in the group has ended by a fault: nothing would come any more."""
        task = self.client._coordinator._coordination_task
        if task.done():
            fault = "no reason" if task.cancelled() else type(task.exception()).__name__
            raise LoopFailed(f"Kafka's client has left its group for good ({fault}): start again.")

    def assigned(self) -> frozenset[Place]:
        try:
            return frozenset((topic.removeprefix(self.prefix), partition) for topic, partition in self.client.assignment())
        except Away:
            return frozenset()

    async def commit(self, offsets: Mapping[Place, int]) -> None:
        try:
            await self.client.commit({self._at(place): offset for place, offset in offsets.items()})
        except (CommitFailedError, IllegalStateError):
            raise NotOurs from None
        except FORBIDDEN as error:
            raise no_right(error) from None
        except KafkaError as error:
            raise CommitFailed(f"Offsets cannot be committed ({type(error).__name__}): correct that, then start again.") from error

    async def position(self, place: Place) -> int:
        if self.in_order and (held := self.in_order.first(self._at(place))) is not None:
            return held
        return await self._ask(self.client.position(self._at(place)))

    async def committed(self, place: Place) -> int:
        where = self._at(place)
        found = await self._ask(self.client.committed(where))
        return found if found is not None else (await self._ask(self.client.beginning_offsets([where])))[where]

    async def ends(self, places: Iterable[Place]) -> Mapping[Place, int]:
        by_place = {self._at(place): place for place in places}
        ends = await self._ask(self.client.end_offsets(list(by_place)))
        return {by_place[where]: end for where, end in ends.items()}

    def _at(self, place: Place) -> TopicPartition:
        topic, partition = place
        return TopicPartition(self.prefix + topic, partition)

    async def _ask(self, question: Awaitable[Any]) -> Any:
        try:
            async with asyncio.timeout(ASK_SECONDS):         # `wait_for` makes a task of each, and positions are asked for by dozens
                return await question
        except FORBIDDEN as error:
            raise no_right(error) from None
        except (KafkaError, IllegalStateError, TimeoutError) as error:
            raise Away("kafka", type(error).__name__) from None


def no_right(error: KafkaError) -> NoRight:
    match error.args:                                        # whoever asked puts a name there, a place or a set of names
        case (str(name) | TopicPartition(topic=name),):
            on = name
        case (set() as names,):
            on = ", ".join(sorted(names))
        case _:
            on = "a topic or its group"
    return NoRight(f"Kafka gives no right to read {on} ({type(error).__name__}): grant it, then start again.")


class Listener(ConsumerRebalanceListener):
    """Before partitions go to another process (and after they were lost), what is in hand is finished."""

    def __init__(self, give_up: GiveUp, joined: Joined) -> None:
        self.give_up, self.joined = give_up, joined

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        await self.give_up()

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        log.info("%d partitions assigned", len(assigned))
        self.joined(len(assigned))
