"""The store on a real MongoDB: who loses is told, and nobody else is harmed."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from contracts.catalogue import PARTITIONS
from services.platform.chassis.errors import Away, Oversized, StoreFailed
from services.platform.chassis.settings import read_settings
from services.platform.chassis.standing import COUNT_WAITING, PARKED, PIPELINE, Standing
from services.platform.chassis.store import Store, Write
from services.platform.kernel.apply import apply
from services.platform.kernel.document import Document
from services.platform.kernel.record import incoming, partition_of
from services.platform.kernel.service import Policy
from services.platform.stack import Stack
from tests.chassis.engine.memory import Log
from tests.core.kernel.toy import ROUTING, TOY, Hide, Report, Submit, Toggle

pytestmark = pytest.mark.system

DUE = datetime(2026, 3, 1, tzinfo=UTC)
A, B, C = (f"00000000-0000-4000-8000-00000000000{n}" for n in "abc")
NAMED = replace(
    TOY,
    service=replace(
        ROUTING,
        aliases=lambda case: [case.secret] if case.secret else [],
        facets=lambda case: {"state": str(case.closed), **({} if case.closed else {"since": log.now, "due": DUE})},
    ),
)


@pytest.fixture
async def store(stack: Stack, prefix: str) -> AsyncIterator[Store]:
    found = Store(read_settings(mongodb_url=stack.addresses.mongodb, topic_prefix=prefix), NAMED)
    await found.open()
    yield found
    await found.client.drop_database(found.database.name)
    found.close()


log = Log()


def after(document: Document, *messages: Any) -> Write:
    """The document when these messages have come, one second after the other."""
    now = document
    for message in messages:
        record = log.put("routing", message, f"{len(log.all('routing.commands.v1')):08x}-0000-4000-8000-000000000000", after=1)
        now, _ = apply(now, incoming(record, NAMED.service), NAMED)
    return Write(document, now)


def new(id: str) -> Document:
    return Document(id, partition_of(id, PARTITIONS))


async def test_what_is_saved_is_loaded_without_its_journal_whose_parts_are_loaded_when_asked_for(store: Store) -> None:
    write = after(new(A), Submit(complaint_id=A), Toggle(complaint_id=A), Report(complaint_id=A))
    await store.save([write])
    (found,) = await store.load([A, B], [])
    assert (found.version, found.state, found.length, found.journal) == (1, write.after.state, 3, {})
    found.tail = 2
    assert await store.load_entries([], [found])
    assert found.journal == {2: write.after.journal[2]}
    assert await store.load_entries([found], [])
    assert found.journal == write.after.journal
    whole = await store.whole(A)
    assert whole is not None
    assert whole.journal == write.after.journal


async def test_only_those_that_another_process_changed_first_are_lost(store: Store) -> None:
    await store.save([after(new(A), Submit(complaint_id=A)), after(new(B), Submit(complaint_id=B))])
    old_a, old_b = sorted(await store.load([A, B], []), key=lambda document: document.id)
    assert not (await store.save([after(old_a, Toggle(complaint_id=A))])).conflicts
    saved = await store.save(
        [after(old_a, Report(complaint_id=A)), after(old_b, Report(complaint_id=B)), after(new(C), Submit(complaint_id=C))]
    )
    assert (saved.conflicts, saved.poison) == ({A}, {})
    a, b, c = sorted(await store.load([A, B, C], []), key=lambda document: document.id)
    assert (a.version, a.state.closed, a.length) == (2, False, 2)
    assert (b.version, b.state.closed, c.version) == (2, True, 1)
    assert set(await store.gone_on({A: 1, B: 2, C: 0})) == {A, C}


async def test_a_new_document_that_another_process_stored_first_is_lost(store: Store) -> None:
    await store.save([after(new(A), Submit(complaint_id=A))])
    saved = await store.save([after(new(A), Submit(complaint_id=A))])
    assert (saved.conflicts, saved.taken) == ({A}, frozenset())


async def test_a_name_has_one_owner(store: Store) -> None:
    await store.save([after(new(A), Submit(complaint_id=A), Hide(complaint_id=A, secret="name"))])
    saved = await store.save([after(new(B), Submit(complaint_id=B), Hide(complaint_id=B, secret="name"))])
    assert (saved.conflicts, saved.taken) == ({B}, {B})
    await store.save([after(new(C), Submit(complaint_id=C))])
    (there,) = await store.load([C], [])
    assert (await store.save([after(there, Hide(complaint_id=C, secret="name"))])).taken == {C}
    assert [document.id for document in await store.load([B], ["name"])] == [A]


async def test_a_document_that_cannot_be_written_is_told_and_its_neighbours_are_stored(store: Store) -> None:
    bad = after(new(A), Submit(complaint_id=A))
    bad.after.seq = 2**70
    saved = await store.save([bad, after(new(B), Submit(complaint_id=B))])
    assert saved.poison.keys() == {A}
    assert [document.id for document in await store.load([A, B], [])] == [B]


async def test_a_document_that_is_or_would_become_too_large_is_told_as_such(store: Store) -> None:
    def large(write: Write, mebibytes: int) -> Write:
        last = write.after.length - 1
        write.after.journal[last] = write.after.journal[last]._replace(fingerprint=b"x" * mebibytes * 2**20)
        return write

    assert isinstance((await store.save([large(after(new(B), Submit(complaint_id=B)), 17)])).poison[B], Oversized)
    assert not (await store.save([large(after(new(A), Submit(complaint_id=A)), 9)])).poison
    (there,) = await store.load([A], [])
    saved = await store.save([large(after(there, Toggle(complaint_id=A)), 9), after(new(C), Submit(complaint_id=C))])
    assert isinstance(saved.poison.pop(A), Oversized) and not saved.poison and len(await store.load([A, C], [])) == 2


async def test_those_that_are_due_come_in_the_order_of_their_instants(store: Store) -> None:
    ids = [id for n in range(200) if partition_of(id := f"00000000-0000-4000-8000-{n:012x}", PARTITIONS) == 7]
    await store.save([after(new(id), Submit(complaint_id=id)) for id in ids])
    assert [due.id for due in await store.due(log.now.replace(year=2027), 7, 5)] == ids[:5]
    assert await store.has_due(log.now.replace(year=2027), [6, 7])
    assert not await store.has_due(log.now, [6, 7])


async def test_documents_are_counted_by_their_facets(store: Store) -> None:
    await store.save([after(new(A), Submit(complaint_id=A)), after(new(B), Submit(complaint_id=B), Report(complaint_id=B))])
    assert sorted(await store.count_facets()) == [Standing("False", "", 1, log.now, DUE, overdue=1), Standing("True", "", 1)]
    assert await store.count_held_up() == (0, 0)


@pytest.mark.parametrize(
    "asked",
    [
        {"aggregate": "documents", "pipeline": PIPELINE, "cursor": {}, "hint": "facets"},
        {"aggregate": "documents", "pipeline": COUNT_WAITING, "cursor": {}},
        {"count": "documents", "query": PARKED},
    ],
)
async def test_to_count_documents_none_of_them_is_read_but_those_that_wait(store: Store, asked: dict[str, Any]) -> None:
    await store.save([after(new(A), Submit(complaint_id=A)), after(new(B), Submit(complaint_id=B))])
    told = json.dumps(await store.database.command("explain", asked, verbosity="executionStats"), default=str)
    assert '"totalDocsExamined": 0' in told and "COLLSCAN" not in told


async def test_messages_that_wait_and_parked_documents_are_counted(store: Store) -> None:
    await store.save([after(new(A), Toggle(complaint_id=A), Toggle(complaint_id=A)), after(new(B), Submit(complaint_id=B))])
    await store.documents.update_one({"_id": B}, {"$set": {"book.parked": "why", "expected": 2}, "$inc": {"version": 1}})
    assert await store.count_held_up() == (2, 1)


async def test_two_processes_that_start_at_once_both_find_the_guard_standing(stack: Stack, prefix: str) -> None:
    settings = read_settings(mongodb_url=stack.addresses.mongodb, topic_prefix=prefix)
    stores = [Store(settings, NAMED) for _ in range(5)]
    await asyncio.gather(*(store.open() for store in stores))
    write = after(new(A), Submit(complaint_id=A))
    assert [len((await store.save([write])).conflicts) for store in stores] == [0, 1, 1, 1, 1]
    await stores[0].client.drop_database(stores[0].database.name)


async def test_a_store_that_is_opened_knows_every_version_that_was_kept_and_can_be_read(store: Store, stack: Stack, prefix: str) -> None:
    await store.policies.insert_one({"_id": "toy/routing@0", "content": '{"of": "another build"}'})
    settings = read_settings(mongodb_url=stack.addresses.mongodb, topic_prefix=prefix)
    later = Store(settings, replace(NAMED, policy=Policy(reference="toy/routing@2")))
    policy = (await later.open()).policy
    known = [policy.under(f"toy/routing@{version}").reference for version in range(4)]
    assert known == ["toy/routing@2", "toy/routing@1", "toy/routing@2", "toy/routing@2"]
    later.close()


async def test_a_database_that_does_not_answer_is_away(prefix: str) -> None:
    nowhere = SecretStr("mongodb://127.0.0.1:1/?replicaSet=rs0")
    store = Store(read_settings(mongodb_url=nowhere, topic_prefix=prefix), NAMED)
    store.client = store.client.__class__(nowhere.get_secret_value(), serverSelectionTimeoutMS=200)
    store.documents = store.client[f"{prefix}_routing"]["documents"]
    with pytest.raises(Away, match="mongodb is away"):
        await store.load([A], [])


HERE, BESIDE = ("routing.commands.v1", 3), ("intake.events.v1", 3)


async def test_a_bookmark_goes_on_and_never_falls(store):
    await store.bookmarks.keep({HERE: 5, BESIDE: 2}, {})
    await store.bookmarks.keep({HERE: 9}, {HERE: 5})
    await store.bookmarks.keep({HERE: 7}, {HERE: 5})                        # of one that was frozen, and is not the owner any more
    assert await store.bookmarks.kept([HERE[0], BESIDE[0]]) == {HERE: 9, BESIDE: 2}


async def test_a_database_that_was_put_back_under_a_running_service_is_noticed(store):
    await store.bookmarks.keep({HERE: 5}, {})
    for row in ([{"_id": 3, "offsets": {"routing/commands/v1": 4}}], []):
        await store.bookmarks.rows.delete_many({})
        if row:
            await store.bookmarks.rows.insert_many(row)
        with pytest.raises(StoreFailed, match="was put back"):
            await store.bookmarks.keep({HERE: 6}, {HERE: 5})
