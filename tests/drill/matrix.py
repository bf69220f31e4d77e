"""What Kafka lets a principal do, found by asking for it: a request of each kind, and whether the broker says that the right is missing.

The requests are made by hand, for a client that finds no right to describe a topic never asks for more.  Each is harmless where it is
allowed: what would alter something is only validated, a deletion is of the records before the first.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import (
    AlterConfigsRequest,
    CreatePartitionsRequest,
    CreateTopicsRequest,
    DeleteAclsRequest,
    DeleteGroupsRequest,
    DeleteRecordsRequest,
    DescribeAclsRequest,
    DescribeConfigsRequest,
    DescribeGroupsRequest,
)
from aiokafka.protocol.api import Request
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.protocol.group import HeartbeatRequest
from aiokafka.protocol.metadata import MetadataRequest
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.protocol.transaction import InitProducerIdRequest
from aiokafka.protocol.types import Array, Schema
from aiokafka.record.default_records import DefaultRecordBatchBuilder

from contracts.access import PRINCIPALS, Principal, may
from contracts.catalogue import OWNERS, TOPICS
from services.platform.chassis.clients import open_admin
from services.platform.chassis.settings import Settings

TOPIC, BROKER, PARTITION = 2, 4, 0
DENIALS = frozenset({29, 30, 31, 53})
"""No right: to a topic, a group, the cluster, a transactional id."""
SECONDS = 60.0
MANY = 32
"""Requests of one principal on their way at once."""
Ask = Callable[[str], Request]


class Trial(NamedTuple):
    user: str
    on: Literal["topic", "group", "cluster"]
    name: str
    operation: str


def _record() -> bytes:
    builder = DefaultRecordBatchBuilder(2, 0, False, -1, -1, -1, 1_000)
    builder.append(0, timestamp=0, key=b"drill", value=b"{}", headers=[])
    return bytes(builder.build())


ON_TOPICS: Mapping[str, Ask] = {
    "Read": lambda name: FetchRequest(0, 0, 1_000, 0, [(name, [(PARTITION, 0, 1_000)])]),
    "Write": lambda name: ProduceRequest(None, -1, 5_000, [(name, [(PARTITION, _record())])]),
    "Describe": lambda name: MetadataRequest([name], allow_auto_topic_creation=False),
    "DescribeConfigs": lambda name: DescribeConfigsRequest([(TOPIC, name, None)]),
    "AlterConfigs": lambda name: AlterConfigsRequest([(TOPIC, name, [("retention.ms", "1000")])], validate_only=True),
    "Alter": lambda name: CreatePartitionsRequest([(name, (24, None))], 5_000, validate_only=True),
    "Create": lambda name: CreateTopicsRequest([(name, 1, 1, [], [])], 5_000, validate_only=True),
    "Delete": lambda name: DeleteRecordsRequest([(name, [(PARTITION, 0)])], 5_000),
}
ON_GROUPS: Mapping[str, Ask] = {
    "Read": lambda name: HeartbeatRequest(name, 1, "nobody"),
    "Describe": lambda name: DescribeGroupsRequest([name]),
    "Delete": lambda name: DeleteGroupsRequest([name]),
}
ON_CLUSTER: Mapping[str, Ask] = {
    "Create": lambda name: CreateTopicsRequest([(name, 1, 1, [], [])], 5_000, validate_only=True),
    "Describe": lambda name: DescribeAclsRequest(1, None, 1, None, None, 1, 1),
    "Alter": lambda name: DeleteAclsRequest(TOPIC, name, 3, f"User:{name}", "*", 3, 3),       # rights that nobody has
    "DescribeConfigs": lambda name: DescribeConfigsRequest([(BROKER, "1", None)]),
    "AlterConfigs": lambda name: AlterConfigsRequest([(BROKER, "1", [("log.retention.ms", "1000")])], validate_only=True),
    "Transactions": lambda name: InitProducerIdRequest(name, 1_000),
    "IdempotentWrite": lambda name: InitProducerIdRequest(None, -1),
}
ASKED = {"topic": ON_TOPICS, "group": ON_GROUPS, "cluster": ON_CLUSTER}


def trials(principal: Principal, prefix: str, whose: str | None = None) -> list[Trial]:
    """Everything that one could try on what is the tenant's (or another's, `whose`)."""
    user, whose = principal.under(prefix), whose or prefix
    groups = (*OWNERS, *(f"{other}.drill" for other in PRINCIPALS if other not in OWNERS), "stranger")
    names: dict[Literal["topic", "group", "cluster"], tuple[str, ...]] = {"topic": tuple(TOPICS), "group": groups, "cluster": ("drill",)}
    return [Trial(user, on, f"{whose}.{name}", asked) for on, all in names.items() for name in all for asked in ASKED[on]]


def expected(trial: Trial, principal: Principal, prefix: str) -> bool:
    """By the table; idempotently writes whoever may write at all."""
    if trial.on == "cluster":
        return trial.operation == "IdempotentWrite" and bool(principal.writes)
    name = trial.name.removeprefix(f"{prefix}.")
    return name != trial.name and may(principal, trial.on, name, trial.operation)


async def found(settings: Settings, asked: Sequence[Trial]) -> dict[Trial, bool]:
    """Whether Kafka allows each to the user of these settings."""
    gate = asyncio.Semaphore(MANY)
    async with open_admin(settings) as admin, asyncio.timeout(SECONDS):

        async def one(trial: Trial) -> bool:
            async with gate:
                return await is_allowed(admin, ASKED[trial.on][trial.operation](trial.name))

        return dict(zip(asked, await asyncio.gather(*map(one, asked)), strict=True))


async def is_allowed(admin: AIOKafkaAdminClient, request: Request) -> bool:
    """There is one broker: it leads all partitions and coordinates all groups."""
    (broker,) = (each.nodeId for each in admin._client.cluster.brokers())
    answer = await admin._send_request_to_node(broker, request)
    return not DENIALS & set(codes(answer.SCHEMA, [answer.get_item(name) for name in answer.SCHEMA.names]))


def codes(schema: Schema, told: Sequence[Any]) -> Iterator[int]:
    """Every error code in an answer, at whatever depth."""
    for name, kind, value in zip(schema.names, schema.fields, told, strict=False):
        if name == "error_code":
            yield value
        elif isinstance(kind, Array) and isinstance(kind.array_of, Schema):
            yield from (code for each in value or () for code in codes(kind.array_of, each))
