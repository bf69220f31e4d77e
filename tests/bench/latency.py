"""How long it takes while nothing else is going on: from a submission until it has an owner, and until a call is promised.

One complaint at a time.  The clock runs from the moment the submission is handed to the client that sends it, to when the event can be
read; the department works in no time, but by commands of its own, so the promise comes after three commands and five hops.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from pydantic_core import from_json

from contracts.catalogue import OWNERS
from contracts.ids import derived_id
from contracts.intake import Customer, SubmitComplaint
from services.platform.chassis.clients import Sender, follow, open_sender
from services.platform.kernel.record import Record
from tests.bench.feeds import NARRATIVE
from tests.bench.ground import Ground
from tests.bench.life_load import accept, resolution
from tests.bench.report import Bar, Found, Sheet, tails

ROUTED, PROMISED = "submit → routed", "submit → callback promised"
SINGLE, WARMING, PAUSE = 250, 20, 0.05
"""Complaints sent one at a time, of which the first only warm; and seconds between them."""
MOST = 30
HEARD = ("routing.events.v1", "callback.events.v1")
SOURCE = "idle"


class Waits:
    """Of one complaint after the other."""

    def __init__(self, sender: Sender, events: AsyncGenerator[Sequence[Record]]) -> None:
        self.sender, self.events = sender, events
        self.took: dict[str, list[float]] = {ROUTED: [], PROMISED: []}

    async def one(self, n: int) -> None:
        customer = Customer(name="Customer", phone=f"+86139{n:08}", language="en")
        asked = SubmitComplaint(
            source_ref=f"I-{n}", channel="phone", customer=customer, complaint_type="defective product", narrative=NARRATIVE
        )  # fmt: skip
        start = time.monotonic()
        await self.sender.send("intake", asked, id=asked.source_ref, source=SOURCE, key=asked.source_ref)
        while len(self.took[PROMISED]) <= n:
            for record in await anext(self.events):
                await self.heard(from_json(record.value), 1e3 * (time.monotonic() - start))

    async def heard(self, told: dict[str, Any], milliseconds: float) -> None:
        match told["type"]:
            case "routing.complaint_routed.v1":
                self.took[ROUTED].append(milliseconds)
            case "routing.work_requested.v1":
                await self._say(told, accept(told))
            case "routing.work_accepted.v1":
                await self._say(told, resolution(told["complaint_id"], told["work"], told["department"]))
            case "callback.callback_promised.v1":
                self.took[PROMISED].append(milliseconds)

    async def _say(self, told: dict[str, Any], step: Any) -> None:
        await self.sender.send(step.service, step.command, id=derived_id(SOURCE, told["id"]), source=SOURCE)


def measure(ground: Ground) -> dict[str, list[float]]:
    """Milliseconds, through four services that have nothing else to do."""
    with ground.running(SOURCE, tuple(OWNERS)):
        return asyncio.run(_measure(ground, SOURCE))


async def _measure(ground: Ground, tenant: str) -> dict[str, list[float]]:
    settings = ground.settings(tenant)
    async with open_sender(settings) as sender, aclosing(follow(settings, HEARD, from_now=True)) as events:
        await anext(events)
        waits = Waits(sender, events)
        for n in range(SINGLE):
            await waits.one(n)
            await asyncio.sleep(PAUSE)
    return {name: took[WARMING:] for name, took in waits.took.items()}


def found(took: Mapping[str, Sequence[float]]) -> Found:
    rows = [(name, *(f"{each:.1f}" for each in tails(found))) for name, found in took.items()]
    bar = Bar(f"idle: {ROUTED}, p99 in ms", tails(took[ROUTED])[1], most=MOST)
    return Found([Sheet("Idle latency, ms", ("one complaint at a time", "p50", "p99"), rows)], [bar])
