"""A service's commands to itself on their way: stored with the document, published to the partition of their own key, heard again."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from bson import decode, encode

from contracts import catalogue
from contracts.catalogue import PARTITIONS
from contracts.model import Command, Event, Message, Part
from services.platform.chassis.rows import OPTIONS, entries_of
from services.platform.kernel.record import partition_of
from services.platform.kernel.service import Address, Cause, Practice, Service
from tests.chassis.engine.memory import COMMANDS, EVENTS, Log, Process, Shelves, id_of
from tests.core.kernel import toy
from tests.core.kernel.toy import OWNERS, TOY, Hide, Report, Routed, Submit, Toggle, Unmoved

ONE, OTHER, THIRD = (f"00000000-0000-4000-8000-00000000000{n}" for n in range(1, 4))


def decide(case: Any, cause: Cause, policy: Any) -> tuple[Any, list[Event | Command]]:
    case, said = toy.decide(case, cause, policy)
    return case, [*said, Submit(complaint_id=OTHER), Hide(complaint_id=OTHER, secret="王")] if isinstance(cause.message, Toggle) else said


ASKING = Practice(replace(TOY.service, decide=decide), TOY.policy, TOY.build)


async def test_what_a_service_asks_itself_is_stored_with_the_document_and_goes_to_its_keys_partition() -> None:
    log, shelves = Log(), Shelves(ASKING)
    process = Process(log, shelves, practice=ASKING)
    for n, message in enumerate((Submit(complaint_id=ONE), Toggle(complaint_id=ONE))):
        log.put("routing", message, id_of(n))
    await process.take()
    await process.take()                                     # what it asked itself
    asked = [record for record in log.all(COMMANDS) if b"redress.routing" in (record.value or b"")]
    assert [(record.key, record.partition) for record in asked] == [(OTHER.encode(), partition_of(OTHER, PARTITIONS))] * 2
    kept = {entry.ordinal: entry for entry in entries_of(decode(encode(shelves.row(ONE)), OPTIONS)["journal"], ONE)}
    assert [(a.to, a.key, a.value, a.headers) for a in kept[1].answers[1:]] == [("commands", r.key, r.value, r.headers) for r in asked]
    assert shelves.row(OTHER)["book"]["seq"] == 2 and len(log.all(EVENTS)) == 4


async def test_law3_they_are_published_again_after_a_crash_and_heard_once() -> None:
    log, shelves = Log(), Shelves(ASKING)
    for n, message in enumerate((Submit(complaint_id=ONE), Toggle(complaint_id=ONE))):
        log.put("routing", message, id_of(n))
    await Process(log, shelves, practice=ASKING).take()
    log.committed.clear()
    process = Process(log, shelves, practice=ASKING)
    await process.take()
    await process.take()
    asked = [record for record in log.all(COMMANDS) if b"redress.routing" in (record.value or b"")]
    assert len(asked) > 2 and len({record.value for record in asked}) == 2
    assert shelves.row(OTHER)["book"]["seq"] == 2


# -- a document that leads to another -------------------------------------------------------------------------------------------------


class File(Part):
    names: tuple[str, ...] = ()
    to: str | None = None


def keep(file: File | None, cause: Cause, policy: Any) -> tuple[File, list[Event]]:
    """A `Hide` makes the file lead to the one that its `secret` names."""
    message: Any = cause.message
    if isinstance(message, Hide):
        return (file or File()).model_copy(update={"to": message.secret}), [Unmoved(complaint_id=message.complaint_id)]
    return file or File(names=(message.complaint_id,)), [Routed(complaint_id=cause.document, due=cause.instant)]


def address(message: Message, source: str) -> Address:
    return Address(message.key or "", (message.key or "",))


FILES = replace(TOY, service=Service(
    "routing", File, TOY.service.policy, keep, lambda file: None, frozenset({Submit, Hide}), address, lambda file: file.names,
    lambda file: file.to,
))  # fmt: skip


@pytest.fixture
def any_partition(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(catalogue.OWNERS, "routing", replace(OWNERS["routing"], any_partition=True))
    yield


@pytest.mark.parametrize("is_one_batch", [True, False])
async def test_a_message_goes_to_where_its_names_lead_in_one_batch_or_in_many(any_partition: None, is_one_batch: bool) -> None:
    log, shelves = Log(), Shelves(FILES)
    process = Process(log, shelves, practice=FILES)
    story = [Submit(complaint_id=n) for n in (ONE, OTHER, THIRD)]
    await _take(log, process, story, is_one_batch)
    await _take(log, process, [Hide(complaint_id=ONE, secret=OTHER), Hide(complaint_id=OTHER, secret=THIRD), Report(complaint_id=ONE)],
                is_one_batch)  # fmt: skip
    assert [record.value and THIRD.encode() in record.value for record in log.all(EVENTS)].count(True) == 2
    assert [shelves.row(id)["version"] for id in (ONE, OTHER)] == [2, 2]


async def test_law3_a_repeat_goes_to_the_document_that_took_it_before_it_led_elsewhere(any_partition: None) -> None:
    log, shelves = Log(), Shelves(FILES)
    process = Process(log, shelves, practice=FILES)
    await _take(log, process, [Submit(complaint_id=ONE), Submit(complaint_id=OTHER), Hide(complaint_id=ONE, secret=OTHER)], True)
    before = shelves.row(OTHER)["version"]
    log.put("routing", Submit(complaint_id=ONE), id_of(0))
    await process.take()
    assert shelves.row(OTHER)["version"] == before and process.count("repeats") == 1


async def _take(log: Log, process: Process, messages: list[Command], is_one_batch: bool) -> None:
    for message in messages:
        log.put("routing", message, id_of(len(log.all(COMMANDS))), after=1)
        if not is_one_batch:
            await process.take()
    await process.take()
