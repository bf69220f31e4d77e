"""The rights of `KafkaUser`s, given to a broker as Strimzi's User Operator gives them."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from aiokafka.protocol.admin import CreateAclsRequest, CreateAclsRequest_v1, DeleteAclsRequest

from services.platform.chassis.clients import open_admin
from tests.drill.files import Json
from tests.drill.matrix import Trial, found
from tests.drill.secured import ADMIN, Secured

RESOURCES = {"topic": 2, "group": 3}
PATTERNS = {"literal": 3, "prefix": 4}
OPERATIONS = {"Read": 3, "Write": 4, "Describe": 8, "DescribeConfigs": 10}
ALLOW = 3
"""As Kafka's protocol numbers them."""
PATIENCE = 300
"""Looks: a right counts some seconds after it was given."""


class Entry(NamedTuple):
    resource: int
    name: str
    pattern: int
    principal: str
    host: str
    operation: int
    permission: int


class Entries(CreateAclsRequest):
    """All in one request; aiokafka's own takes one entry."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = [tuple(entry) for entry in entries]

    def build(self, request_struct_class: Any) -> CreateAclsRequest_v1:
        return CreateAclsRequest_v1(self.entries)


async def grant(secured: Secured, prefix: str, users: Sequence[Json]) -> None:
    """Returns when they count."""
    wanted = [entry for user in users for entry in _entries(user)]
    async with open_admin(secured.settings(ADMIN, prefix)) as admin:
        answer = await admin._send_request(Entries(wanted))
    assert [code for code, _ in answer.creation_responses] == [0] * len(wanted)
    for user in users:
        await _until_they_count(secured, prefix, user)


async def revoke(secured: Secured, prefix: str, user: str, kind: str, name: str, operation: str) -> None:
    async with open_admin(secured.settings(ADMIN, prefix)) as admin:
        taken = DeleteAclsRequest(RESOURCES[kind], name, PATTERNS["literal"], f"User:{user}", "*", OPERATIONS[operation], ALLOW)
        answer = await admin._send_request(taken)
    assert len(answer.filter_responses[0][2]) == 1, "there was one such entry"


def _entries(user: Json) -> Iterator[Entry]:
    principal = f"User:{user['metadata']['name']}"
    for acl in user["spec"]["authorization"]["acls"]:
        what = acl["resource"]
        for operation in acl["operations"]:
            yield Entry(RESOURCES[what["type"]], what["name"], PATTERNS[what["patternType"]], principal, "*", OPERATIONS[operation], ALLOW)


async def _until_they_count(secured: Secured, prefix: str, user: Json) -> None:
    name = user["metadata"]["name"]
    asked = [
        Trial(name, acl["resource"]["type"], acl["resource"]["name"], operation)
        for acl in user["spec"]["authorization"]["acls"]
        for operation in acl["operations"]
        if operation != "Write"
    ]
    for _ in range(PATIENCE):
        if all((await found(secured.settings(name, prefix), asked)).values()):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"the rights of {name} do not count")
