"""What a backtest is asked."""

from datetime import datetime
from typing import NamedTuple

from contracts.model import Command


class Timed(NamedTuple):
    """A command to `service` and the instant at which it is appended.  `key`: as for `write_command`."""

    at: datetime
    service: str
    command: Command
    id: str
    source: str
    key: str | None
    value: bytes | None = None
    """As its sender wrote it, where that is recorded: ids of answers hang on it.  None: as `write_command` writes it."""
    attempt: int = 0
    """An operator's replay of a dead record tells the how manieth it is."""
