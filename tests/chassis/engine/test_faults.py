"""Law 3: kill, freeze, repeat, rebalance between any two steps - and every fact comes out the same."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from random import Random

import pytest

from contracts.catalogue import PARTITIONS
from contracts.wire import Unreadable
from services.platform.chassis import loop
from services.platform.chassis.ports import Place
from services.platform.chassis.rows import entries_of
from services.platform.kernel.apply import apply
from services.platform.kernel.document import Entry
from services.platform.kernel.record import Record, addressed, incoming
from services.platform.kernel.shelf import Shelf
from tests.chassis.engine.memory import COMMANDS, DEAD, EVENTS, Log, Process, Shelves, Unreliable
from tests.core.kernel.toy import TOY, Called, Confirmed, Crash, Flip, Registered, Reopen, Report, Submit, Toggle

Words = dict[bytes | None, list[bytes | None]]

IDS = [f"00000000-0000-4000-8000-{n:012x}" for n in range(12)]
COMMAND_KINDS = (Submit, Report, Reopen, Toggle, Flip, Crash)
EVENT_KINDS = {"intake": (Registered,), "callback": (Called, Called, Confirmed)}


def history(random: Random, length: int, heard: bool) -> Log:
    """A dozen complaints: messages early, repeated and crashing, some before a deadline and some after; and records nobody can read."""
    log, ids = Log(), [f"{n:08x}-0000-4000-8000-000000000000" for n in range(length)]
    sent = []
    for id in ids:
        service = random.choice(("routing", "routing", *EVENT_KINDS)) if heard else "routing"
        message = random.choice(EVENT_KINDS.get(service, COMMAND_KINDS))(complaint_id=random.choice(IDS))
        sent.append((service, message, id, random.choice((0, 0.25, 1, 9))))
        log.put(*sent[-1])
        if random.random() < 0.15:
            log.put(*random.choice(sent)[:3])
        if random.random() < 0.05:
            log.append(COMMANDS, random.randrange(PARTITIONS), b"x", b"{")
    return log


@pytest.fixture(autouse=True)
def _lanes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small batches too go in lanes."""
    monkeypatch.setattr(loop, "WORTH_LANES", 2)


# -- what must come out -----------------------------------------------------------------------------------------------------------------


def in_order_of_the_log(log: Log) -> list[Record]:
    return sorted(log.all(COMMANDS), key=lambda record: (record.appended, record.partition, record.offset))


def in_order_of_the_journals(log: Log, rows: Mapping[str, bytes]) -> list[Record]:
    """Where several topics meet, their order is a fact of each document's journal (law 11)."""
    return [
        log.records[entry.name[0], entry.partition][entry.offset]
        for entries in journals(rows).values()
        for _, entry in sorted((entry.ordinal, entry) for entry in entries)
    ]


def journals(rows: Mapping[str, bytes]) -> dict[str, list[Entry]]:
    shelves = Shelves()
    shelves.rows = dict(rows)
    return {id: list(entries_of(shelves.row(id)["journal"], id)) for id in rows}


def fold(records: list[Record]) -> Words:
    """By complaint: what the kernel says, in order, when it takes these records in this order."""
    shelf, words = Shelf(TOY.service, PARTITIONS), defaultdict[bytes | None, list[bytes | None]](list)
    for record in records:
        try:
            message = incoming(record, TOY.service)
            address = addressed(message, TOY.service)
        except Unreadable:
            continue
        assert address
        before = shelf.load(shelf.find(address, message), message)
        after, answers = apply(before, message, TOY)
        if after is not before:
            shelf.keep(after)
            words[record.key] += [answer.value for answer in answers if not answer.dead]
    return {key: said for key, said in words.items() if said}


def first_words(log: Log) -> Words:
    """By complaint: its events in the order in which they first appeared on the topic."""
    words = defaultdict[bytes | None, dict[bytes | None, None]](dict)
    for record in log.all(EVENTS):
        words[record.key].setdefault(record.value)
    return {key: list(said) for key, said in words.items()}


def watch_commits(log: Log, rows: Mapping[str, bytes]) -> None:
    """From now on no offset may be committed before all that its records led to is on the topic."""

    def watch(offsets: Mapping[Place, int]) -> None:
        there = {record.value for record in log.all(EVENTS)}
        dead = {(headers["redress-dead-topic"], headers["redress-dead-partition"], headers["redress-dead-offset"])
                for headers in (dict(record.headers) for record in log.all(DEAD))}  # fmt: skip
        entries = {id: {entry.ordinal: entry for entry in found} for id, found in journals(rows).items()}
        for place, end in offsets.items():
            for record in log.records[place][log.committed[place] : end]:
                if record.value == b"{":
                    assert (place[0].encode(), str(place[1]).encode(), str(record.offset).encode()) in dead, "committed before buried"
                    continue
                journal = entries[(record.key or b"").decode()]
                message = incoming(record, TOY.service)
                entry = next(e for e in journal.values() if e.name == message.name and e.fingerprint == message.fingerprint)
                said = journal[entry.answered_by].answers if entry.answered_by is not None else ()
                assert {answer.value for answer in said if not answer.dead} <= there, "committed before published"

    log.on_commit = watch


# -- what happens -----------------------------------------------------------------------------------------------------------------------


class World:
    """Processes that die at random, on an unreliable store."""

    def __init__(self, seed: int, heard: bool) -> None:
        self.random = Random(seed)
        self.log = history(self.random, 80, heard)
        self.rows: dict[str, bytes] = {}
        self.kills = 0
        watch_commits(self.log, self.rows)

    async def run(self, kills: int) -> None:
        """One process after another, until the log is consumed."""
        while any(self.log.committed[place] < len(line) for place, line in self.log.records.items() if place[0] in TOY.service.inputs):
            self.kills += await self._live(self.random.randrange(1, 40) if self.kills < kills else None)

    async def _live(self, turns: int | None) -> bool:
        """A process with so many turns to live dies where the last one ends: between any two steps, or half way through publishing."""
        left, death = turns, asyncio.Event()

        async def turn(name: str = "") -> None:
            nonlocal left
            await asyncio.sleep(0)
            left = None if left is None else left - 1
            if left is not None and left <= 0:
                death.set()
                await asyncio.Event().wait()                 # and it never goes on

        process = Process(self.log, Unreliable(self.random, self.rows, 0.2), points=turn, turn=turn)
        process.member.shuffle = self.random.shuffle
        life, dying = asyncio.create_task(process.take(self.random.randrange(1, 30))), asyncio.create_task(death.wait())
        await asyncio.wait((life, dying), return_when=asyncio.FIRST_COMPLETED)
        if life.done():
            dying.cancel()
            life.result()
        else:
            await process.kill(life)
        return death.is_set()


@pytest.mark.parametrize("seed", range(10))
async def test_kills_and_lost_answers_of_the_store_change_no_fact(seed: int) -> None:
    world = World(seed, heard=False)
    await world.run(kills=12)
    assert world.kills > 3
    assert first_words(world.log) == fold(in_order_of_the_log(world.log))


@pytest.mark.parametrize("seed", range(20))
async def test_with_several_topics_the_facts_are_those_of_the_journal_and_leave_in_its_order(seed: int) -> None:
    world = World(seed, heard=True)
    await world.run(kills=12)
    assert world.kills > 3
    assert first_words(world.log) == fold(in_order_of_the_journals(world.log, world.rows))


@pytest.mark.parametrize("seed", range(20))
async def test_processes_that_overlap_on_the_same_partitions_change_no_fact(seed: int) -> None:
    """Two at once on all of them: worse than any rebalance, since neither knows of the other."""
    world, random = World(seed, heard=False), Random(seed)
    world.log.on_commit = lambda offsets: None               # each commits for itself: only the facts are judged

    async def turn(name: str = "") -> None:
        for _ in range(random.randrange(3)):
            await asyncio.sleep(0)

    processes = [Process(world.log, Unreliable(random, world.rows, 0.1), points=turn, turn=turn) for _ in range(2)]
    await asyncio.gather(*(process.take(random.randrange(1, 20)) for process in processes))
    assert first_words(world.log) == fold(in_order_of_the_log(world.log))
