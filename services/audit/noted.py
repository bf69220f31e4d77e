"""What a fold takes at its word: a snapshot to begin with, and which records the store would not have."""

from dataclasses import replace
from typing import Any

from services.audit.own import weight_of
from services.audit.parts import reason_of
from services.platform.kernel.document import Document, Entry, Snapshot
from services.platform.kernel.prune import restore
from services.platform.kernel.record import Incoming
from services.platform.kernel.service import Cause, Decision, Practice, Service
from services.platform.kernel.turn import NameTaken

OF_THE_STORE = frozenset({"name_taken", "undecidable.Oversized", "undecidable._Refused"})
"""Why a record died that decide had taken: the database would not.  No fold can know, so the entry's word is taken."""


def begun(stored: Document, base: Snapshot, service: Service) -> Document:
    """The document as the snapshot has it, which knows by name the older entries that are still kept, as it did then."""
    document = restore(stored.id, stored.partition, base, service)
    older = {n: entry for n, entry in stored.journal.items() if n < base.ordinal}
    for each in base.waiting:
        if each.ordinal in older:
            older[each.ordinal] = older[each.ordinal]._replace(answered_by=None, is_dead=False)
    document.journal |= older
    document.first, document.tail = stored.first, 0
    document.known = stored.known[: 8 * (base.ordinal - stored.first)]
    document.size = weight_of(older.values())
    return document


def died_of(entry: Entry) -> str:
    return next((reason_of(answer.headers) for answer in reversed(entry.answers) if answer.dead), "")


def refusing(practice: Practice, message: Incoming, reason: str) -> Practice:
    """The same practice, but this message dies for the reason that is noted."""
    error = NameTaken() if reason == "name_taken" else type(reason.removeprefix("undecidable."), (Exception,), {})()

    def decide(state: Any, cause: Cause, policy: Any) -> Decision:
        if cause.message is message.body:
            raise error
        return practice.service.decide(state, cause, policy)

    return replace(practice, service=replace(practice.service, decide=decide))
