"""What is known of a customer from the CRM or a person, and who hears of it."""

from datetime import datetime

from contracts.intake import CustomerProfileChanged, CustomerProfileSet, SetCustomerProfile
from contracts.model import Event, Staff
from services.intake.complaint import Complaint, stated
from services.intake.state import CustomerFile, Profile
from services.platform.kernel.service import Refused


def set_profile(file: CustomerFile, command: SetCustomerProfile, instant: datetime) -> tuple[CustomerFile, list[Event]]:
    """What the command leaves out stays as it is."""
    given = {"tier": command.tier, "is_vulnerable": command.is_vulnerable, "do_not_call": command.do_not_call}
    said = {name: value for name, value in (given | {"expectation": stated(command.expectation)}).items() if value is not None}
    if not said:
        raise Refused("nothing_said")
    told = {**file.profile_told, **dict.fromkeys(said, instant)}
    after = _taken_back(file, command).changed(profile=file.profile.model_copy(update=said), profile_told=told)
    return after, [profile_set(after, command.by), *tell_of_profile(file, after, command.by, instant)]


def without_profile(file: CustomerFile, until: datetime | None) -> CustomerFile:
    """Nothing of it is left; with `until`, what was told later is."""
    told = {name: at for name, at in file.profile_told.items() if until is not None and at > until}
    return file.changed(profile=Profile(**{name: getattr(file.profile, name) for name in told}), profile_told=told)


def profile_set(file: CustomerFile, by: Staff | None) -> CustomerProfileSet:
    return CustomerProfileSet(customer=file.customer, by=by, **dict(file.standing))


def tell_of_profile(
    before: CustomerFile, after: CustomerFile, by: Staff | None, instant: datetime, but: str | None = None
) -> list[Event]:
    """A word to each complaint for which something has changed, `but` the one that hears it otherwise.

    To closed ones too, for as long as they may be reopened, or the customer be called after the recovery.
    """
    if before.standing == after.standing:
        return []
    heard = [each for each in after.complaints if each.hears(instant) and each.id != but]
    return [now for each in heard if (now := _as_known(after, each, by)) != _as_known(before, each, by)]


def _as_known(file: CustomerFile, complaint: Complaint, by: Staff | None) -> CustomerProfileChanged:
    """What protects the customer stands until a complaint that is to be erased is, though the profile is forgotten already."""
    known = dict(file.standing) | {"expectation": complaint.expectation or file.standing.expectation}
    known["is_vulnerable"] |= complaint.was_vulnerable
    known["do_not_call"] |= complaint.was_not_to_be_called
    return CustomerProfileChanged(complaint_id=complaint.id, customer=file.customer, by=by, **known)


def _taken_back(file: CustomerFile, command: SetCustomerProfile) -> CustomerFile:
    """What contacts said is corrected in them: neither an erasure nor a contact that is handed back later may say it again."""
    denied = {"do_not_call": command.do_not_call, "is_vulnerable": command.is_vulnerable}
    flags = {flag: False for flag, said in denied.items() if said is False}
    corrected = {"vulnerable" if flag == "is_vulnerable" else flag: False for flag in flags}
    if not any(getattr(file, flag) for flag in flags):
        return file
    return file.changed(complaints=tuple(each.with_customers(corrected) for each in file.complaints), **flags)
