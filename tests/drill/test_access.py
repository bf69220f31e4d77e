"""Every right of every principal on real Kafka: allowed or denied as in the table, by trying.  The rights are granted from the generated
files, so it is these that are proved.
"""

import asyncio
from collections.abc import Iterable

import pytest
from aiokafka.protocol.fetch import FetchResponse_v11

from contracts.access import PRINCIPALS
from contracts.catalogue import TOPICS
from services.platform.chassis.topics import create_topics
from tests.drill.files import kafka_users
from tests.drill.granting import grant
from tests.drill.matrix import ASKED, codes, expected, found, trials
from tests.drill.secured import ADMIN, Secured

PREFIX, OTHER = "redress", "acme"
ALIKE = ("redress2", "redress-eu", "redres")
"""Tenants whose names begin alike: they need not be there to be denied."""


@pytest.fixture(scope="module")
def kafka(secured: Secured) -> Secured:
    """Two tenants' topics, and the first one's rights."""
    for prefix in (PREFIX, OTHER):
        asyncio.run(create_topics(secured.settings(ADMIN, prefix)))
    asyncio.run(grant(secured, PREFIX, kafka_users(PREFIX)))
    return secured


async def surprises(secured: Secured, names: Iterable[str] = PRINCIPALS, whose: str = PREFIX) -> list[str]:
    """In sentences, what Kafka does otherwise than the table."""
    told = []
    for name in names:
        who = PRINCIPALS[name]
        answers = await found(secured.settings(who.under(PREFIX), PREFIX), trials(who, PREFIX, whose))
        told += [f"{t.user} {'may' if is_allowed else 'may not'} {t.operation} the {t.on} {t.name}"
                 for t, is_allowed in answers.items() if is_allowed != expected(t, who, PREFIX)]  # fmt: skip
    return told


async def test_each_may_do_what_the_table_says_and_nothing_else(kafka: Secured):
    assert await surprises(kafka) == []


async def test_nobody_may_touch_another_tenant_s_topics_and_groups(kafka: Secured):
    assert await surprises(kafka, whose=OTHER) == []


@pytest.mark.parametrize("whose", ALIKE)
async def test_nor_those_of_a_tenant_whose_name_begins_alike(kafka: Secured, whose: str):
    assert await surprises(kafka, ("intake", "call-centre", "bi", "operator"), whose) == []


async def test_what_is_tried_can_succeed_the_administrator_may_do_it_all(kafka: Secured):
    admin = kafka.settings(ADMIN, PREFIX)
    asked = [trial._replace(user=ADMIN) for trial in trials(PRINCIPALS["operator"], PREFIX)]
    assert {trial for trial, is_allowed in (await found(admin, asked)).items() if not is_allowed} == set()
    assert {(trial.on, trial.operation) for trial in asked} == {(on, operation) for on, all in ASKED.items() for operation in all}


async def test_a_right_too_many_is_found(kafka: Secured):
    """Last here: it stays."""
    (bi,) = [user for user in kafka_users(PREFIX) if user["metadata"]["name"] == f"{PREFIX}-bi"]
    topic = f"{PREFIX}.routing.commands.v1"
    bi["spec"]["authorization"]["acls"] = [
        {"type": "allow", "resource": {"type": "topic", "name": topic, "patternType": "literal"}, "operations": ["Read"]}
    ]
    await grant(kafka, PREFIX, [bi])
    assert await surprises(kafka, ["bi"]) == [
        f"{PREFIX}-bi may Read the topic {topic}", f"{PREFIX}-bi may Describe the topic {topic}",
    ]  # fmt: skip


def test_error_codes_are_found_at_every_depth():
    partitions = ("a", [(0, 29, 0, 0, 0, None, -1, b"")]), ("b", [(0, 3, 0, 0, 0, [], -1, b"")])
    assert list(codes(FetchResponse_v11.SCHEMA, (0, 7, 0, partitions))) == [7, 29, 3]


def test_every_topic_is_tried_in_every_way():
    asked = trials(PRINCIPALS["bi"], PREFIX)
    assert {(t.name, t.operation) for t in asked if t.on == "topic"} == {(f"{PREFIX}.{n}", o) for n in TOPICS for o in ASKED["topic"]}
