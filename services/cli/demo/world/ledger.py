"""What became of every complaint, from the topics alone: each record is heard once, in the order of its topic's partition."""

from collections import Counter, defaultdict
from typing import TypeVar

from contracts.catalogue import OWNERS
from contracts.common import CommandRefused
from contracts.ids import complaint_id, reference_number
from contracts.intake import ComplaintRegistered, GiveUpFile, PassOn, SubmissionMerged, SubmitComplaint
from contracts.model import Command, Event
from contracts.routing import ComplaintClosed, ComplaintReopened, ComplaintWithdrawn
from contracts.wire import Envelope, read
from services.cli.demo.world.asking import Heard
from services.cli.demo.world.matters import Matter, begun, ended
from services.platform.kernel.record import Record
from services.platform.kernel.service import own_source

E = TypeVar("E", bound=Event)
ITSELF = frozenset(map(own_source, OWNERS))
"""The sources under which the services speak to themselves."""
MOST_FOLLOWED = 10
"""How often a contact may be handed on, from complaint to complaint, before we stop following it."""


class Ledger:
    def __init__(self) -> None:
        self.submissions: dict[str, SubmitComplaint] = {}
        """By the id that each would have as a complaint."""
        self.records: list[Record] = []
        """Every event, once."""
        self.records_of = defaultdict[str | None, list[Record]](list)
        """The same by complaint."""
        self.commands: set[str] = set()
        self.over: dict[str, str] = {}
        """Complaints that are closed or withdrawn now, and how."""
        self.dead = 0
        self._answered: set[str] = set()
        self._passed_on: dict[str, str] = {}
        """What a service asks itself → the command on whose account; topics overtake each other."""
        self._known: set[str] = set()
        self._said = defaultdict[type[Event], list[Event]](list)
        self._registered: set[str] = set()
        self._lives_on_in: dict[str, str] = {}
        self._begun, self._ended = Counter[Matter](), Counter[Matter]()

    # -- hearing ----------------------------------------------------------------------------------------------------------------------

    def hear(self, record: Record) -> Heard | None:
        """The event that the record tells, unless it is told already or is none."""
        if record.topic.endswith(".dlq.v1"):
            self.dead += 1
            return None
        envelope, message = read(record.topic, record.value)
        if isinstance(message, Command):
            self._hear_command(envelope, message)
        elif isinstance(message, Event) and envelope.at and envelope.id not in self._known:
            self._hear_event(record, envelope, message)
            return Heard(envelope.id, envelope.at, message)
        return None

    def _hear_command(self, envelope: Envelope, command: Command) -> None:
        """The services' own timers, and what one asks itself, are nobody's commands; at most they pass somebody's on."""
        match command:
            case GiveUpFile(command_id=passed_on) | PassOn(message_id=passed_on):
                self._passed_on[envelope.id] = passed_on
            case SubmitComplaint():
                self.commands.add(envelope.id)
                self.submissions[complaint_id(envelope.source, command.source_ref)] = command
            case _ if envelope.source not in ITSELF:
                self.commands.add(envelope.id)

    def _hear_event(self, record: Record, envelope: Envelope, event: Event) -> None:
        self._known.add(envelope.id)
        self._answered.add(event.command_id if isinstance(event, CommandRefused) else str(envelope.cause))
        self._said[type(event)].append(event)
        self._begun.update(begun(event))
        self._ended.update(ended(event))
        self.records.append(record)
        self.records_of[getattr(event, "complaint_id", None)].append(record)
        match event:
            case ComplaintRegistered():
                self._registered.add(event.complaint_id)
            case SubmissionMerged():
                self._lives_on_in[event.complaint_id] = event.into
            case ComplaintClosed():
                self.over[event.complaint_id] = event.how
            case ComplaintWithdrawn():
                self.over[event.complaint_id] = "withdrawn"
            case ComplaintReopened():
                self.over.pop(event.complaint_id, None)

    # -- looking ----------------------------------------------------------------------------------------------------------------------

    def all(self, kind: type[E]) -> list[E]:
        """Every event of this class."""
        return [event for event in self._said[kind] if isinstance(event, kind)]

    @property
    def unanswered(self) -> int:
        """Commands that led neither to an event nor to a refusal."""
        return len(self.commands - self._answered - {self._passed_on[id] for id in self._passed_on.keys() & self._answered})

    @property
    def missing(self) -> list[str]:
        """Submissions that are not accounted for: neither closed nor withdrawn, nor merged into a complaint that is."""
        return [id for id in self.submissions if not self._is_accounted_for(id)]

    @property
    def unsettled(self) -> set[Matter]:
        """Remedies, promises to call and surveys that did not begin exactly once and end exactly once."""
        return {each for each in self._begun | self._ended if (self._begun[each], self._ended[each]) != (1, 1)}

    @property
    def is_complete(self) -> bool:
        return not (self.missing or self.unanswered or self.unsettled or self.dead)

    def where(self, id: str) -> str:
        """What is known of a submission that is not accounted for."""
        home = self._home(id)
        state = "still open" if home in self._registered else "not registered"
        merged = f", merged into {reference_number(home)}" if home != id else ""
        return f"{self.submissions[id].source_ref} ({reference_number(id)}{merged}): {state}"

    def _is_accounted_for(self, id: str) -> bool:
        return self._home(id) in self.over

    def _home(self, id: str) -> str:
        """The complaint that a submission is, or lives on in."""
        for _ in range(MOST_FOLLOWED):
            if id in self._registered or id not in self._lives_on_in:
                break
            id = self._lives_on_in[id]
        return id
