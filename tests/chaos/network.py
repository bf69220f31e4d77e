"""The wires between the services and the servers: the proxy as a process of its own, and what holds on it now."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from services.platform.stack.ports import free_port
from services.platform.stack.server import spawn
from tests.chaos.proxy import HOST, Rule

PATIENCE = 20.0


class Network:
    """Rules are added and taken back one by one; each call returns when the proxy goes by them."""

    def __init__(self, port: int, wires: Mapping[str, tuple[int, ...]]) -> None:
        self._port, self._wires = port, wires
        self._rules: list[Rule] = []

    def rule(self, to: str, peers: Collection[str] = (), up: bool = False, down: bool = False, delay: float = 0.0) -> Rule:
        """For the wires to `kafka` or `mongodb`, from these addresses or from all."""
        return Rule(self._wires[to], tuple(peers), up, down, delay)

    @contextmanager
    def holding(self, rule: Rule) -> Iterator[None]:
        """While the block lasts."""
        self._rules.append(rule)
        self._tell()
        try:
            yield
        finally:
            self._rules.remove(rule)
            self._tell()

    def _tell(self) -> None:
        with socket.create_connection((HOST, self._port), timeout=5) as control:
            control.sendall(json.dumps(self._rules).encode() + b"\n")
            control.recv(16)


@contextmanager
def proxied(targets: Mapping[str, Mapping[int, int]], log: Path, lock: int) -> Iterator[Network]:
    """A proxy for these wires: kafka, mongodb → listen port → target port."""
    port = free_port(excluding=[port for routes in targets.values() for pair in routes.items() for port in pair])
    routes = [f"{listen}:{target}" for wires in targets.values() for listen, target in wires.items()]
    process = spawn([sys.executable, "-m", "tests.chaos.proxy", str(port), *routes], log, lock)
    try:
        _wait_for(port, process)
        yield Network(port, {to: tuple(wires) for to, wires in targets.items()})
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the proxy does not listen: see its log") from None
            time.sleep(0.05)
