"""Step 2: each record is read on its own, so that one that cannot be read harms no neighbour (law 8)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from contracts.wire import UnknownType, Unreadable, Unused, header
from services.platform.kernel.dead import letter
from services.platform.kernel.document import Answer
from services.platform.kernel.record import Incoming, Record, addressed, incoming
from services.platform.kernel.service import Address, Service


class Call(NamedTuple):
    """A message and where its document is found."""

    message: Incoming
    address: Address


class Lost(NamedTuple):
    """A record that belongs to no document, and its dead letter.  Seen again it is the same: whoever reads it knows it by its origin."""

    record: Record
    reason: str
    letter: Answer


class Skipped(NamedTuple):
    """Not this service's business: an event of a later version's type, or one that it does not act on."""

    type: str


def read_all(records: Iterable[Record], service: Service) -> tuple[list[Call], list[Lost], list[Skipped]]:
    calls, lost, skipped = list[Call](), list[Lost](), list[Skipped]()
    for record in records:
        match read_one(record, service):
            case Call() as call:
                calls.append(call)
            case Lost() as dead:
                lost.append(dead)
            case Skipped() as other:
                skipped.append(other)
    return calls, lost, skipped


def read_one(record: Record, service: Service) -> Call | Lost | Skipped:
    try:
        message = incoming(record, service, service.uses)
        address = addressed(message, service)
        return Skipped(message.type) if address is None else Call(message, address)
    except Unused as fault:
        return Skipped(fault.detail)
    except UnknownType as fault:
        if record.topic == service.command_topic:
            return _lost(record, service, fault.reason, fault.detail)
        return Skipped(header(record.headers, "ce_type") or "unknown")
    except Unreadable as fault:
        return _lost(record, service, fault.reason, fault.detail)
    except Exception as error:                               # a reader that crashes on a hostile record, a RecursionError say
        return _lost(record, service, f"unreadable.{type(error).__name__}", "")


def _lost(record: Record, service: Service, reason: str, detail: str) -> Lost:
    return Lost(record, reason, letter(record, service.name, reason, detail=detail))


def in_order(calls: Sequence[Call]) -> list[Call]:
    """Law 7: by (at, topic, partition, offset); but own commands never change their order within a partition."""
    latest: dict[int, datetime] = {}

    def place(call: Call) -> tuple[datetime, str, int, int]:
        record, at = call.message.record, call.message.instant
        if call.message.own:
            at = latest[record.partition] = max(at, latest.get(record.partition, at))
        return at, record.topic, record.partition, record.offset

    return sorted(calls, key=place)
