"""Up to where a service has gone, kept in its database: Kafka's offsets do not go back when that is restored (see `taking_up.py`).

Whoever was frozen and has lost its partitions may write late: so a bookmark never falls while services run.  One that did was put back,
with the documents, under a service that nobody had ended.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import UpdateOne

from services.platform.chassis.driver import in_our_words
from services.platform.chassis.errors import StoreFailed
from services.platform.chassis.places import Place


class Bookmarks:
    """Methods raise `Away` where waiting helps.  A row for a partition, whatever its topics."""

    def __init__(self, rows: AsyncIOMotorCollection[dict[str, Any]]) -> None:
        self.rows = rows

    async def keep(self, offsets: Mapping[Place, int], before: Mapping[Place, int]) -> None:
        """Up to where each place is taken: all before it is stored and published.  `before`: what this process has kept of the same places.

        Raises `StoreFailed` where less is there by now.
        """
        rows = _rows("offsets", offsets)
        there = {p: {name: {"$gte": n} for name, n in row.items()} for p, row in _rows("offsets", before).items()}
        writes = [UpdateOne({"_id": p, **there.get(p, {})}, {"$max": row}, upsert=p not in there) for p, row in rows.items()]
        with in_our_words():
            done = await self.rows.bulk_write(writes, ordered=False)
        if done.matched_count + done.upserted_count < len(writes):
            raise StoreFailed("The database was put back while this service ran: end all its processes, then start them again.")

    async def put_right(self, offsets: Mapping[Place, int]) -> None:
        """Bookmarks that are of a topic that is no more."""
        await self._mark("offsets", offsets)

    async def kept(self, topics: Iterable[str]) -> dict[Place, int]:
        """Of these topics, where there are some."""
        return await self._marked("offsets", topics)

    async def keep_ends(self, offsets: Mapping[Place, int]) -> None:
        """Up to where each place is taken once more."""
        await self._mark("ends", offsets)

    async def kept_ends(self, topics: Iterable[str]) -> dict[Place, int]:
        return await self._marked("ends", topics)

    async def _mark(self, what: str, offsets: Mapping[Place, int]) -> None:
        writes = [UpdateOne({"_id": p}, {"$set": row}, upsert=True) for p, row in _rows(what, offsets).items()]
        with in_our_words():
            await self.rows.bulk_write(writes, ordered=False)

    async def _marked(self, what: str, topics: Iterable[str]) -> dict[Place, int]:
        with in_our_words():
            rows = await self.rows.find().to_list(None)
        return {(topic, row["_id"]): n for topic in topics for row in rows if (n := row.get(what, {}).get(_plain(topic))) is not None}


def _rows(what: str, offsets: Mapping[Place, int]) -> dict[int, dict[str, int]]:
    rows: dict[int, dict[str, int]] = {}
    for (topic, partition), offset in offsets.items():
        rows.setdefault(partition, {})[f"{what}.{_plain(topic)}"] = offset
    return rows


def _plain(topic: str) -> str:
    """As the name of a field, which may not have a dot."""
    return topic.replace(".", "/")
