"""A document as a store has it, and the log it came from."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from services.audit import Causes, Practised, Verdict, fold, practised
from services.platform.kernel.apply import apply
from services.platform.kernel.document import Document, Snapshot
from services.platform.kernel.record import Incoming
from services.platform.kernel.service import Address, Practice
from services.platform.kernel.shelf import Shelf
from tests.core.kernel.story import COMPLAINT, command
from tests.core.kernel.toy import ROUTING, TOY

KEPT = timedelta(seconds=100)
BRIEF = replace(TOY, service=replace(ROUTING, wake_at=lambda case: None), limits=replace(TOY.limits, journal_kept=KEPT))
"""Documents are pruned after a minute or two, and nothing ever breaks."""


def kept(messages: Iterable[Incoming], practice: Practice = TOY) -> Shelf:
    """The messages through a shelf, as a store keeps them."""
    shelf = Shelf(practice.service, 12)
    for message in messages:
        document = shelf.load(shelf.find(Address(COMPLAINT), message), message)
        after, _ = apply(document, message, practice)
        if after is not document:
            shelf.keep(after)
    return shelf


def whole(messages: Iterable[Incoming], practice: Practice = TOY) -> Document:
    found = kept(messages, practice).whole(COMPLAINT)
    assert found is not None
    return found


def months(n: int, every: int = 10) -> list[Incoming]:
    """A long life."""
    return [command("Submit", 0, 0), *(command("Speak", k * every, k, length=100) for k in range(1, n))]


def causes(messages: Iterable[Incoming], begins: int = 0) -> Causes:
    """The log; of each topic what stands before offset `begins` is gone."""
    records = [message.record for message in messages]
    left = {record.origin: record for record in records if record.offset >= begins}
    return Causes(left, {(record.topic, record.partition): begins for record in records})


def under(practice: Practice = TOY) -> Practised:
    return practised(practice.service, [practice.policy], practice.build, practice.limits)


def audited(document: Document, messages: Iterable[Incoming], practice: Practice = TOY, *snapshots: Snapshot, begins: int = 0) -> Verdict:
    return fold(document, causes(messages, begins), under(practice), snapshots)


def places(verdict: Verdict) -> list[tuple[int | None, str]]:
    return [(each.ordinal, each.part) for each in verdict.differences]
