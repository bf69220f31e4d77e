"""The demonstration in virtual time: the four services in the kernel's run, the stand-ins beside them, the ledger on the run's log."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

from services.cli.demo import POLICIES
from services.cli.demo.world import Agenda, Entry, World, entries
from services.cli.demo.world.ledger import Ledger
from services.cli.registry import NAMES, find_service
from services.platform.chassis.policies import practice
from services.platform.chassis.settings import read_settings
from services.platform.kernel.run import Run

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
STEP = 0.25
"""Seconds after which the stand-ins look at the topics again."""


class Played:
    def __init__(self, sample: Sequence[Entry], seed: int, most_seconds: float = 240) -> None:
        settings = read_settings(policies=POLICIES)
        self.run = Run([practice(find_service(name, settings), settings) for name in NAMES])
        self.world, self.ledger, self.agenda = World(sample, seed), Ledger(), Agenda()
        self.agenda.add(0, self.world.opening)
        self.seconds, self._read = 0.0, 0
        while self.seconds < most_seconds and (self.agenda or self.ledger.missing or self.ledger.unsettled or not self._read):
            self._step()

    def _step(self) -> None:
        """Stand-ins may be late, as outsiders are, but they never send into the past."""
        until = self.seconds + STEP
        for when, asked in self.agenda.due(until):
            at = START + timedelta(seconds=max(when, self.seconds))
            self.run.send(asked.service, asked.command, at=at, id=asked.id, source=asked.source)
        self.run.until(START + timedelta(seconds=until))
        self.seconds = until
        for record in self.run.log[self._read :]:
            if heard := self.ledger.hear(record):
                self.agenda.add(self.seconds, self.world.hear(heard))
        self._read = len(self.run.log)


@cache
def played(seed: int = 7) -> Played:
    """The whole sample, to its end."""
    return Played(entries(), seed)
