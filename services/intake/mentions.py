"""Who adds to an anonymous complaint may say who it is.  It stays a file of its own; that customer's file notes it, to be erased with it.

    AddInformation → the anonymous file    "so-and-so is named here"
    NoteComplaint  → the customer's file   keeps it in mind; an erasure asks, by EraseCustomer, the anonymous file to forget too

Several may be named in it: whoever asks first is forgotten with all that it holds.
"""

from collections.abc import Callable
from datetime import datetime

from contracts.intake import Customer, EraseCustomer, NoteComplaint
from contracts.model import Staff
from services.intake.complaint import Complaint
from services.intake.state import MOST_BYTES, CustomerFile, Mention
from services.platform.kernel.service import Refused

Key = Callable[[Customer | None], str | None]
"""The key of whom a message names, if it names anybody: what only the service's secret can tell."""


def mentioned(key: Key, file: CustomerFile, complaint: Complaint, told: Customer, instant: datetime) -> list[NoteComplaint]:
    """To the file of whoever is named, of an anonymous complaint for the first time."""
    who = key(told)
    if not who or not file.is_anonymous or who in map(key, complaint.told_customers):
        return []
    first = complaint.first
    name = {"complaint_id": complaint.id, "complaint_source": first.source, "source_ref": first.command.source_ref}
    return [NoteComplaint(customer=who, since=instant, **name)]


def note(file: CustomerFile, told: NoteComplaint) -> tuple[CustomerFile, list[EraseCustomer]]:
    """An erasure may have overtaken the note."""
    mention = Mention(complaint=told.complaint_id, source=told.complaint_source, source_ref=told.source_ref, since=told.since)
    others = tuple(each for each in file.mentions if each.complaint != mention.complaint)
    file = file.changed(mentions=(*others, mention))
    if file.weight > MOST_BYTES:
        raise Refused("document_full")
    now = file.erased_now_at is not None and file.erased_now_at >= told.since
    return forget_mentions(file, now, None, file.erased_at) if file.erased_at else (file, [])


def reached_mentions(file: CustomerFile, now: bool) -> list[Mention]:
    """Each is asked for once, and once more to be hurried."""
    return [each for each in file.mentions if now or not each.is_asked_for]


def forget_mentions(file: CustomerFile, now: bool, by: Staff | None, until: datetime | None) -> tuple[CustomerFile, list[EraseCustomer]]:
    """With `until`, not those of later."""
    reached = [each for each in reached_mentions(file, now) if until is None or each.since <= until]
    left = [each for each in file.mentions if each not in reached]
    waiting = [] if now else [each.model_copy(update={"is_asked_for": True}) for each in reached]
    return file.changed(mentions=(*left, *waiting)), [_erasure(each, now, by) for each in reached]


def _erasure(mention: Mention, now: bool, by: Staff | None) -> EraseCustomer:
    about = {"complaint_source": mention.source, "source_ref": mention.source_ref}
    return EraseCustomer(request=mention.complaint, now=now, by=by, **about)
