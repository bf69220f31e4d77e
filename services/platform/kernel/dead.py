"""Dead letters: the record as it came, and why nobody could act on it."""

from datetime import datetime

from contracts.common import Wake
from contracts.ids import derived_id
from contracts.model import cut, write_instant
from contracts.wire import Headers, write_command
from services.platform.kernel.document import Answer, Document
from services.platform.kernel.record import ATTEMPT, Record
from services.platform.kernel.service import own_source

DEAD = "redress-dead-"
REASON, DETAIL, TOPIC, PARTITION, OFFSET, APPENDED, SERVICE = (
    DEAD + name for name in ("reason", "detail", "topic", "partition", "offset", "appended", "service")
)


def letter(record: Record, service: str, reason: str, attempt: int = 0, detail: str = "") -> Answer:
    """The dead letter of a record: its bytes, key and headers, with where it stood and why.  No customer data is added."""
    kept = tuple((name, value) for name, value in record.headers if not name.startswith(DEAD) and name != ATTEMPT)
    return Answer("dlq", record.key, record.value, (*kept, *_why(record, service, reason, attempt, detail)))


def wake_letter(document: Document, due: datetime, reason: str, service: str) -> Answer:
    """The dead letter of a wake: a `Wake` record that an operator can replay, which lets a parked document go on."""
    id = derived_id(service, document.id, "wake", document.wakes)
    wire = write_command(service, Wake(document=document.id, count=document.wakes, due=due), id=id, source=own_source(service))
    origin = Record(f"{service}.commands.v1", document.partition, -1, cut(due), wire.key.encode(), wire.value, wire.headers)
    return letter(origin, service, reason)


def emptied(answer: Answer) -> Answer:
    """The dead letter without the record that it carried."""
    return answer._replace(value=None, headers=tuple((name, value) for name, value in answer.headers if name.startswith(DEAD)))


def _why(record: Record, service: str, reason: str, attempt: int, detail: str) -> Headers:
    told = {
        SERVICE: service, REASON: reason, DETAIL: detail, TOPIC: record.topic, PARTITION: record.partition, OFFSET: record.offset,
        APPENDED: write_instant(record.appended), ATTEMPT: attempt,
    }  # fmt: skip
    return tuple((name, str(value).encode()) for name, value in told.items() if value != "")
