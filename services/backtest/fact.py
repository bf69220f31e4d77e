"""What a backtest tells."""

from datetime import datetime
from typing import NamedTuple

from contracts.model import Event


class Fact(NamedTuple):
    """An event that `service` says.  `at`: the event's own.  `value`: the bytes of its record."""

    service: str
    at: datetime
    message: Event
    value: bytes
