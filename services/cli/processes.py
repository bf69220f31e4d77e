"""Services as processes of this machine, for `redress run`, the demo and the tests: started, killed and started again one by one.

    with start_services(("intake", "routing"), variables(stack.addresses), logs, replicas={"routing": 3}) as services:
        services.of("routing", 2).kill()                     # kill -9, as a crash would
        services.of("routing", 2).start()

Each writes to its own log (`routing.log`, `routing-2.log`) and ends with us, even when we are killed (see the stack's guard.py).
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

from services.platform.chassis.clients import Unavailable
from services.platform.stack.ports import free_ports
from services.platform.stack.server import GUARD

STARTING = 90.0
STOPPING = 40.0
"""Seconds for a service to finish what is in hand; longer than its own patience."""
ASKING = 2.0
GONE = (OSError, HTTPException, ValueError)
"""What asking a process raises that is not there, or ends in the middle of its answer."""
PROGRAM = ("-m", "services.cli", "service")
"""What Python runs; the service's name follows.  Tests run one that fails on purpose."""

# A guarded process ends with the thread that forked it: one thread, which ends with this process.
_forker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="services")


@dataclass
class ServiceProcess:
    name: str
    replica: int
    environment: Mapping[str, str]
    log: Path
    port: int
    """Of /live, /ready and /metrics."""
    program: Sequence[str] = PROGRAM
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False, repr=False)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """Of the process that ended; negative: killed by that signal.  None while one runs, or none was started."""
        return None if self._process is None else self._process.poll()

    @property
    def pid(self) -> int:
        """Of the process that runs, for tools that freeze or measure it."""
        assert self._process is not None, f"{self.name} was never started"
        return self._process.pid

    def start(self) -> None:
        """Starts it unless it runs; returns at once."""
        if self.running:
            return
        command = [sys.executable, "-I", "-S", str(GUARD), str(os.getpid()), sys.executable, *self.program, self.name]
        environment = os.environ | self.environment | {"REDRESS_HTTP_HOST": "127.0.0.1", "REDRESS_HTTP_PORT": str(self.port)}
        with self.log.open("ab") as output:
            self._process = _forker.submit(
                subprocess.Popen, command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            ).result()

    def ask_to_end(self) -> None:
        """SIGTERM; returns at once."""
        if self.running:
            self.signal(signal.SIGTERM)

    def stop(self) -> int | None:
        """Asks it to end, kills it if it does not, and returns its exit code."""
        self.ask_to_end()
        return self.wait()

    def wait(self, seconds: float = STOPPING) -> int | None:
        if self._process is not None:
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.exit_code

    def kill(self) -> None:
        """kill -9, as a crash would."""
        if self._process is not None and self.running:
            self.signal(signal.SIGKILL)
            self._process.wait()

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def health(self, question: str = "ready") -> tuple[bool, str]:
        """Its own verdict on `live` or `ready`, and why."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{question}", timeout=ASKING) as answer:
                return True, str(json.load(answer)["why"])
        except urllib.error.HTTPError as refusal:
            return False, str(json.load(refusal)["why"])
        except GONE:
            return False, "not listening" if self.running else f"ended with exit code {self.exit_code}"

    def metrics(self) -> str:
        """Its metrics in Prometheus' text format; nothing when it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=ASKING) as answer:
                text: str = answer.read().decode()
                return text
        except GONE:
            return ""


class Services:
    """All processes of a deployment, in the order in which they were named."""

    def __init__(self, processes: Sequence[ServiceProcess]) -> None:
        self.processes = tuple(processes)

    def __iter__(self) -> Iterator[ServiceProcess]:
        return iter(self.processes)

    def of(self, name: str, replica: int = 1) -> ServiceProcess:
        return next(process for process in self if (process.name, process.replica) == (name, replica))

    def wait_until_ready(self, seconds: float = STARTING) -> None:
        """Raises Unavailable, naming the log, when one ends or is not ready in time."""
        deadline = time.monotonic() + seconds
        for process in self:
            while not (verdict := process.health())[0]:
                if not process.running or time.monotonic() > deadline:
                    raise Unavailable(f"{process.name} is not ready ({verdict[1]}): see {process.log}.")
                time.sleep(0.1)

    def stop(self) -> dict[str, int | None]:
        """Asks all to end at once, waits, kills those that do not; exit codes by log name."""
        for process in self:
            process.ask_to_end()
        return {process.log.stem: process.wait() for process in self}


@contextmanager
def start_services(
    names: Iterable[str],
    environment: Mapping[str, str],
    logs: Path,
    replicas: Mapping[str, int] | None = None,
    wait: bool = True,
    program: Sequence[str] = PROGRAM,
) -> Iterator[Services]:
    """Starts these services, as many replicas of each as said (one), and ends all with the block.

    With `wait` it returns when every one is ready; else at once.
    """
    logs.mkdir(parents=True, exist_ok=True)
    wanted = [(name, replica) for name in names for replica in range(1, (replicas or {}).get(name, 1) + 1)]
    services = Services(
        [
            ServiceProcess(name, replica, environment, logs / (f"{name}.log" if replica == 1 else f"{name}-{replica}.log"), port, program)
            for (name, replica), port in zip(wanted, free_ports(len(wanted)), strict=True)
        ]
    )
    try:
        for process in services:
            process.start()
        if wait:
            services.wait_until_ready()
        yield services
    finally:
        services.stop()
