"""A document that is found by other names than its own: the customer's file in intake.  A race ends in one owner."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from contracts import catalogue
from contracts.ids import derived_id
from contracts.model import Message, Part
from contracts.wire import read
from services.platform.chassis.store import Saved, Write
from services.platform.kernel.service import Address, Cause, Decision, Service
from tests.chassis.engine.memory import EVENTS, Log, Process, Shelves, id_of
from tests.core.kernel.toy import OWNERS, TOY, Hide, Report, Routed, Submit, Unmoved

A, B, C = (f"00000000-0000-4000-8000-00000000000{n}" for n in "abc")


class File(Part):
    complaints: tuple[str, ...] = ()


def decide(file: File | None, cause: Cause, policy: Any) -> Decision:
    """A submission opens a file or adds to one; a `Hide` adds the complaint that its `secret` names."""
    message: Any = cause.message
    held = file.complaints if file else ()
    if message.complaint_id in held and not isinstance(message, Hide):
        return file, [Unmoved(complaint_id=message.complaint_id)]
    new = message.secret if isinstance(message, Hide) else message.complaint_id
    return File(complaints=(*held, new)), [Routed(complaint_id=new, due=cause.instant)]


def address(message: Message, source: str) -> Address:
    """By complaint; a complaint that no file has yet gets one of its own."""
    complaint = message.key or ""
    return Address(derived_id("file", complaint), (complaint,))


FILES = Service(
    "routing", File, TOY.service.policy, decide, lambda file: None, frozenset({Submit, Hide}), address, aliases=lambda file: file.complaints
)
PRACTICE = replace(TOY, service=FILES)


@pytest.fixture(autouse=True)
def _any_partition(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(catalogue.OWNERS, "routing", replace(OWNERS["routing"], any_partition=True))
    yield


def told(log: Log) -> list[tuple[str, str | None]]:
    messages = [read(EVENTS, record.value)[1] for record in log.all(EVENTS)]
    return sorted((type(message).__name__, message.key) for message in messages)


async def test_a_name_that_is_given_in_a_batch_leads_to_its_owner_in_the_same_batch() -> None:
    log, shelves = Log(), Shelves(PRACTICE)
    log.put("routing", Submit(complaint_id=A), id_of(1))
    log.put("routing", Hide(complaint_id=A, secret=B), id_of(2), after=1)
    log.put("routing", Report(complaint_id=B), id_of(3), after=1)
    await Process(log, shelves, practice=PRACTICE).take()
    assert told(log) == [("Routed", A), ("Routed", B), ("Unmoved", B)]
    assert [shelves.row(id)["aliases"] for id in shelves.rows] == [[A, B]]


async def test_answers_under_another_key_than_the_documents_go_to_that_keys_partition() -> None:
    log, shelves = Log(), Shelves(PRACTICE)
    log.put("routing", Submit(complaint_id=A), id_of(1))
    await Process(log, shelves, practice=PRACTICE).take()
    twin = Log().put("routing", Submit(complaint_id=A), id_of(1))
    assert [(record.key, record.partition) for record in log.all(EVENTS)] == [(twin.key, twin.partition)]


async def test_a_race_for_a_name_ends_in_one_owner_and_the_loser_decides_again_on_it() -> None:
    class Raced(Shelves):
        """While we decide, another process gives C to A's file."""

        async def save(self, writes: Sequence[Write]) -> Saved:
            if len(self.rows) == 1 and not elsewhere.all(EVENTS):
                other = Shelves(PRACTICE)
                other.rows = self.rows
                await Process(elsewhere, other, practice=PRACTICE).take()
            return await super().save(writes)

    log, elsewhere, shelves = Log(), Log(), Raced(PRACTICE)
    log.put("routing", Submit(complaint_id=A), id_of(1))
    await Process(log, shelves, practice=PRACTICE).take()
    elsewhere.put("routing", Hide(complaint_id=A, secret=C), id_of(2), after=1)
    log.put("routing", Submit(complaint_id=C), id_of(3), after=2)
    process = Process(log, shelves, practice=PRACTICE)
    await process.take()
    assert process.count("conflicts") == 1
    assert [shelves.row(id)["aliases"] for id in shelves.rows] == [[A, C]]
    assert ("Unmoved", C) in told(log)
