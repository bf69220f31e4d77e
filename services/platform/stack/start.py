"""Finds Kafka and MongoDB: named by the environment, in Docker, or as local processes."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from services.platform.stack.errors import StackError
from services.platform.stack.local import start_local
from services.platform.stack.stack import Addresses, Stack
from services.platform.stack.tools import docker_answers

KAFKA_VARIABLE = "REDRESS_KAFKA_BOOTSTRAP_SERVERS"
MONGODB_VARIABLE = "REDRESS_MONGODB_URL"


def start_stack(directory: Path, say: Callable[[str], None] = print) -> Stack:
    """Kafka and MongoDB that are ready for clients; local ones keep their data in the directory and go on from it next time.

    Blocks for some seconds (minutes when something is fetched first), and must not be called in an event loop: use a thread.
    Raises StackError with a sentence saying what to do.
    """
    if addresses := addresses_from(os.environ):
        return Stack(addresses)
    if docker_answers():
        from services.platform.stack.containers import start_containers  # testcontainers is installed for development only

        try:
            return start_containers(say)
        except StackError as error:
            say(f"{error} Going on with local processes.")
    return start_local(directory, say)


def addresses_from(environment: Mapping[str, str]) -> Addresses | None:
    """Somebody else's Kafka and MongoDB, None if neither is named."""
    kafka, mongodb = environment.get(KAFKA_VARIABLE, ""), environment.get(MONGODB_VARIABLE, "")
    if bool(kafka) != bool(mongodb):
        raise StackError(f"Set both {KAFKA_VARIABLE} and {MONGODB_VARIABLE}, or neither to have both started for you.")
    return Addresses(kafka, mongodb) if kafka else None
