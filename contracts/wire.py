"""How a message becomes a record and a record a message: one flat JSON object, repeated in CloudEvents headers.

Reading is open (unknown fields are ignored) and strict about the rest: finite numbers, bounded depth, real UTF-8, known types.
"""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from contracts.catalogue import MAX_RECORD_BYTES, vocabulary
from contracts.envelope import CommandHead, EventHead
from contracts.ids import message_id
from contracts.model import Command, Event, Label, Message, type_name, write_instant

Headers = tuple[tuple[str, bytes], ...]


class Unreadable(Exception):
    """A record that nobody can act on.  `reason` is a code, `detail` names fields and kinds of fault, never a value."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason, self.detail = reason, detail


class UnknownType(Unreadable):
    """A type that this version does not know: skipped when an event, dead when a command."""


class Unused(UnknownType):
    """An event that this reader has no use for.  `detail` is its type."""


class Envelope(NamedTuple):
    """`at`, `seq` and `cause` are an event's; a command has a `source`, and an event's is the service that says it."""

    type: str
    id: str
    source: str
    at: datetime | None = None
    seq: int | None = None
    cause: str | None = None


class Wire(NamedTuple):
    key: str
    value: bytes
    headers: Headers


def write_command(service: str, command: Command, *, id: str, source: str, key: str | None = None) -> Wire:
    """A command for `service`'s topic.  `key` is needed where the command does not name it itself (intake's)."""
    name = type_name(service, type(command))
    head = f'{{"type":"{name}","id":{_quoted(id)},"source":{_quoted(source)}'
    return Wire(key or command.key or source, _join(head, command), _headers(name, message_id(source, id), source))


def write_event(service: str, event: Event, *, id: str, at: datetime, seq: int, cause: str) -> tuple[bytes, Headers]:
    """An event's value and headers."""
    value = event_value(service, event, id=id, at=at, seq=seq, cause=cause)
    return value, _headers(type_name(service, type(event)), id, service, write_instant(at))


def event_value(service: str, event: Event, *, id: str, at: datetime, seq: int, cause: str) -> bytes:
    """The value alone, where nobody asks for headers; `event_headers` gives them later."""
    name, time = type_name(service, type(event)), write_instant(at)
    return _join(f'{{"type":"{name}","id":"{id}","at":"{time}","seq":{seq},"cause":"{cause}"', event)


def event_headers(value: bytes) -> Headers:
    """The headers that `write_event` gave this value."""
    told = from_json(value)
    return _headers(told["type"], told["id"], told["type"].partition(".")[0], told["at"])


def read(topic_name: str, value: bytes | None, uses: Set[type[Message]] | None = None) -> tuple[Envelope, Message]:
    """The envelope and the message of a record of this topic (named without prefix); raises `Unreadable`.

    With `uses`, what begins as `write_event` lets it begin and is not of these classes raises `Unused` and is read no further: most of
    what a service hears is not for it, and its owner has checked it.
    """
    words = vocabulary(topic_name)
    if uses is not None and (begins := _begins(value)) in words and words[begins] not in uses:
        raise Unused("unused", begins)
    told = _object(value)
    name = told.get("type")
    if not isinstance(name, str):
        raise Unreadable("no_type")
    if name not in words:
        raise UnknownType("unknown_type")
    reader = words[name]
    try:
        envelope = _command_envelope(told) if issubclass(reader, Command) else _event_envelope(told, topic_name)
        return envelope, reader.model_validate(told, extra="ignore")
    except ValidationError as error:
        raise Unreadable("invalid", _faults(error, reader)) from None


_FIRST = b'{"type":"'


def _begins(value: bytes | None) -> str:
    """The type that the value begins with, as our own do; "" where it begins otherwise."""
    return value[len(_FIRST) : value.find(b'"', len(_FIRST))].decode("ascii", "replace") if value and value.startswith(_FIRST) else ""


def _object(value: bytes | None) -> dict[str, Any]:
    if not value:
        raise Unreadable("empty")
    if len(value) > MAX_RECORD_BYTES:
        raise Unreadable("too_large", f"{len(value)} bytes")
    try:
        told = from_json(value, allow_inf_nan=False)
    except ValueError as error:
        raise Unreadable("not_json", str(error)[:80]) from None
    if not isinstance(told, dict):
        raise Unreadable("not_an_object")
    return told


def _command_envelope(told: Mapping[str, Any]) -> Envelope:
    head = CommandHead.model_validate(told, extra="ignore")
    return Envelope(told["type"], message_id(head.source, head.id), head.source)


def _event_envelope(told: Mapping[str, Any], topic_name: str) -> Envelope:
    owner = topic_name.partition(".")[0]
    head = EventHead.model_validate(told, extra="ignore")
    return Envelope(told["type"], message_id(owner, head.id), owner, head.at, head.seq, head.cause)


def _faults(error: ValidationError, reader: type[Message]) -> str:
    """Which of our fields and what kind of fault, `customer.language: string_pattern_mismatch`; never a value.

    Nor a sender's own key, which may be a customer's too: of a place only what our models name is told, and positions in lists.
    """
    ours = _fields(reader) | CommandHead.model_fields.keys() | EventHead.model_fields.keys()
    faults = error.errors(include_input=False, include_url=False)[:5]
    return "; ".join(f"{_place(fault['loc'], ours) or 'envelope'}: {fault['type']}" for fault in faults)


def _place(steps: tuple[int | str, ...], ours: Set[str]) -> str:
    return ".".join(str(step) for step in steps[:5] if isinstance(step, int) or step in ours)


@cache
def _fields(reader: type[Message]) -> frozenset[str]:
    """The names of all fields of the message and of its parts."""
    told = reader.model_json_schema()
    parts = (told, *told.get("$defs", {}).values())
    return frozenset(name for part in parts for name in part.get("properties", ()))


def _join(head: str, message: Message) -> bytes:
    body = message.__pydantic_serializer__.to_json(message, exclude_none=True)
    return head.encode() + (b"}" if body == b"{}" else b"," + body[1:])


def _headers(name: str, id: str, source: str, time: str | None = None) -> Headers:
    return (*_fixed_headers(name, source), ("ce_id", id.encode()), *((("ce_time", time.encode()),) if time else ()))


@cache
def _fixed_headers(name: str, source: str) -> Headers:
    return (
        ("ce_specversion", b"1.0"),
        ("ce_type", name.encode()),
        ("ce_source", source.encode()),
        ("content-type", b"application/json"),
    )


_label: TypeAdapter[str] = TypeAdapter(Label)


def _quoted(text: str) -> str:
    """The text as JSON; raises ValidationError where no reader would take it."""
    return _label.dump_json(_label.validate_python(text)).decode()


def header(headers: Sequence[tuple[str, bytes | None]], name: str) -> str | None:
    """The text of the last header of this name, or None: headers are hints from anybody, never an error."""
    values = [value for key, value in headers if key == name and value is not None]
    return values[-1].decode("ascii", "replace") if values else None
