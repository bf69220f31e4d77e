"""§1.4 on the real stack: two files are linked while two processes take in what comes under both names; then one name is forgotten."""

import asyncio
import json

import pytest
from pymongo import MongoClient

from contracts.catalogue import PARTITIONS
from contracts.common import CommandRefused
from contracts.ids import complaint_id
from contracts.intake import (
    ComplaintRegistered,
    ContactRepeated,
    Customer,
    CustomersLinked,
    DossierErased,
    EraseCustomer,
    LinkCustomers,
    Product,
    RepeatFactsChanged,
    SubmitComplaint,
)
from services.platform.chassis.clients import Sender, open_sender
from services.platform.kernel.record import partition_of
from tests.system.deployment import Deployment, deploy, redress

pytestmark = pytest.mark.system
OLD, NEW = Customer(name="周伯通marker", phone="+8613911112222"), Customer(name="周伯通marker", phone="+8613811112222")
CALLS = 60
KEYS = [next(f"k{n}" for n in range(999) if partition_of(f"k{n}", PARTITIONS) == partition) for partition in range(PARTITIONS)]
"""One for each partition: callers know nothing of files."""


def call(n: int, customer: Customer, order: str | None = None) -> SubmitComplaint:
    return SubmitComplaint(
        source_ref=f"T-{n}", channel="phone", kind="quality", customer=customer, narrative=f"markerwords {n} 又坏了",
        product=Product(order_no=order or f"marker-{n}"),
    )  # fmt: skip


def test_two_files_become_one_while_both_names_are_in_use(stack, prefix):
    with deploy(stack, prefix, ["intake"], {"intake": 2}) as deployment:
        asyncio.run(linked(deployment))


async def linked(deployment: Deployment) -> None:
    async with open_sender(deployment.settings) as sender:
        await submit(sender, call(1000, OLD, "the order"), call(1001, NEW, "the order"))
        await deployment.settled("intake")
        link = LinkCustomers(request="L", customer=OLD, into=NEW)
        for n in range(CALLS):
            await submit(sender, call(n, (OLD, NEW)[n % 2]), call(n // 2, NEW))
            if n == CALLS // 3:
                await sender.send("intake", link, id="link", source="crm", key="k")
        await deployment.settled("intake")
        registered = [fact.message.complaint_id for fact in await deployment.told(ComplaintRegistered)]
        refs = [*range(CALLS), 1000, 1001]
        assert sorted(registered) == sorted(complaint_id("crm", f"T-{n}") for n in refs)
        (gone,) = [fact.message for fact in await deployment.told(CustomersLinked)]
        assert complaint_id("crm", "T-1000") in gone.complaints
        related = {fact.message.complaint_id: fact.message.same_matter for fact in await deployment.told(RepeatFactsChanged)}
        assert complaint_id("crm", "T-1001") in related[complaint_id("crm", "T-1000")]
        assert {fact.message.reason for fact in await deployment.told(CommandRefused)} == {"already_registered"}

        await submit(sender, call(2000, OLD, "the order"))
        await deployment.settled("intake")
        (repeated,) = [fact.message for fact in await deployment.told(ContactRepeated)]
        assert repeated.customer == gone.into and repeated.complaint_id in related
        explained(deployment)

        await sender.send("intake", EraseCustomer(request="E", customer=OLD, now=True), id="erase", source="crm", key="e")
        await deployment.settled("intake")
        assert {fact.message.complaint_id for fact in await deployment.told(DossierErased)} == set(registered)
        assert held(deployment) == []
        assert await deployment.records("intake.dlq.v1") == []


async def submit(sender: Sender, *calls: SubmitComplaint) -> None:
    for n, each in enumerate(calls):
        key = KEYS[partition_of(f"{each.source_ref}{n}", PARTITIONS)]
        await sender.send("intake", each, id=f"{each.source_ref}-{each.customer.phone}-{n}", source="crm", key=key)


def explained(deployment: Deployment) -> None:
    """Law 11: each file is what its causes make it, and no file is expected any more."""
    audited = redress(deployment.settings, "audit", "--service", "intake")
    assert audited.returncode == 0, audited.stdout + audited.stderr
    with MongoClient(deployment.settings.mongodb_url.get_secret_value()) as client:
        files = [json.loads(row["state"]) for row in client[deployment.settings.database("intake")]["documents"].find()]
    assert len(files) == 2 and not any(file.get("expecting") or file.get("on_the_way") for file in files)


def held(deployment: Deployment) -> list[str]:
    """Where intake's database still has the customer."""
    with MongoClient(deployment.settings.mongodb_url.get_secret_value()) as client:
        database = client[deployment.settings.database("intake")]
        return [name for name in database.list_collection_names() for row in database[name].find_raw_batches() if b"marker" in row]
