"""A customer wants to be forgotten: closed complaints at once, open ones when they close, or at once too."""

from datetime import datetime

from contracts.intake import DossierErased, EraseCustomer, ErasurePending
from contracts.model import Command, Event, Staff
from services.intake.mentions import forget_mentions, reached_mentions
from services.intake.profile import profile_set, without_profile
from services.intake.state import CustomerFile, Profile
from services.platform.kernel.service import Refused

Erased = tuple[CustomerFile, list[Event | Command]]


def erase_customer(file: CustomerFile | None, command: EraseCustomer, named: str | None, instant: datetime) -> Erased:
    """The profile, and every complaint of the file; what is still to go over into it is reached when it arrives."""
    if file is None:
        raise Refused("no_customer")
    if not file.is_of(named):
        raise Refused("customers_differ")
    has_profile = file.profile != Profile()
    reached = _reached(file, command.now) or reached_mentions(file, command.now)
    if not reached and not has_profile and not file.expecting:
        raise Refused("erasure_pending" if file.unerased or file.mentions else "erased")
    file, events = erase_all(file, command.now, command.by)
    file = file.changed(erased_at=instant, erased_now_at=instant if command.now else file.erased_now_at)
    is_told = any(isinstance(each, Event) for each in events) and not has_profile
    return file, events if is_told else [*events, profile_set(file, command.by)]


def erase_all(file: CustomerFile, now: bool, by: Staff | None = None, until: datetime | None = None) -> Erased:
    """What the file holds; with `until`, not what was heard of later."""
    events: list[Event | Command] = []
    known = file.standing
    for id in _reached(file, now):
        complaint = file.find(id)
        if not complaint or until is None or complaint.last_contact <= until:
            file, event = _erase(file, id, now, by, known)
            events.append(event)
    file, asked = forget_mentions(file, now, by, until)
    return without_profile(file, until), [*events, *asked]


def _reached(file: CustomerFile, now: bool) -> list[str]:
    """What is to be erased already when it closes is not news, and so is not told again."""
    pending = frozenset[str]() if now else frozenset(each.id for each in file.complaints if each.is_to_be_erased)
    return [id for id in file.unerased if id not in pending]


def _erase(file: CustomerFile, id: str, now: bool, by: Staff | None, known: Profile) -> tuple[CustomerFile, Event]:
    complaint = file.find(id)
    is_open = complaint is not None and complaint.is_open
    if complaint and is_open and not now:
        file = file.with_complaint(complaint.model_copy(update={
            "is_to_be_erased": True, "was_vulnerable": known.is_vulnerable, "was_not_to_be_called": known.do_not_call,
        }))  # fmt: skip
        return file, ErasurePending(complaint_id=id, customer=file.customer, by=by)
    return file.erase(id), DossierErased(complaint_id=id, customer=file.customer, is_open=is_open, by=by)
