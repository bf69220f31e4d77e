"""The stack as two processes of this machine, with their data, logs and ports in one directory."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from services.platform.stack.jars import kafka_jars
from services.platform.stack.kafka import kafka_server
from services.platform.stack.lock import locked
from services.platform.stack.mongodb import mongodb_server, mongodb_url
from services.platform.stack.ports import kept_ports
from services.platform.stack.server import Server
from services.platform.stack.stack import Addresses, Stack
from services.platform.stack.tools import find_java, find_mongod

PORTS = ("kafka", "kafka controller", "mongodb")


def start_local(directory: Path, say: Callable[[str], None]) -> Stack:
    """Starts both servers on the directory's data and returns when both are ready; leaves none behind when one does not get there."""
    directory = directory.absolute()
    java, mongod = find_java(), find_mongod()
    jars = kafka_jars(java, say)
    with ExitStack() as closing:
        lock = closing.enter_context(locked(directory, busy=f"Another stack runs on {directory}: end it, or use another directory."))
        ports = kept_ports(directory / "ports.json", PORTS)
        say(f"Starting Kafka and MongoDB on {directory} …")
        mongodb = mongodb_server(directory / "mongodb", ports, mongod, lock)
        closing.callback(mongodb.stop)
        mongodb.launch()
        kafka = kafka_server(directory / "kafka", ports, java, jars, lock)
        closing.callback(kafka.stop)
        kafka.launch()
        _wait_for(mongodb, kafka)
        return Stack(Addresses(kafka.address, mongodb_url(ports["mongodb"])), closing.pop_all(), (kafka, mongodb))


def _wait_for(*servers: Server) -> None:
    for server in servers:
        server.wait_until_ready()
