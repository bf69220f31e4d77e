"""Looks after services that run as processes here: those that ended because something was away are started again, with back-off."""

import signal
from collections.abc import Iterator
from time import monotonic

from services.cli.processes import ServiceProcess, Services
from services.platform.chassis.clients import UNAVAILABLE

SHORTEST, LONGEST = 1.0, 30.0
STEADY = 60.0
"""Seconds after which a process has proved itself, and its next pause is a short one again."""


class Supervisor:
    """`tend()` is called every second or so."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._pause = {process.log.stem: SHORTEST for process in services}
        self._again: dict[str, float] = {}
        self._started = dict.fromkeys(self._pause, monotonic())
        self._told: set[str] = set()

    def tend(self) -> Iterator[str]:
        """A sentence for each process that ended since the last look."""
        for process in self.services:
            name = process.log.stem
            if process.running:
                continue
            if name in self._again:
                self._start_when_due(process, name)
            elif name not in self._told:
                yield self._ended(process, name)

    def _ended(self, process: ServiceProcess, name: str) -> str:
        code = process.exit_code or 0
        if not (code == UNAVAILABLE or code < 0):
            self._told.add(name)
            return f"{name} ended with exit code {code} and is left as it is: see {process.log}."
        if monotonic() - self._started[name] > STEADY:
            self._pause[name] = SHORTEST
        pause, self._pause[name] = self._pause[name], min(LONGEST, 2 * self._pause[name])
        self._again[name] = monotonic() + pause
        why = "found something missing" if code == UNAVAILABLE else f"was killed ({signal.Signals(-code).name})"
        return f"{name} {why} and starts again in {pause:.0f} s: see {process.log}."

    def _start_when_due(self, process: ServiceProcess, name: str) -> None:
        if monotonic() >= self._again[name]:
            del self._again[name]
            self._started[name] = monotonic()
            process.start()
