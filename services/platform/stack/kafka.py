"""Kafka 4.3.1 in one process, controller and broker in one (KRaft)."""

import asyncio
import base64
import shutil
import socket
import subprocess
import uuid
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient  # type: ignore[import-untyped]
from aiokafka.errors import KafkaError  # type: ignore[import-untyped]

from services.platform.stack.errors import StackError
from services.platform.stack.ports import Ports
from services.platform.stack.server import Server, spawn

LARGEST_BATCH = 2_200_000  # bytes: 2 MiB dead letters and what Kafka puts around them
ALONE: Mapping[str, str] = {}  # what a broker is told besides when it is the only one
NOBODY: Mapping[str, str] = {}  # who is known to a broker that asks nobody for a password


def settings(ports: Ports, listen: str = "127.0.0.1") -> dict[str, str]:
    """server.properties, but for where the data is. Clients are told 127.0.0.1, whatever address the broker listens on."""
    kafka, controller = ports["kafka"], ports["kafka controller"]
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@127.0.0.1:{controller}",
        "controller.listener.names": "CONTROLLER",
        "listeners": f"PLAINTEXT://{listen}:{kafka},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{kafka}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "auto.create.topics.enable": "false",
        "message.max.bytes": str(LARGEST_BATCH),
        "replica.fetch.max.bytes": str(LARGEST_BATCH),
        "group.initial.rebalance.delay.ms": "0",
        # A broker that was killed may register again when its last session has run out: by default 9 seconds.
        "broker.heartbeat.interval.ms": "500",
        "broker.session.timeout.ms": "3000",
        "log.cleaner.dedupe.buffer.size": str(16 * 1024 * 1024),  # of the heap; the default is a quarter of ours
        # One broker cannot keep the usual three copies of its own topics.
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "3",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "transaction.state.log.num.partitions": "3",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
    }


def kafka_server(
    directory: Path, ports: Ports, java: str, jars: Path, lock: int, cluster: str | None = None, among: Mapping[str, str] = ALONE,
    users: Mapping[str, str] = NOBODY, is_ready: Callable[[str], bool] | None = None,
) -> Server:  # fmt: skip
    """A broker with its data in the directory, which is formatted if it is new. Not started yet.

    One of several is of a `cluster`, the same for all, and is told by its settings whom it is `among`. One that asks for a password knows
    `users` (name to password) from the first, and is ready when `is_ready` says so of its address.
    """
    directory.mkdir(exist_ok=True)
    properties, log = directory / "server.properties", directory / "kafka.log"
    write_properties(properties, settings(ports) | {"log.dirs": str(directory / "data")} | among)
    classes = [java, "-cp", f"{jars}/*", "-Dorg.apache.logging.log4j.level=INFO"]
    known = [part for name, word in users.items() for part in ("--add-scram", f"SCRAM-SHA-512=[name={name},password={word}]")]
    format_storage = [*classes, "kafka.tools.StorageTool", "format", "-c", str(properties), *known]
    _format_once(directory, format_storage, log, lock, cluster or new_cluster())
    return Server(
        name=f"Kafka {among['node.id']}" if among else "Kafka",
        address=(address := f"127.0.0.1:{ports['kafka']}"),
        command=[*classes, "-Xms256m", "-Xmx512m", "-XX:+UseG1GC", "-Djava.awt.headless=true", "kafka.Kafka", str(properties)],
        log=log,
        lock=lock,
        is_ready=partial(is_ready or broker_answers, address),
    )


def write_properties(file: Path, values: Mapping[str, str]) -> None:
    file.write_text("".join(f"{name}={value}\n" for name, value in values.items()), "utf-8")


def new_cluster() -> str:
    """An id as Kafka wants it."""
    return base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")


def _format_once(directory: Path, format_storage: list[str], log: Path, lock: int, cluster: str) -> None:
    formatted = directory / "formatted"
    if formatted.exists():
        return
    shutil.rmtree(directory / "data", ignore_errors=True)  # of an attempt that was cut short: no broker has run on it
    process = spawn([*format_storage, f"--cluster-id={cluster}"], log, lock)
    try:
        code = process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        code = process.wait()
    if code:
        raise StackError(f"Kafka's data directory could not be made ready: see {log}.")
    formatted.write_text(f"{cluster}\n", "utf-8")


def broker_answers(address: str) -> bool:
    """Whether the broker at the address names itself in its metadata: one attempt of a few seconds at most."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=1).close()  # the client below would log an error for each refusal
        return asyncio.run(_has_brokers(address))
    except (OSError, TimeoutError, KafkaError):
        return False


async def _has_brokers(address: str) -> bool:
    client = AIOKafkaAdminClient(bootstrap_servers=address, request_timeout_ms=3_000)
    try:
        await client.start()
        return bool((await client.describe_cluster())["brokers"])
    finally:
        await client.close()
