"""Kafka as the command line, the demo and the tests need it: topics, commands sent, topics read, lag.

Everything here fails with `Unavailable`, a sentence, when Kafka does not answer or says no.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Collection, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError, GroupLoadInProgressError, KafkaError, NotCoordinatorForGroupError
from aiokafka.structs import OffsetAndMetadata

from contracts.catalogue import OWNERS, PARTITIONS, topic
from contracts.model import Command
from contracts.wire import Headers, write_command
from services.platform.chassis import connections
from services.platform.chassis.settings import Settings
from services.platform.kernel.record import Record, partition_of

FETCH_MS = 500
COORDINATOR_ATTEMPTS = 180
"""Half a second apart: as long as joining a group may take, for on a new broker both wait for the same topic to be made."""
UNAVAILABLE = 75
"""The exit code that goes with it: try again later."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


class Unavailable(Exception):
    """One sentence: who does not answer, or what is not there, and what to do."""


class Place(NamedTuple):
    """Where a record stands; the topic without the tenant's prefix."""

    topic: str
    partition: int
    offset: int


@contextmanager
def told(settings: Settings) -> Iterator[None]:
    """Turns what Kafka's client raises into a sentence without a secret in it."""
    try:
        yield
    except (KafkaError, OSError, TimeoutError) as error:
        raise Unavailable(_advice(settings, type(error).__name__)) from error


def _advice(settings: Settings, kind: str) -> str:
    what = f"Kafka at {settings.kafka_bootstrap_servers} does not answer as it should ({kind}): check REDRESS_KAFKA_BOOTSTRAP_SERVERS"
    if settings.kafka_username:
        return f"{what}, that it runs, and the password and the rights of REDRESS_KAFKA_USERNAME."
    return f"{what} and that it runs{' (`redress run` starts one here)' if settings.is_local else ''}."


def absent(settings: Settings, name: str) -> str:
    """What to say of a topic that Kafka does not show: it hides those that one has no right to."""
    unseen = ", or REDRESS_KAFKA_USERNAME has no right to it" if settings.kafka_username else ""
    return f"The topic {name} does not exist{unseen}: `redress topics --create` creates it."


@asynccontextmanager
async def open_admin(settings: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
    with told(settings):
        client = AIOKafkaAdminClient(**connections.kafka(settings))
        try:
            await client.start()
            yield client
        finally:
            await client.close()


# -- sending ----------------------------------------------------------------------------------------------------------------------------


class Sender:
    """Sends commands, by the standard partitioner.

    async with open_sender(settings) as sender:
        await sender.send("routing", AcceptWork(...), id="…", source="crm")
    """

    def __init__(self, settings: Settings, producer: AIOKafkaProducer) -> None:
        self._settings, self._producer = settings, producer
        self.appended: datetime | None = None
        """When the broker appended what was acknowledged last."""

    async def send(self, service: str, command: Command, *, id: str, source: str, key: str | None = None) -> Place:
        """Returns when the broker has it on all replicas."""
        return await (await self.post(service, command, id=id, source=source, key=key))

    async def post(self, service: str, command: Command, *, id: str, source: str, key: str | None = None) -> Awaitable[Place]:
        """Returns when it is on its way; what it returns is awaited for the acknowledgement.  Many on their way are far faster."""
        wire = write_command(service, command, id=id, source=source, key=key)
        return await self.put(topic(service, "commands").name, wire.key.encode(), wire.value, wire.headers)

    async def put(self, name: str, key: bytes | None, value: bytes | None, headers: Headers) -> Awaitable[Place]:
        """Any record onto a topic of the catalogue."""
        with told(self._settings):
            sent = await self._producer.send(self._settings.topic(name), value, key, headers=list(headers))
        return self._acknowledged(name, sent)

    async def _acknowledged(self, name: str, sent: "asyncio.Future[ConsumerRecord]") -> Place:
        with told(self._settings):
            stands = await sent
        self.appended = EPOCH + timedelta(milliseconds=stands.timestamp)
        return Place(name, stands.partition, stands.offset)


@asynccontextmanager
async def open_sender(settings: Settings) -> AsyncIterator[Sender]:
    producer = AIOKafkaProducer(**connections.producer(settings))
    try:
        with told(settings):
            await producer.start()
        yield Sender(settings, producer)
    finally:
        await producer.stop()


# -- reading ----------------------------------------------------------------------------------------------------------------------------


async def read_to_end(
    settings: Settings, names: Collection[str], key: str | None = None, since: timedelta | None = None
) -> AsyncIterator[Record]:
    """The records of these topics from their beginning to the ends seen now; in order within a partition.

    `key` reads only the partition where the standard partitioner puts it (it does not filter by key); `since` begins about that long ago.
    """
    async with reading(settings, names, key) as consumer:
        if since is not None:
            await _seek_back(consumer, since)
        ends: dict[TopicPartition, int] = await consumer.end_offsets(list(consumer.assignment()))
        while behind := [place for place, end in ends.items() if await consumer.position(place) < end]:
            for place, batch in (await consumer.getmany(*behind, timeout_ms=FETCH_MS)).items():
                for record in batch:
                    if record.offset < ends[place]:
                        yield as_record(record, settings)


async def follow(
    settings: Settings, names: Collection[str], from_now: bool = False, since: timedelta | None = None
) -> AsyncGenerator[Sequence[Record], None]:
    """The records of these topics in batches, from their beginning (or from now, or about so long ago) for as long as one asks.

    A batch is empty when there was nothing new for half a second.  Close it (`contextlib.aclosing`) when no more is wanted.
    """
    async with reading(settings, names, None) as consumer:
        if from_now:
            await consumer.seek_to_end()
        elif since is not None:
            await _seek_back(consumer, since)
        while True:
            batches = await consumer.getmany(timeout_ms=FETCH_MS, max_records=1_000)
            yield [as_record(record, settings) for batch in batches.values() for record in batch]


def as_record(record: ConsumerRecord, settings: Settings) -> Record:
    """As the kernel takes it: the topic without prefix, the append time in UTC."""
    name = record.topic.removeprefix(f"{settings.topic_prefix}.")
    appended = EPOCH + timedelta(milliseconds=record.timestamp)
    return Record(name, record.partition, record.offset, appended, record.key, record.value, tuple(record.headers))


@asynccontextmanager
async def reading(settings: Settings, names: Collection[str], key: str | None, **bounds: int) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer outside every group, at the beginning of the partitions asked for.  `bounds`: of what it fetches ahead, where not ours."""
    with told(settings):
        consumer = AIOKafkaConsumer(**connections.reader(settings) | bounds)
        try:
            await consumer.start()
            places = _places(settings, names, key, await consumer.topics())
            consumer.assign(places)
            await consumer.seek_to_beginning(*places)
            yield consumer
        finally:
            await consumer.stop()


def _places(settings: Settings, names: Collection[str], key: str | None, present: Collection[str]) -> list[TopicPartition]:
    if missing := [name for name in map(settings.topic, names) if name not in present]:
        raise Unavailable(absent(settings, missing[0]))
    partitions = range(PARTITIONS) if key is None else (partition_of(key, PARTITIONS),)
    return [TopicPartition(settings.topic(name), partition) for name in names for partition in partitions]


async def _seek_back(consumer: AIOKafkaConsumer, since: timedelta) -> None:
    moment = int((datetime.now(UTC) - since).timestamp() * 1000)
    found = await consumer.offsets_for_times(dict.fromkeys(consumer.assignment(), moment))
    for place, offset in found.items():
        if offset is None:
            await consumer.seek_to_end(place)
        else:
            consumer.seek(place, offset.offset)


# -- how far services are ---------------------------------------------------------------------------------------------------------------


async def lag(settings: Settings, service: str) -> dict[tuple[str, int], int]:
    """Records of each input (topic without prefix, partition) that the service's group has not committed."""
    inputs = (f"{service}.commands.v1", *(f"{other}.events.v1" for other in OWNERS[service].hears))
    places = [TopicPartition(settings.topic(name), partition) for name in inputs for partition in range(PARTITIONS)]
    async with open_admin(settings) as admin, reading(settings, inputs, None) as consumer:
        committed = await committed_by(admin, settings.group(service))
        first, ends = await asyncio.gather(consumer.beginning_offsets(places), consumer.end_offsets(places))
    done = {place: max(first[place], committed[place].offset if place in committed else 0) for place in places}
    return {(place.topic.removeprefix(f"{settings.topic_prefix}."), place.partition): ends[place] - done[place] for place in places}


async def committed_by(admin: AIOKafkaAdminClient, group: str) -> dict[TopicPartition, OffsetAndMetadata]:
    """The group's offsets; patient with a broker that has only now begun to keep some."""
    for attempt in range(COORDINATOR_ATTEMPTS):
        try:
            return dict(await admin.list_consumer_group_offsets(group))
        except (GroupCoordinatorNotAvailableError, NotCoordinatorForGroupError, GroupLoadInProgressError):
            if attempt == COORDINATOR_ATTEMPTS - 1:
                raise
            await asyncio.sleep(0.5)
    raise AssertionError("the last attempt returns or raises")
