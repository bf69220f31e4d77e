"""Law 3 on the real stack: whatever is killed, every fact comes out as the pure run of the same log says."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from contracts.catalogue import PARTITIONS
from contracts.common import Wake
from contracts.ids import complaint_id, derived_id, reference_number
from contracts.intake import Classes, ComplaintRegistered, Reachable
from contracts.model import Staff, cut
from contracts.routing import AcceptWork, ReportProgress, ReportResolution, WithdrawComplaint
from contracts.wire import Unreadable, read, write_event
from services.platform.chassis.clients import Sender, open_sender
from services.platform.chassis.policies import practice
from services.platform.chassis.store import Store
from services.platform.kernel.record import Record
from services.platform.kernel.run import Run
from services.routing import SERVICE as ROUTING
from tests.system.deployment import Deployment, deploy, until

pytestmark = pytest.mark.system

FAULTY = ("-m", "tests.system.faulty")
DEATHS = 20
BY = Staff(staff="s1", role="agent", department="quality")


@asynccontextmanager
async def tended(deployment: Deployment) -> AsyncIterator[Counter]:
    """Whoever dies is started again; counts the deaths."""
    deaths: Counter = Counter()

    async def tend() -> None:
        while True:
            for process in deployment.services:
                if not process.running:
                    assert process.exit_code == -9, f"{process.name} ended by itself with {process.exit_code}: see {process.log}"
                    deaths[process.name] += 1
                    process.start()
            await asyncio.sleep(0.1)

    task = asyncio.create_task(tend())
    try:
        yield deaths
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def registered(sender: Sender, ref: str) -> None:
    """Intake's word that a complaint has come."""
    id = complaint_id("crm", ref)
    event = ComplaintRegistered(
        complaint_id=id, customer=f"c-{ref}", source="crm", source_ref=ref, reference=reference_number(id), channel="phone",
        classes=Classes(kind="quality"), reachable=Reachable(), first_answer_due=datetime.now(UTC), acknowledgement="ack.en", policy="p@1",
    )  # fmt: skip
    value, headers = write_event("intake", event, id=derived_id("test", ref), at=cut(datetime.now(UTC)), seq=1, cause=derived_id("x", ref))
    await (await sender.put("intake.events.v1", id.encode(), value, headers))


def commands(ref: str, rng: random.Random) -> list[object]:
    """A life of one complaint, with what should not be in it."""
    id, work = complaint_id("crm", ref), "1-quality"
    life = [
        AcceptWork(complaint_id=id, work=work, by=BY),
        ReportProgress(complaint_id=id, work=work, is_told_to_customer=True, by=BY),
        ReportResolution(complaint_id=id, work=work, finding="upheld", cause_code="worn_part", no_action_because="single_case",
                         answer_parts=("acknowledgement", "apology", "explanation", "prevention"), by=BY),
    ]  # fmt: skip
    return rng.choice([life, life, life[:2], [*life, life[0]], [*life[:1], WithdrawComplaint(complaint_id=id, reason="changed_mind")]])


async def feed(sender: Sender, rng: random.Random, first: int, many: int) -> None:
    """Complaints with commands before and after their opener, twice, under a taken id, and with poison in between."""
    sent = []
    for n in range(first, first + many):
        ref = f"K-{n}"
        is_early = rng.random() < 0.3
        if not is_early:
            await registered(sender, ref)
        for step, command in enumerate(commands(ref, rng)):
            id = f"{ref}/{step}"
            for _ in range(1 + (rng.random() < 0.15)):
                sent.append(await sender.post("routing", command, id=id, source="departments"))
            if rng.random() < 0.05:
                forged = WithdrawComplaint(complaint_id=command.complaint_id, reason="forged")
                sent.append(await sender.post("routing", forged, id=id, source="departments"))
        if is_early:
            await registered(sender, ref)
        if rng.random() < 0.1:
            sent.append(await sender.put("routing.commands.v1", complaint_id("crm", ref).encode(), b"{poison", (("h", None),)))
    await asyncio.gather(*sent)


def pure_run(log: list[Record], deployment: Deployment, until_now: datetime) -> dict[str, bytes]:
    """What the kernel says to the same log; its own wakes come from itself."""
    settings = deployment.settings.model_copy(update={"policies": "demo"})
    run = Run([practice(ROUTING, settings)])
    for record in sorted(log, key=lambda r: (r.appended, r.topic, r.offset)):
        try:
            _, message = read(record.topic, record.value)
        except Unreadable:
            continue
        if not isinstance(message, Wake):
            run.put(record.topic, record.key.decode(), record.value, at=record.appended, headers=record.headers)
    run.until(until_now)
    said = (record for record in run.log if record.topic == "routing.events.v1")
    return {read(record.topic, record.value)[0].id: record.value for record in said}


def test_twenty_kills_of_three_routers_change_no_fact(stack, prefix):
    rng = random.Random(7)
    with deploy(stack, prefix, ["routing"], {"routing": 3}, program=FAULTY, wait=False, REDRESS_POLICIES="demo", FAULTY_DEATH="0.06") as d:
        asyncio.run(killed_and_compared(d, rng))


async def killed_and_compared(deployment: Deployment, rng: random.Random) -> None:
    fed = 0
    async with open_sender(deployment.settings) as sender, tended(deployment) as deaths:
        while deaths.total() < DEATHS or fed < 300:
            await feed(sender, rng, fed, 12)
            fed += 12
            await asyncio.sleep(0.5)
    for process in deployment.services:
        process.kill()
        process.environment = {**process.environment, "FAULTY_DEATH": "0"}
        process.start()
    until_now = datetime.now(UTC)
    await settled_for_good(deployment, until_now)
    facts = await deployment.facts("routing")
    log = await deployment.records("routing.commands.v1", "intake.events.v1")
    expected = pure_run(log, deployment, until_now)
    said: dict[str, bytes] = {}
    for fact in facts:
        assert said.setdefault(fact.envelope.id, fact.record.value) == fact.record.value, f"{fact.name} was said again in other words"
    said = {id: value for id, value in said.items() if read("routing.events.v1", value)[0].at <= until_now}
    assert {*expected} - {*said} == set(), "missing"
    assert {*said} - {*expected} == set(), "unexpected"
    assert said == expected
    assert in_order(facts), "answers of one complaint left out of order"
    dead = [dict(record.headers) for record in await deployment.records("routing.dlq.v1")]
    places = {(headers["redress-dead-partition"], headers["redress-dead-offset"]) for headers in dead}
    sent = [record for record in log if record.value == b"{poison"]
    assert len(places) == len(sent) > 0


async def settled_for_good(deployment: Deployment, instant: datetime) -> None:
    """No lag, and nothing is still to be woken that was due by this instant."""
    store = Store(deployment.settings, practice(ROUTING, deployment.settings))

    async def is_quiet() -> bool:
        return await deployment.behind("routing") == 0 and not await store.has_due(instant, range(PARTITIONS))

    try:
        await until(is_quiet)
    finally:
        store.close()


def in_order(facts: list) -> bool:
    """Each first appearance of a complaint's answers follows `seq` without a gap."""
    reached: Counter = Counter()
    for fact in facts:
        complaint = fact.message.complaint_id
        if fact.envelope.seq > reached[complaint] + 1:
            return False
        reached[complaint] = max(reached[complaint], fact.envelope.seq)
    return True
