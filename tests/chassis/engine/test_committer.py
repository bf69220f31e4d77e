"""Step 7: the newest published offsets, contiguous, and never those of other hands."""

import asyncio
from collections.abc import Mapping

import pytest

from contracts.catalogue import PARTITIONS
from services.platform.chassis.committer import Committer
from services.platform.chassis.errors import Away, CommitFailed
from services.platform.chassis.ports import NotOurs, Place
from services.platform.kernel.record import partition_of
from tests.chassis.engine.memory import COMMANDS, EVENTS, Log, Member, Process, Shelves, id_of, no_sleep, no_turn
from tests.core.kernel.toy import Report, Submit

ONE = "00000000-0000-4000-8000-000000000001"
HOME = (COMMANDS, partition_of(ONE, PARTITIONS))


class Slow(Member):
    """Commits one by one, each when it is let."""

    def __init__(self, log: Log) -> None:
        super().__init__(log, [HOME], no_turn)
        self.gate = asyncio.Semaphore(0)
        self.made: list[int] = []

    async def commit(self, offsets: Mapping[Place, int]) -> None:
        await self.gate.acquire()
        self.made.append(offsets[HOME])


async def test_the_newest_offset_is_committed_and_those_in_between_are_spared() -> None:
    group = Slow(Log())
    committer = Committer(group, sleep=no_sleep)
    running = asyncio.create_task(committer.run())
    for offset in (1, 2, 3, 4):
        await asyncio.sleep(0)
        committer.done({HOME: offset}, committer.epoch)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    for _ in range(4):
        group.gate.release()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    running.cancel()
    assert group.made == [1, 4]


async def test_batches_that_follow_each_other_closely_are_committed_together() -> None:
    group, rested = Slow(Log()), asyncio.Semaphore(0)

    async def rest(seconds: float) -> None:
        await rested.acquire()

    committer = Committer(group, sleep=rest)
    running = asyncio.create_task(committer.run())
    for offset in (1, 2, 3):
        committer.done({HOME: offset}, committer.epoch)
        await asyncio.sleep(0)
    rested.release()
    group.gate.release()
    for _ in range(4):
        await asyncio.sleep(0)
    running.cancel()
    assert group.made == [3]


async def test_offsets_of_an_earlier_assignment_are_nobodys_business() -> None:
    group = Slow(Log())
    committer, earlier = Committer(group), 0
    group.gate.release()
    committer.forget()
    committer.done({HOME: 7}, earlier)
    await committer.flush()
    assert group.made == []


async def test_a_commit_for_partitions_that_are_another_processs_is_normal() -> None:
    class Gone(Member):
        async def commit(self, offsets: Mapping[Place, int]) -> None:
            raise NotOurs

    committer = Committer(Gone(Log(), [HOME], no_turn))
    committer.done({HOME: 1}, committer.epoch)
    await committer.flush()
    assert committer.committed(HOME) == 0


async def test_any_other_failure_ends_the_process() -> None:
    class Denied(Member):
        async def commit(self, offsets: Mapping[Place, int]) -> None:
            raise CommitFailed("no right to commit")

    committer = Committer(Denied(Log(), [HOME], no_turn))
    committer.done({HOME: 1}, committer.epoch)
    with pytest.raises(CommitFailed):
        await committer.run()


async def test_before_partitions_are_given_up_what_is_in_hand_is_stored_published_and_committed() -> None:
    log = Log()
    log.put("routing", Submit(complaint_id=ONE), id_of(1))
    process = Process(log, Shelves())
    handling = asyncio.create_task(process.loop.handle(process.member.fetch(10)))
    await asyncio.sleep(0)
    await process.loop.drain()
    assert len(log.all(EVENTS)) == 1
    assert log.committed[HOME] == 1
    await handling


async def test_after_they_were_given_up_nothing_that_was_fetched_before_is_handled_or_committed() -> None:
    log = Log()
    log.put("routing", Submit(complaint_id=ONE), id_of(1))
    process = Process(log, Shelves())
    stopped = asyncio.Event()

    async def stop(name: str) -> None:
        await stopped.wait()

    process.loop.points = stop
    first = asyncio.create_task(process.loop.handle(process.member.fetch(10)))
    await asyncio.sleep(0)
    log.put("routing", Report(complaint_id=ONE), id_of(2))
    second = asyncio.create_task(process.loop.handle(process.member.fetch(10)))
    await asyncio.sleep(0)
    process.committer.forget()
    stopped.set()
    await asyncio.gather(first, second)
    await process.loop.drain()
    assert len(log.all(EVENTS)) == 1
    assert not log.committed[HOME]


async def test_who_gives_up_waiting_for_the_batch_in_hand_does_not_undo_it() -> None:
    """A rebalance waits so long and no longer; what is on its way is still published, and later batches still wait for it."""
    log, gate = Log(), asyncio.Event()
    log.put("routing", Submit(complaint_id=ONE), id_of(1))
    process = Process(log, Shelves(), turn=gate.wait)
    await process.loop.handle(process.member.fetch(10))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(process.loop.drain(), 0.01)
    assert process.metrics.behind_seconds() > 0
    gate.set()
    await process.loop.drain()
    assert len(log.all(EVENTS)) == 1
    assert process.metrics.behind_seconds() == 0


async def test_the_store_is_told_before_kafka_and_while_it_is_away_nothing_is_committed() -> None:
    group, told, is_away = Member(Log(), [HOME], no_turn), list[tuple[str, int]](), True

    async def keep(offsets: Mapping[Place, int], before: Mapping[Place, int]) -> None:
        if is_away:
            raise Away("mongodb")
        told.append(("kept", offsets[HOME]))
        assert before.get(HOME, 0) == committer.committed(HOME)

    async def commit(offsets: Mapping[Place, int]) -> None:
        told.append(("committed", offsets[HOME]))

    group.commit = commit
    committer = Committer(group, keep=keep)
    committer.done({HOME: 3}, committer.epoch)
    await committer.flush()
    assert told == [] and committer.committed(HOME) == 0
    is_away = False
    await committer.flush()
    assert told == [("kept", 3), ("committed", 3)] and committer.committed(HOME) == 3
    committer.done({HOME: 4}, committer.epoch)
    await committer.flush()
    assert told[2:] == [("kept", 4), ("committed", 4)]
