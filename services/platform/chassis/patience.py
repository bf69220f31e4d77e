"""Law 9: transient trouble is waited out in place, without bound, while heartbeats and polling go on."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

from services.platform.chassis.errors import Away
from services.platform.chassis.health import Pulse
from services.platform.chassis.metrics import Metrics

log = logging.getLogger(__name__)
T = TypeVar("T")
SHORTEST, LONGEST = 0.05, 2.0
"""Seconds between attempts: doubling, each with jitter, so that many processes do not come back at once."""


class Patience:
    def __init__(self, pulse: Pulse, metrics: Metrics, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self.pulse, self.metrics, self.sleep = pulse, metrics, sleep

    async def insist(self, step: Callable[[], Awaitable[T]]) -> T:
        """The step's result, from the first attempt that finds everybody there.  A step must be safe to repeat."""
        for attempt, pause in enumerate(pauses()):
            try:
                result = await step()
            except Away as away:
                self.pulse.wait(away.what)
                self.metrics.waited(away.what)
                if attempt == 0:
                    log.warning("%s is away (%s): waiting", away.what, away.why)
                await self.sleep(pause)
            else:
                if attempt:
                    log.warning("going on after %d attempts", attempt + 1)
                self.pulse.step()
                return result
        raise AssertionError("pauses never end")


def pauses() -> Iterator[float]:
    pause = SHORTEST
    while True:
        yield pause * random.uniform(0.5, 1.0)
        pause = min(2 * pause, LONGEST)
