"""One process, step by step: what is read, loaded, decided, stored, published - and what is dead."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.catalogue import PARTITIONS
from contracts.model import Part
from contracts.wire import read, write_event
from services.platform.chassis.errors import BreakerTripped, Oversized, StoreFailed
from services.platform.chassis.publication import HASH, SIZE
from services.platform.chassis.rows import document_of
from services.platform.chassis.store import Saved, Write
from services.platform.kernel.record import partition_of
from services.platform.kernel.service import Cause, Decision, Policy
from tests.chassis.engine.memory import COMMANDS, DEAD, EVENTS, Log, Process, Shelves
from tests.core.kernel.toy import ROUTING, TOY, Called, Crash, Erased, Hide, Jolted, Report, Submit, Toggle
from tests.core.kernel.toy import decide as toy_decide

ONE, OTHER = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
DOSSIERS = "routing.dossiers.v1"


def id_of(n: int) -> str:
    return f"{n:08x}-0000-4000-8000-000000000000"


def told(log: Log) -> list[str]:
    return [type(read(EVENTS, record.value)[1]).__name__ for record in log.all(EVENTS)]


def reasons(log: Log) -> list[str]:
    return [dict(record.headers)["redress-dead-reason"].decode() for record in log.all(DEAD)]


async def test_how_far_the_brokers_clock_is_ahead_is_told_of_each_batch() -> None:
    log = Log()
    log.now = datetime.now(UTC) - timedelta(seconds=5)
    for n in range(2):
        log.put("routing", Submit(complaint_id=ONE), id_of(n), after=20)
    process = Process(log, Shelves())
    await process.take()
    assert 30 < process.metrics.registry.get_sample_value("redress_clock_skew_seconds", {"service": "routing"}) <= 35


@pytest.mark.parametrize(("as_appended", "dead"), [(False, []), (True, ["undecidable.ZeroDivisionError"])])
async def test_a_batch_is_put_in_order_by_its_instants_unless_it_is_taken_once_more(as_appended: bool, dead: list[str]) -> None:
    """A jolt after a toggle dies.  This one was said before the toggle, and appended after it."""
    log = Log()
    log.put("routing", Submit(complaint_id=ONE), id_of(1))
    toggle = log.put("routing", Toggle(complaint_id=ONE), id_of(2), after=2)
    said = log.now - timedelta(seconds=1)
    value, headers = write_event("callback", Jolted(complaint_id=ONE), id=id_of(3), at=said, seq=1, cause=id_of(3))
    log.now += timedelta(seconds=2)
    jolt = log.append("callback.events.v1", toggle.partition, toggle.key, value, headers)
    process = Process(log, Shelves())
    await process.loop.handle([log.all(COMMANDS)[0], toggle, jolt], as_appended)
    await process.loop.drain()
    assert reasons(log) == dead


# -- dead letters ---------------------------------------------------------------------------------------------------------------------


async def test_records_that_nobody_can_read_are_dead_with_their_bytes_and_their_neighbours_are_handled() -> None:
    log, partition = Log(), partition_of(ONE, PARTITIONS)
    log.put("routing", Submit(complaint_id=ONE), id_of(1))
    for value in (b"{", b"", None, b"[1]", b"\xff", b'{"type":"routing.unheard_of.v1"}', b'{"a":' + b"9" * 5_000 + b"}", b"[" * 100_000):
        log.append(COMMANDS, partition, b"any", value, [("reply_to", b"elsewhere"), ("x", b"\xff")])
    log.put("routing", Report(complaint_id=ONE), id_of(2))
    process = Process(log, Shelves())
    await process.take()
    assert told(log) == ["Routed", "Resolved"]
    assert sorted(reasons(log)) == sorted(["not_json"] * 4 + ["empty"] * 2 + ["not_an_object", "unknown_type"])
    letters = {record.value for record in log.all(DEAD)}
    assert {b"{", None, b"[1]", b"\xff"} <= letters
    assert all(record.key == b"any" and ("reply_to", b"elsewhere") in record.headers for record in log.all(DEAD))
    assert process.count("messages", type="unknown", outcome="dead") == 8


async def test_what_a_document_has_no_room_for_is_dead_and_changes_nothing_however_often_it_is_sent() -> None:
    log, shelves = Log(), Shelves()
    log.put("routing", Submit(complaint_id=ONE), id_of(1))
    log.put("routing", Toggle(complaint_id=ONE), id_of(2))
    log.put("routing", Report(complaint_id=ONE), id_of(3))
    full = replace(TOY, limits=replace(TOY.limits, document_bytes=700, ceiling_bytes=700))
    process = Process(log, shelves, practice=full)
    for times in (1, 2):
        await process.take()
        assert told(log) == ["Routed", "Toggled"] and len(shelves.row(ONE)["journal"]) == 2
        assert process.count("messages", type="routing.report.v1", outcome="dead") == times
        assert process.count("dead_letters", reason="document_full") == times
        assert reasons(log) == ["document_full"] * times
        log.put("routing", Report(complaint_id=ONE), id_of(3))


async def test_a_command_in_another_partition_than_its_complaints_is_dead() -> None:
    log = Log()
    right = log.put("routing", Submit(complaint_id=ONE), id_of(1))
    log.append(COMMANDS, (right.partition + 1) % PARTITIONS, right.key, right.value, right.headers)
    await Process(log, Shelves()).take()
    assert reasons(log) == ["wrong_key"]
    assert told(log) == ["Routed"]


async def test_an_event_of_a_later_versions_type_is_skipped_and_counted() -> None:
    log = Log()
    log.append("callback.events.v1", 0, b"k", b'{"type":"callback.from_the_future.v1"}', [("ce_type", b"callback.from_the_future.v1")])
    process = Process(log, Shelves())
    await process.take()
    assert not log.all(DEAD)
    assert process.count("messages", type="unknown", outcome="skipped") == 1
    assert log.committed["callback.events.v1", 0] == 1


async def test_a_dead_letter_that_its_topic_would_not_take_goes_as_a_reference() -> None:
    log = Log()
    log.append(COMMANDS, 3, b"k", b"x" * 3 * 1024 * 1024, [("h", b"1")])
    await Process(log, Shelves()).take()
    letter = log.all(DEAD)[0]
    headers = dict(letter.headers)
    assert (letter.key, letter.value) == (None, None)
    assert (headers["redress-dead-reason"], headers["redress-dead-offset"]) == (b"too_large", b"0")
    assert int(headers[SIZE]) == 3 * 1024 * 1024
    assert len(headers[HASH]) == 64


async def test_broken_records_never_stop_a_service() -> None:
    log = Log()
    for n in range(300):
        log.append(COMMANDS, n % PARTITIONS, b"k", b"not json")
    await Process(log, Shelves()).take(50)
    assert len(log.all(DEAD)) == 300


async def test_messages_that_crash_our_code_stop_the_service_and_stay_on_the_topic() -> None:
    log, shelves = Log(), Shelves()
    log.put("routing", Submit(complaint_id=ONE), id_of(0))
    await Process(log, shelves).take()
    for n in range(1, 40):
        log.put("routing", Crash(complaint_id=ONE), id_of(n))
    process = Process(log, shelves)
    with pytest.raises(BreakerTripped, match="39 of the last 39 messages"):
        await process.take()
    assert not log.all(DEAD)
    assert log.committed[COMMANDS, partition_of(ONE, PARTITIONS)] == 1


async def test_with_the_breaker_off_they_go_to_the_dead_letters() -> None:
    log = Log()
    log.put("routing", Submit(complaint_id=ONE), id_of(0))
    for n in range(1, 40):
        log.put("routing", Crash(complaint_id=ONE), id_of(n))
    await Process(log, Shelves(), breaker=False).take()
    assert reasons(log) == ["undecidable.ZeroDivisionError"] * 39


# -- law 9: what cannot be stored -----------------------------------------------------------------------------------------------------


class Unstorable(Shelves):
    """Refuses any document that has so many entries, and is odd: as a database refuses what it cannot hold."""

    async def save(self, writes: Sequence[Write]) -> Saved:
        bad = [write for write in writes if write.after.state and write.after.state.odd]
        saved = await super().save([write for write in writes if write not in bad])
        return Saved(saved.conflicts, {write.before.id: ValueError("too odd") for write in bad})


async def test_a_message_that_makes_its_document_unstorable_is_dead_and_nobody_else_suffers() -> None:
    log, shelves = Log(), Unstorable()
    log.put("routing", Submit(complaint_id=ONE), id_of(1))
    log.put("routing", Submit(complaint_id=OTHER), id_of(2))
    log.put("routing", Toggle(complaint_id=ONE), id_of(3))
    log.put("routing", Report(complaint_id=ONE), id_of(4))
    log.put("routing", Report(complaint_id=OTHER), id_of(5))
    await Process(log, shelves).take()
    assert reasons(log) == ["undecidable.ValueError"]
    assert sorted(told(log)) == ["Resolved", "Resolved", "Routed", "Routed"]
    assert all(log.committed[place] == len(line) for place, line in log.records.items() if place[0] == COMMANDS)


async def test_what_cannot_even_be_a_dead_letter_ends_the_process() -> None:
    class Full(Shelves):
        async def save(self, writes: Sequence[Write]) -> Saved:
            return Saved(frozenset(), {write.before.id: OSError("disk full") for write in writes})

    log = Log()
    log.put("routing", Submit(complaint_id=ONE), id_of(1))
    with pytest.raises(StoreFailed, match="takes neither a document nor a dead letter"):
        await Process(log, Full()).take()
    assert not any(log.committed.values())


async def test_where_a_document_is_too_large_even_for_a_dead_letter_that_letter_is_not_stored_and_its_neighbours_are_handled() -> None:
    class Small(Shelves):
        async def save(self, writes: Sequence[Write]) -> Saved:
            too_large = [write.before.id for write in writes if write.before.id == ONE and write.before.version]
            saved = await super().save([write for write in writes if write.before.id not in too_large])
            return saved._replace(poison=saved.poison | {id: Oversized() for id in too_large})

    log = Log()
    for n, (id, message) in enumerate(((ONE, Submit), (OTHER, Submit))):
        log.put("routing", message(complaint_id=id), id_of(n))
    shelves = Small()
    process = Process(log, shelves)
    await process.take()
    for n, id in enumerate((ONE, OTHER), 2):
        log.put("routing", Report(complaint_id=id), id_of(n))
    await process.take()
    assert sorted(told(log)) == ["Resolved", "Routed", "Routed"] and reasons(log) == ["document_full"]
    assert shelves.row(ONE)["version"] == 1 and all(log.committed[place] == len(log.records[place]) for place in log.committed)


# -- conflicts, repeats, tails --------------------------------------------------------------------------------------------------------


async def test_who_loses_against_another_process_decides_again_on_what_that_one_stored() -> None:
    class Raced(Shelves):
        """Before our first write another process makes its own."""

        async def save(self, writes: Sequence[Write]) -> Saved:
            if not self.rows:
                other = Shelves()
                other.rows = self.rows
                await Process(elsewhere, other).take()
            return await super().save(writes)

    log, elsewhere = Log(), Log()
    for each in (log, elsewhere):
        each.put("routing", Submit(complaint_id=ONE), id_of(1))
    log.put("routing", Report(complaint_id=ONE), id_of(2))
    log.put("routing", Submit(complaint_id=OTHER), id_of(3))
    process = Process(log, Raced())
    await process.take()
    assert process.count("conflicts") == 1
    assert sorted(told(log)) == ["Resolved", "Routed", "Routed"]
    assert elsewhere.all(EVENTS)[0].value in {record.value for record in log.all(EVENTS)}


async def test_a_repeat_is_answered_again_byte_for_byte_and_stores_nothing() -> None:
    log, shelves = Log(), Shelves()
    log.put("routing", Submit(complaint_id=ONE), id_of(1))
    log.put("routing", Report(complaint_id=ONE), id_of(2))
    await Process(log, shelves).take()
    before = shelves.rows[ONE]
    log.put("routing", Submit(complaint_id=ONE), id_of(1))
    process = Process(log, shelves)
    await process.take()
    first, second, *again = [record.value for record in log.all(EVENTS)]
    assert again == [first, second]
    assert shelves.rows[ONE] == before
    assert process.count("repeats") == 1


async def test_another_processs_last_answers_go_before_anything_newer_once() -> None:
    log, shelves = Log(), Shelves()
    log.put("routing", Submit(complaint_id=ONE), id_of(1))
    await Process(log, shelves).take()
    process = Process(log, shelves)
    log.put("routing", Toggle(complaint_id=ONE), id_of(2))
    await process.take()
    log.put("routing", Toggle(complaint_id=ONE), id_of(3))
    await process.take()
    assert told(log) == ["Routed", "Routed", "Toggled", "Toggled"]


async def test_the_journal_is_loaded_for_repeats_only_and_else_the_tail_and_each_entry_once_to_be_packed() -> None:
    log, shelves = Log(), Shelves()
    log.put("routing", Submit(complaint_id=ONE), id_of(0))
    process = Process(log, shelves)
    for n in range(1, 101):
        log.put("routing", Toggle(complaint_id=ONE), id_of(n))
        if n % 10 == 0:
            await process.take()
    assert sum(shelves.loads) == document_of(shelves.row(ONE), TOY.service).packed == 80
    shelves.loads.clear()
    log.put("routing", Toggle(complaint_id=ONE), id_of(101))
    await Process(log, shelves).take()
    assert shelves.loads == [10]
    log.put("routing", Toggle(complaint_id=ONE), id_of(5))
    await Process(log, shelves).take()
    assert shelves.loads == [10, 102]


# -- law 10: dossiers and erasure -----------------------------------------------------------------------------------------------------


class Secret(Part):
    secret: str


def dossiers(case: Any) -> dict[str, Secret | None]:
    return {ONE: None if case.secret is None else Secret(secret=case.secret)}


SECRETIVE = replace(TOY, service=replace(ROUTING, dossiers=dossiers))


def published_dossiers(log: Log) -> list[tuple[bytes | None, bytes | None, bytes]]:
    return [(record.key, record.value, dict(record.headers)["redress-version"]) for record in log.all(DOSSIERS)]


async def test_a_dossier_is_published_when_it_changes_and_a_tombstone_when_it_goes() -> None:
    log, shelves = Log(), Shelves(SECRETIVE)
    process = Process(log, shelves, practice=SECRETIVE)
    for message in (Submit(complaint_id=ONE), Hide(complaint_id=ONE, secret="王小明"), Toggle(complaint_id=ONE)):
        log.put("routing", message, id_of(len(log.all(COMMANDS))))
        await process.take()
    log.put("intake", Erased(complaint_id=ONE), id_of(9))
    await process.take()
    key = ONE.encode()
    assert published_dossiers(log) == [(key, None, b"1"), (key, '{"secret":"王小明"}'.encode(), b"2"), (key, None, b"4")]


async def test_on_a_repeat_the_present_dossier_is_published_with_its_version() -> None:
    log, shelves = Log(), Shelves(SECRETIVE)
    process = Process(log, shelves, practice=SECRETIVE)
    for n, message in enumerate((Submit(complaint_id=ONE), Hide(complaint_id=ONE, secret="old"), Hide(complaint_id=ONE, secret="new"))):
        log.put("routing", message, id_of(n))
        await process.take()
    log.put("routing", Hide(complaint_id=ONE, secret="old"), id_of(1))
    await process.take()
    assert published_dossiers(log)[-1] == (ONE.encode(), b'{"secret":"new"}', b"3")


async def test_after_an_erasure_no_row_holds_the_marker_not_even_in_a_dead_letter_or_a_snapshot() -> None:
    def decide(case: Any, cause: Cause, policy: Any) -> Decision:
        if isinstance(cause.message, Hide) and cause.message.secret.startswith("crash"):
            raise ValueError(cause.message.secret)
        return toy_decide(case, cause, policy)

    practice = replace(SECRETIVE, service=replace(SECRETIVE.service, decide=decide))
    log, shelves = Log(), Shelves(practice)
    log.put("routing", Submit(complaint_id=ONE), id_of(0))
    for n, secret in enumerate(("MARKER", "crash MARKER"), 1):
        log.put("routing", Hide(complaint_id=ONE, secret=secret), id_of(n), after=40 * 24 * 3600)
        await Process(log, shelves, practice=practice).take()
    assert b"MARKER" in shelves.rows[ONE]
    log.put("intake", Erased(complaint_id=ONE), id_of(9))
    await Process(log, shelves, practice=practice).take()
    assert b"MARKER" not in shelves.rows[ONE]


async def test_what_becomes_an_erasure_only_by_what_the_batch_did_before_finds_the_whole_journal() -> None:
    service = replace(ROUTING, is_erasure=lambda case, message: isinstance(message, Report) and case is not None and case.odd)
    practice = replace(TOY, service=service)
    log, shelves = Log(), Shelves(practice)
    log.put("routing", Submit(complaint_id=ONE), id_of(0))
    log.append(COMMANDS, *_crash_with_marker())
    await Process(log, shelves, practice=practice).take()
    assert b"MARKER" in shelves.rows[ONE]
    log.put("routing", Toggle(complaint_id=ONE), id_of(2))
    log.put("routing", Report(complaint_id=ONE), id_of(3), after=1)
    await Process(log, shelves, practice=practice).take()
    assert b"MARKER" not in shelves.rows[ONE]


class Kept(Shelves):
    """Counts how often all versions of the policy are asked for."""

    asked = 0

    async def versions(self) -> list[Policy]:
        self.asked += 1
        return await super().versions()


@pytest.mark.parametrize("is_kept", [True, False])
async def test_rules_that_came_with_a_younger_process_are_read_before_anything_is_decided_by_others(is_kept: bool) -> None:
    """Those that nobody keeps are asked for once, and then it goes on under the process's own."""
    used: list[str] = []

    def decide(case: Any, cause: Cause, policy: Policy) -> Decision:
        used.append(policy.under("toy/routing@2").reference)
        return toy_decide(case, cause, policy)

    practice = replace(TOY, service=replace(ROUTING, decide=decide))
    log, shelves = Log(), Kept(practice)
    process = Process(log, shelves, practice=practice)
    if is_kept:
        shelves.policies["toy/routing@2"] = TOY.policy.model_copy(update={"reference": "toy/routing@2"})
    for n, message in enumerate((Submit(complaint_id=ONE), Report(complaint_id=ONE))):
        log.put("routing", message, id_of(n))
        await process.take()
    mine, younger = "toy/routing@1", "toy/routing@2"
    assert used == ([mine, younger, younger] if is_kept else [mine, mine])
    assert shelves.asked == 1
    assert told(log) == ["Routed", "Resolved"]


def _crash_with_marker() -> tuple[int, bytes, bytes]:
    value = f'{{"type":"routing.crash.v1","id":"{id_of(1)}","source":"crm","complaint_id":"{ONE}","unheard_of":"MARKER"}}'
    return partition_of(ONE, PARTITIONS), ONE.encode(), value.encode()


# -- order within a batch -------------------------------------------------------------------------------------------------------------


async def test_in_one_batch_a_documents_messages_are_taken_in_the_order_of_their_instants() -> None:
    log, shelves = Log(), Shelves()
    log.put("callback", Called(complaint_id=ONE), id_of(1), after=2)
    log.now = log.now.replace(second=1)
    log.put("routing", Submit(complaint_id=ONE), id_of(2))
    await Process(log, shelves).take()
    assert told(log) == ["Routed", "Remarked"]
    assert shelves.row(ONE)["waiting"] == []


async def test_an_event_that_overtakes_its_complaint_waits_in_the_row_and_is_applied_after_a_restart() -> None:
    log, shelves = Log(), Shelves()
    log.put("callback", Called(complaint_id=ONE), id_of(1))
    await Process(log, shelves).take()
    assert [kept["topic"] for kept in shelves.row(ONE)["waiting"]] == ["callback.events.v1"]
    log.put("routing", Submit(complaint_id=ONE), id_of(2), after=1)
    await Process(log, shelves).take()
    assert told(log) == ["Routed", "Remarked"]
