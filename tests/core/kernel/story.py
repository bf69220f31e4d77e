"""What arrives at one document, told briefly.  Instants are seconds after `START`; messages go through the wire and back."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from contracts.catalogue import PARTITIONS
from contracts.common import Wake
from contracts.model import Message, write_instant
from contracts.wire import write_command, write_event
from services.platform.kernel.apply import apply, next_wake
from services.platform.kernel.document import Answer, Document
from services.platform.kernel.record import ATTEMPT, Incoming, Record, incoming, partition_of
from services.platform.kernel.service import Practice
from tests.core.kernel import toy

START = datetime.fromisoformat("2026-03-02T08:00:00+00:00")
COMPLAINT = "c402cbb8-ca3d-5e93-9479-eaa708f218ff"
PARTITION = partition_of(COMPLAINT, PARTITIONS)
OWN = "routing.commands.v1"


def t(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def body(kind: str, **fields: Any) -> Message:
    return getattr(toy, kind)(complaint_id=COMPLAINT, **fields)


def command(kind: str, at: float, offset: int, id: str | None = None, source: str = "crm", attempt: int = 0, **fields: Any) -> Incoming:
    wire = write_command("routing", body(kind, **fields), id=id or f"{kind}{offset}", source=source)
    return read_at(Record(OWN, PARTITION, offset, t(at), wire.key.encode(), wire.value, wire.headers), offset, attempt)


@cache
def submit() -> Incoming:
    """Opens the case at 100: due at 120, woken at 126, 133 and 140."""
    return command("Submit", 100, 0)


def event(kind: str, at: float, offset: int, id: str | None = None, appended: float | None = None) -> Incoming:
    """Another service's event, dated `at`; appended then or, `appended` given, later."""
    owner = "intake" if kind in ("Registered", "Erased") else "callback"
    value, headers = write_event(owner, body(kind), id=id or f"{kind}{offset}", at=t(at), seq=offset, cause="x")
    place = t(max(at, 0) if appended is None else appended)
    return read_at(Record(f"{owner}.events.v1", PARTITION, offset, place, COMPLAINT.encode(), value, headers), offset)


def wake(count: int, due: float | datetime, appended: float | datetime, offset: int) -> Incoming:
    due, appended = (when if isinstance(when, datetime) else t(when) for when in (due, appended))
    wire = write_command("routing", Wake(document=COMPLAINT, count=count, due=due), id=f"w{offset}", source="redress.routing")
    return read_at(Record(OWN, PARTITION, offset, appended, wire.key.encode(), wire.value, wire.headers), offset)


def read_at(record: Record, offset: int, attempt: int = 0) -> Incoming:
    """The message of this record standing at this offset."""
    headers = ((ATTEMPT, str(attempt).encode()),) if attempt else ()
    return incoming(record._replace(offset=offset, headers=record.headers + headers), toy.ROUTING)


def sent_again(message: Incoming, offset: int, attempt: int = 0) -> Incoming:
    return read_at(message.record, offset, attempt)


def new() -> Document:
    return Document(COMPLAINT, PARTITION)


def fold(messages: Iterable[Incoming], practice: Practice = toy.TOY, document: Document | None = None) -> tuple[Document, list[Answer]]:
    document, said = document or new(), []
    for message in messages:
        document, answers = apply(document, message, practice)
        said += answers
    return document, said


def ended(document: Document, said: Sequence[Answer], practice: Practice = toy.TOY) -> tuple[Document, list[Answer]]:
    """Let the poller wake it until nothing is pending."""
    said, offset = list(said), 10_000
    while (due := next_wake(document, practice)) is not None and not document.parked:
        document, more = apply(document, wake(document.wakes, due, due + timedelta(seconds=3), offset), practice)
        said, offset = said + list(more), offset + 1
    return document, said


def facts(said: Iterable[Answer], *less: str) -> list[dict[str, Any]]:
    return [{k: v for k, v in json.loads(a.value or b"").items() if k not in less} for a in said if not a.dead]


def kinds(said: Iterable[Answer]) -> list[str]:
    """Names of the events, in order; a dead letter is told by its reason."""
    return [reason(a) if a.dead else json.loads(a.value or b"")["type"].split(".")[1] for a in said]


def reason(letter: Answer) -> str:
    return "dead: " + dict(letter.headers)["redress-dead-reason"].decode()


def stamp(seconds: float) -> str:
    return write_instant(t(seconds))


def picture(document: Document) -> dict[str, Any]:
    """All that is stored of a document, to compare two."""
    return {k: v for k, v in vars(document).items() if k not in ("version", "tail", "touched", "next", "base", "erased")}
