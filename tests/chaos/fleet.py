"""The services' processes: whoever dies is started again, whoever is asked to end has told its metrics before."""

import asyncio
import signal
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from services.cli.processes import ServiceProcess
from services.platform.stack.ports import free_port
from tests.chaos.history import Scrape

PROGRAM = ("-m", "tests.chaos.service")
EVERY = 0.2
SCRAPE_EVERY = 2.0


class Fleet:
    def __init__(self, environment: Mapping[str, str], logs: Path, program: Iterable[str] = PROGRAM) -> None:
        self.environment, self.logs, self.program = environment, logs, tuple(program)
        self.processes: list[ServiceProcess] = []
        self.ends: Counter[str] = Counter()
        """Of processes that nobody asked to end: `routing -9`."""
        self.scrapes: dict[tuple[str, int], Scrape] = {}
        self._numbers = count(1)
        self._lives: dict[str, int] = {}
        self._born: dict[str, datetime] = {}
        self._left_alone: set[str] = set()
        self._is_resting = False
        logs.mkdir(parents=True, exist_ok=True)

    def add(self, service: str) -> ServiceProcess:
        """One more replica, started."""
        replica, number = 1 + max((p.replica for p in self.of(service)), default=0), next(self._numbers)
        stem = service if replica == 1 else f"{service}-{replica}"
        own = {"CHAOS_ADDRESS": f"127.0.1.{number}", "CHAOS_ORDERS": str(self.logs / f"{stem}.orders")}
        log = self.logs / f"{stem}.log"
        process = ServiceProcess(service, replica, {**self.environment, **own}, log, free_port(), self.program)
        self.processes.append(process)
        self.start(process)
        return process

    def of(self, service: str) -> list[ServiceProcess]:
        return [process for process in self.processes if process.name == service]

    def start(self, process: ServiceProcess) -> None:
        name = process.log.stem
        self._left_alone.discard(name)
        self._lives[name] = self._lives.get(name, 0) + 1
        self._born[name] = datetime.now(UTC)
        process.start()

    async def stop(self, process: ServiceProcess) -> None:
        """Asked to end, and not started again until `start` is called."""
        self.leave_alone(process)
        await self.scrape(process)
        process.ask_to_end()
        await asyncio.to_thread(process.wait)

    def leave_alone(self, process: ServiceProcess) -> None:
        """Not started again if it ends."""
        self._left_alone.add(process.log.stem)

    def remove(self, process: ServiceProcess) -> None:
        self.processes.remove(process)

    def tell(self, process: ServiceProcess, **environment: str) -> None:
        """What it is told at its next start; "" is nothing."""
        process.environment = {**process.environment, **environment}

    def order(self, process: ServiceProcess, order: str) -> None:
        """See `tests.chaos.service`."""
        orders = Path(process.environment["CHAOS_ORDERS"])
        orders.with_suffix(".new").write_text(order, "utf-8")
        orders.with_suffix(".new").replace(orders)

    def is_ordered(self, process: ServiceProcess) -> bool:
        """It has not obeyed yet."""
        return Path(process.environment["CHAOS_ORDERS"]).exists()

    def countermand(self, process: ServiceProcess) -> None:
        Path(process.environment["CHAOS_ORDERS"]).unlink(missing_ok=True)

    def addresses(self, service: str) -> list[str]:
        return [process.environment["CHAOS_ADDRESS"] for process in self.of(service)]

    # -- all the time -----------------------------------------------------------------------------------------------------------------

    async def tend(self) -> None:
        """Until cancelled."""
        while True:
            for process in self.processes:
                if not process.running and process.log.stem not in self._left_alone:
                    self.ends[f"{process.name} {process.exit_code}"] += 1
                    self.start(process)
            await asyncio.sleep(EVERY)

    async def keep_scraping(self) -> None:
        while True:
            await asyncio.gather(*(self.scrape(process) for process in self.processes))
            await asyncio.sleep(SCRAPE_EVERY)

    async def scrape(self, process: ServiceProcess) -> None:
        if text := await asyncio.to_thread(process.metrics):
            name = process.log.stem
            told = Scrape(name, process.name, datetime.now(UTC), text, self._is_resting, self._born[name])
            self.scrapes[name, self._lives[name]] = told

    async def last_scrapes(self) -> None:
        """For now nobody has anything left to do."""
        self._is_resting = True
        await asyncio.gather(*(self.scrape(process) for process in self.processes))

    def freeze(self) -> None:
        """All of them where they are; nobody is started again meanwhile."""
        for process in self.processes:
            self.leave_alone(process)
            if process.running:
                process.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._is_resting = False
        for process in self.processes:
            if process.running:
                process.signal(signal.SIGCONT)
            self._left_alone.discard(process.log.stem)

    # -- looking ----------------------------------------------------------------------------------------------------------------------

    async def are_ready(self, services: Iterable[str]) -> bool:
        asked = [asyncio.to_thread(process.health) for service in services for process in self.of(service)]
        return all(verdict for verdict, _ in await asyncio.gather(*asked))

    async def names(self, server: str) -> bool:
        """Whether any process says that this server (`kafka`, `mongodb`) does not answer."""
        told = await asyncio.gather(*(asyncio.to_thread(process.health) for process in self.processes))
        return any(server in why for _, why in told)

    def end(self) -> None:
        """All of them, at once, whatever a fault left them in."""
        for process in self.processes:
            self.leave_alone(process)
            process.kill()
