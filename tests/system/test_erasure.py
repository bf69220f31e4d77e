"""Law 10 on the real stack: who is erased is found nowhere any more, and a repeated submission does not bring them back."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from pymongo import MongoClient

from contracts.common import CommandRefused
from contracts.ids import complaint_id
from contracts.intake import ComplaintRegistered, Customer, DossierErased, EraseCustomer, ErasurePending, Product, SubmitComplaint
from contracts.routing import ReopenComplaint, WithdrawComplaint
from services.platform.chassis.clients import open_admin, open_sender
from services.platform.chassis.packing import unpacked
from services.platform.kernel.record import partition_of
from tests.system.deployment import NAMES, Deployment, deploy, until
from tests.system.sending import resolved

pytestmark = pytest.mark.system
NAME, PHONE, WORDS = "张无忌marker", "+8613912345678", "markerwords 热水器漏电"
MARKERS = [text.encode() for text in (NAME, PHONE, PHONE[3:], "markerwords")]


def submission(ref: str) -> SubmitComplaint:
    return SubmitComplaint(
        source_ref=ref, channel="phone", kind="quality", customer=Customer(name=NAME, phone=PHONE), narrative=WORDS,
        product=Product(order_no=f"order-{ref}-markerwords"),
    )  # fmt: skip


def test_the_erased_are_found_nowhere_after_compaction_and_do_not_come_back(stack, prefix):
    with deploy(stack, prefix, REDRESS_POLICIES="demo") as deployment:
        asyncio.run(erased(deployment))


async def erased(deployment: Deployment) -> None:
    open_id, gone_id = complaint_id("crm", "open"), complaint_id("crm", "gone")
    await compact_soon(deployment)
    async with open_sender(deployment.settings) as sender:
        for ref in ("open", "gone"):
            await sender.send("intake", submission(ref), id=f"{ref}-1", source="crm", key="k")
        again = ReopenComplaint(complaint_id=open_id, reason="not_fixed", note=WORDS)
        await sender.send("routing", again, id="again", source="crm")
        await deployment.settled()
        assert len(await deployment.told(ComplaintRegistered)) == 2
        assert await holds_marker(deployment), "the test's own markers must be found before"
        withdraw = WithdrawComplaint(complaint_id=gone_id, reason="changed_mind", note=WORDS)
        await sender.send("routing", withdraw, id="w", source="crm")
        await sender.send("routing", resolved("open").model_copy(update={"explanation": WORDS}), id="too-early", source="crm")
        await deployment.settled()

        await sender.send("intake", EraseCustomer(request="r-1", customer=Customer(phone=PHONE)), id="e1", source="crm", key="k")
        await deployment.settled()
        assert [fact.message.complaint_id for fact in await deployment.told(ErasurePending)] == [open_id]
        assert {fact.message.complaint_id for fact in await deployment.told(DossierErased)} == {gone_id}
        await sender.send("intake", EraseCustomer(request="r-2", customer=Customer(phone=PHONE), now=True), id="e2", source="crm", key="k")
        await deployment.settled()
        assert {fact.message.complaint_id for fact in await deployment.told(DossierErased)} == {gone_id, open_id}

        for ref in ("open", "gone"):
            await sender.send("intake", submission(ref), id=f"{ref}-1", source="crm", key="k")       # the same command
            await sender.send("intake", submission(ref), id=f"{ref}-2", source="crm", key="k")       # the same ticket
        await deployment.settled()
        refused = [fact.message.reason for fact in await deployment.told(CommandRefused) if fact.message.command_type.startswith("intake")]
        assert refused == ["erased", "erased"]
        assert len(await deployment.told(ComplaintRegistered)) == 2
        await asyncio.sleep(1.5)
        await push_segments(deployment, sender, {partition_of(id, 12) for id in (open_id, gone_id)})

    async def is_clean() -> bool:
        found[:] = await holds_marker(deployment)
        return not found

    found: list[str] = []
    try:
        await until(is_clean, 90)
    finally:
        assert found == []


async def compact_soon(deployment: Deployment) -> None:
    """Compaction within seconds rather than days."""
    from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

    soon = {"segment.ms": "1000", "min.cleanable.dirty.ratio": "0.01", "delete.retention.ms": "100", "max.compaction.lag.ms": "1000",
            "cleanup.policy": "compact"}  # fmt: skip
    async with open_admin(deployment.settings) as admin:
        await admin.alter_configs([
            ConfigResource(ConfigResourceType.TOPIC, deployment.settings.topic(f"{name}.dossiers.v1"), soon) for name in NAMES
        ])  # fmt: skip


async def push_segments(deployment: Deployment, sender, partitions: set[int]) -> None:
    """Somebody else's dossier onto each partition: what is before it may be compacted."""
    for partition in partitions:
        ref = next(f"other-{n}" for n in range(999) if partition_of(complaint_id("crm", f"other-{n}"), 12) == partition)
        other = SubmitComplaint(source_ref=ref, channel="phone", kind="quality", customer=Customer(name="Somebody Else"))
        await sender.send("intake", other, id=ref, source="crm")
    await deployment.settled()


async def holds_marker(deployment: Deployment) -> list[str]:
    """Where any marker is: documents, journals, policies of every service; dossiers; events."""
    places = [where async for where, content in contents(deployment) if any(marker in content for marker in MARKERS)]
    return sorted(set(places))


async def contents(deployment: Deployment) -> AsyncIterator[tuple[str, bytes]]:
    for name in NAMES:
        for topic in (f"{name}.dossiers.v1", f"{name}.events.v1"):
            for record in await deployment.records(topic):
                yield topic, (record.value or b"") + (record.key or b"")
    with MongoClient(deployment.settings.mongodb_url.get_secret_value()) as client:
        for name in NAMES:
            database = client[deployment.settings.database(name)]
            for collection in database.list_collection_names():
                for row in database[collection].find_raw_batches():
                    yield f"{name}.{collection}", row
                for row in database[collection].find({}, {"journal": 1}):
                    for _, entry in unpacked(row.get("journal", {})):
                        yield f"{name}.{collection}", entry
