"""A local server: a process of ours that can be stopped, killed and started again while the others go on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from services.platform.stack.errors import StackError

GUARD = Path(__file__).with_name("guard.py")
STARTING = 120.0  # seconds, at most: after a crash a broker looks through all its logs
STOPPING = 20.0  # seconds until a server that ignores SIGTERM is killed

# The kernel ends a guarded process with the *thread* that forked it, so all are forked by one thread that ends with this process:
# whoever calls start() may be a worker thread that is gone a second later.
_forker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="stack")


def spawn(command: Sequence[str], log: Path, lock: int) -> "subprocess.Popen[bytes]":
    """Starts a process that ends with ours, appends its output to `log`, and inherits the lock's descriptor.

    It gets a session of its own: Ctrl-C in the terminal does not reach it, so that servers are ended in order, after their clients.
    """
    guarded = [sys.executable, "-I", "-S", str(GUARD), str(os.getpid()), *command]
    with log.open("ab") as output:
        return _forker.submit(
            subprocess.Popen, guarded, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, pass_fds=(lock,)
        ).result()


@dataclass
class Server:
    """Runs `command`; stopped or killed, it can be started again and finds its data and its port as before."""

    name: str
    address: str  # host:port
    command: Sequence[str]
    log: Path
    lock: int  # descriptor of the lock on the data directory
    is_ready: Callable[[], bool]  # one bounded attempt, True when clients can work
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False, repr=False)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Of the process that runs now, for tools that freeze or measure it."""
        if self._process is None or not self.running:
            raise StackError(f"{self.name} is not running: start it first.")
        return self._process.pid

    def start(self) -> None:
        """Starts the server and returns when clients can work; does nothing more than wait if it runs already."""
        self.launch()
        self.wait_until_ready()

    def launch(self) -> None:
        if not self.running:
            self._process = spawn(self.command, self.log, self.lock)

    def wait_until_ready(self, seconds: float = STARTING) -> None:
        """Raises StackError, naming the log, when the server ends or is not ready in time."""
        deadline = time.monotonic() + seconds
        while not self.is_ready():
            if not self.running:
                raise StackError(f"{self.name} ended while it was starting: see {self.log}.")
            if time.monotonic() > deadline:
                raise StackError(f"{self.name} was not ready within {seconds:.0f} seconds: see {self.log}.")
            time.sleep(0.1)

    def stop(self) -> None:
        """Asks the server to end, and kills it if it has not after 20 seconds. Does nothing if it does not run."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOPPING)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """kill -9, as a crash would: the server cleans nothing up."""
        if self._process is not None and self.running:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
