"""callback: its commands and events, and the dossier it keeps of each complaint."""

from typing import Annotated

from pydantic import Field

from contracts.common import Answers, CustomerKey, Notes, PolicyReference, Round
from contracts.intake import ContactWindows, Reference
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
    answers: Answers | None = None
    note: Text | None = None
    by: Staff


class _OfCallback(Event):
    complaint_id: ComplaintId
    customer: CustomerKey
    round: Round
    callback: Code
    """Names the promise within the complaint."""


class CallbackPromised(_OfCallback):
    """The customer will be called, for a purpose, within a window."""

    purpose: Code
    """progress, confirm, care, supervise."""
    channel: Code
    earliest: Instant
    latest: Instant
    policy: PolicyReference


class Script(Part):
    """What the caller needs to know, without personal data."""

    reference: Reference
    finding: Finding | None = None
    answer_parts: Codes = ()
    priority: Priority | None = None
    is_vulnerable: bool = False


class CallbackDue(_OfCallback):
    """To dialers: call now."""

    purpose: Code
    channel: Code
    language: Language | None = None
    time_zone: Zone | None = None
    contact_windows: ContactWindows = ()
    attempt: AttemptNumber
    allowed_until: Instant
    """A claim after this is refused: the customer may not be called any more for this attempt."""
    latest: Instant
    script: Script


class CallbackAttemptStarted(_OfCallback):
    """Who won the claim, and until when it holds."""

    attempt: AttemptNumber
    leased_until: Instant
    by: Staff


class CallbackAttempted(_OfCallback):
    """One attempt and its outcome; `lost` when the claimant vanished (not counted)."""

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


class CallbackBroken(_OfCallback):
    """The promised latest instant has passed and the customer was not reached.  For ever, even if reached later."""

    purpose: Code
    broken_at: Instant
    """The first instant after the promised latest."""


class CallbackCancelled(_OfCallback):
    """The promise is no longer wanted: reopened, withdrawn, closed, erased."""

    reason: Code


class CallbackImpossible(_OfCallback):
    """No call can be made: why."""

    purpose: Code
    reason: Code


class CallbackAbandoned(_OfCallback):
    """The allowed attempts are used up, or the customer does not want to be called."""

    purpose: Code
    attempts: Annotated[int, Field(ge=0, le=1000)]
    reason: Code


COMMANDS: tuple[type[Command], ...] = (StartAttempt, RecordAttempt)
EVENTS: tuple[type[Event], ...] = (
    CallbackPromised, CallbackDue, CallbackAttemptStarted, CallbackAttempted, CallbackCompleted,
    CallbackBroken, CallbackCancelled, CallbackImpossible, CallbackAbandoned,
)  # fmt: skip
DOSSIER: type[Part] = Notes
REASONS: dict[str, str] = {
    "unknown_callback": "The complaint has no such callback.",
    "not_due": "The callback is not due yet, or its next attempt is not.",
    "claimed": "The callback is claimed: until the lease ends only its holder may report, and nobody may claim it again.",
    "not_claimed": "Claim the callback first with StartAttempt; a lease that ran out must be claimed again.",
    "too_late": "The time in which the customer may be called for this attempt is over.",
    "callback_ended": "The callback was completed, cancelled or abandoned before.",
    "unknown_outcome": "The policy knows no such outcome.",
    "answers_without_contact": "Answers come only from a customer who was reached.",
    "notes_full": "The notes on the complaint are full, and the outcome was not recorded: repeat it without the note in the lease.",
}
