"""Where Redress runs on this machine: `redress run` leaves its addresses here, and the other commands find them.

What the environment says goes before.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from services.platform.chassis.settings import Settings, read_settings
from services.platform.stack import Addresses
from services.platform.stack.start import KAFKA_VARIABLE, MONGODB_VARIABLE

HOME = Path(".redress")
STACK = HOME / "stack"
LOGS = HOME / "logs"
ADDRESSES = HOME / "addresses.json"


def settings(**given: Any) -> Settings:
    """The environment's; where it names neither Kafka nor MongoDB, those of the `redress run` in this directory."""
    return read_settings(**_running() | given)


def settings_for(addresses: Addresses) -> Settings:
    """The environment's, but for where Kafka and MongoDB are."""
    return read_settings(kafka_bootstrap_servers=addresses.kafka, mongodb_url=addresses.mongodb)


def variables(addresses: Addresses) -> dict[str, str]:
    """The environment of services that use this stack."""
    return {KAFKA_VARIABLE: addresses.kafka, MONGODB_VARIABLE: addresses.mongodb}


@contextmanager
def announced(addresses: Addresses, file: Path = ADDRESSES) -> Iterator[None]:
    """Lets other commands find the stack while it runs."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"kafka_bootstrap_servers": addresses.kafka, "mongodb_url": addresses.mongodb}), "utf-8")
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def _running() -> dict[str, str]:
    if os.environ.get(KAFKA_VARIABLE) or os.environ.get(MONGODB_VARIABLE):
        return {}
    try:
        found: dict[str, str] = json.loads(ADDRESSES.read_text("utf-8"))
        return found
    except (OSError, ValueError):
        return {}
