"""A service's database as an auditor reads it: row by row, with the majority, and never written to.

    async with Holdings(settings, "routing") as holdings:
        async for row in holdings.rows(): ...
"""

from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import ASCENDING
from pymongo.errors import PyMongoError

from services.platform.chassis.clients import Unavailable
from services.platform.chassis.connections import advice, mongodb
from services.platform.chassis.rows import OPTIONS
from services.platform.chassis.settings import Settings

PAGE = 500
"""Rows to a query, so that none stays open for long however slowly they are looked at."""
Row = Mapping[str, Any]


class Holdings:
    """Every method fails with `Unavailable`, a sentence, when MongoDB does not answer."""

    def __init__(self, settings: Settings, service: str) -> None:
        self.settings = settings
        self.client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(**mongodb(settings))
        self.database = self.client.get_database(settings.database(service), codec_options=OPTIONS)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.client.close()

    async def policies(self) -> dict[str, str]:
        """Every version that was ever used: reference → its text."""
        with self._told():
            return {row["_id"]: row.get("content", "") async for row in self.database["policies"].find()}

    async def count(self) -> int:
        """About how many documents there are."""
        with self._told():
            return int(await self.database["documents"].estimated_document_count())

    async def rows(self) -> AsyncIterator[Row]:
        """All documents in the order of their ids, each as it is when it is come to."""
        after: Any = None
        while True:
            last = after
            with self._told():
                beyond = {} if after is None else {"_id": {"$gt": after}}
                async for row in self.database["documents"].find(beyond).sort("_id", ASCENDING).limit(PAGE):
                    after = row["_id"]
                    yield row
            if after == last:
                return

    async def of(self, ids: Collection[str]) -> list[Row]:
        """Those of these ids that are there."""
        with self._told():
            return await self.database["documents"].find({"_id": {"$in": list(ids)}}).sort("_id", ASCENDING).to_list(None)

    async def named(self, names: Collection[str]) -> list[Row]:
        """Those that have one of these for their id or alias."""
        wanted = {"$in": list(names)}
        with self._told():
            return await self.database["documents"].find({"$or": [{"_id": wanted}, {"aliases": wanted}]}).to_list(None)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except PyMongoError as error:
            why = type(error).__name__
            raise Unavailable(f"MongoDB does not answer as it should ({why}): {advice(self.settings)}") from error
