"""What callback remembers of a complaint, and when it must be woken."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Self

from contracts.canary import is_canary
from contracts.common import CustomerKey, Note, Notes, Round
from contracts.intake import ContactWindows, Reachable, Reference, Zones
from contracts.model import Code, ComplaintId, Country, Instant, Language, Part, Staff, Zone, made
from contracts.routing import Codes, Finding, Priority

SECOND = timedelta(seconds=1)


class Lease(Part):
    """A dialer's claim: nobody else may call until it ends.  At `until` it holds no longer."""

    since: Instant
    until: Instant
    by: Staff


class Promise(Part):
    """One callback, from its promise to its end.

    `channel`: the rung of the ladder that it is on.  `due_at`: when dialers are told (again), unless it is claimed then.  `allowed_until`:
    how long the due that is out may be claimed; None while none is out.  `ends_at`: from here on nobody calls.  `judged_at`: when it is
    safe to say that it was broken.
    """

    id: Code
    round: Round
    purpose: Code
    channel: Code
    earliest: Instant
    latest: Instant
    judged_at: Instant
    ends_at: Instant
    due_at: Instant
    because: Code
    finding: Finding | None = None
    answer_parts: Codes = ()
    allowed_until: Instant | None = None
    lease: Lease | None = None
    tried: tuple[Code, ...] = ()
    """Channels of the ladder that are behind it."""
    is_sent: bool = False
    """Whether something written is out: the customer may answer at any time."""
    counted: int = 0
    """Attempts that count."""
    counted_here: int = 0
    """… towards the limit of this rung."""
    outcomes: tuple[Code, ...] = ()
    """Of the attempts on this rung that were reported and did not reach the customer, in order."""
    waits_for: Code | None = None
    """The callback on whose account the customer is being reached, and which this one waits for."""
    is_broken: bool = False
    given_up_for: Code | None = None
    """Why it is given up when it is next due, for all rungs were in vain; None: it goes on."""
    ended: Code | None = None
    """completed, abandoned, cancelled, impossible; None while it lives."""

    @property
    def attempt(self) -> int:
        """The number of the present or the next attempt; one that was lost, or does not count, gives its number to the next."""
        return self.counted + 1

    @property
    def breaks_at(self) -> datetime:
        """The first whole second after the promised latest: exactly on it is in time."""
        return self.latest + SECOND

    @property
    def over_at(self) -> datetime:
        """When it is given up, unless it is claimed then."""
        return self.due_at if self.given_up_for else self.ends_at

    @property
    def status(self) -> str:
        return self.ended or ("claimed" if self.lease else "due" if self.allowed_until else "promised")

    @property
    def wake_at(self) -> datetime | None:
        """When the claim ends, or the next due or the end comes; and, whatever is running, when a broken promise is told."""
        if self.ended:
            return None
        following = self.lease.until if self.lease else min(self.due_at, self.ends_at)
        return following if self.is_broken else min(following, self.judged_at)

    def but(self, **changes: Any) -> Self:
        return self.model_copy(update=changes)


class Complaint(Part):
    """The complaint as callback knows it."""

    complaint_id: ComplaintId
    customer: CustomerKey
    reference: Reference
    language: Language | None = None
    time_zone: Zone | None = None
    time_zones: Zones = ()
    country: Country | None = None
    contact_windows: ContactWindows = ()
    reachable: Reachable = Reachable()
    is_phone_wrong: bool = False
    """Somebody else answered: until another number is told there is none."""
    phone_told_at: Instant | None = None
    """When another number was last told."""
    is_left_in_peace: bool = False
    """The customer would not be called; until the customer comes again."""
    do_not_call: bool = False
    is_vulnerable: bool = False
    is_erased: bool = False
    tier: Code = "general"
    delay_cause: Code | None = None
    next_update: Instant | None = None
    """What a department told of a delay in this round."""
    priority: Priority | None = None
    round: Round = 1
    """The latest heard of."""
    resolved: int = 0
    """The latest round whose resolution was heard of."""
    is_over: bool = False
    """That round was withdrawn or closed."""
    promises: tuple[Promise, ...] = ()
    tried_at: tuple[Instant, ...] = ()
    """When the customer was tried: as many as any limit may ask for."""
    pauses: Mapping[Code, Instant] = {}
    """By channel, until when nobody tries again after the last attempt that was in vain."""
    reached_at: Instant | None = None
    """When the customer was last spoken with."""
    notes: tuple[Note, ...] = ()

    @property
    def live(self) -> tuple[Promise, ...]:
        return tuple(promise for promise in self.promises if promise.ended is None)

    @property
    def has_phone(self) -> bool:
        return self.reachable.phone and not self.is_phone_wrong

    @property
    def is_in_progress(self) -> bool:
        """Somebody works on it: neither resolved nor over."""
        return self.resolved < self.round and not self.is_over

    def now(self, promise: Promise) -> Promise:
        """As it is by now."""
        return self.named(promise.id) or promise

    def leased_besides(self, promise: Promise) -> Promise | None:
        """The customer is being reached on another callback's account: nobody is to ring at the same time."""
        return next((other for other in self.live if other.lease and other.id != promise.id), None)

    def broken_besides(self, promise: Promise) -> tuple["Promise", ...]:
        """What was promised and not kept: a call of progress makes up for it, and asks first whether it helped."""
        broken = [other for other in self.live if other.is_broken and not other.lease and other.id != promise.id]
        return tuple(sorted(broken, key=lambda other: other.purpose != "confirm"))

    def named(self, callback: str) -> Promise | None:
        return next((promise for promise in self.promises if promise.id == callback), None)

    def holding(self, promise: Promise) -> Self:
        """With this promise in the place of the one of its name, or as a new one."""
        if self.named(promise.id) is None:
            return self.but(promises=(*self.promises, promise))
        return self.but(promises=tuple(promise if known.id == promise.id else known for known in self.promises))

    def but(self, **changes: Any) -> Self:
        return self.model_copy(update=changes)


def wake_at(complaint: Complaint) -> datetime | None:
    return min((at for promise in complaint.live if (at := promise.wake_at)), default=None)


def dossiers(complaint: Complaint) -> Mapping[str, Part | None]:
    """The notes that callers wrote; None once the customer is erased."""
    if complaint.is_erased:
        return {complaint.complaint_id: None}
    if not complaint.notes:
        return {}
    return {complaint.complaint_id: made(Notes, complaint_id=complaint.complaint_id, notes=complaint.notes)}


def facets(complaint: Complaint) -> Mapping[str, str | datetime]:
    """How the last callback stands: none, promised, due, claimed, completed, abandoned, cancelled, impossible.

    `since` and `due`: of those that live, the earliest instant at which to call and the earliest until which it is promised.
    """
    if is_canary(complaint.customer):
        return {}
    found: dict[str, str | datetime] = {"state": complaint.promises[-1].status if complaint.promises else "none"}
    if live := complaint.live:
        found |= {"since": min(each.earliest for each in live), "due": min(each.latest for each in live)}
    return found
