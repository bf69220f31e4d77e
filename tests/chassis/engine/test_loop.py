"""One process, step by step: what is read, loaded, decided, stored and published."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.catalogue import PARTITIONS
from contracts.model import Part
from contracts.wire import write_event
from services.platform.chassis.rows import document_of
from services.platform.chassis.store import Saved, Write
from services.platform.kernel.record import partition_of
from services.platform.kernel.service import Cause, Decision, Policy
from tests.chassis.engine.memory import COMMANDS, EVENTS, Log, Process, Shelves, id_of, reasons, told
from tests.core.kernel.toy import ROUTING, TOY, Called, Erased, Hide, Jolted, Report, Submit, Toggle
from tests.core.kernel.toy import decide as toy_decide

ONE, OTHER = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
DOSSIERS = "routing.dossiers.v1"


async def test_how_far_the_brokers_clock_is_ahead_is_told_of_each_batch() -> None:
    log = Log()
    log.now = datetime.now(UTC) - timedelta(seconds=5)
    for n in range(2):
        log.put("routing", Submit(complaint_id=ONE), id_of(n), after=20)
    process = Process(log, Shelves())
    await process.take()
    assert 30 < process.metrics.registry.get_sample_value("redress_clock_skew_seconds", {"service": "routing"}) <= 35


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


async def test_an_event_that_overtakes_its_complaint_waits_in_the_row_and_is_applied_after_a_restart() -> None:
    log, shelves = Log(), Shelves()
    log.put("callback", Called(complaint_id=ONE), id_of(1))
    await Process(log, shelves).take()
    assert [kept["topic"] for kept in shelves.row(ONE)["waiting"]] == ["callback.events.v1"]
    log.put("routing", Submit(complaint_id=ONE), id_of(2), after=1)
    await Process(log, shelves).take()
    assert told(log) == ["Routed", "Remarked"]
