"""Where a service begins: where its store says that it was, when Kafka says that it was further.

A database that was restored from a backup is older than what the group has committed: all that came in between would be in nobody's hands.
Bookmarks lie in the same database (`committer.py`), and are never behind Kafka's offsets but then.
"""

import asyncio
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import monotonic

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import CommitFailedError, KafkaError

from contracts.catalogue import PARTITIONS
from services.platform.chassis import connections
from services.platform.chassis.bookmarks import Bookmarks
from services.platform.chassis.clients import Unavailable, committed_by, open_admin, reading
from services.platform.chassis.errors import Away, KafkaUnavailable, MongoUnavailable
from services.platform.chassis.places import Place
from services.platform.chassis.settings import Settings
from services.platform.kernel.service import Service

log = logging.getLogger(__name__)
LOOK_SECONDS = 1.0
MARGIN_SECONDS = 15.0
"""Beyond the session of a member that has just died: as long the group is not empty."""


async def take_up(settings: Settings, service: Service, bookmarks: Bookmarks) -> dict[Place, int]:
    """Sets the group back to the bookmarks where it is ahead of them: what is not new is recognised.  Raises `KafkaUnavailable` while other
    processes hold the group, and `MongoUnavailable`.

    Returns up to where each place is taken once more, also when another process has set it back, or this one in an earlier life.
    """
    deadline = monotonic() + settings.kafka_session_seconds + MARGIN_SECONDS
    while ahead := await _ahead(settings, service, bookmarks):
        if monotonic() > deadline:
            raise KafkaUnavailable(f"The store of {service.name} is older than the offsets of its group, as after a restore: "
                                   f"end all processes of {service.name}, then start them again.")  # fmt: skip
        with _told(settings):
            await bookmarks.keep_ends({place: committed for place, (_, committed) in ahead.items()})
        if await _set_back(settings, service, {place: kept for place, (kept, _) in ahead.items()}):
            again = sum(committed - kept for kept, committed in ahead.values())
            log.warning("the store is older than the group's offsets, as after a restore: some %d records are taken once more", again)
        else:
            await asyncio.sleep(LOOK_SECONDS)
    return await _unfinished(settings, service, bookmarks)


async def _unfinished(settings: Settings, service: Service, bookmarks: Bookmarks) -> dict[Place, int]:
    with _told(settings):
        kept, ends = await bookmarks.kept(service.inputs), await bookmarks.kept_ends(service.inputs)
    behind = {_at(settings, place): place for place, end in ends.items() if kept.get(place, 0) < end}
    if not behind:
        return {}
    try:
        async with reading(settings, service.inputs, None) as consumer:
            there = await consumer.end_offsets(list(behind))
    except Unavailable as absence:
        raise KafkaUnavailable(str(absence)) from None
    return {place: min(ends[place], there[where]) for where, place in behind.items()}       # a topic may have been made anew


async def _ahead(settings: Settings, service: Service, bookmarks: Bookmarks) -> dict[Place, tuple[int, int]]:
    """Place → bookmark and offset, where the offset is the larger.  Offsets are read first: others may be going on meanwhile.

    No bookmark is one at the beginning: all that was taken from there was taken after the backup.
    """
    try:
        async with open_admin(settings) as admin:
            found = await committed_by(admin, settings.group(service.name))
    except Unavailable as absence:
        raise KafkaUnavailable(str(absence)) from None
    with _told(settings):
        kept = await bookmarks.kept(service.inputs)
    inputs = [(topic, partition) for topic in service.inputs for partition in range(PARTITIONS)]
    committed = {place: told.offset for place in inputs if (told := found.get(_at(settings, place)))}
    return {place: (kept.get(place, 0), offset) for place, offset in committed.items() if kept.get(place, 0) < offset}


async def _set_back(settings: Settings, service: Service, offsets: Mapping[Place, int]) -> bool:
    """False while the group has members: only they may commit."""
    places = {_at(settings, place): offset for place, offset in offsets.items()}
    group = {"group_id": settings.group(service.name), "enable_auto_commit": False}
    consumer = AIOKafkaConsumer(**connections.kafka(settings) | group)
    try:
        await consumer.start()
        consumer.assign(list(places))
        await consumer.commit(places)
    except CommitFailedError:
        return False
    except KafkaError as error:
        raise KafkaUnavailable(f"The offsets of {group['group_id']} cannot be set back ({type(error).__name__}): start again.") from None
    finally:
        await consumer.stop()
    return True


@contextmanager
def _told(settings: Settings) -> Iterator[None]:
    try:
        yield
    except Away as away:
        raise MongoUnavailable(f"MongoDB cannot be used ({away.why}): {connections.advice(settings)}") from None


def _at(settings: Settings, place: Place) -> TopicPartition:
    topic, partition = place
    return TopicPartition(settings.topic(topic), partition)
