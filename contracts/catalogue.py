"""The topics, as data: code, documents, topic creation, access rights and tests all read this one table."""

from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Literal

from contracts import callback, feedback, intake, routing
from contracts.common import CommandRefused, Wake
from contracts.model import Message, type_name

Kind = Literal["commands", "events", "dossiers", "dlq"]
DAY_MS = 24 * 3600 * 1000
PARTITIONS = 12
"""For ever: growing a topic would send a complaint's next message to another partition than its last."""

MAX_RECORD_BYTES = 512 * 1024
"""The largest value that a service reads; a larger one is dead, told by size and hash."""
MAX_DEAD_LETTER_BYTES = 2 * 1024 * 1024
"""So that a dead letter with its headers always fits."""


@dataclass(frozen=True)
class Topic:
    owner: str
    kind: Kind
    writers: tuple[str, ...]
    """By the names that `access.py` has for them."""
    key: str
    purpose: str
    retention_ms: int | None
    """None: compacted, kept until a tombstone."""
    max_message_bytes: int = 1024 * 1024

    @property
    def name(self) -> str:
        """Without the prefix, which is the tenant's: `routing.events.v1`."""
        return f"{self.owner}.{self.kind}.v1"

    def under(self, prefix: str) -> str:
        return f"{prefix}.{self.name}"

    @property
    def config(self) -> dict[str, str]:
        """The topic's settings on the broker; LogAppendTime is law 5's clock."""
        kept = (
            {"cleanup.policy": "compact"}
            if self.retention_ms is None
            else {"cleanup.policy": "delete", "retention.ms": str(self.retention_ms)}
        )
        return kept | {"message.timestamp.type": "LogAppendTime", "max.message.bytes": str(self.max_message_bytes)}


@dataclass(frozen=True)
class Owner:
    """A service as others see it: its words, and whose events it hears."""

    name: str
    words: ModuleType
    hears: tuple[str, ...]
    any_partition: bool = False
    """Whether its commands may arrive under any key."""

    @property
    def commands(self) -> tuple[type[Message], ...]:
        return (*self.words.COMMANDS, Wake)

    @property
    def events(self) -> tuple[type[Message], ...]:
        return (*self.words.EVENTS, CommandRefused)


OWNERS = {
    owner.name: owner
    for owner in (
        Owner("intake", intake, hears=("routing",), any_partition=True),
        Owner("routing", routing, hears=("intake", "callback", "feedback")),
        Owner("callback", callback, hears=("intake", "routing", "feedback")),
        Owner("feedback", feedback, hears=("intake", "routing", "callback")),
    )
}

_COMMAND_WRITERS = {
    "intake": ("call-centre", "gateway"),
    "routing": ("call-centre", "gateway", "departments", "approvers"),
    "callback": ("call-centre", "gateway", "dialers", "agents"),
    "feedback": ("call-centre", "gateway", "survey-channels"),
}
"""From outside.  What a customer says to anybody may be for any service: that it is not solved, when to call, what is praised."""


def _topics(owner: Owner) -> tuple[Topic, ...]:
    name, own = owner.name, (owner.name,)
    key = "anything that is the same for one customer, never a phone number or a name" if owner.any_partition else "complaint"
    return (
        Topic(name, "commands", (*_COMMAND_WRITERS[name], "canary", "operator", name), key, f"what {name} is asked to do", 7 * DAY_MS),
        Topic(name, "events", own, "complaint (customer, for customers' matters)", f"what happened, as {name} tells it", 90 * DAY_MS),
        Topic(name, "dossiers", own, "complaint", f"the personal data and free text that {name} holds now; a tombstone erases", None),
        Topic(name, "dlq", own, "as received", f"records that {name} could not take, with the reason", 7 * DAY_MS, MAX_DEAD_LETTER_BYTES),
    )


TOPICS = {topic.name: topic for owner in OWNERS.values() for topic in _topics(owner)}


def topic(owner: str, kind: Kind) -> Topic:
    return TOPICS[f"{owner}.{kind}.v1"]


@cache
def vocabulary(topic_name: str) -> dict[str, type[Message]]:
    """Type name → model, for a commands or an events topic."""
    found = TOPICS[topic_name]
    owner = OWNERS[found.owner]
    words = owner.commands if found.kind == "commands" else owner.events if found.kind == "events" else ()
    return {type_name(owner.name, word): word for word in words}
