"""The demonstration in real time: hears the topics, lets the stand-ins act, and knows when it is over."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

from contracts.catalogue import OWNERS, TOPICS
from services.cli.demo.world import Agenda, World
from services.cli.demo.world.ledger import Ledger
from services.platform.chassis.clients import Sender, follow, lag, open_sender
from services.platform.chassis.settings import Settings
from services.platform.kernel.record import Record

HEARD = tuple(name for name, topic in TOPICS.items() if topic.kind != "dossiers")
QUIET_LOOKS = 2
"""So often in a row nothing may be left to do: between two looks a message could slip from one service to the next."""


class Play:
    """`run` plays it to its end, or to the limit; what became of everything is in the ledger."""

    def __init__(self, settings: Settings, world: World, ledger: Ledger, limit: float) -> None:
        self.settings, self.world, self.ledger, self.limit = settings, world, ledger, limit
        self._agenda, self._started, self._quiet = Agenda(), 0.0, 0

    @property
    def seconds(self) -> float:
        """Since the doors opened; 0 before."""
        return asyncio.get_running_loop().time() - self._started if self._started else 0.0

    async def run(self) -> float:
        """Returns how many seconds it took."""
        async with open_sender(self.settings) as sender, aclosing(follow(self.settings, HEARD)) as batches:
            async for batch in batches:
                if not self._started:
                    self._started = asyncio.get_running_loop().time()
                    self._agenda.add(0, self.world.opening)
                self._hear(batch)
                await self._send(sender)
                if self.seconds > self.limit or await self._is_over(batch):
                    break
        return self.seconds

    def _hear(self, batch: Sequence[Record]) -> None:
        for record in batch:
            if heard := self.ledger.hear(record):
                self._agenda.add(self.seconds, self.world.hear(heard))

    async def _send(self, sender: Sender) -> None:
        """What is due, in order; returns when the broker has it."""
        due = [asked for _, asked in self._agenda.due(self.seconds)]
        await asyncio.gather(*[await sender.post(one.service, one.command, id=one.id, source=one.source) for one in due])

    async def _is_over(self, batch: Sequence[Record]) -> bool:
        """Nobody has anything more to say, nothing is unfinished, and no service has anything left to handle."""
        looks_over = not (batch or self._agenda or self.ledger.missing or self.ledger.unanswered or self.ledger.unsettled)
        self._quiet = self._quiet + 1 if looks_over and await self._nothing_is_left() else 0
        return self._quiet >= QUIET_LOOKS

    async def _nothing_is_left(self) -> bool:
        return not any([sum((await lag(self.settings, name)).values()) for name in OWNERS])
