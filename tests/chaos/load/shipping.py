"""Sends a plan in time, and keeps what became of each shipment."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from services.platform.chassis import connections
from services.platform.chassis.settings import Settings
from tests.chaos.history import Sent
from tests.chaos.load.plan import Shipment

STOPPING = 5.0
STARTING = 60.0


class Shipping:
    """`sent` is in the order of the plan; what was not acknowledged by the end may be in the log or not."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.sent: list[Sent] = []
        self._under_way: set[asyncio.Task[None]] = set()
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()

    async def run(self, plan: Sequence[Shipment]) -> None:
        """Until all of it is on its way: the clock of the plan begins now."""
        began = time.monotonic()
        for shipment in plan:
            if (early := began + shipment.at - time.monotonic()) > 0:
                await asyncio.sleep(early)
            self.sent.append(shipment.sent)
            task = asyncio.create_task(self._send(len(self.sent) - 1, shipment))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def settled(self) -> None:
        """Until each shipment is acknowledged or given up by the client."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def close(self) -> None:
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        if self._producer:
            with suppress(KafkaError, TimeoutError):
                await asyncio.wait_for(self._producer.stop(), STOPPING)

    async def _send(self, number: int, shipment: Shipment) -> None:
        """Once: a sender who hears nothing may not know either."""
        when = int((time.time() + shipment.skew) * 1000)
        with suppress(KafkaError, TimeoutError, OSError):
            producer = await self._open()
            sent = await producer.send(
                self.settings.topic(shipment.topic), shipment.value, shipment.key, headers=list(shipment.headers), timestamp_ms=when
            )
            stands = await sent
            self.sent[number] = self.sent[number]._replace(partition=stands.partition, offset=stands.offset)

    async def _open(self) -> AIOKafkaProducer:
        """A producer that lost track of what it sent has ended for good: the next shipment gets a new one."""
        async with self._starting:
            if self._producer is None or self._producer._sender.sender_task.done():
                self._producer = AIOKafkaProducer(**connections.producer(self.settings))
                await asyncio.wait_for(self._producer.start(), STARTING)
            return self._producer
