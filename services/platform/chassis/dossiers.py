"""Law 10: dossiers are state, not answers.  What is published is the present one with its document's version, or the tombstone."""

from collections.abc import Iterator

from contracts.catalogue import PARTITIONS
from services.platform.chassis.docket import Case
from services.platform.chassis.publication import Publication
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
    headers = ((VERSION, str(case.version).encode()),)
    for complaint in {**before, **after}:
        now = after.get(complaint)
        if case.again or complaint not in before or now != before[complaint] or complaint not in after:
            value = None if now is None else now.__pydantic_serializer__.to_json(now, exclude_none=True)
            yield Publication(f"{service.name}.dossiers.v1", partition_of(complaint, PARTITIONS), complaint.encode(), value, headers)
