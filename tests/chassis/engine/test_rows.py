"""A document comes back from its row as it was."""

from datetime import timedelta

import pytest
from bson import decode, encode

from contracts.catalogue import PARTITIONS
from services.platform.chassis.rows import OPTIONS, changes, document_of, entries_of, new_row, unpack_snapshot
from services.platform.kernel.apply import apply
from services.platform.kernel.document import Document
from services.platform.kernel.record import incoming, partition_of
from tests.chassis.engine.memory import Log, _updated
from tests.core.kernel.toy import TOY, Called, Crash, Reopen, Report, Submit, Toggle

ONE = "00000000-0000-4000-8000-000000000001"
STORIES = {
    "waiting": (Called, Report),
    "opened": (Submit,),
    "worked on": (Submit, Report, Reopen, Called, Crash),
    "early, then opened": (Called, Report, Submit),
}
SAME = (
    "id", "partition", "time", "at", "seq", "wakes", "asked", "state", "parked", "waiting", "length", "first", "known", "tail", "size",
    "next_ordinal", "next_taken", "next_size",
)  # fmt: skip


def lived(kinds: tuple, log: Log, document: Document | None = None, after: float = 9) -> Document:
    document = document or Document(ONE, partition_of(ONE, PARTITIONS))
    for kind in kinds:
        service = "callback" if kind is Called else "routing"
        record = log.put(service, kind(complaint_id=ONE), f"{len(log.all(f'{service}.commands.v1')) + document.length:08x}", after=after)
        document, _ = apply(document, incoming(record, TOY.service), TOY)
    return document


@pytest.mark.parametrize("story", STORIES)
def test_a_new_row_holds_the_whole_document(story: str) -> None:
    document = lived(STORIES[story], Log())
    row = decode(encode(new_row(document, TOY)), OPTIONS)
    back = document_of(row, TOY.service)
    assert {name: getattr(back, name) for name in SAME} == {name: getattr(document, name) for name in SAME}
    assert back.version == 1
    assert {entry.ordinal: entry for entry in entries_of(row["journal"], ONE)} == document.journal


@pytest.mark.parametrize("story", STORIES)
def test_a_changed_row_is_the_row_that_would_be_made_anew(story: str) -> None:
    """With ten entries and more, whose keys MongoDB sorts by name."""
    log = Log()
    before = lived(STORIES[story], log)
    row = decode(encode(new_row(before, TOY)), OPTIONS)
    loaded = document_of(row, TOY.service)
    loaded.journal = {entry.ordinal: entry for entry in entries_of(row["journal"], ONE)}
    after = lived((Toggle,) * 12, log, loaded)
    update = decode(encode(changes(loaded, after, TOY)), OPTIONS)
    assert _updated(row, update) == decode(encode(new_row(after, TOY)), OPTIONS) | {"version": 2, "expected": 2}


def test_pruning_leaves_a_snapshot_to_fold_from_and_drops_what_no_topic_can_repeat() -> None:
    log, kept = Log(), TOY.limits.journal_kept
    document = lived((Submit,), log)
    row = decode(encode(new_row(document, TOY)), OPTIONS)
    for _ in range(60):
        loaded = document_of(row, TOY.service)
        loaded.tail = loaded.length
        row = _updated(row, decode(encode(changes(loaded, lived((Toggle,), log, loaded, after=kept.total_seconds() / 12), TOY)), OPTIONS))
    back = document_of(row, TOY.service)
    assert 0 < back.first < back.length
    assert sorted(map(int, row["journal"])) == list(range(back.first, back.length))
    assert row["base"] == back.first
    base = unpack_snapshot(row["snapshots"][str(row["base"])], TOY.service)
    assert base.ordinal == back.first
    oldest = min(entry.appended for entry in entries_of(row["journal"], ONE))
    assert log.now - oldest < kept * 1.5 + timedelta(days=10)
    assert len(row["snapshots"]) <= 2
