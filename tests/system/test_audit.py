"""Law 11 on the real stack: after kills and under new rules every document is what its causes make it; what was tampered with is named."""

import asyncio
import json
import random
import shutil
from pathlib import Path

import pytest
from pymongo import MongoClient

from contracts.ids import complaint_id, reference_number
from contracts.intake import Customer, SubmitComplaint
from contracts.wire import read
from services.platform.chassis.clients import Sender, open_sender
from services.platform.chassis.policies import find_set
from tests.system.deployment import Deployment, deploy, redress
from tests.system.hurried import change
from tests.system.test_kill import FAULTY, commands, tended

pytestmark = pytest.mark.system


def test_all_that_killed_services_keep_and_say_under_two_sets_of_rules_is_equal_to_its_fold_and_a_forgery_is_not(stack, prefix, tmp_path):
    rng, later = random.Random(11), tmp_path / "later"
    shutil.copytree(find_set("demo"), later)
    change(later, "routing", ageing={"after_seconds": [3, 6], "at_most": 1})
    with deploy(stack, prefix, replicas={"routing": 2}, program=FAULTY, wait=False, REDRESS_POLICIES="demo", FAULTY_DEATH="0.04") as d:
        asyncio.run(killed_under_two_policies(d, rng, later))
        equal(d)
        asyncio.run(forged(d))


async def killed_under_two_policies(deployment: Deployment, rng: random.Random, later: Path) -> None:
    async with open_sender(deployment.settings) as sender, tended(deployment) as deaths:
        n = 0
        while deaths.total() < 6 or n < 60:
            await submit(sender, n, rng)
            n += 1
            await asyncio.sleep(0.1)
    for process in deployment.services:
        process.kill()
        process.environment = {**process.environment, "FAULTY_DEATH": "0", "REDRESS_POLICIES": str(later)}
        process.start()
    async with open_sender(deployment.settings) as sender:
        for more in range(n, n + 15):
            await submit(sender, more, rng)
    equal_so_far = redress(deployment.settings, "audit")
    assert equal_so_far.returncode == 0, equal_so_far.stdout + equal_so_far.stderr
    await deployment.settled()


async def submit(sender: Sender, n: int, rng: random.Random) -> None:
    ref = f"F-{n}"
    phone = f"+86138000{n // 2:05d}" if rng.random() < 0.8 else None
    command = SubmitComplaint(source_ref=ref, channel="phone", kind="quality", customer=Customer(phone=phone), narrative="它又坏了。")
    sent = [await sender.post("intake", command, id=ref, source="crm")]
    sent += [await sender.post("routing", each, id=f"{ref}/{step}", source="departments") for step, each in enumerate(commands(ref, rng))]
    await asyncio.gather(*sent)


def equal(deployment: Deployment) -> None:
    for process in deployment.services:
        process.stop()
    audited = redress(deployment.settings, "audit")
    assert audited.returncode == 0, audited.stdout + audited.stderr
    assert "not folded" not in audited.stdout and "folded in part" not in audited.stdout


async def forged(deployment: Deployment) -> None:
    """One complaint is of another priority than its causes say, and one that nobody withdrew is said to be withdrawn."""
    changed, withdrawn = complaint_id("crm", "F-1"), complaint_id("crm", "F-2")
    with MongoClient(deployment.settings.mongodb_url.get_secret_value()) as client:
        rows = client[deployment.settings.database("routing")]["documents"]
        state = json.loads(rows.find_one({"_id": changed})["state"])
        other = json.dumps(state | {"priority": 1}, separators=(",", ":"), ensure_ascii=False)
        rows.update_one({"_id": changed}, {"$set": {"state": other}, "$inc": {"version": 1, "expected": 1}})
    word = next(record for record in await deployment.records("routing.events.v1") if is_first_of(record, withdrawn))
    async with open_sender(deployment.settings) as sender:
        value = word.value.replace(b"complaint_routed", b"complaint_withdrawn")
        place = await (await sender.put("routing.events.v1", word.key, value, word.headers))
    audited = redress(deployment.settings, "audit", "--service", "routing")
    assert audited.returncode == 1, audited.stdout + audited.stderr
    assert f"routing {changed}: state.priority: " in audited.stdout
    assert f"routing routing.events.v1 {place.partition}/{place.offset}: routing.complaint_withdrawn.v1" in audited.stdout
    assert audited.stdout.count("found") == 2
    alone = redress(deployment.settings, "audit", reference_number(changed))
    assert alone.returncode == 1 and alone.stdout.count("found") == 1 and f"routing {changed}: state.priority: " in alone.stdout
    other = redress(deployment.settings, "audit", complaint_id("crm", "F-3"))
    assert other.returncode == 0, other.stdout + other.stderr


def is_first_of(record, complaint: str) -> bool:
    envelope, message = read(record.topic, record.value)
    return envelope.type == "routing.complaint_routed.v1" and message.complaint_id == complaint and envelope.seq == 1
