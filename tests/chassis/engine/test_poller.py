"""Law 6: who is due is woken by a record, but never before all that was appended in time has been taken."""

from datetime import datetime, timedelta

from contracts.catalogue import PARTITIONS
from contracts.wire import read
from services.platform.chassis.poller import MOST, Poller
from services.platform.chassis.rows import new_row
from services.platform.kernel.record import partition_of
from tests.chassis.engine.memory import COMMANDS, EVENTS, Log, Process, Shelves, id_of, no_sleep, told
from tests.core.kernel.toy import ROUTING, SETTLE, TARGET, Report, Submit, Toggle

ONE = "00000000-0000-4000-8000-000000000001"
BREACH = TARGET + SETTLE + timedelta(seconds=1)


def poller_of(process: Process) -> Poller:
    member, log = process.member, process.log
    return Poller(ROUTING, process.shelves, member, member, process.committer, process.metrics, lambda: log.now, no_sleep)


def breached_at(log: Log) -> datetime:
    return next(read(EVENTS, record.value)[1].breached_at for record in log.all(EVENTS) if b"breached" in record.value)


async def test_a_document_without_traffic_is_woken_and_its_fact_has_the_instant_that_it_asked_for() -> None:
    log, start = Log(), Log().now
    process = Process(log, Shelves())
    log.put("routing", Submit(complaint_id=ONE), id_of(1))
    await process.take()
    log.now = start + BREACH - timedelta(milliseconds=1)
    assert await poller_of(process).look() == 0
    log.now = start + BREACH + timedelta(seconds=3)
    assert await poller_of(process).look() == 1
    await process.take()
    assert told(log) == ["Routed", "Breached"]
    assert breached_at(log) == start + BREACH
    assert process.count("wakes") == 1


async def test_nobody_is_woken_while_something_that_was_in_time_has_not_been_taken() -> None:
    log = Log()
    process = Process(log, Shelves())
    log.put("routing", Submit(complaint_id=ONE), id_of(1))
    await process.take()
    log.put("routing", Report(complaint_id=ONE), id_of(2), after=20)
    log.now += timedelta(hours=1)
    assert await poller_of(process).look() == 0
    await process.take()
    assert await poller_of(process).look() == 0
    assert told(log) == ["Routed", "Resolved"]


async def test_an_event_of_another_service_that_lags_holds_the_wake_back_too() -> None:
    log = Log()
    process = Process(log, Shelves())
    log.put("routing", Submit(complaint_id=ONE), id_of(1))
    await process.take()
    log.append("intake.events.v1", partition_of(ONE, PARTITIONS), b"k", b"{")
    log.now += timedelta(hours=1)
    assert await poller_of(process).look() == 0
    await process.take()
    assert await poller_of(process).look() == 1


async def test_what_was_taken_but_is_not_committed_holds_the_wake_back() -> None:
    log = Log()
    process = Process(log, Shelves())
    log.put("routing", Submit(complaint_id=ONE), id_of(1))
    await process.take()
    log.put("routing", Toggle(complaint_id=ONE), id_of(2))
    process.committer.take(process.member.fetch(10))
    log.now += timedelta(hours=1)
    assert await poller_of(process).look() == 0


async def test_many_that_are_due_are_woken_a_bounded_number_at_a_time_the_longest_due_first() -> None:
    log = Log()
    process = Process(log, Shelves())
    home = partition_of(ONE, PARTITIONS)
    ids = [id for n in range(6_000) if partition_of(id := f"00000000-0000-4000-9000-{n:012x}", PARTITIONS) == home]
    assert len(ids) > MOST
    for n, id in enumerate(reversed(ids)):
        log.put("routing", Submit(complaint_id=id), id_of(n), after=0.001)
    await process.take()
    log.now += timedelta(hours=1)
    assert await poller_of(process).look() == MOST
    woken = [record.key for record in log.records[COMMANDS, home] if b"routing.wake.v1" in (record.value or b"")]
    assert woken == [id.encode() for id in reversed(ids)][:MOST]


async def test_a_wake_sent_twice_is_ignored_the_second_time() -> None:
    log = Log()
    process = Process(log, Shelves())
    log.put("routing", Submit(complaint_id=ONE), id_of(1))
    await process.take()
    log.now += timedelta(hours=1)
    place = (COMMANDS, partition_of(ONE, PARTITIONS))
    await poller_of(process).look()
    twin = log.records[place][-1]
    log.append(*place, twin.key, twin.value, twin.headers)
    await process.take()
    assert told(log).count("Breached") == 1
    assert process.count("messages", type="routing.wake.v1", outcome="ignored") == 1
    assert not log.all("routing.dlq.v1")


async def test_a_parked_document_is_passed_by() -> None:
    log = Log()
    shelves = Shelves()
    process = Process(log, shelves)
    log.put("routing", Submit(complaint_id=ONE), id_of(1))
    await process.take()
    row = shelves.row(ONE)
    assert row["wake_at"] is not None
    (document,) = await shelves.load([ONE], [])
    document.parked = "ZeroDivisionError"
    assert new_row(document, shelves.practice)["wake_at"] is None
