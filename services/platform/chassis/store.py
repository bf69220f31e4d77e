"""Documents in MongoDB: one query and one version-guarded write for a batch.  `self.bookmarks` lie beside them.

Every write is safe to repeat, for one that failed may have been applied: a new document is inserted (a second time it is a duplicate),
a change is guarded by the version that was read (a second time it is refused, see `rows.GUARD`).
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import ASCENDING, InsertOne, UpdateOne
from pymongo.errors import (
    BulkWriteError,
    CollectionInvalid,
    DocumentTooLarge,
    OperationFailure,
    PyMongoError,
)

from services.platform.chassis.bookmarks import Bookmarks
from services.platform.chassis.connections import advice, mongodb
from services.platform.chassis.driver import in_our_words, why
from services.platform.chassis.errors import Away, MongoUnavailable, NoRight, Oversized, StoreFailed
from services.platform.chassis.packing import wanted
from services.platform.chassis.policies import restored, stored
from services.platform.chassis.primaries import Primaries
from services.platform.chassis.rows import GUARD, LOADED, OPTIONS, changes, document_of, entries_of, give_entries, new_row, unpack_snapshot
from services.platform.chassis.settings import Settings
from services.platform.chassis.standing import COUNT_WAITING, INDEX, PARKED, PIPELINE, WAITING, Standing, counted
from services.platform.kernel.document import Document
from services.platform.kernel.service import Policy, Practice

log = logging.getLogger(__name__)

DUPLICATE, REFUSED_BY_GUARD, EXISTS = 11000, 121, 48
OVERSIZED = frozenset({10334, 17419, 17420})


class Write(NamedTuple):
    """A document as loaded and as it shall be."""

    before: Document
    after: Document


class Due(NamedTuple):
    """A document that must be woken."""

    id: str
    wakes: int
    wake_at: datetime


class Saved(NamedTuple):
    """Who did not get in: those that another process changed first, and those that MongoDB will never take, with why."""

    conflicts: frozenset[str]
    poison: dict[str, Exception]
    taken: frozenset[str] = frozenset()
    """Of the conflicts those for a name that another document has."""


def _unasked() -> None:
    """Nobody counts."""


class Store:
    """One service's database.  Methods raise `Away` where waiting helps."""

    def __init__(self, settings: Settings, practice: Practice, primary_changed: Callable[[], None] = _unasked) -> None:
        self.settings, self.practice = settings, practice
        self.client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(
            **mongodb(settings), event_listeners=[Primaries(primary_changed)]
        )
        self.database = self.client.get_database(settings.database(practice.service.name), codec_options=OPTIONS)
        self.documents = self.database["documents"]
        self.policies = self.database["policies"]
        self.bookmarks = Bookmarks(self.database["bookmarks"])

    async def open(self) -> Practice:
        """Make the indexes and keep the policy; gives it back as `practised`.  Raises `MongoUnavailable`."""
        try:
            await self._guard()
            await self.documents.create_index([("partition", ASCENDING), ("wake_at", ASCENDING)],
                                              partialFilterExpression={"wake_at": {"$type": "date"}}, name="due")  # fmt: skip
            await self.documents.create_index("aliases", unique=True, sparse=True, name="aliases")
            await self.documents.create_index(INDEX, name="facets")
            for name, those in (("waiting", WAITING), ("parked", PARKED)):
                await self.documents.create_index(list(those), partialFilterExpression=those, name=name)
            await self._keep_policy()
            return await self.practised()
        except PyMongoError as error:
            raise MongoUnavailable(f"MongoDB cannot be used ({why(error)}): {advice(self.settings)}") from None

    async def _guard(self) -> None:
        """Without it two processes could overwrite each other: nothing is written before it stands."""
        with suppress(CollectionInvalid), _ignoring(EXISTS):     # it is there, or another process is making it
            await self.database.create_collection("documents", validator=GUARD)
        strictly = {"validationLevel": "strict", "validationAction": "error"}
        await self.database.command({"collMod": "documents", "validator": GUARD, **strictly})

    async def _keep_policy(self) -> None:
        """Law 11: each version that was ever used stays with the documents that it decided."""
        kept = stored(self.practice.policy)
        await self.policies.update_one({"_id": kept["_id"]}, {"$setOnInsert": kept}, upsert=True)

    async def practised(self) -> Practice:
        """The practice, whose policy knows every other version that is kept here."""
        return replace(self.practice, policy=self.practice.policy.knowing(self._readable(await self._kept())))

    async def versions(self) -> list[Policy]:
        """All that are kept by now, also by processes that started later; one that this build cannot read is left out."""
        with in_our_words():
            return list(self._readable(await self._kept()))

    async def _kept(self) -> list[dict[str, Any]]:
        return await self.policies.find({"_id": {"$ne": self.practice.policy.reference}}).sort("_id").to_list(None)

    def _readable(self, rows: Iterable[dict[str, Any]]) -> Iterator[Policy]:
        for row in rows:
            try:
                yield restored(row, self.practice.service)
            except ValueError:
                log.warning("the policy %s is of another build: what was begun under it goes on under the present one", row["_id"])

    def close(self) -> None:
        self.client.close()

    # -- what a batch needs -----------------------------------------------------------------------------------------------------------

    async def load(self, ids: Iterable[str], aliases: Iterable[str]) -> list[Document]:
        """Those that there are under these ids and aliases, without their journals."""
        ids, aliases = list(ids), list(aliases)
        wanted = {"_id": {"$in": ids}}
        query = {"$or": [wanted, {"aliases": {"$in": aliases}}]} if aliases else wanted
        with in_our_words():
            rows = await self.documents.find(query, LOADED, batch_size=len(ids) + len(aliases) + 1).to_list(None)     # in one reply
        return [document_of(row, self.practice.service) for row in rows]

    async def gone_on(self, versions: Mapping[str, int]) -> list[str]:
        """Of these documents, each with a version of it, those that have a later one by now."""
        with in_our_words():
            rows = await self.documents.find({"_id": {"$in": list(versions)}}, {"version": 1}, batch_size=len(versions) + 1).to_list(None)
        return [row["_id"] for row in rows if row["version"] > versions[row["_id"]]]

    async def load_entries(self, whole: Sequence[Document], tails: Sequence[Document]) -> bool:
        """Gives some documents their journal, others what may not be published or is to be packed; False if one of them was changed
        meanwhile."""
        parts = {str(n) for document in tails for n in wanted(document)}
        found = await self._entries(whole, {"journal": 1})
        found |= await self._entries(tails, {f"journal.{n}": 1 for n in parts})
        for n, document in enumerate((*whole, *tails)):
            version, journal = found.get(document.id, (None, {}))
            if version != document.version:
                return False
            give_entries(document, journal, is_whole=n < len(whole))
        return True

    async def _entries(self, documents: Sequence[Document], fields: Mapping[str, int]) -> dict[str, tuple[int, dict[str, bytes]]]:
        if not documents:
            return {}
        with in_our_words():
            rows = await self.documents.find({"_id": {"$in": [d.id for d in documents]}}, {"version": 1, **fields}).to_list(None)
        return {row["_id"]: (row["version"], row.get("journal", {})) for row in rows}

    async def save(self, writes: Sequence[Write]) -> Saved:
        """All in one unordered bulk; on disk with the majority when this returns.  After `Away` nobody knows what was written."""
        operations, ids, poison = [], [], {}
        for write in writes:
            try:
                operations.append(self._operation(write))
                ids.append(write.before.id)
            except Exception as error:                       # a state that cannot be written as JSON, or its facets or aliases raise
                poison[write.before.id] = error
        failures = await self._write(operations, ids)
        conflicts = {id: error for id, error in failures if isinstance(error, _Lost)}
        poison |= {id: error for id, error in failures if id not in conflicts}
        return Saved(frozenset(conflicts), poison, frozenset(id for id, error in conflicts.items() if error.name_is_taken))

    def _operation(self, write: Write) -> InsertOne[dict[str, Any]] | UpdateOne:
        before, after = write
        if before.version == 0:
            return InsertOne(new_row(after, self.practice))
        return UpdateOne({"_id": before.id}, changes(before, after, self.practice))

    async def _write(self, operations: Sequence[Any], ids: Sequence[str]) -> list[tuple[str, Exception]]:
        if not operations:
            return []
        try:
            with in_our_words():
                done = await self.documents.bulk_write(operations, ordered=False)
            if done.inserted_count + done.matched_count < len(operations):
                raise StoreFailed("A document was deleted while it was worked on: nothing may be deleted beside the services.")
            return []
        except BulkWriteError as error:
            return [(ids[failure["index"]], _failure(failure)) for failure in error.details.get("writeErrors", ())]
        except (Away, StoreFailed, NoRight):
            raise
        except Exception as error:
            if len(operations) == 1:
                return [(ids[0], Oversized() if _is_oversized(error) else error)]
        single = [await self._write([operation], [id]) for operation, id in zip(operations, ids, strict=True)]
        return [failure for failures in single for failure in failures]

    async def greet(self) -> None:
        """Raises `Away` unless a primary answers."""
        with in_our_words():
            await self.client.admin.command("ping")

    # -- what others need -------------------------------------------------------------------------------------------------------------

    async def has_due(self, now: datetime, partitions: Sequence[int]) -> bool:
        """Whether any document of these partitions must be woken at or before `now`."""
        with in_our_words():
            found = await self.documents.find_one({"partition": {"$in": list(partitions)}, "wake_at": {"$lte": now}}, {"_id": 1})
        return found is not None

    async def due(self, now: datetime, partition: int, most: int) -> list[Due]:
        """Documents of this partition to be woken at or before `now`, the longest due first; parked ones are passed by."""
        with in_our_words():
            found = self.documents.find({"partition": partition, "wake_at": {"$lte": now}}, {"wake_at": 1, "book.wakes": 1})
            rows = await found.sort("wake_at", ASCENDING).limit(most).to_list(None)
        return [Due(row["_id"], row["book"]["wakes"], row["wake_at"].replace(tzinfo=UTC)) for row in rows]

    async def whole(self, id: str) -> Document | None:
        """The document under this id or alias with all that is kept of it, to be looked at or folded again."""
        with in_our_words():
            row = await self.documents.find_one({"$or": [{"_id": id}, {"aliases": id}]})
        if row is None:
            return None
        document = document_of(row, self.practice.service)
        document.journal = {entry.ordinal: entry for entry in sorted(entries_of(row.get("journal", {}), document.id, document.first))}
        if (base := row.get("base")) is not None:
            document.base = unpack_snapshot(row["snapshots"][str(base)], self.practice.service)
        return document

    async def count_facets(self) -> list[Standing]:
        """How many documents there are of each state and priority, and how they stand; by the index alone."""
        with in_our_words():
            return counted(await self.documents.aggregate(PIPELINE, hint="facets").to_list(None))

    async def count_held_up(self) -> tuple[int, int]:
        """Messages that wait, and documents that are parked."""
        with in_our_words():
            waiting = await self.documents.aggregate(COUNT_WAITING).to_list(None)
            parked = await self.documents.count_documents(PARKED)
        return (waiting[0]["count"] if waiting else 0), parked


class _Lost(Exception):
    """Another process was first, or another document has the name."""

    def __init__(self, name_is_taken: bool) -> None:
        super().__init__(name_is_taken)
        self.name_is_taken = name_is_taken


class _Refused(Exception):
    """MongoDB's code for why it does not take a document; its text might quote one."""


def _failure(told: Mapping[str, Any]) -> Exception:
    if told["code"] in (DUPLICATE, REFUSED_BY_GUARD):
        return _Lost("aliases" in told.get("keyPattern", {}))
    return Oversized() if told["code"] in OVERSIZED else _Refused(told["code"])


def _is_oversized(error: Exception) -> bool:
    """Found by the driver, or by MongoDB before it takes the command apart."""
    return isinstance(error, DocumentTooLarge) or (isinstance(error, OperationFailure) and error.code in OVERSIZED)


@contextmanager
def _ignoring(code: int) -> Iterator[None]:
    try:
        yield
    except OperationFailure as error:
        if error.code != code:
            raise
