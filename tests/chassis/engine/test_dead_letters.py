"""What nobody can act on is a dead letter with its bytes, and what cannot be stored is found out alone (laws 8 and 9)."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from contracts.catalogue import PARTITIONS
from services.platform.chassis.errors import BreakerTripped, Oversized, StoreFailed
from services.platform.chassis.publication import HASH, SIZE
from services.platform.chassis.store import Saved, Write
from services.platform.kernel.record import partition_of
from tests.chassis.engine.memory import COMMANDS, DEAD, Log, Process, Shelves, id_of, reasons, told
from tests.core.kernel.toy import TOY, Crash, Report, Submit, Toggle

ONE, OTHER = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"


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
