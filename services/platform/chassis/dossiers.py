"""Law 10: dossiers are state, not answers.  What is published is the present one with its document's version, or the tombstone."""

from collections.abc import Iterator

from contracts.catalogue import PARTITIONS
from contracts.model import Part
from services.platform.chassis.docket import Case
from services.platform.chassis.publication import Publication
from services.platform.kernel.document import Document
from services.platform.kernel.record import partition_of
from services.platform.kernel.service import Service

VERSION = "redress-version"
"""The header with the document's version: of two dossiers of one complaint the higher one is the present."""


def dossiers(case: Case, service: Service) -> Iterator[Publication]:
    """Those that changed; all of them where anything was said again, for nobody knows whether they left the last time."""
    if case.after.state is case.before.state and not case.again:
        return
    before = {} if case.before.state is None else service.dossiers(case.before.state)
    after = {} if case.after.state is None else service.dossiers(case.after.state)
    for complaint, now in after.items():
        if case.again or complaint not in before or now != before[complaint]:
            yield _publication(service, complaint, now, _version(service, case.after, case.version))


def present(document: Document, service: Service) -> Iterator[Publication]:
    """All that the document holds now."""
    held = {} if document.state is None else service.dossiers(document.state)
    return (_publication(service, complaint, now, _version(service, document, document.version)) for complaint, now in held.items())


def _version(service: Service, document: Document, stored: int) -> int:
    """Higher than any before, in whatever document the complaint was then."""
    return stored + service.dossiers_from(document.state)


def _publication(service: Service, complaint: str, dossier: Part | None, version: int) -> Publication:
    value = None if dossier is None else dossier.__pydantic_serializer__.to_json(dossier, exclude_none=True)
    headers = ((VERSION, str(version).encode()),)
    return Publication(f"{service.name}.dossiers.v1", partition_of(complaint, PARTITIONS), complaint.encode(), value, headers)
