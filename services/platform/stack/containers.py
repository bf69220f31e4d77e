"""The stack as two containers. They begin empty at every start; testcontainers ends them even when the runner is killed."""

import time
from collections.abc import Callable
from contextlib import ExitStack

from testcontainers.core.container import DockerContainer

from services.platform.stack.errors import StackError
from services.platform.stack.kafka import broker_answers, settings
from services.platform.stack.mongodb import OPTIONS, has_primary, mongodb_url
from services.platform.stack.ports import free_port
from services.platform.stack.server import STARTING
from services.platform.stack.stack import Addresses, Stack

KAFKA_IMAGE = "apache/kafka:4.3.1"
MONGODB_IMAGE = "mongo:6.0"


def start_containers(say: Callable[[str], None]) -> Stack:
    """Raises StackError when Docker cannot give both containers, or they are not ready in time."""
    say(f"Starting {KAFKA_IMAGE} and {MONGODB_IMAGE} in Docker: their data ends with them …")
    kafka, mongodb = free_port(), free_port()
    with ExitStack() as closing:
        try:
            closing.enter_context(_kafka(kafka))
            closing.enter_context(_mongodb(mongodb))
        except Exception as error:  # of Docker, of HTTP, of the registry: many kinds, one meaning
            raise StackError(f"Docker could not start the containers: {error}") from error
        _wait_until(lambda: has_primary(f"127.0.0.1:{mongodb}"), MONGODB_IMAGE)
        _wait_until(lambda: broker_answers(f"127.0.0.1:{kafka}"), KAFKA_IMAGE)
        return Stack(Addresses(f"127.0.0.1:{kafka}", mongodb_url(mongodb)), closing.pop_all())


def _kafka(port: int) -> DockerContainer:
    """The image takes settings as variables: `node.id` is KAFKA_NODE_ID."""
    container = _on_loopback(DockerContainer(KAFKA_IMAGE), port)
    for name, value in settings({"kafka": port, "kafka controller": port + 1}, listen="0.0.0.0").items():
        container.with_env("KAFKA_" + name.upper().replace(".", "_"), value)
    return container


def _mongodb(port: int) -> DockerContainer:
    command = ["mongod", "--port", str(port), "--bind_ip_all", *OPTIONS]
    return _on_loopback(DockerContainer(MONGODB_IMAGE), port).with_command(command)


def _on_loopback(container: DockerContainer, port: int) -> DockerContainer:
    """The same port inside and outside, so that what a server tells its clients holds for both; open to this machine only,
    which `with_bind_ports` cannot say."""
    container.ports[str(port)] = ("127.0.0.1", port)  # type: ignore[assignment]  # Docker takes it, the annotation does not know
    return container


def _wait_until(is_ready: Callable[[], bool], image: str) -> None:
    deadline = time.monotonic() + STARTING
    while not is_ready():
        if time.monotonic() > deadline:
            raise StackError(f"{image} was not ready within {STARTING:.0f} seconds: see `docker logs`.")
        time.sleep(0.2)
