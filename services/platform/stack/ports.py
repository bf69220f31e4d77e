"""Ports: chosen free at the first start, then kept with the data, since what Kafka and MongoDB tell their clients holds them."""

import json
import random
import socket
from collections.abc import Collection
from pathlib import Path

# Below the range that Linux gives to outgoing connections (32768 and up): while a server is down, a client that keeps trying its port
# from that same range could in the end connect to itself, and the server could not come back.
CHOICE = range(20_000, 32_000)

Ports = dict[str, int]


def kept_ports(file: Path, names: tuple[str, ...]) -> Ports:
    """A port for each name: the one in the file if it is still free, else a new one, which the file keeps from now on."""
    before: Ports = json.loads(file.read_text("utf-8")) if file.exists() else {}
    ports: Ports = {}
    for name in names:
        kept = before.get(name)
        ports[name] = kept if kept and is_free(kept) else free_port(excluding=ports.values())
    if ports != before:
        written = file.with_suffix(".new")
        written.write_text(json.dumps(ports, indent=2) + "\n", "utf-8")
        written.replace(file)
    return ports


def free_port(excluding: Collection[int] = ()) -> int:
    """A loopback port that nobody listens on at this moment."""
    return next(port for port in random.sample(CHOICE, len(CHOICE)) if port not in excluding and is_free(port))


def free_ports(count: int) -> list[int]:
    """So many, each another."""
    ports: list[int] = []
    for _ in range(count):
        ports.append(free_port(excluding=ports))
    return ports


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # closed connections in TIME_WAIT are no obstacle to a server
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
