"""Where a service begins: where its store says that it was, when Kafka says that it was further.

A database that was restored from a backup is older than what the group has committed: all that came in between would be in nobody's hands.
Bookmarks lie in the same database (`committer.py`), and are never behind Kafka's offsets but then.
"""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import NamedTuple

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


class Ahead(NamedTuple):
    """A place whose offset is beyond the bookmark: what lies between, the store lacks."""

    kept: int
    committed: int


class Held(NamedTuple):
    """What Kafka has of a place: from the offset `first` up to before `end`."""

    first: int
    end: int


async def take_up(settings: Settings, service: Service, bookmarks: Bookmarks) -> dict[Place, int]:
    """Sets the group back to the bookmarks where it is ahead of them: what is not new is recognised.  Raises `KafkaUnavailable` while other
    processes hold the group, and `MongoUnavailable`.

    Returns up to where each place is taken in the order of the log, also when another process has set it back, or this one in an earlier
    life: to the end that was seen then, for of a second restore in the midst of it nobody knows how far the first life had come.
    """
    deadline = monotonic() + settings.kafka_session_seconds + MARGIN_SECONDS
    while ahead := await _ahead(settings, service, bookmarks):
        if monotonic() > deadline:
            raise KafkaUnavailable(f"The store of {service.name} is older than the offsets of its group, as after a restore: "
                                   f"end all processes of {service.name}, then start them again.")  # fmt: skip
        log_of = await _held(settings, service, ahead)
        with _told(settings):
            await bookmarks.keep_ends({place: max(ahead[place].committed, held.end) for place, held in log_of.items()})
        if await _set_back(settings, service, {place: kept for place, (kept, _) in ahead.items()}):
            _say(ahead, {place: held.first for place, held in log_of.items()})
        else:
            await asyncio.sleep(LOOK_SECONDS)
    return await _unfinished(settings, service, bookmarks)


def _say(ahead: Mapping[Place, Ahead], first: Mapping[Place, int]) -> None:
    again, gone = lacking(ahead, first)
    log.warning("the store is older than the group's offsets, as after a restore: some %d records are taken once more", again)
    if gone:
        log.error("%d records that the store lacks are no longer on the topics: the backup was older than these keep them, and what the "
                  "records asked for or told is lost to this service", gone)  # fmt: skip


def lacking(ahead: Mapping[Place, Ahead], first: Mapping[Place, int]) -> tuple[int, int]:
    """Records that are taken once more; and those that cannot be, for the topics begin behind them."""
    gone = sum(max(0, min(first[place], committed) - kept) for place, (kept, committed) in ahead.items())
    return sum(committed - kept for kept, committed in ahead.values()) - gone, gone


async def _unfinished(settings: Settings, service: Service, bookmarks: Bookmarks) -> dict[Place, int]:
    with _told(settings):
        kept, ends = await bookmarks.kept(service.inputs), await bookmarks.kept_ends(service.inputs)
    behind = [place for place, end in ends.items() if kept.get(place, 0) < end]
    if not behind:
        return {}
    there = await _held(settings, service, behind)
    return {place: min(ends[place], held.end) for place, held in there.items()}       # a topic may have been made anew


async def _held(settings: Settings, service: Service, places: Iterable[Place]) -> dict[Place, Held]:
    where = {_at(settings, place): place for place in places}
    try:
        async with reading(settings, service.inputs, None) as consumer:
            first, ends = await consumer.beginning_offsets(list(where)), await consumer.end_offsets(list(where))
    except Unavailable as absence:
        raise KafkaUnavailable(str(absence)) from None
    return {place: Held(first[at], ends[at]) for at, place in where.items()}


async def _ahead(settings: Settings, service: Service, bookmarks: Bookmarks) -> dict[Place, Ahead]:
    """Where the offset is larger than the bookmark.  Offsets are read first: others may be going on meanwhile.

    No bookmark is one at the beginning: all that was taken from there was taken after the backup.
    """
    committed = await _committed(settings, service)
    with _told(settings):
        kept = await bookmarks.kept(service.inputs)
    if beyond := [place for place, offset in kept.items() if committed.get(place, 0) < offset]:
        kept |= await _made_anew(settings, service, bookmarks, {place: kept[place] for place in beyond})
    return {place: Ahead(kept.get(place, 0), offset) for place, offset in committed.items() if kept.get(place, 0) < offset}


async def _committed(settings: Settings, service: Service) -> dict[Place, int]:
    try:
        async with open_admin(settings) as admin:
            found = await committed_by(admin, settings.group(service.name))
    except Unavailable as absence:
        raise KafkaUnavailable(str(absence)) from None
    inputs = [(topic, partition) for topic in service.inputs for partition in range(PARTITIONS)]
    return {place: told.offset for place in inputs if (told := found.get(_at(settings, place)))}


async def _made_anew(settings: Settings, service: Service, bookmarks: Bookmarks, kept: Mapping[Place, int]) -> dict[Place, int]:
    """A bookmark beyond the topic's end is of a topic that is no more: it counts as none, or what a backup lacks of the new one would never
    be missed."""
    held = await _held(settings, service, kept)
    none = {place: 0 for place, offset in kept.items() if held[place].end < offset}
    if none:
        with _told(settings):
            await bookmarks.put_right(none)
    return none


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
