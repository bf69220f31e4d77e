"""Timers that are all due at once: so many customers are to be called at one instant, and every call is told as due.

The documents are callback's own, each with a call that somebody asked for at that instant; the service is let at them when it has come.
"""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple

from services.cli.processes import Services
from tests.bench.backlog import MOST_MEMORY, Looks
from tests.bench.feeds import FEEDS, call_asked, complaints, registered
from tests.bench.filling import fill
from tests.bench.ground import Ground
from tests.bench.hop import Frozen, open_hop
from tests.bench.report import Bar, Found, Sheet

PATTERNS = 200
TENANT, SERVICE = "all-due", "callback"
PREPARED_IN, FILLED_IN = 20, 10_000
"""Seconds until the patterns are there, and copies made in a second, at the least."""


class Woken(NamedTuple):
    timers: int
    per_second: float
    memory: Sequence[tuple[float, float]]
    """Seconds since the instant, and megabytes."""


def measure(ground: Ground, timers: int) -> Woken:
    with ground.running(TENANT, [SERVICE]) as services:
        return asyncio.run(_measure(ground, services, timers))


async def _measure(ground: Ground, services: Services, timers: int) -> Woken:
    due = datetime.now(UTC) + timedelta(seconds=PREPARED_IN + timers / FILLED_IN)
    patterns = complaints("due", PATTERNS)
    async with open_hop(ground, SERVICE, FEEDS[SERVICE], TENANT, services) as hop:
        await hop.open(patterns, (registered, partial(call_asked, earliest=due)))
        before = await hop.said()
        with Frozen(services):
            await asyncio.to_thread(fill, ground, TENANT, SERVICE, patterns, timers - PATTERNS)
            await asyncio.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()) + 1)
        begun, looks = time.monotonic(), Looks(services.processes[0].pid)
        await hop.until_said(before + timers, looks)
        return Woken(timers, timers / (time.monotonic() - begun), looks.noted)


def found(woken: Woken) -> Found:
    most = max(megabytes for _, megabytes in woken.memory)
    row = (f"{woken.timers:,}", f"{woken.per_second:,.0f}", f"{most:.0f}")
    sheet = Sheet("Timers that are due at once, from the instant to the last event", ("timers", "events/s", "most MB"), [row])
    return Found([sheet], [Bar(f"{woken.timers:,} timers due at once: {SERVICE}'s memory, MB", most, most=MOST_MEMORY)])
