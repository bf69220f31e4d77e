"""What an audit found of one service: numbers, and each difference with its place."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from services.audit import Difference
from services.cli.audit.look import Looked
from services.cli.audit.strays import Stray
from services.platform.kernel.record import Record

MOST = 5_000
"""Findings that are kept; beyond it they are counted.  Who has more has one cause for most of them."""


class Finding(NamedTuple):
    """`where`: a document, a version of a policy, or a record."""

    service: str
    where: str
    difference: Difference
    other_build: str = ""
    """By which another program decided the entry: it may be its word."""


@dataclass
class Tally:
    service: str
    documents: int = 0
    equal: int = 0
    different: int = 0
    since_snapshot: int = 0
    unchecked: Counter[str] = field(default_factory=Counter)
    """Documents that were not folded to their end, by reason; and records of which nothing can be said."""
    not_folded: int = 0
    believed: int = 0
    present: int = 0
    missing: int = 0
    foreign: int = 0
    untaken: int = 0
    dossiers: int = 0
    findings: list[Finding] = field(default_factory=list)
    more: int = 0

    def count(self, looked: Looked) -> None:
        """A look that is final."""
        self.documents += 1
        self.present += looked.present
        self.missing += len(looked.missing)
        self.dossiers += looked.dossiers
        self.believed += looked.believed
        self.unchecked["answers_cut"] += looked.cut
        self.unchecked["unpublished"] += looked.unpublished
        if looked.unchecked:
            self.unchecked[looked.unchecked] += 1
        if looked.differences:
            self.different += 1
        elif looked.unchecked:
            self.not_folded += 1
        else:
            self.equal += 1
            self.since_snapshot += looked.since > 0
        build = ", ".join(sorted(looked.builds))
        for difference in (*looked.differences, *looked.missing):
            self.find(Finding(self.service, looked.id, difference, build))

    def stray(self, stray: Stray) -> None:
        if stray.is_untaken:
            self.untaken += 1
        else:
            self.foreign += 1
        self.find(Finding(self.service, place_of(stray.record), Difference(None, stray.what, *stray.told)))

    def find(self, finding: Finding) -> None:
        if len(self.findings) < MOST:
            self.findings.append(finding)
        else:
            self.more += 1

    @property
    def is_clean(self) -> bool:
        return not self.findings


def place_of(record: Record) -> str:
    return f"{record.topic} {record.partition}/{record.offset}"
