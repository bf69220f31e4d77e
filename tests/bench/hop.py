"""What is measured: one hop, commands in and events out, through a process on the stack.

A round piles commands up while the process is frozen, lets it go, and ends when the last event can be read: so only the hop itself, and
not who sends, takes part in it.
"""

import asyncio
import os
import signal
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from pydantic_core import from_json

from contracts.catalogue import PARTITIONS
from contracts.ids import complaint_id, derived_id, reference_number
from contracts.intake import Classes, ComplaintRegistered, Reachable
from contracts.model import Command, Staff
from contracts.routing import AcceptWork, ReportProgress
from contracts.wire import write_event
from services.cli.processes import ServiceProcess
from services.platform.chassis import connections
from services.platform.chassis.clients import Sender, follow, lag, open_sender
from services.platform.chassis.settings import Settings
from services.platform.kernel.record import Record
from services.platform.stack import Stack

EVENTS = "routing.events.v1"
CLERK = Staff(staff="s1", role="agent", department="quality")
OPENING = (
    "routed", *["clock started"] * 3, "work requested", "clock started", "work accepted", "clock met", "progress reported", "clock met",
)  # fmt: skip
"""What routing says of a complaint, under the default policy, until rounds begin."""
TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE = 120.0
"""Seconds for a round; the broker takes a process for dead that is frozen for 30."""
AFTERMATH = 0.1
"""Seconds that still count after the last event: its commit."""


class Stuck(Exception):
    """A sentence: which process did not do its work, and where its log is."""


class Cost(NamedTuple):
    """CPU seconds of the process itself, of the broker and of the database."""

    own: float
    kafka: float
    mongodb: float

    @property
    def total(self) -> float:
        return sum(self)


class Round(NamedTuple):
    per_second: float
    cost: Cost
    """For one event, in microseconds."""


@dataclass
class Hop:
    """A process under test with a tenant of its own."""

    name: str
    settings: Settings
    process: ServiceProcess
    stack: Stack
    sender: Sender
    ends: AIOKafkaConsumer
    told: int = 0
    """Commands sent so far: each has an id of its own."""

    async def round(self, complaints: Sequence[str]) -> Round:
        """One command about each of these complaints."""
        before = await self.said()
        self.process.signal(signal.SIGSTOP)
        await self.send([progress(id) for id in complaints])
        cost, start = self.cost(), time.monotonic()
        self.process.signal(signal.SIGCONT)
        await self.until_said(before + len(complaints))
        seconds = time.monotonic() - start
        await asyncio.sleep(AFTERMATH)
        spent = Cost(*(1e6 * (after - before) / len(complaints) for before, after in zip(cost, self.cost(), strict=True)))
        return Round(len(complaints) / seconds, spent)

    async def send(self, commands: Iterable[Command]) -> None:
        sent = []
        for command in commands:
            self.told += 1
            sent.append(await self.sender.post("routing", command, id=derived_id("bench", self.told), source="bench"))
        await asyncio.gather(*sent)

    async def said(self) -> int:
        """Events on its topic by now."""
        return sum((await self.ends.end_offsets([TopicPartition(self.settings.topic(EVENTS), n) for n in range(PARTITIONS)])).values())

    async def until_said(self, events: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while await self.said() < events:
            if not self.process.running or time.monotonic() > deadline:
                raise Stuck(f"{self.name} did not answer all that it was sent: see {self.process.log}.")
            await asyncio.sleep(0.01)

    def cost(self) -> Cost:
        return Cost(*map(cpu_seconds, (self.process.pid, self.stack.kafka.pid, self.stack.mongodb.pid)))

    # -- before and beside rounds -----------------------------------------------------------------------------------------------------

    async def open_complaints(self, complaints: Sequence[str]) -> None:
        """Registered by intake's word, routed, taken on by the department that reports, and answered for the first time.

        So no clock has anything to say any more while rounds are measured: each command is one event.
        """
        before = await self.said()
        await asyncio.gather(*[await self.sender.put("intake.events.v1", id.encode(), *registered(id)) for id in complaints])
        await self.until_idle()
        await self.send([AcceptWork(complaint_id=id, work="1-quality", by=CLERK) for id in complaints])
        await self.send([progress(id) for id in complaints])
        await self.until_idle()
        assert await self.said() - before == len(OPENING) * len(complaints), f"each is {', '.join(OPENING)}"

    async def grow_old(self, complaints: Sequence[str], events: int) -> None:
        """Each complaint's reports one after the other: so they are done in few writes."""
        before = await self.said()
        for start in range(0, len(complaints), 50):
            await self.send([progress(id) for id in complaints[start : start + 50] for _ in range(events)])
        await self.until_said(before + len(complaints) * events)

    async def until_idle(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while sum((await lag(self.settings, "routing")).values()):
            if time.monotonic() > deadline:
                raise Stuck(f"{self.name} does not catch up: see {self.process.log}.")
            await asyncio.sleep(0.1)


async def latencies(hops: Sequence[Hop], complaints: Sequence[str], pause: float) -> dict[str, list[float]]:
    """Milliseconds from a command's append to the moment its event can be read; one command at a time, the hops by turns."""
    took: dict[str, list[float]] = {hop.name: [] for hop in hops}
    async with AsyncExitStack() as closing:
        heard = [await closing.enter_async_context(aclosing(follow(hop.settings, [EVENTS], from_now=True))) for hop in hops]
        for events in heard:
            await anext(events)
        for id in complaints:
            for hop, events in zip(hops, heard, strict=True):
                _, late = await asyncio.gather(hop.send([progress(id)]), _next(events))
                took[hop.name].append(late)
                await asyncio.sleep(pause)
    return took


async def _next(events: AsyncGenerator[Sequence[Record]]) -> float:
    """Both hops date their event by its command's append."""
    while not (records := await anext(events)):
        pass
    return 1e3 * (time.time() - datetime.fromisoformat(from_json(records[0].value)["at"]).timestamp())


@asynccontextmanager
async def open_hop(name: str, settings: Settings, process: ServiceProcess, stack: Stack) -> AsyncIterator[Hop]:
    ends = AIOKafkaConsumer(**connections.reader(settings))
    await ends.start()
    try:
        async with open_sender(settings) as sender:
            yield Hop(name, settings, process, stack, sender, ends)
    finally:
        await ends.stop()


def complaints(cohort: str, count: int) -> list[str]:
    return [complaint_id("bench", f"{cohort}-{n}") for n in range(count)]


def progress(complaint: str) -> ReportProgress:
    return ReportProgress(complaint_id=complaint, work="1-quality", is_told_to_customer=True, by=CLERK)


def registered(complaint: str) -> tuple[bytes, tuple[tuple[str, bytes], ...]]:
    """Intake's word for it, as it goes onto the topic."""
    now = datetime.now(UTC)
    event = ComplaintRegistered(
        complaint_id=complaint, customer=complaint[:16], source="bench", source_ref=complaint, reference=reference_number(complaint),
        channel="phone", classes=Classes(kind="quality"), reachable=Reachable(phone=True), first_answer_due=now + timedelta(days=1),
        acknowledgement="ack.en", policy="bench@1",
    )  # fmt: skip
    return write_event("intake", event, id=derived_id("bench", complaint), at=now, seq=1, cause=derived_id("bench", "call", complaint))


def cpu_seconds(pid: int) -> float:
    """User and system time of all threads of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
