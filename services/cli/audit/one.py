"""An audit of one complaint: its documents, and of the topics only what belongs to them."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from contracts.catalogue import PARTITIONS
from contracts.ids import reference_number
from services.audit.fold import Origin, origin_of
from services.cli.errors import CommandError
from services.cli.registry import find_service
from services.cli.show.story import Wanted
from services.platform.chassis.holdings import Holdings
from services.platform.chassis.recording import committed
from services.platform.chassis.rows_apart import NoRow, kept
from services.platform.chassis.settings import Settings
from services.platform.kernel.document import Document
from services.platform.kernel.record import Record, partition_of
from services.platform.kernel.service import Service

INTAKE = "intake"


class Only(NamedTuple):
    """`ids`: each service's documents of the complaint; in intake the customer's file, and those that led to it or to which it leads.

    Kept of the topics are their causes, what stands under the keys of what they said, and what came since.
    """

    complaint: str
    ids: Mapping[str, Sequence[str]]
    origins: frozenset[Origin]
    keys: frozenset[bytes]
    since: Mapping[tuple[str, int], int]
    partitions: frozenset[int]

    def keeps(self, record: Record) -> bool:
        if record.key in self.keys or record.origin in self.origins:
            return True
        return record.offset >= self.since.get((record.topic, record.partition), 0)


async def only(settings: Settings, names: Sequence[str], wish: Wanted, asked: str) -> Only:
    """Raises `CommandError` where no service has a document of it."""
    since = _earliest([await committed(settings, name) for name in names])
    complaint = wish.id or await _id(settings, wish)
    found = {name: await _documents(settings, find_service(name, settings), complaint) for name in names if complaint}
    if not complaint or not any(found.values()):
        raise CommandError(f"No service has a document of {asked}: a new complaint takes a moment, and --service leaves others out.")
    documents = [document for some in found.values() for document in some]
    entries = [entry for document in documents for entry in document.journal.values()]
    held = {name.encode() for service in found for document in found[service] for name in _dossiers(settings, service, document)}
    keys = {complaint.encode(), *held, *(answer.key or b"" for entry in entries for answer in entry.answers)}
    partitions = {_partition(key) for key in keys} | {document.partition for document in documents} | {entry.partition for entry in entries}
    ids = {name: [document.id for document in some] for name, some in found.items()}
    return Only(complaint, ids, frozenset(map(origin_of, entries)), frozenset(keys), since, frozenset(partitions))


async def _id(settings: Settings, wish: Wanted) -> str | None:
    """Of the complaint of a reference number, by which intake's files are found too."""
    alias = f"ref:{reference_number(f'00000000-0000-0000-0{wish.ending}').replace('-', '')}"
    async with Holdings(settings, INTAKE) as holdings:
        names = [name for row in await holdings.named([alias]) for name in row.get("aliases", ())]
    return next((name for name in names if wish.is_met_by(name)), None)


async def _documents(settings: Settings, service: Service, complaint: str) -> list[Document]:
    """One that cannot be read is there all the same."""
    found: dict[str, Document] = {}
    names = [complaint]
    async with Holdings(settings, service.name) as holdings:
        while rows := [row for row in await holdings.named(names) if row["_id"] not in found]:
            found |= {row["_id"]: _document(row, service) for row in rows}
            names = [further for row in rows if (further := _leads_to(found[row["_id"]], service))]
    return list(found.values())


def _document(row: Mapping[str, Any], service: Service) -> Document:
    with suppress(NoRow):
        return kept(row, service).document
    return Document(row["_id"], partition_of(row["_id"], PARTITIONS))


def _dossiers(settings: Settings, name: str, document: Document) -> Iterable[str]:
    return () if document.state is None else find_service(name, settings).dossiers(document.state)


def _leads_to(document: Document, service: Service) -> str | None:
    return None if document.state is None else service.leads_to(document.state) or service.dossiers_in(document.state)


def _earliest(all: Iterable[Mapping[tuple[str, int], int]]) -> dict[tuple[str, int], int]:
    earliest: dict[tuple[str, int], int] = {}
    for each in all:
        for place, offset in each.items():
            earliest[place] = min(offset, earliest.get(place, offset))
    return earliest


def _partition(key: bytes) -> int:
    return partition_of(key.decode("utf-8", "replace"), PARTITIONS)
