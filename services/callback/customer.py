"""What callback learns of the customer: another way, a chase, that no call is wanted, that nothing is held any more."""

from datetime import datetime

from contracts.intake import ContactRepeated, CustomerProfileChanged, InformationAdded, Reachable
from contracts.model import made
from services.callback.ends import Said, abandon_all, cancel_all
from services.callback.ladder import step
from services.callback.policy import DO_NOT_CALL, ERASED, CallbackPolicy
from services.callback.promising import obstacle, promise_progress
from services.callback.state import Complaint

Contact = ContactRepeated | InformationAdded


def learn(complaint: Complaint, told: Contact, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    """A customer who chases is called, while somebody works on it; afterwards the resolution has a call of its own."""
    if complaint.is_erased:
        return complaint, []
    after, said = _heed(_with_ways(complaint, told, instant), instant, policy)
    if after.has_phone and not complaint.has_phone:
        after, words = _back_to_the_phone(after, instant, policy)
        said += words
    if because := _chase(after, told):
        after, words = promise_progress(after, because, instant, policy)
        said += words
    return after, said


def _with_ways(complaint: Complaint, told: Contact, instant: datetime) -> Complaint:
    """True once said; a number that is told anew takes the place of a wrong one.  Who comes again is there: no pause holds."""
    known, new = complaint.reachable, told.reachable or Reachable()
    if told.has_new_phone:
        complaint = complaint.but(phone_told_at=instant)
    comes_again = isinstance(told, ContactRepeated) or told.is_chasing
    return complaint.but(
        pauses={} if comes_again or told.has_new_phone else complaint.pauses,
        is_left_in_peace=complaint.is_left_in_peace and not comes_again,
        reachable=made(Reachable, phone=known.phone or new.phone, mail=known.mail or new.mail, post=known.post or new.post),
        is_phone_wrong=complaint.is_phone_wrong and not told.has_new_phone,
        time_zones=complaint.time_zones if told.time_zones is None else told.time_zones,
        country=told.country or complaint.country,
        contact_windows=complaint.contact_windows if told.contact_windows is None else told.contact_windows,
        do_not_call=complaint.do_not_call or bool(told.do_not_call), is_vulnerable=complaint.is_vulnerable or bool(told.is_vulnerable),
    )  # fmt: skip


def _back_to_the_phone(complaint: Complaint, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    """What had to leave it for another channel begins at the foot of the ladder again."""
    said: Said = []
    for promise in complaint.live:
        afresh = promise.but(tried=(), given_up_for=None)
        onto, words = (None, []) if promise.lease else step(complaint, afresh, max(instant, promise.earliest), policy)
        if onto:
            complaint, said = complaint.holding(onto), said + words
    return complaint, said


def _chase(complaint: Complaint, told: Contact) -> str | None:
    if not complaint.is_in_progress or obstacle(complaint):
        return None
    if isinstance(told, ContactRepeated):
        return "contact_repeated"
    return "chased" if told.is_chasing else None


def know_anew(
    complaint: Complaint, told: CustomerProfileChanged, instant: datetime, policy: CallbackPolicy
) -> tuple[Complaint, Said]:
    """The customer's file has the last word, and alone takes something back: who may be called again is, by the promises to come."""
    if complaint.is_erased:
        return complaint, []
    known = complaint.but(do_not_call=told.do_not_call, is_vulnerable=told.is_vulnerable, tier=told.tier)
    return _heed(known, instant, policy)


def _heed(complaint: Complaint, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    """Who wants no calls is left in peace, whatever was promised."""
    return abandon_all(complaint, DO_NOT_CALL, instant, policy) if complaint.do_not_call else (complaint, [])


def erase(complaint: Complaint, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    """The work may go on, but there is nobody to call."""
    empty = complaint.but(
        is_erased=True, notes=(), language=None, time_zone=None, time_zones=(), country=None, contact_windows=(), reachable=Reachable(),
    )  # fmt: skip
    return cancel_all(empty, ERASED, instant, policy)
