"""routing: its commands and events, and the dossier it keeps of each complaint."""

from typing import Annotated, Literal

from pydantic import Field

from contracts.common import CustomerKey, Notes, PolicyReference, Round
from contracts.model import Code, Command, ComplaintId, Event, Instant, Part, Seconds, Staff, Text

Priority = Annotated[int, Field(ge=1, le=4)]
"""P1 is the gravest."""
Finding = Literal["upheld", "partly", "not_upheld", "undetermined"]
Work = Annotated[
    Code,
    Field(description="Names the task: a number of the round and the department, `1-quality`. WorkRequested tells it; take it from there."),
]
"""What a department is asked to do in one round."""
Codes = Annotated[tuple[Code, ...], Field(max_length=20)]
Departments = Annotated[tuple[Code, ...], Field(min_length=1, max_length=20)]


class AssignDepartments(Command):
    """Triage's answer: who is to work on it; `lead` is one of them and owns the answer."""

    complaint_id: ComplaintId
    departments: Departments
    lead: Code
    by: Staff


class AcceptWork(Command):
    """签收: the department takes the work on."""

    complaint_id: ComplaintId
    work: Work
    by: Staff


class ReportProgress(Command):
    """How far the work is.  A late one tells why, and when the next word comes."""

    complaint_id: ComplaintId
    work: Work
    is_told_to_customer: bool = False
    delay_cause: Code | None = None
    next_update: Instant | None = None
    note: Text | None = None
    by: Staff


class CorrectiveAction(Part):
    """What is changed so that it does not happen again."""

    code: Code
    owner: Code
    due: Instant


class ReportResolution(Command):
    """A department's work is done: what was found, why, and what is done about it, or else why nothing is."""

    complaint_id: ComplaintId
    work: Work
    finding: Finding
    cause_code: Code
    explanation: Text | None = None
    corrective_action: CorrectiveAction | None = None
    no_action_because: Code | None = None
    answer_parts: Codes = ()
    """Parts of the answer given: acknowledgement, explanation, apology, prevention, appreciation, invitation."""
    by: Staff


class ReopenComplaint(Command):
    """The customer says that it is not solved."""

    complaint_id: ComplaintId
    reason: Code
    note: Text | None = None
    by: Staff | None = None


class WithdrawComplaint(Command):
    """The customer takes the complaint back."""

    complaint_id: ComplaintId
    reason: Code
    note: Text | None = None
    by: Staff | None = None


class _OfComplaint(Event):
    complaint_id: ComplaintId
    customer: CustomerKey
    round: Round


class ComplaintSentToTriage(_OfComplaint):
    """No rule says who should own it: a person decides."""

    reason: Code
    candidates: Codes = ()
    priority: Priority
    priority_reasons: Codes
    policy: PolicyReference


class ComplaintRouted(_OfComplaint):
    """Somebody owns it, and its resolution is promised."""

    departments: Departments
    lead: Code
    priority: Priority
    priority_reasons: Codes
    promised_resolution: Instant
    policy: PolicyReference
    by: Staff | None = None
    """Whom triage was answered by; None where a rule decided."""


class WorkRequested(_OfComplaint):
    """A department is asked to work on it; `work` names the task in later commands."""

    work: Work
    department: Code
    is_lead: bool


class WorkAccepted(_OfComplaint):
    """签收: a department has taken its work on."""

    work: Work
    department: Code
    by: Staff


class WorkDone(_OfComplaint):
    """One department's part is finished."""

    work: Work
    department: Code
    finding: Finding
    cause_code: Code
    corrective_action: CorrectiveAction | None = None
    no_action_because: Code | None = None
    by: Staff


class ProgressReported(_OfComplaint):
    """How far a department's work is."""

    work: Work
    department: Code
    is_told_to_customer: bool
    delay_cause: Code | None = None
    next_update: Instant | None = None
    by: Staff


class _OfClock(_OfComplaint):
    clock: Code
    target_seconds: Seconds
    due: Instant
    """The instant at which the target is used up; exactly then is still in time."""


class ClockStarted(_OfClock):
    """A promise in time, with its working shown."""

    unit: Code
    """elapsed_seconds, or the calendar's open_seconds, calendar_days, business_days, weeks."""
    calendar: Code | None = None
    started_from: Instant
    """What the target counts from: `received_at` within the policy's bound, else the log's time."""
    registered_at: Instant
    warnings: Annotated[tuple[Instant, ...], Field(max_length=20)] = ()
    policy: PolicyReference


class ClockWarned(_OfClock):
    """A share of the target is used up."""

    warned_at: Instant
    used_seconds: Seconds


class ClockMet(_OfClock):
    """Done in time."""

    used_seconds: Seconds
    paused_seconds: Seconds = 0
    met_at: Instant
    policy: PolicyReference


class ClockBreached(_OfClock):
    """Not done in time.  For ever: what is done later does not undo it."""

    used_seconds: Seconds
    paused_seconds: Seconds = 0
    breached_at: Instant
    """The first whole second beyond the target."""
    policy: PolicyReference


class ClockStopped(_OfClock):
    """Neither met nor breached: what it measured is no longer asked for."""

    used_seconds: Seconds
    reason: Code


class PriorityChanged(_OfComplaint):
    """It is more urgent than it was."""

    before: Priority
    priority: Priority
    reason: Code
    promised_resolution: Instant | None = None
    """The new one, where the round's promise is still open: the new priority's target, counted from where the round's promise began."""


class ComplaintResolved(_OfComplaint):
    """Every department has done its part: what was found and answered."""

    finding: Finding
    causes: Codes
    answer_parts: Codes
    lead: Code
    promised_resolution: Instant
    is_late: bool
    """Whether the promised resolution was missed."""


class ComplaintReopened(_OfComplaint):
    """The recovery did not work: a new round begins, one level higher."""

    reason: Code
    level: Annotated[int, Field(ge=0, le=1000)]


class ComplaintWithdrawn(_OfComplaint):
    """The customer took it back."""

    reason: Code
    by: Staff | None = None


class ComplaintClosed(_OfComplaint):
    """The end: `how` is confirmed, silence or unreachable."""

    how: Code
    reopenable_until: Instant


class ContactReturned(Event):
    """A repeated contact came after the complaint was closed for good: intake registers it anew."""

    complaint_id: ComplaintId
    customer: CustomerKey
    submission: ComplaintId


COMMANDS: tuple[type[Command], ...] = (
    AssignDepartments, AcceptWork, ReportProgress, ReportResolution, ReopenComplaint, WithdrawComplaint,
)  # fmt: skip
EVENTS: tuple[type[Event], ...] = (
    ComplaintSentToTriage, ComplaintRouted, WorkRequested, WorkAccepted, WorkDone, ProgressReported,
    ClockStarted, ClockWarned, ClockMet, ClockBreached, ClockStopped, PriorityChanged,
    ComplaintResolved, ComplaintReopened, ComplaintWithdrawn, ComplaintClosed, ContactReturned,
)  # fmt: skip
DOSSIER: type[Part] = Notes
REASONS: dict[str, str] = {
    "unknown_department": "The policy knows no such department.",
    "lead_not_among_departments": "The lead is one of the departments that are asked to work.",
    "not_in_triage": "The complaint does not wait in triage.",
    "unknown_work": "The complaint has no such work in its present round.",
    "work_of_another_department": "The work belongs to another department than the sender's.",
    "already_accepted": "The work was accepted before.",
    "not_accepted": "Accept the work first.",
    "work_done": "The work was reported as done before.",
    "in_triage": "Nobody owns the complaint yet: assign departments first.",
    "resolved": "The complaint is resolved; reopen it first.",
    "closed": "The complaint is closed; reopen it within its window, or submit a new one.",
    "withdrawn": "The complaint was withdrawn; submit a new one.",
    "nothing_to_reopen": "The complaint is still being worked on.",
    "past_reopening": "The time in which the complaint could be reopened is over; submit a new one.",
    "delay_untold": "The promised resolution is past: tell the delay's cause and the next update.",
    "next_update_past": "The next update lies in the past.",
    "too_many_answer_parts": "The departments' answers together name more than 20 parts.",
    "action_missing": "A resolution names the corrective action, or says why there is none (`no_action_because`).",
    "action_contradicts": "A resolution names a corrective action or says why there is none, not both.",
    "action_past": "The corrective action is due in the past: it is still to be taken, so name a due that is still to come.",
    "notes_full": "The notes on the complaint are full, and nothing was recorded: send the command again without its note.",
}
