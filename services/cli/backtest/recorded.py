"""Commands as a live cluster's topics hold them, put in the order of their append times.

Taken are all that somebody sent from outside, as they were recorded.  Left out is what the run makes itself (wakes, and what a file of
intake writes to another), what the canary sent, whose complaints are nobody's, what no service could read, and, where retention has cut
the beginning, what is about a complaint whose submission is gone: nothing could be made of it.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from contracts.canary import SOURCE as CANARY
from contracts.catalogue import OWNERS
from contracts.common import Wake
from contracts.feedback import RecordFeedback
from contracts.ids import complaint_id
from contracts.intake import Sealed, SubmitComplaint
from contracts.model import Command, write_instant
from contracts.wire import read
from services.backtest.command import Timed
from services.intake.sealing import Seal
from services.platform.chassis.clients import EPOCH
from services.platform.chassis.reading import Call, Lost, read_one
from services.platform.kernel.record import Incoming, Record
from services.platform.kernel.service import Service, own_source

MILLISECOND = timedelta(milliseconds=1)
NAMES = tuple(OWNERS)
OPENING = "intake.commands.v1"
SCHEMA = """
    CREATE TABLE commands (at INTEGER, topic INTEGER, part INTEGER, place INTEGER, about TEXT, key BLOB, value BLOB, attempt INTEGER);
    CREATE TABLE opened (id TEXT PRIMARY KEY) WITHOUT ROWID;
"""
LATEST = "SELECT max(at) FROM commands WHERE about = ? AND topic = ? AND part = ?"
MET = f"(topic = {NAMES.index('intake')} OR about IN opened)"


class Recording:
    """What was read, on disk: a week of a large house does not fit into memory.

    `services`: by name, of this cluster: intake under the secret of its customers' keys.
    """

    def __init__(self, services: Mapping[str, Service], seal: Seal) -> None:
        self._services, self._seal = services, seal
        self._rows = sqlite3.connect("")
        self._rows.executescript(f"PRAGMA synchronous = OFF; {SCHEMA}")
        self._latest: dict[tuple[str, int], datetime] = {}
        self.begins: dict[str, datetime] = {}
        self.cut: set[str] = set()
        self.own = self.canary = 0
        self.unreadable: Counter[tuple[str, str]] = Counter()

    # -- putting in -------------------------------------------------------------------------------------------------------------------

    def take(self, record: Record) -> None:
        """A record of a command topic; those of a partition in their order."""
        self._note_beginning(record)
        match read_one(record, self._services[record.topic.partition(".")[0]]):
            case Lost() as lost:
                self.unreadable[record.topic, lost.reason] += 1
            case Call() as call if self._is_own(call.message):
                self.own += 1
            case Call() as call if call.message.source == CANARY:
                self.canary += 1
            case Call() as call:
                self._keep(call.message, call.address.id)

    def _note_beginning(self, record: Record) -> None:
        place = record.topic, record.partition
        if place not in self._latest and record.offset > 0:
            self.cut.add(record.topic)
        self._latest.setdefault(place, record.appended)
        self.begins[record.topic] = min(record.appended, self.begins.get(record.topic, record.appended))

    def _is_own(self, message: Incoming) -> bool:
        """What is said to be the service's own is so only under its seal; anybody may call himself so."""
        body, service = message.body, message.record.topic.partition(".")[0]
        return isinstance(body, Wake) or (isinstance(body, Sealed) and message.source == own_source(service) and self._seal.is_on(body))

    def _keep(self, message: Incoming, about: str) -> None:
        record = message.record
        if opened := _opened(message):
            self._rows.execute("INSERT OR IGNORE INTO opened VALUES (?)", (opened,))
        row = (
            self._came(record, about) // MILLISECOND, NAMES.index(record.topic.partition(".")[0]), record.partition, record.offset, about,
            record.key, record.value, message.attempt,
        )  # fmt: skip
        self._rows.execute("INSERT INTO commands VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def _came(self, record: Record, about: str) -> timedelta:
        """Since 1970.  Append times can fall at a change of leader: then a command comes no earlier than its complaint's last (law 5)."""
        place = record.topic, record.partition
        if record.appended >= self._latest[place]:
            self._latest[place] = record.appended
            return record.appended - EPOCH
        self._rows.execute("CREATE INDEX IF NOT EXISTS abouts ON commands (about)")
        before = self._rows.execute(LATEST, (about, NAMES.index(record.topic.partition(".")[0]), record.partition)).fetchone()[0]
        return max(record.appended - EPOCH, (before or 0) * MILLISECOND)

    # -- taking out -------------------------------------------------------------------------------------------------------------------

    def commands(self) -> Iterator[Timed]:
        """By append time; of the same instant by topic, partition and offset, so that the same topics are the same commands."""
        where = f"WHERE {MET}" if self.is_cut else ""
        order = "ORDER BY at, topic, part, place"
        for at, topic, key, value, attempt in self._rows.execute(f"SELECT at, topic, key, value, attempt FROM commands {where} {order}"):
            envelope, command = read(f"{NAMES[topic]}.commands.v1", value)
            assert isinstance(command, Command)
            told = key.decode("utf-8", "replace") if key else None
            yield Timed(EPOCH + at * MILLISECOND, NAMES[topic], command, envelope.id, envelope.source, told, value, attempt)

    @property
    def is_cut(self) -> bool:
        """Whether submissions may be gone."""
        return OPENING in self.cut or OPENING not in self.begins

    @property
    def gone(self) -> tuple[int, int]:
        """Commands that are left out, and about how many complaints: their submission is gone."""
        if not self.is_cut:
            return 0, 0
        [(commands, complaints)] = self._rows.execute(f"SELECT count(*), count(DISTINCT about) FROM commands WHERE NOT {MET}")
        return commands, complaints

    # -- telling ----------------------------------------------------------------------------------------------------------------------

    @property
    def is_whole(self) -> bool:
        return not (self.unreadable or self.gone[0])

    def lines(self) -> list[str]:
        """From when the topics hold something, what was taken, and what was not, by reason."""
        commands, complaints = self.gone
        [(kept,)] = self._rows.execute("SELECT count(*) FROM commands")
        told = [_beginning(topic, since, topic in self.cut) for topic, since in sorted(self.begins.items())]
        told += [f"{topic}: {count:,} could not be read ({reason})." for (topic, reason), count in sorted(self.unreadable.items())]
        if commands:
            told.append(f"{commands:,} commands about {complaints:,} complaints are left out: their submissions are gone.")
        own = f"; {self.own:,} of services to themselves left out, which the run makes itself" if self.own else ""
        canary = f"; {self.canary:,} of the canary left out" if self.canary else ""
        return [*told, f"{kept - commands:,} commands taken{own}{canary}."]


def _beginning(topic: str, since: datetime, is_cut: bool) -> str:
    return f"{topic} holds commands from {write_instant(since)} on{': what came before is gone' if is_cut else ''}."


def _opened(message: Incoming) -> str | None:
    """The complaint, or the transaction, that the command itself brings into being."""
    match message.body:
        case SubmitComplaint(source_ref=ref):
            return complaint_id(message.source, ref)
        case RecordFeedback(transaction_ref=str(), complaint_id=id):
            return id
        case _:
            return None
