"""Law 8 on the real stack: what cannot be taken is dead with its reason, and harms no neighbour."""

import asyncio
import contextlib
import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from contracts.catalogue import OWNERS
from contracts.common import CommandRefused
from contracts.routing import ClockBreached, ComplaintResolved, ComplaintWithdrawn, WithdrawComplaint
from contracts.wire import Unreadable, read, write_command
from services.platform.chassis.clients import Sender, open_sender
from services.platform.kernel.record import Record, partition_of
from tests.contracts.poison import KEY, READ_TOPICS, SECRET, corpus
from tests.system.deployment import DEAD, Deployment, deploy, redress, until
from tests.system.sending import accepted, complaint, registered, resolved, tell

pytestmark = pytest.mark.system
FAULTY = ("-m", "tests.system.faulty")


def why(record: Record) -> str:
    return dict(record.headers)["redress-dead-reason"].decode()


def origin(record: Record) -> tuple[str, int, int]:
    told = {name: (value or b"").decode("utf-8", "replace") for name, value in record.headers}
    return told["redress-dead-topic"], int(told["redress-dead-partition"]), int(told["redress-dead-offset"])


def test_the_whole_corpus_on_every_topic_is_dead_with_the_right_reasons_and_all_neighbours_are_taken(stack, prefix):
    with deploy(stack, prefix, REDRESS_POLICIES="demo") as deployment:
        asyncio.run(poisoned(deployment))


async def poisoned(deployment: Deployment) -> None:
    expected: Counter = Counter()
    async with open_sender(deployment.settings) as sender:
        await neighbours(sender, 0)
        for topic in READ_TOPICS:
            for poison in corpus(topic):
                placed = await (await sender.put(topic, KEY, poison.value, poison.headers))
                for service in hearers(topic):
                    is_skipped = poison.reason == "unknown_type" and topic != f"{service}.commands.v1"
                    if poison.reason and not is_skipped:
                        expected[service, poison.reason, (placed.topic, placed.partition, placed.offset)] += 1
        await neighbours(sender, 100)
    await deployment.settled()
    found = Counter((r.topic.partition(".")[0], why(r), origin(r)) for r in await deployment.records(*DEAD))
    assert {*expected} - {*found} == set(), "not dead"
    assert {*found} - {*expected} == set(), "dead without a reason"
    for record in await deployment.records(*DEAD):
        added = [value for name, value in record.headers if name.startswith("redress-dead-")]
        assert not any(SECRET.encode() in value for value in added)
    done = {id async for id in resolved_complaints(deployment)}
    assert done == {complaint(f"P-{n}") for n in (*range(20), *range(100, 120))}
    logs = "".join(log.read_text("utf-8") for log in deployment.logs.glob("*.log"))
    assert SECRET not in logs and "Traceback" not in logs


async def resolved_complaints(deployment: Deployment) -> AsyncIterator[str]:
    """From a topic that holds poison, too."""
    for record in await deployment.records("routing.events.v1"):
        with contextlib.suppress(Unreadable):
            _, message = read(record.topic, record.value)
            if isinstance(message, ComplaintResolved):
                yield message.complaint_id


def hearers(topic: str) -> list[str]:
    owner, kind = topic.split(".")[:2]
    return [owner] if kind == "commands" else [name for name, other in OWNERS.items() if owner in other.hears]


async def neighbours(sender: Sender, first: int) -> None:
    for n in range(first, first + 20):
        ref = f"P-{n}"
        await tell(sender, "intake", registered(ref), ref)
        for command in (accepted(ref), resolved(ref)):
            await sender.send("routing", command, id=f"{type(command).__name__}-{n}", source="departments")


def test_a_wrong_key_is_dead_and_its_replay_is_re_keyed_and_a_repaired_record_works_once(stack, prefix, tmp_path):
    with deploy(stack, prefix, ["routing"], REDRESS_POLICIES="demo") as deployment:
        asyncio.run(repaired(deployment, tmp_path))


async def repaired(deployment: Deployment, tmp_path) -> None:
    withdraw = WithdrawComplaint(complaint_id=complaint("R-1"), reason="changed_mind")
    wire = write_command("routing", withdraw, id="w-1", source="crm")
    good_partition = partition_of(wire.key, 12)
    elsewhere = next(f"k{n}" for n in range(99) if partition_of(f"k{n}", 12) != good_partition)
    async with open_sender(deployment.settings) as sender:
        for n in (1, 2):
            await tell(sender, "intake", registered(f"R-{n}"), f"R-{n}")
        await (await sender.put("routing.commands.v1", elsewhere.encode(), wire.value, wire.headers))
        broken = write_command("routing", WithdrawComplaint(complaint_id=complaint("R-2"), reason="changed_mind"), id="w-2", source="crm")
        await (await sender.put("routing.commands.v1", broken.key.encode(), broken.value[:-1], broken.headers))
    await deployment.settled()
    dead = await deployment.records("routing.dlq.v1")
    assert sorted(map(why, dead)) == ["not_json", "wrong_key"]
    listed = redress(deployment.settings, "dead", "list")
    assert listed.returncode == 0, listed.stderr
    ids = {reason: re.search(rf"(routing\S*).*{reason}", listed.stdout)[1] for reason in ("not_json", "wrong_key")}

    (tmp_path / "body.json").write_bytes(broken.value)
    for _ in range(2):
        redress(deployment.settings, "dead", "replay", ids["wrong_key"])
        redress(deployment.settings, "dead", "replay", ids["not_json"], "--value", str(tmp_path / "body.json"))
    await deployment.settled()
    withdrawn = [fact.message.complaint_id for fact in await deployment.told(ComplaintWithdrawn)]
    assert sorted(withdrawn) == sorted([complaint("R-1"), complaint("R-2")])
    assert len([record for record in await deployment.records("routing.dlq.v1") if record.value]) == 2, "none died again"
    assert not await deployment.told(CommandRefused)
    assert "No open dead letters" in redress(deployment.settings, "dead", "list").stdout


def test_a_decide_that_raises_after_a_wake_leaves_the_document_to_the_next_record(stack, prefix):
    faults = {"FAULTY_DECIDE": "marked", "REDRESS_POLL_SECONDS": "60"}
    with deploy(stack, prefix, ["routing"], program=FAULTY, REDRESS_POLICIES="demo", **faults) as deployment:
        asyncio.run(raised(deployment))


async def raised(deployment: Deployment) -> None:
    """The breach is due, nobody polls; a crashing command must not take it along, the next command does."""
    async with open_sender(deployment.settings) as sender:
        await tell(sender, "intake", registered("C-1"), "C-1")
        await deployment.settled()
        await asyncio.sleep(32)                                       # the demo gives a department much less to accept
        crash = WithdrawComplaint(complaint_id=complaint("C-1"), reason="crash")
        await sender.send("routing", crash, id="crash", source="crm")
        await deployment.settled()
        assert [why(record) for record in await deployment.records("routing.dlq.v1")] == ["undecidable.ZeroDivisionError"]
        assert not await deployment.told(ClockBreached), "the crashing command's wakes are undone"
        await sender.send("routing", accepted("C-1"), id="accept", source="crm")
    await deployment.settled()
    [breached] = [fact for fact in await deployment.told(ClockBreached) if fact.message.clock == "acceptance"]
    assert breached.envelope.at == breached.message.breached_at < datetime.now(UTC)


def test_nothing_but_broken_json_does_not_stop_a_service_nothing_but_undecidable_messages_does(stack, prefix):
    with deploy(stack, prefix, ["routing"], program=FAULTY, REDRESS_POLICIES="demo", FAULTY_DECIDE="all") as deployment:
        asyncio.run(all_bad(deployment))


async def all_bad(deployment: Deployment) -> None:
    router = deployment.services.of("routing")
    async with open_sender(deployment.settings) as sender:
        await asyncio.gather(*[await sender.put("routing.commands.v1", b"k%d" % n, b"{", ()) for n in range(500)])
        await deployment.settled()
        assert router.running and len(await deployment.records("routing.dlq.v1")) == 500
        for n in range(30):
            await tell(sender, "intake", registered(f"U-{n}"), f"U-{n}")

    async def has_ended() -> bool:
        return not router.running

    await until(has_ended, 60)
    assert router.exit_code == 1 and "REDRESS_DEAD_LETTER_BREAKER" in router.log.read_text("utf-8")
    router.environment = {**router.environment, "REDRESS_DEAD_LETTER_BREAKER": "off"}
    router.start()
    await deployment.settled()
    assert len({origin(record) for record in await deployment.records("routing.dlq.v1")}) == 530
