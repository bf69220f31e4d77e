"""One service, wired: consumer, loop, publisher, committer, poller.  Nothing else wires.

    engine = Engine(practice, settings, metrics)
    await engine.run(stop)             # until `stop` is set; raises `MustEnd` with the sentence to tell
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from contracts.catalogue import PARTITIONS
from services.platform.chassis.breaker import Breaker
from services.platform.chassis.committer import Committer
from services.platform.chassis.consumer import Consumer
from services.platform.chassis.errors import Away, LoopFailed, MustEnd
from services.platform.chassis.health import Pulse, observe
from services.platform.chassis.loop import Loop
from services.platform.chassis.metrics import Metrics
from services.platform.chassis.patience import Patience
from services.platform.chassis.poller import Poller
from services.platform.chassis.ports import Points, no_points
from services.platform.chassis.publisher import Publisher
from services.platform.chassis.settings import Settings
from services.platform.chassis.store import Store
from services.platform.chassis.taking_up import take_up
from services.platform.chassis.vitals import tell_breaker, tell_pulse
from services.platform.kernel.record import Record
from services.platform.kernel.service import Practice

log = logging.getLogger(__name__)
GRACE_SECONDS = 15.0
"""For the batch in hand, when asked to end or to give partitions up: less than a rebalance (60 s) and an orchestrator (30 s) wait."""
LOOK_SECONDS = 5.0
AGAIN_SECONDS = 1.0
"""While somebody does not answer: a process is not ready again before it has seen that all do."""
SPARING = 20
"""A look that takes long is taken so many times more seldom: counting a large collection must not be what the service does."""
SELDOM_SECONDS = 20.0
"""And never more seldom than this: whoever is away is noticed, also where the last look fell into a busy moment."""


class Engine:
    def __init__(self, practice: Practice, settings: Settings, metrics: Metrics, points: Points = no_points) -> None:
        self.practice, self.settings, self.metrics, self.points = practice, settings, metrics, points
        self.pulse = Pulse()
        """What `health.py` judges."""
        tell_pulse(metrics.series, self.pulse)

    async def run(self, stop: asyncio.Event) -> None:
        """Consume until `stop` is set, then finish what is in hand and leave the group.  Raises `MustEnd`."""
        self.store = Store(self.settings, self.practice, self.metrics.primary_changed)
        self._build(await self.store.open())
        try:
            await self.publisher.open()
            try:
                await self._consume(stop)
            finally:
                await self.publisher.close()
        finally:
            self.store.close()

    def _build(self, practice: Practice) -> None:
        service, patience = practice.service, Patience(self.pulse, self.metrics)
        self.publisher = Publisher(self.settings, patience)
        self.consumer = Consumer(self.settings, service, self._handle, self._give_up, self.pulse.join, self._fail, now)
        self.committer = Committer(self.consumer, self.points, keep=self.store.bookmarks.keep)
        breaker = Breaker(self.settings.dead_letter_breaker)
        tell_breaker(self.metrics.series, breaker)
        self.loop = Loop(
            practice, self.store, self.publisher, self.committer, breaker, patience, self.metrics, self.pulse, self.points
        )
        self.poller = Poller(service, self.store, self.publisher, self.consumer, self.committer, self.metrics, now)

    async def _consume(self, stop: asyncio.Event) -> None:
        tasks = [
            self._keep(self.committer.run()),
            self._keep(self.poller.run(self.settings.poll_seconds)),
            self._keep(self._look("kafka", self._observe)),
            self._keep(self._look("mongodb", self.store.greet)),
            self._keep(self._look("mongodb", self._count)),
        ]
        stopping, joining = asyncio.create_task(stop.wait()), asyncio.create_task(self._join())
        try:
            await asyncio.wait((stopping, joining), return_when=asyncio.FIRST_COMPLETED)
            if joining.done():
                joining.result()
                self.pulse.consuming = True
                await asyncio.wait((stopping, self.loop.failed), return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _cancelled(joining)
            await self._end()
            await _cancelled(stopping, *tasks)
        if self.loop.failed.done():
            _raise(self.loop.failed.exception())

    async def _join(self) -> None:
        await self.consumer.open(await take_up(self.settings, self.practice.service, self.store.bookmarks))

    async def _end(self) -> None:
        """Not ready; finish the batch in hand, publish, commit, leave."""
        self.pulse.draining = True
        self.loop.end()
        if not self.loop.failed.done():
            await self._drain()
        await self.consumer.close()

    async def _handle(self, records: Sequence[Record], as_appended: bool) -> None:
        await self.loop.handle(records, as_appended)

    def _fail(self, error: BaseException) -> None:
        self.loop.fail(error)

    async def _give_up(self) -> None:
        """The partitions go, or were lost: their offsets are nobody's business any more."""
        await self._drain()
        self.committer.forget()
        self.consumer.give_up()
        self.loop.published.forget()

    async def _drain(self) -> None:
        try:
            await asyncio.wait_for(self.loop.drain(), GRACE_SECONDS)
        except TimeoutError:
            log.warning("the batch in hand is not finished in time: whoever gets its partitions takes it again")
        except Exception as error:
            self.loop.fail(error)

    # -- beside the loop --------------------------------------------------------------------------------------------------------------

    def _keep(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """A task whose failure is the service's."""
        task = asyncio.create_task(work)

        def note(task: asyncio.Task[None]) -> None:
            if not task.cancelled() and (error := task.exception()):
                self.loop.fail(error)

        task.add_done_callback(note)
        return task

    async def _look(self, at: str, look: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Now and then, whether there is work or not: so that an idle service, too, notices who is away."""
        while True:
            began = monotonic()
            try:
                await look()
                if self.pulse.meet(at):
                    log.warning("%s answers again", at)
            except Away as away:
                if self.pulse.consuming and self.pulse.miss(at):
                    log.warning("%s does not answer (%s)", at, away.why)
            await asyncio.sleep(AGAIN_SECONDS if at in self.pulse.absent else until_the_next_look(monotonic() - began))

    async def _observe(self) -> None:
        """How far behind: of what is ours, or, holding nothing, of the whole group.  Nothing when it leaves by itself: that is no fault."""
        if self.pulse.draining:
            return
        self.consumer.check()
        ours = self.consumer.assigned()
        places = ours or [(topic, partition) for topic in self.practice.service.inputs for partition in range(PARTITIONS)]
        ends = await self.consumer.ends(places)
        done = {place: await (self.committer.reached(place) if ours else self.consumer.committed(place)) for place in places}
        lag = {place: max(0, end - done[place]) for place, end in ends.items()}
        self.metrics.lag(lag, are_ours=bool(ours))
        observe(self.pulse, self.consumer.client, sum(lag.values()), monotonic())

    async def _count(self) -> None:
        self.metrics.open(await self.store.count_facets())
        waiting, parked = await self.store.count_held_up()
        self.metrics.waiting(waiting)
        self.metrics.parked(parked)


def until_the_next_look(took: float) -> float:
    """Seconds, after one that took so many."""
    return min(max(LOOK_SECONDS, SPARING * took), SELDOM_SECONDS)


async def _cancelled(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def now() -> datetime:
    return datetime.now(UTC)


def _raise(error: BaseException | None) -> None:
    if isinstance(error, MustEnd) or error is None:
        raise error or LoopFailed("The loop ended.")
    log.error("unforeseen", exc_info=error)
    raise LoopFailed(f"{type(error).__name__} in the loop: this is a fault of the program; its log has the place.") from error
