"""The topics on the broker against the catalogue: those that are missing are created, and every other difference is named."""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import NoError, TopicAlreadyExistsError, for_code

from contracts.catalogue import OWNERS, PARTITIONS, TOPICS, Topic
from services.platform.chassis.clients import Unavailable, absent, open_admin
from services.platform.chassis.settings import Settings

PATIENCE = 30.0
"""Seconds until the brokers agree on a new topic."""


class Found(NamedTuple):
    """A topic as the broker has it."""

    partitions: int
    copies: int
    config: Mapping[str, str]


def wanted_config(topic: Topic, copies: int) -> dict[str, str]:
    """The catalogue's, and that a write needs two copies where there are three."""
    return topic.config | {"min.insync.replicas": "2" if copies >= 3 else "1"}


def differences(topic: Topic, name: str, found: Found, copies: int) -> Iterator[str]:
    """A sentence for each way in which the broker's topic is not the catalogue's, or has fewer `copies`.  Pure."""
    if found.partitions != PARTITIONS:
        yield f"{name} has {found.partitions} partitions instead of {PARTITIONS}: keys would go elsewhere; it must be made anew."
    if found.copies < copies:
        yield f"{name} is kept in {found.copies} copies instead of {copies}: raise them with Kafka's tools."
    for setting, value in wanted_config(topic, max(copies, found.copies)).items():
        if (has := found.config.get(setting)) != value:
            yield f"{name} has {setting}={has} instead of {value}: set it with Kafka's tools."


async def verify_topics(settings: Settings) -> tuple[str, ...]:
    """Every difference between the broker and the catalogue, none if all is well; raises Unavailable."""
    async with open_admin(settings) as admin:
        found = await _find(admin, settings)
    return tuple(sentence for topic in TOPICS.values() for sentence in _wrong(topic, found.get(topic.name), settings))


def _wrong(topic: Topic, found: Found | None, settings: Settings) -> Iterator[str]:
    name = settings.topic(topic.name)
    return iter((absent(settings, name),)) if found is None else differences(topic, name, found, settings.replication_factor)


async def create_topics(settings: Settings) -> tuple[str, ...]:
    """Creates what is missing and returns its names; those that exist are left as they are."""
    async with open_admin(settings) as admin:
        present = await _partitions(admin, settings)
        missing = {name: topic for topic in TOPICS.values() if (name := settings.topic(topic.name)) not in present}
        if not missing:
            return ()
        answer = await admin.create_topics([_new(name, topic, settings.replication_factor) for name, topic in missing.items()])
        created = tuple(name for name, code, *_ in answer.topic_errors if _is_created(name, code))
        await _until_agreed(admin, settings, created)
    return created


async def require_topics(settings: Settings, service: str) -> None:
    """Raises Unavailable unless the topics that the service reads and writes exist with the right number of partitions."""
    own = [topic.name for topic in TOPICS.values() if topic.owner == service]
    names = own + [f"{other}.events.v1" for other in OWNERS[service].hears]
    async with open_admin(settings) as admin:
        present = await _partitions(admin, settings)
    for name in map(settings.topic, names):
        partitions = len(present.get(name, ()))
        if not partitions:
            raise Unavailable(absent(settings, name))
        if partitions != PARTITIONS:
            raise Unavailable(f"The topic {name} has {partitions} partitions instead of {PARTITIONS}: see `redress topics --check`.")


def _new(name: str, topic: Topic, copies: int) -> NewTopic:
    return NewTopic(name, PARTITIONS, copies, topic_configs=wanted_config(topic, copies))


def _is_created(name: str, code: int) -> bool:
    """False if somebody else was first."""
    error = for_code(code)
    if error not in (NoError, TopicAlreadyExistsError):
        raise Unavailable(f"Kafka did not create {name}: {error.__name__}, {error.description or 'without a reason'}.")
    return error is NoError


async def _until_agreed(admin: AIOKafkaAdminClient, settings: Settings, names: Collection[str]) -> None:
    """A new topic can be written once each of its partitions has a leader."""
    async with asyncio.timeout(PATIENCE):
        while not await _all_led(admin, settings, names):  # noqa: ASYNC110  nobody tells us when
            await asyncio.sleep(0.1)


async def _all_led(admin: AIOKafkaAdminClient, settings: Settings, names: Collection[str]) -> bool:
    present = await _partitions(admin, settings)
    return all(len(present.get(name, ())) == PARTITIONS for name in names)


async def _partitions(admin: AIOKafkaAdminClient, settings: Settings) -> dict[str, Sequence[Mapping[str, Any]]]:
    """Those of our topics that exist: broker's name → its partitions that have a leader."""
    wanted = {settings.topic(name) for name in TOPICS}
    return {
        each["topic"]: [partition for partition in each["partitions"] if partition["leader"] >= 0]
        for each in await admin.describe_topics()
        if each["topic"] in wanted and for_code(each["error_code"]) is NoError
    }


async def _find(admin: AIOKafkaAdminClient, settings: Settings) -> dict[str, Found]:
    """Name without prefix → the topic as it is."""
    present = await _partitions(admin, settings)
    if not present:
        return {}
    answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in present])
    configs = {resource[3]: {entry[0]: entry[1] for entry in resource[4]} for answer in answers for resource in answer.resources}
    return {
        name.removeprefix(f"{settings.topic_prefix}."): Found(
            len(partitions), min((len(p["replicas"]) for p in partitions), default=0), configs.get(name, {})
        )
        for name, partitions in present.items()
    }
