"""What another file held becomes this one's: its complaints, whom it knew, what it must never know again; and what now belongs together."""

from datetime import datetime
from itertools import accumulate

from contracts.intake import AdoptFile, RepeatFactsChanged
from contracts.model import Event
from services.intake.complaint import FAREWELL_BYTES, Complaint
from services.intake.forgetting import Erased, erase_all
from services.intake.matter import is_about
from services.intake.policy import IntakePolicy
from services.intake.profile import profile_set, tell_of_profile
from services.intake.registration import Outcome, is_predecessor
from services.intake.repairs import repairs_so_far
from services.intake.state import Arrival, CustomerFile, Profile, names
from services.intake.tiers import TIERS

MOST_SAID = 768 * 1024
"""Bytes: one turn says no more than a document holds.  Beyond it some complaints do not hear what is new of them; erasures always do."""
HEAD_BYTES = 300
MOST_NAMED = 50
"""As events have it."""


def adopt(
    file: CustomerFile, old: CustomerFile, arrival: Arrival, sent: AdoptFile, instant: datetime, policy: IntakePolicy
) -> Erased:
    """Events carry this file's key from here on.  An erasure since the link was asked for, of either file, reaches the other one too."""
    old = old.changed(customer=file.customer, linked=(old.customer, *old.linked), held_elsewhere=names(old))
    old, of_old = _forgetting(old, arrival, file.erased_at, file.erased_now_at)
    new, of_new = _forgetting(file, arrival, sent.erased_at, sent.erased_now_at)
    joined = _joined(new, old, sent)
    joined, of_matters = _related(joined, {each.id for each in old.complaints}, policy)
    erasures, news = [*of_new, *of_old], [*_told_of_customer(file.profile, new, old, joined, instant), *of_matters]
    return joined, [*erasures, *_fitting(news, MOST_SAID - FAREWELL_BYTES * len(erasures))]


def _fitting(events: list[Event], room: int) -> list[Event]:
    sizes = accumulate(HEAD_BYTES + len(event.model_dump_json()) for event in events)
    return [event for event, size in zip(events, sizes, strict=True) if size <= room]


def is_reached(arrival: Arrival, erased_at: datetime | None) -> bool:
    """Whether a customer who asked to be forgotten then meant both files."""
    return erased_at is not None and erased_at >= arrival.linked_at


def _forgetting(file: CustomerFile, arrival: Arrival, erased_at: datetime | None, now_at: datetime | None) -> Erased:
    return erase_all(file, is_reached(arrival, now_at), until=erased_at) if is_reached(arrival, erased_at) else (file, [])


def _joined(new: CustomerFile, old: CustomerFile, sent: AdoptFile) -> CustomerFile:
    return new.changed(
        lives_in={**new.lives_in, **old.lives_in},
        complaints=(*new.complaints, *old.complaints),
        erased=(*new.erased, *old.erased),
        profile=_profile(new.profile, old.profile),
        profile_told=_last_told(new, old),
        do_not_call=new.do_not_call or old.do_not_call,
        is_vulnerable=new.is_vulnerable or old.is_vulnerable,
        erased_at=_later(new.erased_at, sent.erased_at),
        erased_now_at=_later(new.erased_now_at, sent.erased_now_at),
        dossiers_from=max(new.dossiers_from, sent.dossiers_from),
        mentions=tuple({each.complaint: each for each in (*old.mentions, *new.mentions)}.values()),
        linked=(*new.linked, *old.linked),
        held_elsewhere=(*new.held_elsewhere, *old.held_elsewhere),
    )


def _profile(new: Profile, old: Profile) -> Profile:
    """What either file knew; the higher tier, and the new file's expectation before the old one's."""
    return Profile(
        tier=min(new.tier, old.tier, key=TIERS.index),
        is_vulnerable=new.is_vulnerable or old.is_vulnerable,
        do_not_call=new.do_not_call or old.do_not_call,
        expectation=new.expectation or old.expectation,
    )


def _last_told(new: CustomerFile, old: CustomerFile) -> dict[str, datetime]:
    told = sorted((at, name) for file in (new, old) for name, at in file.profile_told.items())
    return {name: at for at, name in told}


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((each for each in (one, other) if each), default=None)


def _told_of_customer(
    before: Profile, new: CustomerFile, old: CustomerFile, joined: CustomerFile, instant: datetime
) -> list[Event]:
    """To each complaint that hears it, and of the customer, what is known now and was not known of them before."""
    return [
        *([profile_set(joined, None)] if joined.profile != before else []),
        *(event for side in (new, old) for event in tell_of_profile(side, joined.changed(complaints=side.complaints), None, instant)),
    ]


def _related(file: CustomerFile, arrived: set[str], policy: IntakePolicy) -> Outcome:
    """Complaints about one matter that were in two files.  Each stays what it is, for each has an owner; and each hears of the others, and
    of what was repaired of its item, whatever that one was about.  A closed one, which may be reopened, hears of the repairs alone."""
    sides = tuple([each for each in file.complaints if (each.id in arrived) is came] for came in (False, True))
    before_it = tuple(file.changed(complaints=tuple(side)) for side in sides)
    changed: dict[str, Complaint] = {}
    events: list[Event] = []
    for complaint in [each for each in file.complaints if not each.is_to_be_erased]:
        others = sides[complaint.id not in arrived] if complaint.is_open else []
        about_it = [each for each in others if is_about(complaint.first.command, complaint.kind, each)]
        same_matter = [each.id for each in about_it if each.takes_in]
        before = [each.id for each in about_it if is_predecessor(each, complaint.last_contact, policy)]
        has_other_repairs = repairs_so_far(file, complaint) != repairs_so_far(before_it[complaint.id in arrived], complaint)
        if same_matter or before or has_other_repairs:
            changed[complaint.id] = now = _preceded_by(complaint, before)
            events.append(_told(file, now, same_matter, policy))
    return file.changed(complaints=tuple(changed.get(each.id, each) for each in file.complaints)), events


def _preceded_by(complaint: Complaint, before: list[str]) -> Complaint:
    return complaint.model_copy(update={"predecessors": tuple(dict.fromkeys((*before, *complaint.predecessors)))[-MOST_NAMED:]})


def _told(file: CustomerFile, complaint: Complaint, same_matter: list[str], policy: IntakePolicy) -> RepeatFactsChanged:
    return RepeatFactsChanged(
        complaint_id=complaint.id,
        customer=file.customer,
        predecessors=complaint.predecessors,
        repairs_so_far=repairs_so_far(file, complaint),
        same_matter=tuple(same_matter[-MOST_NAMED:]),
        because="customers_linked",
        policy=policy.reference,
    )
