"""callback: its commands and events, and the dossier it keeps of each complaint."""

from typing import Annotated

from pydantic import Field

from contracts.common import Answers, AnswersSaid, CustomerKey, Notes, PolicyReference, Round
from contracts.intake import ContactWindows, Reference, Zones
from contracts.model import Code, Command, ComplaintId, Event, Instant, Language, Money, Part, Seconds, Staff, Text, Zone
from contracts.routing import Codes, Finding, Priority

AttemptNumber = Annotated[int, Field(ge=1, le=1000)]


class StartAttempt(Command):
    """A dialer claims a callback that is due.  One wins; the claim holds for its lease."""

    complaint_id: ComplaintId
    callback: Code
    by: Staff


class RecordAttempt(Command):
    """What came of the call: `outcome` is a word of the policy (reached, busy, no_answer, voicemail, failed, wrong_number, refused, …)."""

    complaint_id: ComplaintId
    callback: Code
    outcome: Code
    answers: AnswersSaid | None = None
    note: Text | None = None
    by: Staff


class RequestCallback(Command):
    """Somebody asks that the customer be called: at the customer's own wish, mostly.  The window is narrowed to when a call is allowed."""

    complaint_id: ComplaintId
    purpose: Code = "progress"
    """progress, care or supervise; confirm once the one that followed the resolution was in vain, while the complaint stays resolved."""
    earliest: Instant | None = None
    """None: from now on."""
    latest: Instant
    by: Staff


class RescheduleCallback(Command):
    """Another window for a promise that is still to be kept, at the customer's wish."""

    complaint_id: ComplaintId
    callback: Code
    earliest: Instant | None = None
    """None: from now on."""
    latest: Instant
    reason: Code
    by: Staff


class CancelCallback(Command):
    """The call is not wanted.  Of a confirming one the question whether it helped stays: a survey asks in writing."""

    complaint_id: ComplaintId
    callback: Code
    reason: Code
    by: Staff


class _OfCallback(Event):
    complaint_id: ComplaintId
    customer: CustomerKey
    round: Round
    callback: Code
    """Names the promise within the complaint."""


class _Lateness(_OfCallback):
    late_by_seconds: Seconds = 0
    """From the promised latest to this event, by the wall clock; early is 0."""
    cost: Money | None = None
    """What being so late costs."""
    is_intolerable: bool = False
    """Later than the policy tolerates: the cost is the whole compensation."""


class CallbackPromised(_OfCallback):
    """The customer will be called, for a purpose, within a window."""

    purpose: Code
    """progress, confirm, care, supervise."""
    channel: Code
    earliest: Instant
    latest: Instant
    because: Code | None = None
    """What made it needed: resolved, clock_warned, clock_breached, contact_repeated, chased, callback_broken, closed, requested."""
    by: Staff | None = None
    """Who asked for it."""
    policy: PolicyReference


class CallbackRescheduled(_OfCallback):
    """The window is another one; what was promised before does not count any more."""

    purpose: Code
    earliest: Instant
    latest: Instant
    latest_before: Instant
    reason: Code
    by: Staff


class VisitRequested(_OfCallback):
    """派人回访: calls, messages and letters were in vain, or the customer needs one; `CallbackDue` tells when to go."""

    purpose: Code
    not_before: Instant
    is_vulnerable: bool = False


class Script(Part):
    """What the caller needs to know, without personal data."""

    reference: Reference
    finding: Finding | None = None
    answer_parts: Codes = ()
    priority: Priority | None = None
    is_vulnerable: bool = False
    delay_cause: Code | None = None
    """Why the work is late, as its department tells it: the customer is told so."""
    next_update: Instant | None = None
    """When its department promised the next word."""


class CallbackDue(_Lateness):
    """To dialers, and to whoever writes or visits: reach the customer now, by this channel."""

    purpose: Code
    channel: Code
    """phone, message, letter or visit: a rung of the policy's ladder."""
    because: Code | None = None
    asks_for: Codes = ()
    """What is needed from the customer besides: `phone`, where the known number was a wrong one."""
    settles: Codes = ()
    """Callbacks that were broken and that this conversation makes up for: what they ask is asked in it, and they are completed with it."""
    language: Language | None = None
    time_zone: Zone | None = None
    time_zones: Zones = ()
    """Where the customer may be, as far as known: it is allowed in all of them now."""
    contact_windows: ContactWindows = ()
    attempt: AttemptNumber
    allowed_until: Instant
    """A claim after this is refused: the customer may not be called any more for this attempt."""
    latest: Instant
    script: Script


class CallbackAttemptStarted(_Lateness):
    """Who won the claim, and until when it holds."""

    attempt: AttemptNumber
    leased_until: Instant
    by: Staff


class CallbackAttempted(_Lateness):
    """One attempt and its outcome; `lost` when the claimant vanished (not counted)."""

    channel: Code | None = None
    attempt: AttemptNumber
    outcome: Code
    next_due: Instant | None = None
    by: Staff


class CallbackCompleted(_OfCallback):
    """The customer was reached; the promise is kept, in time or late."""

    purpose: Code
    attempt: AttemptNumber
    outcome: Code
    answers: Answers | None = None
    late_by_seconds: Seconds
    cost: Money
    """Of the lateness."""
    is_intolerable: bool = False
    """Later than the policy tolerates: the cost is the whole compensation."""
    policy: PolicyReference
    by: Staff


class CallbackBroken(_Lateness):
    """The promised latest instant has passed and the customer was not reached.  For ever, even if reached later."""

    purpose: Code
    broken_at: Instant
    """The first instant after the promised latest."""


class CallbackCancelled(_Lateness):
    """The promise is no longer wanted: reopened, withdrawn, closed, erased; a progress call also resolved, told, reached; or as asked."""

    reason: Code
    by: Staff | None = None
    """Who asked for it."""


class CallbackImpossible(_OfCallback):
    """By this channel the customer cannot be reached in the time there is: why, and what comes next."""

    purpose: Code
    channel: Code | None = None
    reason: Code
    """no_phone, no_address, no_hours (no time within the customer's, the desk's and the law's), attempts_used_up (tried as often in these
    days as is allowed), time_up, do_not_call, not_wanted (refused before, and not come again since), erased."""
    goes_on: bool = False
    """Whether other channels are tried, or were: then this is not the callback's end."""


class CallbackAbandoned(_Lateness):
    """All rungs of the ladder were in vain, the time is up, or the customer does not want to be called."""

    purpose: Code
    attempts: Annotated[int, Field(ge=0, le=1000)]
    reason: Code


COMMANDS: tuple[type[Command], ...] = (StartAttempt, RecordAttempt, RequestCallback, RescheduleCallback, CancelCallback)
EVENTS: tuple[type[Event], ...] = (
    CallbackPromised, CallbackRescheduled, CallbackDue, VisitRequested, CallbackAttemptStarted, CallbackAttempted, CallbackCompleted,
    CallbackBroken, CallbackCancelled, CallbackImpossible, CallbackAbandoned,
)  # fmt: skip
DOSSIER: type[Part] = Notes
REASONS: dict[str, str] = {
    "unknown_callback": "The complaint has no such callback.",
    "not_due": "The callback is not due yet, or its next attempt is not.",
    "claimed": "The callback, or another one of this complaint (`see`), is claimed: until the lease ends only its holder may report.",
    "not_claimed": "Claim the callback first with StartAttempt; a lease that ran out must be claimed again.",
    "too_late": "The time in which the customer may be called for this attempt is over.",
    "outside_hours": "Not now: the customer's windows, the desk's hours and the legal hours where the customer may be do not all allow it.",
    "too_many_attempts": "The customer was tried as often in these days as is allowed.",
    "callback_ended": "The callback was completed, cancelled or abandoned before.",
    "other_channel": "This outcome does not come by the channel that the callback is on; `see` names those that do.",
    "unknown_outcome": "The policy knows no such outcome.",
    "answers_without_contact": "Answers come only from a customer who was reached.",
    "answer_out_of_range": "An answer (`see`) is beyond its scale: nothing was recorded; repeat the report in the lease.",
    "unknown_purpose": "A callback is asked for to tell progress, to care or to supervise, or to confirm what no call has confirmed yet.",
    "not_to_confirm": "There is nothing to confirm: the complaint is not resolved, or the customer was reached.",
    "too_many_callbacks": "As many callbacks were asked for on this complaint as one may have.",
    "bad_window": "The window lies in the past, ends before it begins, or lies farther ahead than a callback can wait.",
    "beyond_end": "The new window reaches beyond the time at which the callback is given up.",
    "already_promised": "A callback for this purpose is promised already (`see`): reschedule that one.",
    "already_broken": "The promise is broken: it is to be kept now, not moved.",
    "no_way": "The customer cannot be called, or does not want to be: `see` says why.",
    "complaint_over": "The complaint was withdrawn, or it is closed: there is no progress to tell.",
    "notes_full": "The notes on the complaint are full, and the outcome was not recorded: repeat it without the note in the lease.",
}
