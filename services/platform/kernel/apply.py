"""What one message does to one document (laws 3 to 8).  Pure.

    document, answers = apply(document, message, practice)      once for each record, in the order of the log

Answers are encoded once and kept; dead letters are answers too: the record that waited, or the wake, whose dead letter it is will not
be delivered again, so the journal must carry it like any other word.
"""

from contracts.common import Wake
from services.platform.kernel.dead import letter
from services.platform.kernel.document import Answer, Document, Entry
from services.platform.kernel.record import Incoming
from services.platform.kernel.service import Practice, Service, own_source
from services.platform.kernel.turn import Turn
from services.platform.kernel.wakes import asked_for, next_wake

__all__ = ["apply", "needs_journal", "next_wake"]


def apply(document: Document, message: Incoming, practice: Practice) -> tuple[Document, tuple[Answer, ...]]:
    """The document after this record, and its answers.  The same object comes back when nothing is to be stored: a repeat, an idle wake,
    or a record for which the document has no room at all, whose dead letter is known by its origin.
    """
    if (said := _recall(document, message)) is not None:
        return document, said
    if isinstance(message.body, Wake):
        if not asked_for(document, message.body, message.instant, practice):
            return document, ()
    elif document.size > _room(document, message, practice):
        return document, _shut_out(message, practice)
    turn = Turn(document, message, practice)
    after, answers = turn.take()
    if turn.is_in_vain and document.size > _share(1 / 16, practice):
        return document, _shut_out(message, practice)
    return after, answers


def _room(document: Document, message: Incoming, practice: Practice) -> float:
    """Refusals may take a sixteenth of the room above the cap, endings half of it, so that no sender of commands can take it all.

    What erases, and an ending that the service asks itself for, goes on above the ceiling: but in vain it is a refusal like any other.
    Any other command in the service's name may be anybody's.
    """
    service, limits = practice.service, practice.limits
    is_ending = message.own and type(message.body) in service.ends
    if document.size <= limits.document_bytes:
        return limits.document_bytes
    if service.erases_by(message.body, document.state) or (is_ending and message.source == own_source(service.name)):
        return limits.utmost_bytes
    return _share(1 if not message.own else 1 / 2 if is_ending else 1 / 16, practice)


def _share(share: float, practice: Practice) -> float:
    limits = practice.limits
    return limits.document_bytes + share * (limits.ceiling_bytes - limits.document_bytes)


def _shut_out(message: Incoming, practice: Practice) -> tuple[Answer, ...]:
    return (letter(message.record, practice.service.name, "document_full", message.attempt),)


def needs_journal(document: Document, message: Incoming, service: Service) -> bool:
    """Whether all entries must be loaded before this message is applied; else those will do that came since the document was loaded.

    Ask for each message of a batch when the document is loaded: what the batch adds is there anyway.
    """
    return bool(document.waiting) or service.erases_by(message.body, document.state) or document.knows(message)


def _recall(document: Document, message: Incoming) -> tuple[Answer, ...] | None:
    """The stored words, if the journal has this message; a command that waited gets the words of the entry that answered it.

    Another service's event that waited gets only what it caused itself: what a wake said before it is repeated with the wake.  Else two
    services whose wakes fell on one instant, and each of which heard the other's word after its own, would repeat both for ever.
    """
    for ordinal in document.ordinals(message.mark):
        entry = document.journal[ordinal]
        if entry.name == message.name and _is_same(entry, message):
            said = document.journal[entry.ordinal if entry.answered_by is None else entry.answered_by].answers
            return said if message.own or entry.answered_by in (None, ordinal) else _caused(said, message)
    return None


def _caused(said: tuple[Answer, ...], event: Incoming) -> tuple[Answer, ...]:
    """By the cause that each event names; a dead letter goes with the record that brought it about."""
    cause = f'"cause":"{event.id}"'.encode()
    return tuple(answer for answer in said if answer.to == "events" and cause in (answer.value or b""))


def _is_same(entry: Entry, message: Incoming) -> bool:
    """Delivered again, or sent twice; but the next attempt at a message that died is a new one."""
    return entry.fingerprint == message.fingerprint and not (entry.is_dead and message.attempt > entry.attempt)
