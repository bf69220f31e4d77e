"""Who may do what on which topic and group, as data read off the catalogue: the access lists of the broker, documents and tests all
read this one table.

What is not here is forbidden.  In Kafka a right to read or write is one to describe, and whoever may write to any topic may write
idempotently, so neither is granted for itself.  Nobody creates, alters or deletes: topics are made by whoever runs the cluster.

A right to write to a topic is one to say there whatever can be said, in any role: that a department is that department, and an approver
no clerk, is the business of the system in front.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from contracts.catalogue import OWNERS, TOPICS, Owner, topic

Operation = Literal["Read", "Write", "Describe", "DescribeConfigs"]
ALL = tuple(OWNERS)


class Right(NamedTuple):
    on: Literal["topic", "group"]
    name: str
    """Without the prefix, which is the tenant's."""
    operation: Operation
    is_beginning: bool = False
    """Whether `name` is how names begin: every consumer of a team has a group of its own."""

    def under(self, prefix: str) -> str:
        return f"{prefix}.{self.name}"


@dataclass(frozen=True)
class Principal:
    """One that has a name and a password: a service, or a kind of system outside."""

    name: str
    purpose: str
    writes: tuple[str, ...]
    """Topics, without the prefix."""
    reads: tuple[str, ...]
    groups: tuple[Right, ...] = ()
    describes: tuple[Right, ...] = ()
    """What it may look at beside what it reads and writes."""

    def under(self, prefix: str) -> str:
        """Of a user in Kafka and in MongoDB: `redress-routing`."""
        return f"{prefix}-{self.name}"

    @property
    def rights(self) -> tuple[Right, ...]:
        reading = (Right("topic", name, "Read") for name in self.reads)
        writing = (Right("topic", name, "Write") for name in self.writes)
        return (*reading, *writing, *self.groups, *self.describes)


def _names(kind: Literal["commands", "events", "dossiers", "dlq"], owners: tuple[str, ...] = ALL) -> tuple[str, ...]:
    return tuple(topic(owner, kind).name for owner in owners)


def _written_by(name: str) -> tuple[str, ...]:
    return tuple(each.name for each in TOPICS.values() if name in each.writers)


def inputs(owner: Owner) -> tuple[str, ...]:
    """The topics that a service's group consumes."""
    return (topic(owner.name, "commands").name, *_names("events", owner.hears))


def _service(owner: Owner) -> Principal:
    group = Right("group", owner.name, "Read")
    return Principal(owner.name, f"the service {owner.name}", _written_by(owner.name), inputs(owner), (group,))


def _outside(name: str, purpose: str, events: tuple[str, ...] = ALL, dossiers: tuple[str, ...] = ()) -> Principal:
    """One that hears these services' events, and sees the person behind by their dossiers."""
    group = Right("group", f"{name}.", "Read", is_beginning=True)
    return Principal(name, purpose, _written_by(name), (*_names("events", events), *_names("dossiers", dossiers)), (group,))


_OPERATOR = Principal(
    "operator", "`redress dead`, `replay`, `show`, `audit`, `topics`: puts a dead record back where it stood, so writes to events too",
    writes=(*_names("commands"), *_names("events"), *_names("dlq")), reads=tuple(TOPICS),
    describes=(*(Right("group", name, "Describe") for name in ALL), *(Right("topic", name, "DescribeConfigs") for name in TOPICS)),
)  # fmt: skip

_CANARY = Principal(
    "canary", "a complaint of its own each minute, seen through to its end; and how many dead letters nobody has handled",
    writes=_written_by("canary"), reads=(*_names("events"), *_names("dlq")),
)  # fmt: skip

PRINCIPALS = {
    each.name: each
    for each in (
        *map(_service, OWNERS.values()),
        _outside("call-centre", "takes complaints by phone, mail and at the counter, and what customers say later"),
        _outside("gateway", "the same from the web, apps and other systems"),
        _outside("departments", "those who put it right", ("intake", "routing"), ("intake", "routing")),
        _outside("approvers", "those who approve remedies and extensions, and the head", ("intake", "routing"), ("intake", "routing")),
        _outside("dialers", "machines that call back: they need the number", ("callback",), ("intake",)),
        _outside("agents", "people who call back: they need to know what about", dossiers=("intake", "routing", "callback")),
        _outside("survey-channels", "ask customers, by message, mail or phone", ("feedback",), ("intake",)),
        _outside("console", "shows people who may see it all that is known of a complaint; says nothing", dossiers=ALL),
        _outside("bi", "counts: events only, so no personal data and no free text"),
        _CANARY,
        _OPERATOR,
    )
}


def may(principal: Principal, on: Literal["topic", "group"], name: str, operation: str) -> bool:
    """Whether Kafka is to allow it, with what follows from the rights: whoever reads or writes may describe."""
    enough = ("Read", "Write", "Describe") if operation == "Describe" else (operation,)
    return any(
        right.on == on and right.operation in enough and (name.startswith(right.name) if right.is_beginning else name == right.name)
        for right in principal.rights
    )
