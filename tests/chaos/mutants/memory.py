"""The four services over Kafka and MongoDB in memory, in virtual time: what a mutant of decisions does is seen in seconds.

    history = asyncio.run(play(lives(1), 20))

Whoever `deaths` says so dies between any two steps of its loop, and another process takes its place.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

from bson import decode

from contracts.catalogue import OWNERS, TOPICS
from services.cli.registry import find_service
from services.platform.chassis.logs import JsonLines
from services.platform.chassis.policies import practice
from services.platform.chassis.poller import Poller
from services.platform.chassis.rows import OPTIONS
from services.platform.chassis.settings import read_settings
from services.platform.kernel.document import Document
from services.platform.kernel.record import Record
from services.platform.kernel.service import Practice
from tests.chaos.history import Fault, History, Offset, Scrape, Sent, whole
from tests.chaos.mutants.lives import Step
from tests.chassis.engine.memory import Log, Process, Shelves, no_sleep

TURN = timedelta(milliseconds=300)
SET = "demo"


class OfGroup(Log):
    """The one log that all share, and the offsets that one service's group has committed."""

    def __init__(self, log: Log) -> None:
        self.shared = log
        super().__init__()
        self.records = log.records

    @property
    def now(self) -> datetime:  # type: ignore[override]
        return self.shared.now

    @now.setter
    def now(self, instant: datetime) -> None:
        self.shared.now = instant


class Seat:
    """One service's place: the process that holds it now, and those that held it before."""

    def __init__(self, log: Log, under: Practice, random: Random, chance: float) -> None:
        self.log, self.under, self.random, self.chance = OfGroup(log), under, random, chance
        self.shelves = Shelves(under)
        self.deaths = 0
        self.process = self._process()

    def _process(self) -> Process:
        self.death = asyncio.Event()
        return Process(self.log, self.shelves, practice=self.under, points=self._point, turn=self._turn)

    async def _turn(self) -> None:
        await self._point("publishing")

    async def _point(self, name: str) -> None:
        await asyncio.sleep(0)
        if self.chance and self.random.random() < self.chance:
            self.death.set()
            await asyncio.Event().wait()                     # and it never goes on

    async def take(self) -> None:
        """All that is there, by as many processes as it takes."""
        while True:
            life, dying = asyncio.create_task(self._live()), asyncio.create_task(self.death.wait())
            await asyncio.wait((life, dying), return_when=asyncio.FIRST_COMPLETED)
            if not self.death.is_set():
                dying.cancel()
                return life.result()
            await self.process.kill(life)
            self.deaths += 1
            self.process = self._process()

    @property
    def documents(self) -> tuple[Document, ...]:
        return tuple(whole(decode(row, OPTIONS), self.under) for row in self.shelves.rows.values())

    async def _live(self) -> None:
        member, process = self.process.member, self.process
        poller = Poller(
            self.under.service, self.shelves, member, member, process.committer, process.metrics, lambda: self.log.now, no_sleep
        )
        await process.take()
        await poller.look()
        await process.take()


async def play(steps: Sequence[Step], seconds: float, chance: float = 0.0, seed: int = 7) -> History:
    """What comes of these steps within so many seconds, taken in turns of 0.3 s; who dies does so with this chance at every point."""
    settings, log, random = read_settings(policies=SET), Log(), Random(seed)
    began = log.now
    with _heard() as lines:
        seats = {name: Seat(log, practice(find_service(name, settings), settings), random, chance) for name in OWNERS}
        left, sent = list(steps), []
        while log.now < began + timedelta(seconds=seconds):
            while left and began + timedelta(seconds=left[0].after) <= log.now:
                sent.append(_send(log, left.pop(0)))
            await _until_quiet(log, seats)
            log.now += TURN
        for seat in seats.values():
            seat.chance = 0.0
        await _until_quiet(log, seats)
    faults = (Fault("killed", "service", began, log.now, log.now),) if chance else ()
    return History(
        seed=seed, scenario="memory", set=SET, began=began, quiet=log.now, sent=tuple(sent), records=tuple(_records(log)),
        documents={name: seat.documents for name, seat in seats.items()},
        practices={name: seat.under for name, seat in seats.items()},
        offsets=tuple(offset for name, seat in seats.items() for offset in _offsets(log, name, seat)),
        faults=faults,
        scrapes=tuple(
            Scrape(name, name, log.now, seat.process.metrics.text().decode(), not seat.deaths, began) for name, seat in seats.items()
        ),
        logs={"all": "".join(lines)},
    )  # fmt: skip


def _send(log: Log, step: Step) -> Sent:
    record = log.append(step.topic, step.partition, step.key.encode(), step.value, step.headers)
    return step.sent._replace(partition=record.partition, offset=record.offset)


async def _until_quiet(log: Log, seats: dict[str, Seat]) -> None:
    """At one instant: until nobody says anything that another one hears."""
    before = -1
    while before != (before := sum(map(len, log.records.values()))):
        for seat in seats.values():
            await seat.take()


def _records(log: Log) -> Iterator[Record]:
    for topic in TOPICS:
        yield from log.all(topic)


def _offsets(log: Log, name: str, seat: Seat) -> Iterator[Offset]:
    for place, line in log.records.items():
        if place[0] in seat.under.service.inputs:
            yield Offset(name, *place, seat.log.committed[place], len(line))


@contextmanager
def _heard() -> Iterator[list[str]]:
    """What the services log, as they would write it."""
    lines: list[str] = []
    handler, root = logging.Handler(), logging.getLogger("services")
    formatter = JsonLines("all")
    handler.emit = lambda record: lines.append(formatter.format(record) + "\n")  # type: ignore[method-assign]
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
