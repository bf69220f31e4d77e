"""What a fold takes at its word: a snapshot to begin with, and why some records came to nothing."""

from dataclasses import replace
from typing import Any

from services.audit.own import weight_of
from services.audit.parts import fields_of, kind_of, reason_of
from services.platform.kernel.document import Document, Entry, Snapshot
from services.platform.kernel.prune import restore
from services.platform.kernel.record import Incoming
from services.platform.kernel.service import Cause, Decision, Practice, Refused, Service
from services.platform.kernel.turn import NameTaken

OF_THE_STORE = frozenset({"name_taken", "undecidable.Oversized", "undecidable._Refused"})
"""Why a record died that decide had taken: the database would not."""
OF_THE_PRUNED = frozenset({"id_taken", "document_full"})
"""Why a command was refused for what the document still had then: an id from before, or a size with what is gone."""


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


def noted(entry: Entry, is_pruned: bool) -> Exception | None:
    """What no log tells: that the store would not have the record, or, of a document that was pruned, what it was refused for."""
    if entry.is_dead:
        reason = next((reason_of(answer.headers) for answer in reversed(entry.answers) if answer.dead), "")
        return _of_the_store(reason) if reason in OF_THE_STORE else None
    refused = next((fields_of(answer) for answer in reversed(entry.answers) if kind_of(answer).endswith(".command_refused.v1")), {})
    reason = refused.get("reason", "")
    return Refused(reason) if is_pruned and reason in OF_THE_PRUNED else None


def _of_the_store(reason: str) -> Exception:
    return NameTaken() if reason == "name_taken" else type(reason.removeprefix("undecidable."), (Exception,), {})()


def raising(practice: Practice, message: Incoming, error: Exception) -> Practice:
    """The same practice, but decide raises this on the message."""

    def decide(state: Any, cause: Cause, policy: Any) -> Decision:
        if cause.message is message.body:
            raise error
        return practice.service.decide(state, cause, policy)

    return replace(practice, service=replace(practice.service, decide=decide))
