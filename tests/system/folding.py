"""Law 11 by hand: each document's causes, taken again in the order of its journal, give its state and its answers."""

from collections.abc import Iterable

from services.cli.registry import find_service
from services.platform.chassis.policies import practice
from services.platform.chassis.settings import Settings
from services.platform.chassis.store import Store
from services.platform.kernel.apply import apply
from services.platform.kernel.document import Document
from services.platform.kernel.record import Record, incoming
from services.platform.kernel.service import Practice

Origin = tuple[str, int, int]


async def documents(settings: Settings, name: str) -> tuple[Practice, list[Document]]:
    """All that the service holds, with whole journals."""
    under = practice(find_service(name, settings), settings)
    store = Store(settings, under)
    try:
        ids = [row["_id"] async for row in store.documents.find({}, {"_id": 1})]
        found = [await store.whole(id) for id in ids]
        under = await store.practised()
    finally:
        store.close()
    return under, [document for document in found if document is not None]


def refold(document: Document, records: dict[Origin, Record], under: Practice) -> Document:
    """The document as its causes make it.  The journal must reach back to the beginning."""
    assert document.first == 0
    again = Document(document.id, document.partition)
    for _, entry in sorted(document.journal.items()):
        record = records[entry.name[0], entry.partition, entry.offset]
        again, _ = apply(again, incoming(record, under.service), under)
    return again


def differences(document: Document, records: dict[Origin, Record], under: Practice) -> list[str]:
    """What the fold gives otherwise than what is stored."""
    again = refold(document, records, under)
    parts = ("state", "journal", "seq", "wakes", "at", "time", "asked", "parked", "waiting")
    return [f"{under.service.name} {document.id}: {part}" for part in parts if getattr(again, part) != getattr(document, part)]


def by_origin(records: Iterable[Record]) -> dict[Origin, Record]:
    return {record.origin: record for record in records}
