"""Kafka and MongoDB in memory, as the loop sees them through its ports, with the faults that the real ones have."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, cast

from bson import decode, encode

from contracts.catalogue import PARTITIONS
from contracts.model import Command, Event, Message
from contracts.wire import read, write_command, write_event
from services.platform.chassis.breaker import Breaker
from services.platform.chassis.committer import Committer
from services.platform.chassis.errors import Away
from services.platform.chassis.health import Pulse
from services.platform.chassis.loop import Loop
from services.platform.chassis.metrics import Metrics
from services.platform.chassis.packing import unpacked, wanted
from services.platform.chassis.patience import Patience
from services.platform.chassis.ports import NotOurs, Place, Points, no_points
from services.platform.chassis.publication import Publication
from services.platform.chassis.rows import OPTIONS, changes, document_of, give_entries, new_row, utc
from services.platform.chassis.store import Due, Saved, Write
from services.platform.kernel.document import Document
from services.platform.kernel.record import Record, partition_of
from services.platform.kernel.service import Policy, Practice
from services.platform.kernel.turn import NameTaken
from tests.core.kernel.toy import TOY

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
COMMANDS, EVENTS, DEAD = "routing.commands.v1", "routing.events.v1", "routing.dlq.v1"


class Log:
    """Topics, and what the group has committed.  `on_commit` sees each commit before it is made."""

    def __init__(self) -> None:
        self.records: dict[Place, list[Record]] = defaultdict(list)
        self.committed: dict[Place, int] = defaultdict(int)
        self.now = START
        self.on_commit: Callable[[Mapping[Place, int]], None] = lambda offsets: None

    def append(self, topic: str, partition: int, key: bytes | None, value: bytes | None, headers: Any = ()) -> Record:
        line = self.records[topic, partition]
        record = Record(topic, partition, len(line), self.now, key, value, tuple(headers))
        line.append(record)
        return record

    def put(self, service: str, message: Message, id: str, after: float = 0.0) -> Record:
        """`after` seconds: a command to the service, or an event of its."""
        self.now += timedelta(seconds=after)
        if isinstance(message, Command):
            key, value, headers = write_command(service, message, id=id, source="crm")
            kind = "commands"
        else:
            key, kind = message.key or "", "events"
            value, headers = write_event(service, cast(Event, message), id=id, at=self.now, seq=1, cause=id)
        return self.append(f"{service}.{kind}.v1", partition_of(key, PARTITIONS), key.encode(), value, headers)

    def all(self, topic: str) -> list[Record]:
        return [record for (name, _), line in sorted(self.records.items()) if name == topic for record in line]


class Member:
    """One process's part of the group, and its producer."""

    def __init__(self, log: Log, places: Iterable[Place], turn: Callable[[], Awaitable[None]]) -> None:
        self.log, self.turn = log, turn
        self.places = frozenset(places)
        self.positions = {place: log.committed[place] for place in self.places}
        self.shuffle: Callable[[list[Place]], None] = list[Place].sort
        """In which order the topics are fetched: Kafka promises none."""

    def assigned(self) -> frozenset[Place]:
        return self.places

    def fetch(self, most: int) -> list[Record]:
        found: list[Record] = []
        places = list(self.places)
        self.shuffle(places)
        for place in places:
            start = self.positions[place]
            some = self.log.records[place][start : start + most - len(found)]
            self.positions[place] += len(some)
            found += some
        return found

    async def commit(self, offsets: Mapping[Place, int]) -> None:
        await self.turn()
        if not offsets.keys() <= self.places:
            raise NotOurs
        self.log.on_commit(offsets)
        self.log.committed.update(offsets)

    async def position(self, place: Place) -> int:
        return self.positions[place]

    async def committed(self, place: Place) -> int:
        return self.log.committed[place]

    async def ends(self, places: Iterable[Place]) -> Mapping[Place, int]:
        return {place: len(self.log.records[place]) for place in places}

    async def publish(self, publications: Sequence[Publication]) -> None:
        for each in publications:
            await self.turn()
            self.log.append(each.topic, each.partition, each.key, each.value, each.headers)
        await self.turn()


class Shelves:
    """MongoDB: rows as bytes, a version guard, one owner for each alias."""

    def __init__(self, practice: Practice = TOY) -> None:
        self.practice = practice
        self.rows: dict[str, bytes] = {}
        self.policies: dict[str, Policy] = {}
        self.loads: list[int] = []
        """How many journal entries each load of journals brought."""

    def row(self, id: str) -> dict[str, Any]:
        return decode(self.rows[id], OPTIONS)

    async def load(self, ids: Iterable[str], aliases: Iterable[str]) -> list[Document]:
        ids, aliases = set(ids), set(aliases)
        rows = [decode(kept, OPTIONS) for kept in self.rows.values()]
        return [document_of(row, self.practice.service) for row in rows if row["_id"] in ids or aliases & set(row.get("aliases", ()))]

    async def gone_on(self, versions: Mapping[str, int]) -> list[str]:
        return [id for id, version in versions.items() if id in self.rows and self.row(id)["version"] > version]

    async def load_entries(self, whole: Sequence[Document], tails: Sequence[Document]) -> bool:
        for document, needed in [(d, None) for d in whole] + [(d, set(map(str, wanted(d)))) for d in tails]:
            row = self.row(document.id)
            if row["version"] != document.version:
                return False
            journal = {n: kept for n, kept in row["journal"].items() if needed is None or n in needed}
            self.loads.append(sum(1 for _ in unpacked(journal)))
            give_entries(document, journal, is_whole=needed is None)
        return True

    async def versions(self) -> list[Policy]:
        return list(self.policies.values())

    async def save(self, writes: Sequence[Write]) -> Saved:
        conflicts, poison, taken = set(), {}, set()
        for write in writes:
            try:
                if not self._write(write):
                    conflicts.add(write.before.id)
            except NameTaken:
                conflicts.add(write.before.id)
                taken.add(write.before.id)
            except Exception as error:
                poison[write.before.id] = error
        return Saved(frozenset(conflicts), poison, frozenset(taken))

    def _write(self, write: Write) -> bool:
        before, after = write
        row = self.row(before.id) if before.id in self.rows else {}
        if before.version == 0:
            update: dict[str, Any] = {"$set": new_row(after, self.practice)}
        else:
            update = changes(before, after, self.practice)
        if row.get("version", 0) != before.version:
            return False
        if self._is_taken(before.id, update["$set"].get("aliases", ())):
            raise NameTaken
        self.rows[before.id] = encode(_updated(row, update))
        return True

    def _is_taken(self, id: str, aliases: Sequence[str]) -> bool:
        others = (decode(kept, OPTIONS) for other, kept in self.rows.items() if other != id)
        return any(set(aliases) & set(row.get("aliases", ())) for row in others)

    async def has_due(self, now: datetime, partitions: Sequence[int]) -> bool:
        return any([await self.due(now, partition, 1) for partition in partitions])

    async def due(self, now: datetime, partition: int, most: int) -> list[Due]:
        rows = [decode(kept, OPTIONS) for kept in self.rows.values()]
        due = [row for row in rows if row["partition"] == partition and row["wake_at"] and utc(row["wake_at"]) <= now]
        return [Due(row["_id"], row["book"]["wakes"], utc(row["wake_at"])) for row in sorted(due, key=lambda row: row["wake_at"])[:most]]


def _updated(row: dict[str, Any], update: Mapping[str, Any]) -> dict[str, Any]:
    for path, value in update["$set"].items():
        *outer, last = path.split(".")
        place = row
        for name in outer:
            place = place.setdefault(name, {})
        place[last] = value
    for name, step in update.get("$inc", {}).items():
        row[name] += step
    for path in update.get("$unset", {}):
        outer, _, last = path.rpartition(".")
        (row.get(outer, {}) if outer else row).pop(last, None)
    return row


class Unreliable(Shelves):
    """Half of the writes that fail were made all the same, and nobody can tell."""

    def __init__(self, random: Random, rows: dict[str, bytes], rate: float) -> None:
        super().__init__()
        self.random, self.rows, self.rate = random, rows, rate

    async def load(self, ids: Iterable[str], aliases: Iterable[str]) -> list[Document]:
        await asyncio.sleep(0)
        if self.random.random() < self.rate:
            raise Away("mongodb", "no primary")
        return await super().load(ids, aliases)

    async def gone_on(self, versions: Mapping[str, int]) -> list[str]:
        await asyncio.sleep(0)
        if self.random.random() < self.rate:
            raise Away("mongodb", "no primary")
        return await super().gone_on(versions)

    async def save(self, writes: Sequence[Write]) -> Saved:
        await asyncio.sleep(0)
        if self.random.random() < self.rate:
            made = [write for write in writes if self.random.random() < 0.5]
            await super().save(made)
            raise Away("mongodb", "timeout")
        return await super().save(writes)


async def no_turn() -> None:
    """Nothing comes in between."""


async def no_sleep(seconds: float) -> None:
    await asyncio.sleep(0)


class Process:
    """One process of the service: all of the loop's parts, over a log and a store in memory."""

    def __init__(
        self, log: Log, shelves: Shelves, places: Iterable[Place] | None = None, *, practice: Practice = TOY, points: Points = no_points,
        turn: Callable[[], Awaitable[None]] = no_turn, breaker: bool = True,
    ) -> None:  # fmt: skip
        self.log, self.shelves = log, shelves
        topics = practice.service.inputs
        self.member = Member(log, places or [(topic, p) for topic in topics for p in range(PARTITIONS)], turn)
        self.metrics = Metrics(practice.service.name, "test", topics)
        self.pulse = Pulse()
        self.committer = Committer(self.member, points)
        patience = Patience(self.pulse, self.metrics, no_sleep)
        self.loop = Loop(
            practice, shelves, self.member, self.committer, Breaker(breaker), patience, self.metrics, self.pulse, points
        )

    async def take(self, most: int = 1_000) -> None:
        """Everything that is there, in batches of at most so many; stored, published and committed when this returns."""
        while records := self.member.fetch(most):
            await self.loop.handle(records)
            if self.loop.failed.done():
                self.loop.failed.result()
        await self.loop.drain()

    async def kill(self, life: "asyncio.Task[None]") -> None:
        """Nothing of it goes on."""
        tasks = [task for task in (life, self.loop._delivery) if task and not task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def count(self, metric: str, **labels: str) -> float:
        return self.metrics.registry.get_sample_value(f"redress_{metric}_total", {"service": "routing", **labels}) or 0.0


def id_of(n: int) -> str:
    return f"{n:08x}-0000-4000-8000-000000000000"


def told(log: Log) -> list[str]:
    return [type(read(EVENTS, record.value)[1]).__name__ for record in log.all(EVENTS)]


def reasons(log: Log) -> list[str]:
    return [dict(record.headers)["redress-dead-reason"].decode() for record in log.all(DEAD)]
