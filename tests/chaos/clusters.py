"""Real Kafka, one broker or three, and real MongoDB, three members, each a process of its own, with a proxy before every one.

    with start_cluster(directory, brokers=3) as cluster:
        cluster.brokers[1].kill()
        cluster.primary().signal(SIGSTOP)

Services reach servers only through the proxies; the load, the checks and the servers among themselves go past those of Kafka.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from services.platform.stack import Server, StackError
from services.platform.stack.jars import kafka_jars
from services.platform.stack.kafka import kafka_server, new_cluster
from services.platform.stack.lock import locked
from services.platform.stack.mongodb import REPLICA_SET, mongodb_server
from services.platform.stack.ports import Ports, free_ports
from services.platform.stack.tools import find_java, find_mongod
from tests.chaos.network import Network, proxied
from tests.chaos.proxy import HOST

MEMBERS = 3
ELECTED = 60.0
"""Seconds, at most, until a member is primary."""
SMALL_DISK = 700
"""MiB that a server has which can be filled up; both servers' own files fit into it."""


class Cluster(NamedTuple):
    directory: Path
    brokers: tuple[Server, ...]
    members: tuple[Server, ...]
    network: Network
    kafka: str
    """Bootstrap servers past the proxies."""
    services_kafka: str
    """… and through them."""
    mongodb: str
    """A URL; through the proxies, which is how members know each other."""
    small_disks: Mapping[str, Path]
    """Name of a server → the small disk that it writes to, where this machine could make one."""

    @property
    def copies(self) -> int:
        return len(self.brokers)

    def primary(self) -> Server:
        """Raises `StackError` when none is elected in time."""
        deadline = time.monotonic() + ELECTED
        while time.monotonic() < deadline:
            for member in self.members:
                if member.running and is_primary(member.address):
                    return member
            time.sleep(0.2)
        raise StackError("MongoDB has elected no primary.")

    def secondaries(self) -> list[Server]:
        primary = self.primary()
        return [member for member in self.members if member is not primary]


@contextmanager
def start_cluster(directory: Path, brokers: int = 3, say: Callable[[str], None] = print) -> Iterator[Cluster]:
    """Returns when clients can work; ends every process with the block, and with this process."""
    directory = directory.absolute()
    java, mongod = find_java(), find_mongod()
    jars = kafka_jars(java, say)
    with ExitStack() as closing:
        lock = closing.enter_context(locked(directory, busy=f"Another cluster runs on {directory}."))
        numbers = iter(free_ports(4 * brokers + 2 * MEMBERS))
        kafka_ports = [{name: next(numbers) for name in ("kafka", "kafka controller", "services", "proxy")} for _ in range(brokers)]
        member_ports = [{name: next(numbers) for name in ("mongodb", "proxy")} for _ in range(MEMBERS)]
        small = {name: disk for name in (f"Kafka {brokers}", f"MongoDB {MEMBERS}") if (disk := _small_disk(directory, name, closing))}
        network = closing.enter_context(proxied(_wires(kafka_ports, member_ports), directory / "proxy.log", lock))
        say(f"Starting {brokers} brokers and {MEMBERS} members on {directory} …")
        id, started = new_cluster(), []
        for number, ports in enumerate(member_ports, 1):
            place = small.get(f"MongoDB {number}", directory / f"mongodb-{number}")
            started.append(mongodb_server(place, ports, mongod, lock, answers, f"MongoDB {number}"))
        for number, ports in enumerate(kafka_ports, 1):
            place = small.get(f"Kafka {number}", directory / f"kafka-{number}")
            started.append(kafka_server(place, ports, java, jars, lock, id, among(number, kafka_ports)))
        for server in started:
            closing.callback(_end, server)
            server.launch()
        for server in started:
            server.wait_until_ready()
        form_set(member_ports)
        members, kafkas = tuple(started[:MEMBERS]), tuple(started[MEMBERS:])
        cluster = Cluster(
            directory, kafkas, members, network, _addresses(kafka_ports, "kafka"), _addresses(kafka_ports, "proxy"),
            f"mongodb://{_addresses(member_ports, 'proxy')}/?replicaSet={REPLICA_SET}", small,
        )  # fmt: skip
        cluster.primary()
        yield cluster


def among(number: int, all: list[Ports]) -> dict[str, str]:
    """What one of several brokers is told: the services' listener is known by its proxy's address."""
    ports, copies = all[number - 1], str(min(3, len(all)))
    sure = "2" if len(all) > 1 else "1"
    return {
        "node.id": str(number),
        "controller.quorum.voters": ",".join(f"{n}@{HOST}:{each['kafka controller']}" for n, each in enumerate(all, 1)),
        "listeners": f"PLAINTEXT://{HOST}:{ports['kafka']},SERVICES://{HOST}:{ports['services']},"
        f"CONTROLLER://{HOST}:{ports['kafka controller']}",
        "advertised.listeners": f"PLAINTEXT://{HOST}:{ports['kafka']},SERVICES://{HOST}:{ports['proxy']}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,SERVICES:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": sure,
        "share.coordinator.state.topic.replication.factor": copies,
        "share.coordinator.state.topic.min.isr": sure,
        "min.insync.replicas": sure,
        # A follower that is frozen or slow leaves the in-sync replicas soon, so that losing them can be played in seconds.
        "replica.lag.time.max.ms": "6000",
        "controlled.shutdown.enable": "true",
        "log.retention.check.interval.ms": "600000",
    }


def _wires(kafka: list[Ports], mongodb: list[Ports]) -> dict[str, dict[int, int]]:
    return {
        "kafka": {ports["proxy"]: ports["services"] for ports in kafka},
        "mongodb": {ports["proxy"]: ports["mongodb"] for ports in mongodb},
    }


def _addresses(all: list[Ports], name: str) -> str:
    return ",".join(f"{HOST}:{ports[name]}" for ports in all)


def _end(server: Server) -> None:
    """Whatever state a fault left it in: nothing of it is wanted any more."""
    server.kill()


# -- the replica set --------------------------------------------------------------------------------------------------------------------


def answers(address: str) -> bool:
    return _hello(address) is not None


def is_primary(address: str) -> bool:
    return bool((_hello(address) or {}).get("isWritablePrimary"))


def command(address: str, name: str, value: Any = 1, **more: Any) -> dict[str, Any]:
    """To one member, whatever its part."""
    with MongoClient[dict[str, Any]](f"mongodb://{address}/?directConnection=true", serverSelectionTimeoutMS=2_000) as client:
        return client.admin.command(name, value, **more)


def _hello(address: str) -> dict[str, Any] | None:
    """None where it does not answer: gone, frozen, or not there yet."""
    url = f"mongodb://{address}/?directConnection=true&serverSelectionTimeoutMS=1000&connectTimeoutMS=1000&socketTimeoutMS=1000"
    try:
        with MongoClient[dict[str, Any]](url) as client:
            return client.admin.command("hello")
    except PyMongoError:
        return None


def form_set(members: list[Ports]) -> None:
    hosts = [{"_id": number, "host": f"{HOST}:{ports['proxy']}"} for number, ports in enumerate(members)]
    command(f"{HOST}:{members[0]['mongodb']}", "replSetInitiate", {"_id": REPLICA_SET, "members": hosts})


# -- disks ------------------------------------------------------------------------------------------------------------------------------


def _small_disk(directory: Path, name: str, closing: ExitStack) -> Path | None:
    """A disk of its own, which ends with the cluster; None where nobody may mount one."""
    place = directory / "disks" / name.replace(" ", "-").lower()
    place.mkdir(parents=True, exist_ok=True)
    _mount("umount", "-l", str(place))                       # of a run that was killed
    if _mount("mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}m", "tmpfs", str(place)):
        closing.callback(_mount, "umount", "-l", str(place))
        return place
    return None


def _mount(*command: str) -> bool:
    """Whether this machine let us."""
    try:
        return subprocess.run(command, capture_output=True, timeout=20, check=False).returncode == 0
    except OSError:
        return False


def freeze(server: Server) -> None:
    os.killpg(server.pid, signal.SIGSTOP)


def thaw(server: Server) -> None:
    if server.running:
        os.killpg(server.pid, signal.SIGCONT)
