"""The customer's file: which submissions it has seen, and the content of the complaints that may still need it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from contracts.canary import is_canary
from contracts.common import CustomerKey, Expectation
from contracts.intake import Customer
from contracts.model import Code, ComplaintId, Instant, Label, MessageId, Part
from services.intake.complaint import FAREWELL_BYTES, ID_BYTES, Complaint
from services.intake.contacts import completed
from services.intake.references import complaint_alias

MOST_BYTES = 1024 * 1024
"""How large a customer's file may grow: the store keeps it in one document, with up to two earlier versions of it to fold from."""
MENTION_BYTES = 600
LONGEST_AWAITED = timedelta(days=1)
"""A file that was asked for."""
BEYOND = timedelta(seconds=1)
"""Content is kept to the end of its time, and left behind a second beyond."""


class Profile(Part):
    """What is known of a customer beside the complaints."""

    tier: Code = "general"
    is_vulnerable: bool = False
    do_not_call: bool = False
    expectation: Expectation | None = None


class Arrival(Part):
    """A file that is to go over into this one."""

    customer: CustomerKey
    """Under which it was named."""
    command: MessageId
    source: Label
    """Who asked for it, by which command."""
    linked_at: Instant
    written: str = ""
    """What has come of it so far."""
    is_overdue: bool = False
    """Who asked for it was told that it does not come.  Should it come after all, when a dead letter is replayed say, it is taken in."""

    @property
    def due(self) -> datetime | None:
        """When it is given up."""
        return None if self.is_overdue or self.written else self.linked_at + LONGEST_AWAITED


class Mention(Part):
    """An anonymous complaint in which the customer is named."""

    complaint: ComplaintId
    source: Label
    source_ref: Label
    since: Instant
    is_asked_for: bool = False
    """Whether it is to be erased when it closes."""


class CustomerFile(Part):
    """All complaints of one customer, or the only one of somebody anonymous."""

    customer: CustomerKey
    """The file's own id: the customer's key, or the id of an anonymous complaint."""
    lives_in: Mapping[ComplaintId, ComplaintId] = {}
    """Every submission ever seen → the complaint that it is, or that it was merged into.  Never forgotten: it is the same for ever."""
    complaints: tuple[Complaint, ...] = ()
    """Those whose content is held, in the order of their registration."""
    erased: tuple[ComplaintId, ...] = ()
    """Complaints of which nothing is held any more."""
    profile: Profile = Profile()
    """As `SetCustomerProfile` said …"""
    profile_told: Mapping[Code, Instant] = {}
    """… and when it last said each thing."""
    do_not_call: bool = False
    """Said in any contact that was not erased, and not taken back by a profile."""
    is_vulnerable: bool = False
    """The same."""
    erased_at: Instant | None = None
    """When the customer last asked to be forgotten …"""
    erased_now_at: Instant | None = None
    """… and when at once."""
    linked: tuple[CustomerKey, ...] = ()
    """Whose files have gone over into this one."""
    held_elsewhere: tuple[str, ...] = ()
    """Names that lead here by way of those files."""
    dossiers_from: int = 0
    """Above the versions of the dossiers that those files published."""
    mentions: tuple[Mention, ...] = ()
    """What an erasure must reach in other files."""
    expecting: Mapping[MessageId, Arrival] = {}
    """By the link that brings them."""
    linked_to: CustomerKey | None = None
    """Whose file has all that this one had: only its names are left, and lead there."""
    link: MessageId | None = None
    """The link by which it went there."""
    on_the_way: int = 0
    """Records that went there and of which it is not told yet that they have arrived: what still comes here is passed on behind them."""

    @property
    def standing(self) -> Profile:
        """The profile, and what contacts said."""
        said = {flag: True for flag in ("do_not_call", "is_vulnerable") if getattr(self, flag)}
        return self.profile.model_copy(update=said) if said else self.profile

    @property
    def is_anonymous(self) -> bool:
        return self.customer in self.lives_in

    @property
    def weight(self) -> int:
        """About how many bytes the file is."""
        ids, farewells = ID_BYTES * len(self.lives_in), FAREWELL_BYTES * len(self.unerased)
        return ids + farewells + MENTION_BYTES * len(self.mentions) + sum(each.weight for each in self.complaints)

    @property
    def unerased(self) -> tuple[str, ...]:
        """Every complaint that an erasure would reach, in the order in which they were first heard of."""
        erased = set(self.erased)
        return tuple(id for id in dict.fromkeys(self.lives_in.values()) if id not in erased)

    def is_of(self, key: str | None) -> bool:
        """Whether it is this customer's, or nobody is named."""
        return key in (None, self.customer, *self.linked)

    def find(self, complaint: str) -> Complaint | None:
        """The complaint, if its content is held."""
        return next((each for each in self.complaints if each.id == complaint), None)

    def find_by_reference(self, alias: str | None) -> str | None:
        """The id of the complaint whose reference number has this alias."""
        return next((id for id in dict.fromkeys(self.lives_in.values()) if complaint_alias(id) == alias), None)

    def completed(self, customer: Customer) -> Customer:
        """The customer as told, and as was known before; a complaint that is to be erased lends nothing."""
        lending = [each for each in self.complaints if not each.is_to_be_erased]
        return completed(customer, max(lending, key=lambda each: each.last_contact).told_customers[-1]) if lending else customer

    def heeding(self, customer: Customer) -> "CustomerFile":
        """What is said once of a customer is true of every complaint from then on."""
        said = {"do_not_call": customer.do_not_call, "is_vulnerable": customer.vulnerable}
        new = {flag: True for flag, is_so in said.items() if is_so and not getattr(self, flag)}
        return self.changed(**new) if new else self

    def with_complaint(self, complaint: Complaint) -> "CustomerFile":
        """In the place of the one with its id, else as the newest."""
        others = {each.id: each for each in self.complaints}
        seen = {each.id: complaint.id for each in complaint.submissions}
        return self.changed(complaints=tuple((others | {complaint.id: complaint}).values()), lives_in={**self.lives_in, **seen})

    def erase(self, complaint: str) -> "CustomerFile":
        """Nothing is kept but the ids, so that the same submissions bring nothing back; and what other complaints say of the customer."""
        rest = tuple(each for each in self.complaints if each.id != complaint)
        said = [customer for other in rest for customer in other.told_customers]
        return self.changed(
            complaints=rest,
            erased=(*self.erased, complaint),
            do_not_call=any(each.do_not_call for each in said),
            is_vulnerable=any(each.vulnerable for each in said),
        )

    def without_content_before(self, instant: datetime) -> "CustomerFile":
        """What was to be kept until some time before the instant is forgotten but for its ids."""
        kept = tuple(each for each in self.complaints if each.kept_until is None or each.kept_until >= instant)
        return self if len(kept) == len(self.complaints) else self.changed(complaints=kept)

    def changed(self, **changes: Any) -> "CustomerFile":
        return self.model_copy(update=changes)


def names(file: CustomerFile) -> tuple[str, ...]:
    """The customer's key, every submission, and every complaint's reference number: whichever is named, this file is meant."""
    references = map(complaint_alias, file.lives_in.values())
    return tuple({file.customer: None} | dict.fromkeys(file.lives_in) | dict.fromkeys(references))


def aliases(file: CustomerFile) -> tuple[str, ...]:
    """Its names, but for those that came with another file: that one keeps them for ever, and leads here."""
    elsewhere = frozenset(file.held_elsewhere)
    return tuple(name for name in names(file) if name not in elsewhere) if elsewhere else names(file)


def leads_to(file: CustomerFile) -> str | None:
    return None if file.on_the_way else file.linked_to


def dossiers_in(file: CustomerFile) -> str | None:
    return file.linked_to


def dossiers_from(file: CustomerFile) -> int:
    return file.dossiers_from


def wake_at(file: CustomerFile) -> datetime | None:
    """When the next content is to be left behind, or a file that does not come to be given up.  Each wake comes later than the last: it
    leaves none that was due before it."""
    ends = [each.kept_until for each in file.complaints if each.kept_until] + [each.due for each in file.expecting.values() if each.due]
    return min(ends) + BEYOND if ends else None


def facets(file: CustomerFile) -> Mapping[str, str]:
    if is_canary(file.customer):
        return {}
    if file.linked_to:
        return {"state": "linked"}
    return {"state": "open" if any(each.is_open for each in file.complaints) else "closed"}
