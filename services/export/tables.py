"""The tables of an export: `all`, a row for each event whatever its type, and one for each type that the contracts know."""

from typing import NamedTuple

from contracts.catalogue import TOPICS, vocabulary
from services.export.columns import Column, columns

ALL = "all"
EVENTS = tuple(name for name, topic in TOPICS.items() if topic.kind == "events")
HEAD = (
    Column("service", ("service",), "text", True),
    Column("id", ("id",), "text", True),
    Column("at", ("at",), "instant", True),
    Column("seq", ("seq",), "integer", True),
    Column("cause", ("cause",), "text", True),
)
"""What an event says besides its message, and whose word it is."""
RECORD = (
    Column("topic", ("topic",), "text", True),
    Column("partition", ("partition",), "integer", True),
    Column("offset", ("offset",), "integer", True),
    Column("appended", ("appended",), "instant", True),
    Column("type", ("type",), "text", True),
    *HEAD[1:],
    Column("complaint_id", ("complaint_id",), "text", False),
    Column("customer", ("customer",), "text", False),
    Column("data", ("data",), "text", True),
)
"""Of `all`: where the record stands, its envelope, whom it is about, and its value as it was written."""


class Table(NamedTuple):
    """Of one type of event.  `type` is its directory, `routing.clock_met.v1`."""

    type: str
    columns: tuple[Column, ...]

    @property
    def name(self) -> str:
        """In SQL: `clock_met`; the next version of the type is `clock_met_v2`.  Four services say `command_refused`."""
        word, _, version = self.type.partition(".")[2].rpartition(".")
        return word if version == "v1" else f"{word}_{version}"


TABLES = {
    name: Table(name, (*HEAD, *columns(model)))
    for topic in EVENTS
    for name, model in vocabulary(topic).items()
}  # fmt: skip
"""By type."""
