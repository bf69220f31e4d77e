"""§1.4 in two processes with a store between them: files are linked while both names are in use, and a process is killed at any step."""

import asyncio
from random import Random

import pytest

from contracts.catalogue import PARTITIONS
from contracts.common import CommandRefused
from contracts.ids import complaint_id
from contracts.intake import (
    ComplaintRegistered,
    Customer,
    CustomersLinked,
    DossierErased,
    EraseCustomer,
    LinkCustomers,
    SubmissionMerged,
    SubmitComplaint,
)
from contracts.model import Command, Event
from contracts.wire import read, write_command
from services.intake import service
from services.intake.policy import IntakePolicy
from services.platform.chassis.dossiers import VERSION
from services.platform.kernel.record import Record
from services.platform.kernel.service import Practice
from tests.chassis.engine.memory import Log, Process, Shelves

INTAKE = Practice(service(b"a secret of sixteen bytes"), IntakePolicy())
COMMANDS, EVENTS, DEAD, DOSSIERS = (f"intake.{kind}.v1" for kind in ("commands", "events", "dlq", "dossiers"))
INPUTS = (COMMANDS, "routing.events.v1")
OLD, NEW, NEWEST = (Customer(name="王marker", phone=f"+861391234567{n}") for n in range(3))


def put(log: Log, partition: int, command: Command, id: str) -> None:
    wire = write_command("intake", command, id=id, source="crm", key="k")
    log.append(COMMANDS, partition, wire.key.encode(), wire.value, wire.headers)


def told(log: Log, kind: type[Event]) -> list[Event]:
    """Each once, whatever was published again."""
    read_ones = (read(record.topic, record.value) for record in log.all(EVENTS))
    return list({envelope.id: message for envelope, message in read_ones if type(message) is kind}.values())


def submission(n: int, customer: Customer) -> SubmitComplaint:
    return SubmitComplaint(
        source_ref=f"T-{n}", channel="phone", customer=customer, narrative="marker 又坏了。", product={"order_no": f"marker-{n}"}
    )


async def live(log: Log, shelves: Shelves, random: Random, kills: int) -> None:
    """Two processes share the partitions until all is committed; each may be killed at any point, and another takes its place."""

    async def run(places: list[tuple[str, int]], left: int) -> None:
        while not is_done(log):
            stops = iter([random.randrange(1, 25)] if left else [])
            try:
                await serve(places, next(stops, 0))
            except asyncio.CancelledError:
                left -= 1

    async def serve(places: list[tuple[str, int]], steps: int) -> None:
        """With `steps`: killed after so many."""
        taken = 0

        async def point(name: str) -> None:
            nonlocal taken
            taken += 1
            await asyncio.sleep(0)
            if taken == steps:
                raise asyncio.CancelledError

        process = Process(log, shelves, places, practice=INTAKE, points=point, turn=lambda: asyncio.sleep(0))
        try:
            while not is_done(log):
                await process.take(random.randint(1, 4))
                await asyncio.sleep(0)
        finally:
            if delivery := process.loop._delivery:
                delivery.cancel()
                await asyncio.gather(delivery, return_exceptions=True)

    halves = [[(topic, p) for topic in INPUTS for p in range(PARTITIONS) if p % 2 == half] for half in (0, 1)]
    await asyncio.gather(*(run(places, kills) for places in halves))


def is_done(log: Log) -> bool:
    return all(log.committed[topic, p] == len(log.records[topic, p]) for topic in INPUTS for p in range(PARTITIONS))


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_is_killed_every_submission_is_one_complaint_and_the_erasure_forgets_all(seed: int) -> None:
    random, log, shelves = Random(seed), Log(), Shelves(INTAKE)
    for n in range(12):
        put(log, random.randrange(PARTITIONS), submission(n % 10, random.choice((OLD, NEW))), f"s{n}")
        if n in (4, 6, 9):
            chain = LinkCustomers(request="L", customer=NEW if n == 9 else OLD, into=NEWEST if n == 9 else NEW)
            put(log, random.randrange(PARTITIONS), chain, f"l{n}")
    await live(log, shelves, random, kills=6)
    assert log.all(DEAD) == [] and len(told(log, CustomersLinked)) in (1, 2), "the second link may find the first one under way"
    registered = [event.complaint_id for event in told(log, ComplaintRegistered)]
    assert sorted(registered) == sorted(complaint_id("crm", f"T-{n}") for n in range(10)) and told(log, SubmissionMerged) == []
    assert {event.reason for event in told(log, CommandRefused)} <= {"already_registered", "being_linked", "same_customer"}
    assert open_dossiers(log) == set(registered)

    put(log, 0, EraseCustomer(request="E", customer=random.choice((OLD, NEW)), now=True), "e")
    await live(log, shelves, random, kills=2)
    assert {event.complaint_id for event in told(log, DossierErased)} == set(registered) and open_dossiers(log) == set()
    assert not any(b"marker" in row for row in shelves.rows.values())


def open_dossiers(log: Log) -> set[str]:
    """After compaction: the last word on each complaint, which is the one of the highest version too."""
    lines: dict[str, list[tuple[int, bytes | None]]] = {}
    for record in log.all(DOSSIERS):
        lines.setdefault((record.key or b"").decode(), []).append((int(dict(record.headers)[VERSION]), record.value))
    assert all(line[-1][0] == max(line)[0] for line in ([(v, b"") for v, _ in each] for each in lines.values()))
    return {key for key, line in lines.items() if line[-1][1] is not None}


async def test_of_two_complaints_with_one_reference_number_the_second_is_dead_and_its_neighbours_are_handled() -> None:
    """A number has 60 bits; this pair was searched for."""
    log, shelves = Log(), Shelves(INTAKE)
    first, second, other, known = (submission(n, customer) for n, customer in enumerate((OLD, NEW, NEWEST, NEW)))
    put(log, 0, known, "known")
    put(log, 0, first.model_copy(update={"source_ref": "T-38bdc83edb5a1ff"}), "first")
    await Process(log, shelves, practice=INTAKE).take()
    put(log, 0, second.model_copy(update={"source_ref": "T-66eb0089b175eff"}), "second")
    put(log, 0, other, "other")
    for _ in range(2):
        await Process(log, shelves, practice=INTAKE).take()
        assert [dict(letter.headers)["redress-dead-reason"] for letter in log.all(DEAD)] == [b"name_taken"] * len(log.all(DEAD))
        assert len(told(log, ComplaintRegistered)) == 3 and is_done(log)
        put(log, 0, second.model_copy(update={"source_ref": "T-66eb0089b175eff"}), "second")
    assert len(log.all(DEAD)) == 2, "delivered again it is answered again"


@pytest.mark.parametrize("is_settled", [True, False])
async def test_law10_the_dossier_of_a_process_that_was_frozen_while_its_complaint_went_over_is_not_the_last_word(is_settled: bool) -> None:
    log, shelves = Log(), Shelves(INTAKE)
    go_on, has_stored = asyncio.Event(), asyncio.Event()

    async def frozen(point: str) -> None:
        if point == "stored":
            has_stored.set()
            await go_on.wait()

    slow = Process(log, shelves, [(COMMANDS, 0)], practice=INTAKE, points=frozen)
    put(log, 0, submission(1, OLD), "m1")
    taking = asyncio.create_task(slow.take())
    await has_stored.wait()
    put(log, 1, LinkCustomers(request="L", customer=OLD, into=NEW), "m2")
    quick = Process(log, shelves, [(COMMANDS, p) for p in range(1, PARTITIONS)], practice=INTAKE)
    if not is_settled:
        hold_back(quick, b"forget_file")
    for _ in range(4):
        await quick.take()
    put(log, 1, submission(1, NEW).model_copy(update={"source_ref": "again", "narrative": "later words"}), "m3")
    await quick.take()
    there = log.all(DOSSIERS)[-1].value
    assert there and b"later words" in there
    go_on.set()
    await taking
    line = [record.value for record in log.all(DOSSIERS) if record.key == complaint_id("crm", "T-1").encode()]
    assert line.count(there) == 2 and line[-1] == there and len(line) > 3


def hold_back(process: Process, mark: bytes) -> None:
    """It comes to no record with this mark."""
    fetch = process.member.fetch

    def fetch_without(most: int) -> list[Record]:
        found = fetch(most)
        for record in found:
            if mark in (record.value or b""):
                place = record.topic, record.partition
                process.member.positions[place] = min(process.member.positions[place], record.offset)
        return [record for record in found if mark not in (record.value or b"")]

    process.member.fetch = fetch_without  # type: ignore[method-assign]
