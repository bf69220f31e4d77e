"""What a service is: a pure `decide`, its state, and what the platform must know to run it.  No clock, no I/O."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple, Self

from pydantic import BaseModel

from contracts.catalogue import OWNERS, Owner
from contracts.model import Command, Event, Message, Part

LONGEST_SEE = 200


class Refused(Exception):
    """Raised by `decide`: this command breaks a rule.  Nothing changes, and the sender hears `CommandRefused(reason)`.

    `see` says where to go instead.  An event of another service is never refused: a decide that cannot use one says nothing.
    """

    def __init__(self, reason: str, see: str | None = None) -> None:
        super().__init__(reason)
        self.reason, self.see = reason, see


def listed(words: Iterable[str]) -> str | None:
    """As much of them as a refusal can name; None where there are none."""
    return ", ".join(words)[:LONGEST_SEE] or None


class Woken(Part):
    """Time has reached the instant that the state asked for."""


WOKEN = Woken()


class Cause(NamedTuple):
    """Why decide is asked.

    `instant` is when it happened by the log's clock: judge and compute deadlines by it.  `at` is the stamp of the answers, which never
    falls within a document.  `document` is the id of the document: the complaint, or in intake the customer's file.  `ordinal` is the
    record's in its journal.
    """

    message: Message | Woken
    id: str
    source: str
    instant: datetime
    at: datetime
    document: str
    ordinal: int = 0


class Policy(Part):
    """The rules of one service as data.  `reference` (`set/service@version`) is given by whoever loads it, from its content."""

    reference: str = "unversioned"

    def under(self, reference: str) -> Self:
        """The version that a matter was begun under; this one where that is not known here, and then it is noted as `missed`."""
        if reference not in self._others and reference != self.reference:
            self.missed.add(reference)
        return self._others.get(reference, self)

    def knowing(self, others: Iterable[Self]) -> Self:
        """The same policy, which knows these other versions too: each is what its reference says, so decide stays a function."""
        knowing = self.model_copy()
        knowing.__dict__["_others"] = self._others | {each.reference: each for each in others if each.reference != self.reference}
        knowing.__dict__["missed"] = set()
        return knowing

    @cached_property
    def missed(self) -> set[str]:
        """The versions that somebody asked for and that are not known here.  No field either, and nothing decides by it."""
        return set()

    @cached_property
    def _others(self) -> dict[str, Self]:
        """No field: what a policy says, and so its text and its equals, has nothing to do with which others are known."""
        return {}

    def faults(self) -> Iterable[tuple[str, str]]:
        """What is well formed and can never work: the field and a sentence for each.  A policy with faults is not loaded."""
        return ()


class Address(NamedTuple):
    """Where a message's document is found: under the first of these aliases that some document has, else under its id."""

    id: str
    aliases: tuple[str, ...] = ()


Decision = tuple[Any, Sequence[Event | Command]]
"""The state after the cause, and what the service says, in order.  A command is of the service's own vocabulary: it asks another of its
documents to go on.  Unlike an event it may hold personal data, for it goes to the service's command topic."""


def own_source(service: str) -> str:
    """The sender of what a service asks itself, and of its wakes."""
    return f"redress.{service}"


def by_complaint(message: Message, source: str) -> Address | None:
    """The document of the complaint that the message is about, if it names one."""
    return None if message.key is None else Address(message.key)


def _nothing(state: Any) -> Mapping[str, Any]:
    return {}


def _no_aliases(state: Any) -> Sequence[str]:
    return ()


def _never(state: Any, message: Message) -> bool:
    return False


def _is_there(state: Any) -> bool:
    return state is not None


def _stays(state: Any) -> str | None:
    return None


def _from_nought(state: Any) -> int:
    return 0


@dataclass(frozen=True)
class Service:
    """One of the independent services, as its pure functions.

    decide(state, cause, policy) -> (state, events): `state` is None until a message of a class in `opens` comes.
    is_open(state): whether it was opened; until then what is about it waits for that, and it asks for no wake.  A document may hold
        something else before, which a message of a class in `opens` left there.
    wake_at(state): the first instant at which a new fact will be true, or None; after each wake strictly later than before.
    address(message, source): its document, or None for an event that this service has no use for (it is skipped).
    aliases(state): other names that lead to this document; no two documents share one.
    leads_to(state): the document that all messages go to which these aliases would lead here, where this one has given up what it held.
    dossiers(state): complaint id → the personal data and free text held on it now, or None where none is held any more.  Of a complaint
        that is not named any more another document speaks.
    dossiers_from(state): what their versions are counted from: above those of the document from which they came.
    dossiers_in(state): the document that speaks of all its complaints since it gave them up, though messages may not be led there yet.
    facets(state): by what documents are counted: labels (state, priority), and instants: `since` when one that is not over waits,
        and by when something is `due`; no ids, no personal data.  Empty: it is not counted.
    erases: classes of messages that erase a customer.  Besides what decide does to the state, waiting commands are given up, dead letters
        in the journal are emptied and older snapshots go, for they may hold what is to be erased; hardly ever refused for lack of room.
        One that is refused erases nothing.
    ends: classes of commands that end the matter: not refused for lack of room either.
    is_erasure(state, message): whether a message of another class, as things stand, erases too.
    settles: classes of messages that, where they erase, also tell that all the document's own commands have arrived: those are dropped.
    uses: classes of other services' events that it acts on, for which `address` finds a document.  All others are skipped unread, as
        their owner wrote and so checked them; what is not written as ours is read all the same.  None: all are read.
    """

    name: str
    state: type[BaseModel]
    policy: type[Policy]
    decide: Callable[[Any, Cause, Any], Decision]
    wake_at: Callable[[Any], datetime | None]
    opens: frozenset[type[Message]]
    address: Callable[[Message, str], Address | None] = by_complaint
    aliases: Callable[[Any], Sequence[str]] = _no_aliases
    leads_to: Callable[[Any], str | None] = _stays
    dossiers: Callable[[Any], Mapping[str, Part | None]] = _nothing
    dossiers_from: Callable[[Any], int] = _from_nought
    dossiers_in: Callable[[Any], str | None] = _stays
    facets: Callable[[Any], Mapping[str, str | datetime]] = _nothing
    erases: frozenset[type[Message]] = frozenset()
    ends: frozenset[type[Message]] = frozenset()
    is_erasure: Callable[[Any, Message], bool] = _never
    settles: frozenset[type[Message]] = frozenset()
    uses: frozenset[type[Message]] | None = None
    is_open: Callable[[Any], bool] = _is_there

    def erases_by(self, message: Message, state: Any) -> bool:
        """Whether a document in this state is erased, in part at least, by this message."""
        return type(message) in self.erases or self.is_erasure(state, message)

    @cached_property
    def owner(self) -> Owner:
        return OWNERS[self.name]

    @cached_property
    def command_topic(self) -> str:
        return f"{self.name}.commands.v1"

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The topics it consumes, own commands first."""
        return (self.command_topic, *(f"{other}.events.v1" for other in self.owner.hears))


@dataclass(frozen=True)
class Limits:
    """What one document may cost."""

    patience: timedelta = timedelta(hours=24)
    """How long a command waits for the complaint that it is about."""
    events_wait: timedelta = timedelta(days=90)
    """As long as their topic keeps them."""
    waiting: int = 100
    waiting_bytes: int = 256 * 1024
    wakes: int = 10_000
    """By one message; beyond it the document is parked."""
    document_bytes: int = 1024 * 1024
    """Of journal.  Beyond it commands are refused, and soon are dead letters; there is still room for what other services say, for
    endings and for erasures."""
    ceiling_bytes: int = 4 * 1024 * 1024
    """Beyond it records are dead letters and the document stays as it is, but for erasures and endings that the service asks itself
    for …"""
    utmost_bytes: int = 5 * 1024 * 1024
    """… which end here: with its state, two snapshots and a last answer the document must stay below the 16 MiB that MongoDB takes."""
    answer_bytes: int = 512 * 1024
    """Of one answer, and of one dossier."""
    journal_kept: timedelta = timedelta(days=97)
    """The longest retention of an input (90 days) and a week's margin: what is older no topic can repeat."""


@dataclass(frozen=True)
class Practice:
    """A service under one version of its policy, run by one build."""

    service: Service
    policy: Any
    build: str = "unversioned"
    limits: Limits = Limits()



