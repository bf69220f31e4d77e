"""Records of events topics as lines that wait for their batch to be full: on disk, so that a batch's size costs no memory."""

import json
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from contracts.envelope import EventHead
from contracts.model import Label, write_instant
from contracts.wire import Envelope, UnknownType, Unreadable, read
from services.platform.kernel.record import Record

_LABEL: TypeAdapter[str] = TypeAdapter(Label)


class Told(NamedTuple):
    """What an event says of itself and whom it is about."""

    type: str
    id: str
    at: str
    seq: int
    cause: str
    complaint_id: str | None
    customer: str | None


class Staging:
    """`unreadable`: by topic and reason; such a record is no event, and is in no table."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._out = file.open("wb")
        self.waiting = 0
        self.bytes = 0
        self.unreadable: Counter[tuple[str, str]] = Counter()

    def take(self, record: Record) -> None:
        try:
            self.bytes += self._out.write(line(record))
            self.waiting += 1
        except Unreadable as why:
            self.unreadable[record.topic, why.reason] += 1

    def flush(self) -> None:
        self._out.flush()

    def empty(self) -> None:
        self._out.seek(0)
        self._out.truncate()
        self.waiting = self.bytes = 0

    def close(self) -> None:
        self._out.close()


def line(record: Record) -> bytes:
    """A row of `all`, and its day: that of the event's own instant, in UTC.  Raises Unreadable."""
    told = _told(record)
    place = {"topic": record.topic, "partition": record.partition, "offset": record.offset, "appended": write_instant(record.appended)}
    assert record.value is not None
    row = place | told._asdict() | {"data": record.value.decode(), "day": told.at[:10]}
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _told(record: Record) -> Told:
    """By the contracts; of a type that is younger than they are, as far as all events tell it."""
    try:
        envelope, message = read(record.topic, record.value)
    except UnknownType:
        return _of_unknown_type(record)
    return _of(envelope, getattr(message, "complaint_id", None), getattr(message, "customer", None))


def _of_unknown_type(record: Record) -> Told:
    told: dict[str, Any] = from_json(record.value or b"")
    try:
        head = EventHead.model_validate(told, extra="ignore")
        about = [None if told.get(name) is None else _LABEL.validate_python(told[name]) for name in ("complaint_id", "customer")]
        name = _LABEL.validate_python(told["type"])
    except ValidationError:
        raise Unreadable("invalid") from None
    return Told(name, head.id, write_instant(head.at), head.seq, head.cause, *about)


def _of(envelope: Envelope, complaint_id: str | None, customer: str | None) -> Told:
    assert envelope.at is not None and envelope.seq is not None and envelope.cause is not None
    return Told(envelope.type, envelope.id, write_instant(envelope.at), envelope.seq, envelope.cause, complaint_id, customer)
