"""The canary as a process: submits, hears the topics, asks, and is as healthy as a service is.

On SIGTERM it begins no other canary, and ends when those under way have come to their end, or after a while: the next process goes on.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing, suppress
from datetime import UTC, datetime, timedelta
from time import monotonic

from contracts.canary import SOURCE
from contracts.catalogue import OWNERS, topic
from services.cli.canary.course import Asking, Words
from services.cli.canary.open_letters import OpenLetters
from services.cli.canary.telling import Telling
from services.cli.canary.watch import Watch
from services.platform.chassis.clients import Sender, Unavailable, follow, open_sender
from services.platform.chassis.health import Pulse
from services.platform.chassis.settings import Settings
from services.platform.kernel.record import Record

Work = Callable[[asyncio.Event], Awaitable[None]]
log = logging.getLogger(__name__)
EVENTS = tuple(topic(owner, "events").name for owner in OWNERS)
LETTERS = tuple(topic(owner, "dlq").name for owner in OWNERS)
BACK = timedelta(hours=1)
"""How far back it reads for what a process before left."""
NEVER = float("inf")
GRACE_SECONDS = 20.0
COUNT_SECONDS = 5.0
AGAIN_SECONDS = 5.0
QUICK = timedelta(seconds=5)
"""What takes longer, as while Kafka is away, was appended at any instant of it, and says nothing of clocks."""


class Canary:
    """`once`: one canary, and the end."""

    def __init__(
        self, settings: Settings, words: Words, telling: Telling, pulse: Pulse, back: timedelta = BACK, once: bool = False
    ) -> None:
        self.settings, self.words, self.telling, self.pulse = settings, words, telling, pulse
        self.back, self.once, self.every = back, once, settings.canary_seconds
        self.watch = Watch(words, telling)
        telling.series.gauge("canary_under_way", "Canaries that are under way", lambda: len(self.watch.under_way))
        self._waiting = set[Work]()
        """Those to which Kafka did not answer."""
        self._next = 0.0
        self._draining_since: float | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set, or, of one canary, until it is over.  What is away is waited for; who is not there at all is told."""
        tasks = [asyncio.create_task(self._insist(work, stop)) for work in (self._play, self._count)]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _insist(self, work: Work, stop: asyncio.Event) -> None:
        while True:
            try:
                await work(stop)
                return
            except Unavailable as absence:
                if self.once or not self.pulse.consuming:
                    raise
                log.warning("%s", absence)
                self._miss(work)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), AGAIN_SECONDS)
            if stop.is_set():
                return

    def _miss(self, work: Work) -> None:
        self._waiting.add(work)
        self.pulse.wait("kafka")

    def _meet(self, work: Work) -> None:
        if work in self._waiting:
            self._waiting.remove(work)
            self.pulse.waiting = "kafka" if self._waiting else None

    # -- canaries ---------------------------------------------------------------------------------------------------------------------

    async def _play(self, stop: asyncio.Event) -> None:
        """From what the topics tell; what was known before is told again by them."""
        self.watch, started = Watch(self.words, self.telling), now()
        self._next = 0.0 if self.once else self._slot(started) + self.every
        async with open_sender(self.settings) as sender, aclosing(follow(self.settings, EVENTS, since=self.back)) as batches:
            self._meet(self._play)
            async for batch in batches:
                self.pulse.consuming, self.pulse.polled = True, monotonic()
                asked = [one for record in batch for one in self.watch.hear(record)]
                if not self.watch.is_live and _is_all(batch, started):
                    asked += self.watch.catch_up()
                asked += self.watch.look(now())
                await self._send(sender, asked)
                if self._is_over(stop):
                    return
                if self.watch.is_live and not stop.is_set():
                    await self._begin(sender)

    async def _begin(self, sender: Sender) -> None:
        """A canary is called by the instant at which it is due: of two processes both begin the same one."""
        instant = now()
        if instant.timestamp() < self._next:
            return
        slot = instant if self.once else datetime.fromtimestamp(self._slot(instant), UTC)
        self._next = NEVER if self.once else slot.timestamp() + self.every
        await self._send(sender, self.watch.begin(f"{slot:%Y-%m-%dT%H:%M:%S.%f}", slot))

    def _slot(self, instant: datetime) -> float:
        return instant.timestamp() // self.every * self.every

    def _is_over(self, stop: asyncio.Event) -> bool:
        if self._next == NEVER:
            return not self.watch.under_way
        if not stop.is_set():
            return False
        self.pulse.draining = True
        self._draining_since = self._draining_since or monotonic()
        return not self.watch.is_live or not self.watch.under_way or monotonic() - self._draining_since > GRACE_SECONDS

    async def _send(self, sender: Sender, asked: Iterable[Asking]) -> None:
        for one in asked:
            sent = now()
            await sender.send(one.service, one.command, id=one.id, source=SOURCE)
            took = now() - sent
            if sender.appended and took < QUICK:
                self.telling.skew((sender.appended - (sent + took / 2)).total_seconds())

    # -- dead letters -----------------------------------------------------------------------------------------------------------------

    async def _count(self, stop: asyncio.Event) -> None:
        """Those of all services that nobody has handled, as their topics tell."""
        letters, told = OpenLetters(), 0.0
        async with aclosing(follow(self.settings, LETTERS)) as batches:
            async for batch in batches:
                self._meet(self._count)
                for record in batch:
                    letters.hear(record)
                if not batch and monotonic() - told > COUNT_SECONDS:
                    told = monotonic()
                    for owner, (open, oldest) in letters.now(now()).items():
                        self.telling.letters(owner, open, oldest)


def _is_all(batch: Sequence[Record], started: datetime) -> bool:
    """Whether all that was said before is read."""
    return not batch or min(record.appended for record in batch) >= started


def now() -> datetime:
    return datetime.now(UTC)
