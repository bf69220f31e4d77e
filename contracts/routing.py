"""routing: its commands and events, and the dossier it keeps of each complaint."""

from typing import Annotated, Literal

from pydantic import Field

from contracts.common import CustomerKey, Notes, PolicyReference, Round
from contracts.model import Code, Command, ComplaintId, Event, Instant, Money, Part, Seconds, Staff, Text

Priority = Annotated[int, Field(ge=1, le=4)]
"""P1 is the gravest."""
Level = Annotated[int, Field(ge=0, le=1000)]
"""Of escalation: 0 is whoever works on it; the policy says whose each level is."""
Finding = Literal["upheld", "partly", "not_upheld", "undetermined"]
Gap = Annotated[int, Field(ge=1, le=5)]
"""Where a cause lies between what customers expect and what they get: 1 management's idea of it, 2 the specification, 3 the delivery,
4 the communication, 5 the customer's perception."""
Gaps = Annotated[tuple[Gap, ...], Field(max_length=5)]
Work = Annotated[
    Code,
    Field(description="Names the task: a number of the round and the department, `1-quality`. WorkRequested tells it; take it from there."),
]
"""What a department is asked to do in one round."""
Codes = Annotated[tuple[Code, ...], Field(max_length=20)]
Departments = Annotated[tuple[Code, ...], Field(min_length=1, max_length=20)]
Amount = Annotated[int, Field(ge=1, le=10**9)]
Remedy = Annotated[
    Code,
    Field(description="Names what is to put it right: a number of the round and its ground, `1-goodwill`. RemedyProposed tells it."),
]
Ground = Literal["entitlement", "goodwill"]
"""Owed, by a rule with its legal basis and on evidence; or given, within bands and with approval.  Neither ever nets out the other."""
Standing = Literal["proposed", "issued", "done", "failed", "rejected", "cancelled"]


# -- commands -------------------------------------------------------------------------------------------------------------------------


class AssignDepartments(Command):
    """Triage's answer, or the head's: who is to work on it; `lead` is one of them and owns the answer."""

    complaint_id: ComplaintId
    work: Work | None = None
    """The declined work that these departments take over; left out where the whole complaint waits."""
    departments: Departments
    lead: Code | None = None
    """May be left out where the complaint has a lead already who stays."""
    by: Staff


class AcceptWork(Command):
    """签收: the department takes the work on."""

    complaint_id: ComplaintId
    work: Work
    by: Staff


class DeclineWork(Command):
    """退单: the department says that the work is not its own.  A person decides again; the other departments go on."""

    complaint_id: ComplaintId
    work: Work
    reason: Code
    """A word of the policy."""
    note: Text | None = None
    by: Staff


class ReportProgress(Command):
    """How far the work is.  A late one tells why, and when the next word comes."""

    complaint_id: ComplaintId
    work: Work
    is_told_to_customer: bool = False
    """Whether the customer was told: this is a first answer."""
    delay_cause: Code | None = None
    next_update: Instant | None = None
    note: Text | None = None
    by: Staff


class PauseWork(Command):
    """The work cannot go on, for a reason that the policy lists.  The clocks stop only while all open work rests."""

    complaint_id: ComplaintId
    work: Work
    reason: Code
    note: Text | None = None
    by: Staff


class ResumeWork(Command):
    """The work goes on."""

    complaint_id: ComplaintId
    work: Work
    by: Staff


class ExtendClock(Command):
    """延期: more time for a clock, within what the policy allows, approved by somebody else.

    Moving the promised resolution, it tells when the next word comes (`next_update`); `reason` is then the delay's cause.
    """

    complaint_id: ComplaintId
    clock: Code
    target: Amount
    """The whole new target, in the clock's own unit: seconds, days or weeks."""
    reason: Code
    approver: Staff | None = None
    next_update: Instant | None = None
    note: Text | None = None
    by: Staff


class ReportContained(Command):
    """The danger does not spread any more (防止问题扩大); the complaint itself goes on."""

    complaint_id: ComplaintId
    measure: Code
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
    """A word of the policy, which says at which gap it points."""
    is_same_cause: bool | None = None
    """Whether it is the cause that the complaints before this one had; None where nobody looked."""
    explanation: Text | None = None
    corrective_action: CorrectiveAction | None = None
    no_action_because: Code | None = None
    answer_parts: Codes = ()
    """Parts of the answer given: acknowledgement, remedy, explanation, apology, prevention, appreciation, invitation."""
    by: Staff


class ReopenComplaint(Command):
    """The customer says that it is not solved."""

    complaint_id: ComplaintId
    reason: Code
    note: Text | None = None
    by: Staff | None = None


class CloseComplaint(Command):
    """A head's last word: the final position, after all rounds; or, of a vulnerable customer who never answered, after a visit."""

    complaint_id: ComplaintId
    final_position: Code
    note: Text | None = None
    by: Staff


class WithdrawComplaint(Command):
    """The customer takes the complaint back."""

    complaint_id: ComplaintId
    reason: Code
    note: Text | None = None
    by: Staff | None = None


class SetPriority(Command):
    """A person finds it more, or less, urgent than the rules did."""

    complaint_id: ComplaintId
    priority: Priority
    reason: Code
    by: Staff


class ProposeRemedy(Command):
    """How it is to be put right: by what the policy's table says is owed (`entitlement`), or by goodwill (`kind`)."""

    complaint_id: ComplaintId
    entitlement: Code | None = None
    """The table by which it is owed; which of its lines fits is routing's to say, and which of the options it is the customer's.
    None: goodwill."""
    kind: Code | None = None
    """Of goodwill: repair, exchange, refund, partial_refund, compensation, re_delivery, spare_part, price_difference, training, apology,
    correction of record, …"""
    amount: Money | None = None
    """Of goodwill what is given; of an entitlement the loss, or the reasonable costs, where its sum depends on them."""
    circumstances: Codes = ()
    """What was found, in the table's words: late, damaged, misuse, self_opened, no_same_model, …"""
    evidence: Codes = ()
    """Kinds of papers that were seen: proof_of_purchase, repair_records, …  More can come with the customer's choice."""
    sold_at: Instant | None = None
    """As the papers show; None: as the complaint was registered."""
    received_at: Instant | None = None
    price: Money | None = None
    declared_value: Money | None = None
    out_of_use_days: Annotated[int, Field(ge=0, le=3660)] = 0
    """In repair or waiting for parts before this complaint, as the papers show: the term does not count them."""
    note: Text | None = None
    by: Staff


class ChooseRemedy(Command):
    """The customer's choice among the options of an entitlement: it issues at once if the evidence is there."""

    complaint_id: ComplaintId
    remedy: Remedy
    kind: Code
    evidence: Codes = ()
    """Papers that came with the choice."""
    by: Staff | None = None
    """Who took it down; None where the customer chose without anybody's help."""


class ApproveRemedy(Command):
    """Goodwill that needs approval is given: by a role that may, and not by who proposed it."""

    complaint_id: ComplaintId
    remedy: Remedy
    by: Staff


class RejectRemedy(Command):
    """It is not given: by who may approve it, or taken back by who proposed it; of an entitlement, that the customer does not want it."""

    complaint_id: ComplaintId
    remedy: Remedy
    reason: Code
    """For the record: a word of the sender's own, for nothing depends on it."""
    note: Text | None = None
    by: Staff


class ConfirmRemedyDone(Command):
    """It was paid, repaired, delivered."""

    complaint_id: ComplaintId
    remedy: Remedy
    out_of_use_from: Instant | None = None
    """Of a repair: when the customer had to give it away, waiting for parts included …"""
    out_of_use_to: Instant | None = None
    """… and had it back.  Both or neither."""
    by: Staff


class ReportRemedyFailed(Command):
    """It could not be carried out: the account is closed, the address unknown, the part no longer made."""

    complaint_id: ComplaintId
    remedy: Remedy
    reason: Code
    """For the record: a word of the payer's own."""
    note: Text | None = None
    by: Staff


# -- events ---------------------------------------------------------------------------------------------------------------------------


class _OfComplaint(Event):
    complaint_id: ComplaintId
    customer: CustomerKey
    round: Round


class ComplaintSentToTriage(_OfComplaint):
    """No rule says who should own it, rules contradict each other, or a department declined: a person decides."""

    reason: Code
    """no_rule, contradicting_rules, declined, reassigned."""
    work: Work | None = None
    """The declined one; None where the whole complaint waits."""
    candidates: Codes = ()
    owner: Code
    """Whose desk triage is."""
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
    instead_of: Work | None = None
    """The declined work that it takes over."""


class WorkAccepted(_OfComplaint):
    """签收: a department has taken its work on."""

    work: Work
    department: Code
    by: Staff


class WorkDeclined(_OfComplaint):
    """退单: a department says that it is not its own."""

    work: Work
    department: Code
    reason: Code
    by: Staff


class WorkPaused(_OfComplaint):
    """The work cannot go on."""

    work: Work
    department: Code
    reason: Code
    by: Staff


class WorkResumed(_OfComplaint):
    """The work goes on."""

    work: Work
    department: Code
    paused_seconds: Seconds
    """Elapsed, this time."""
    by: Staff | None = None
    """None where something else set it going: the complaint's end, a new round."""


class WorkDone(_OfComplaint):
    """One department's part is finished."""

    work: Work
    department: Code
    finding: Finding
    cause_code: Code
    gap: Gap
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


class ContainmentRequested(_OfComplaint):
    """Stop it from spreading, before anything else: `department` is asked at once."""

    department: Code
    hazards: Codes = ()
    has_public_exposure: bool = False
    policy: PolicyReference


class Contained(_OfComplaint):
    """The danger does not spread any more."""

    measure: Code
    by: Staff


class _OfClock(_OfComplaint):
    clock: Code
    """As the policy names it: acceptance, first_answer, resolution, total_resolution, containment, triage, or a legal one."""
    instance: Code
    """This very clock of this complaint: the name, with the work or a number where there can be several."""
    work: Work | None = None
    """Of a clock that is one work's."""
    target: Amount
    """In the clock's unit."""
    unit: Code
    """seconds (of the calendar's open time; without a calendar elapsed), calendar_days, business_days, weeks."""
    calendar: Code | None = None
    due: Instant
    """The instant at which the target is used up; exactly then is still in time."""
    policy: PolicyReference
    """Whose target and calendar these are."""


class ClockStarted(_OfClock):
    """A promise in time, with its working shown."""

    kind: Code
    """acceptance, first_answer, resolution, total_resolution, containment, triage, legal."""
    started_from: Instant
    """What the target counts from: `received_at` within the policy's bound, else the log's time; of an acceptance or a triage when it was
    asked for."""
    registered_at: Instant
    """When the complaint, or the demand for this work, came by the log's time."""
    warnings: Annotated[tuple[Instant, ...], Field(max_length=20)] = ()
    escalations: Annotated[tuple[Instant, ...], Field(max_length=20)] = ()
    """When its levels will be reached, if nothing ends it before."""


class ClockPaused(_OfClock):
    """It rests: no second counts."""

    reason: Code
    paused_at: Instant
    used_seconds: Seconds


class ClockResumed(_OfClock):
    """It runs again; `due` is the new one."""

    resumed_at: Instant
    used_seconds: Seconds
    paused_seconds: Seconds
    """Elapsed, in all its pauses."""


class ClockExtended(_OfClock):
    """延期: `target` and `due` are the new ones."""

    before: Amount
    due_before: Instant
    reason: Code
    next_update: Instant | None = None
    approver: Staff
    by: Staff


class ClockAimed(_OfClock):
    """Another priority, another lead or another policy: `target` and `due` are the new ones, from the original start, pauses kept."""

    before: Amount
    due_before: Instant
    because: Code
    """priority, lead, policy."""


class ClockWarned(_OfClock):
    """A share of the target is used up."""

    percent: Annotated[int, Field(ge=1, le=99)]
    warned_at: Instant
    used_seconds: Seconds


class ClockMet(_OfClock):
    """Done in time."""

    used_seconds: Seconds
    """Open seconds, less those in pauses."""
    paused_seconds: Seconds = 0
    """Elapsed, in all pauses."""
    met_at: Instant


class ClockBreached(_OfClock):
    """Not done in time.  For ever: what is done later does not undo it."""

    used_seconds: Seconds
    paused_seconds: Seconds = 0
    breached_at: Instant
    """The first whole open second beyond the target."""


class ClockStopped(_OfClock):
    """Neither met nor breached: what it measured is no longer asked for."""

    used_seconds: Seconds
    reason: Code
    """declined, withdrawn, or graver: a tighter one takes its place."""


class ComplaintEscalated(_OfComplaint):
    """Somebody higher is to look after it."""

    level: Level
    to: Code
    """Whose that level is, by the policy."""
    reason: Code
    """clock, callback_broken, declined_twice, reopened, rounds_used_up, vulnerable_silence."""
    clock: Code | None = None
    instance: Code | None = None
    """The clock, or the callback, that it is about."""
    escalated_at: Instant
    """When it was true; a clock's level may be told later."""
    policy: PolicyReference


class PriorityChanged(_OfComplaint):
    """Up by age, by a contact or by late news; up or down by a person."""

    before: Priority
    priority: Priority
    reason: Code
    promised_resolution: Instant | None = None
    """The new one, where the round's promise is still open: the new priority's target, counted from where the round's promise began."""
    by: Staff | None = None
    policy: PolicyReference


class RemedyOption(Part):
    """One of the ways to put it right."""

    kind: Code
    amount: Money | None = None


class _OfRemedy(_OfComplaint):
    remedy: Remedy
    ground: Ground
    entitlement: Code | None = None
    """The policy's table by which it is owed …"""
    basis: Code | None = None
    """… and the law or contract that the table's line rests on."""


class RemedyProposed(_OfRemedy):
    """How it could be put right: options for the customer to choose from, or goodwill."""

    options: Annotated[tuple[RemedyOption, ...], Field(min_length=1, max_length=20)]
    evidence_needed: Codes = ()
    evidence: Codes = ()
    """Seen so far."""
    counted_from: Instant | None = None
    """The sale or the receipt that the line's days count from …"""
    counted_until: Instant | None = None
    """… and the last instant within them: the end of a day, holidays and days out of use taken into account."""
    repairs_so_far: Annotated[int, Field(ge=0, le=10_000)] = 0
    circumstances: Codes = ()
    approvers: Codes = ()
    """Roles of which one is to approve it; none where it needs no approval."""
    by: Staff
    policy: PolicyReference


class RemedyChosen(_OfRemedy):
    """The customer chose."""

    kind: Code
    amount: Money | None = None
    evidence: Codes = ()
    """All that was seen."""
    by: Staff | None = None


class RemedyApproved(_OfRemedy):
    """Somebody else than who proposed it, of a role that may, approved."""

    kind: Code
    amount: Money | None = None
    by: Staff


class RemedyRejected(_OfRemedy):
    """It will not be given."""

    reason: Code
    by: Staff


class RemedyIssued(_OfRemedy):
    """To be carried out now, once: whoever pays or repairs takes this event's `id` as the key under which it is never done twice."""

    kind: Code
    amount: Money | None = None
    policy: PolicyReference
    """The version by which it was proposed: options, sums, papers and approvers stay as they were told then."""


class RemedyDone(_OfRemedy):
    """It was carried out.  Of a repair, how long the customer was without; intake counts it among the product's repairs."""

    kind: Code
    amount: Money | None = None
    product_category: Code | None = None
    out_of_use_from: Instant | None = None
    out_of_use_to: Instant | None = None
    by: Staff


class RemedyFailed(_OfRemedy):
    """It could not be carried out; it no longer counts, and another may be proposed."""

    kind: Code
    amount: Money | None = None
    reason: Code
    by: Staff


class RemedyCancelled(_OfRemedy):
    """Proposed and never issued: nothing can come of it any more."""

    reason: Code
    """withdrawn; erased: there is no customer any more; already_given: what another table owed in its place was carried out."""


class RemedyGiven(Part):
    """A remedy of the complaint, as it stood when the complaint was resolved."""

    remedy: Remedy
    ground: Ground
    kind: Code | None = None
    """None where the customer has not chosen yet."""
    amount: Money | None = None
    standing: Standing


class ComplaintResolved(_OfComplaint):
    """Every department has done its part: what was found and answered."""

    finding: Finding
    causes: Codes
    gaps: Gaps
    is_same_cause: bool | None = None
    """As the complaints before this one; None where no department said."""
    answer_parts: Codes
    remedies: Annotated[tuple[RemedyGiven, ...], Field(max_length=50)] = ()
    """Of this round, and what is still to be chosen, approved or carried out of earlier ones."""
    lead: Code
    promised_resolution: Instant
    is_late: bool
    """Whether the promised resolution was missed."""
    reopenable_until: Instant
    policy: PolicyReference


class ComplaintReopened(_OfComplaint):
    """The recovery did not work: a new round begins, one level higher; after the last one it is the head's."""

    reason: Code
    level: Level
    is_with_head: bool = False
    """Whether the head is asked to re-route it or to close it with a final position."""
    by: Staff | None = None
    policy: PolicyReference


class ComplaintWithdrawn(_OfComplaint):
    """The customer took it back."""

    reason: Code
    by: Staff | None = None


class ComplaintClosed(_OfComplaint):
    """The end: `how` is confirmed, silence, unreachable or final_position."""

    how: Code
    final_position: Code | None = None
    reopenable_until: Instant
    """Of a final position its own instant: nothing reopens it."""
    by: Staff | None = None
    policy: PolicyReference


class ContactReturned(Event):
    """A repeated contact came after the complaint was closed for good: intake registers it anew."""

    complaint_id: ComplaintId
    customer: CustomerKey
    round: Round
    submission: ComplaintId


COMMANDS: tuple[type[Command], ...] = (
    AssignDepartments, AcceptWork, DeclineWork, ReportProgress, PauseWork, ResumeWork, ExtendClock, ReportContained, ReportResolution,
    ReopenComplaint, CloseComplaint, WithdrawComplaint, SetPriority, ProposeRemedy, ChooseRemedy, ApproveRemedy, RejectRemedy,
    ConfirmRemedyDone, ReportRemedyFailed,
)  # fmt: skip
EVENTS: tuple[type[Event], ...] = (
    ComplaintSentToTriage, ComplaintRouted, WorkRequested, WorkAccepted, WorkDeclined, WorkPaused, WorkResumed, WorkDone, ProgressReported,
    ContainmentRequested, Contained, ClockStarted, ClockPaused, ClockResumed, ClockExtended, ClockAimed, ClockWarned, ClockMet,
    ClockBreached, ClockStopped, ComplaintEscalated, PriorityChanged, ComplaintResolved, ComplaintReopened, ComplaintWithdrawn,
    ComplaintClosed, ContactReturned, RemedyProposed, RemedyChosen, RemedyApproved, RemedyRejected, RemedyIssued, RemedyDone, RemedyFailed,
    RemedyCancelled,
)  # fmt: skip
DOSSIER: type[Part] = Notes
REASONS: dict[str, str] = {
    "unknown_department": "The policy knows no such department.",
    "lead_missing": "The complaint has no lead yet, or the lead's work is the one that was declined: name one.",
    "lead_not_among_departments": "The lead is one of the departments that are asked to work.",
    "not_in_triage": "The complaint, or the work that is named, does not wait in triage.",
    "already_working": "The department has work in this round already that is not done.",
    "unknown_work": "The complaint has no such work in its present round.",
    "work_of_another_department": "The work belongs to another department than the sender's.",
    "already_accepted": "The work was accepted before.",
    "not_accepted": "Accept the work first.",
    "work_done": "The work was reported as done before.",
    "work_in_triage": "The work was declined and waits in triage: assign a department to it first.",
    "unknown_reason": "The policy knows no such reason; `see` names those it knows.",
    "already_paused": "The work rests already.",
    "not_paused": "The work does not rest.",
    "in_triage": "Nobody owns the complaint yet: assign departments first.",
    "with_head": "The rounds are used up: the head assigns departments again, or closes it with a final position.",
    "resolved": "The complaint is resolved; reopen it first.",
    "closed": "The complaint is closed; reopen it within its window, or submit a new one.",
    "withdrawn": "The complaint was withdrawn; submit a new one.",
    "merged": "This submission was recognised as a repeated contact; `see` is the complaint it lives on in.",
    "erased": "The customer was erased and the complaint is closed: nothing more can be done with it.",
    "nothing_to_reopen": "The complaint is still being worked on.",
    "past_reopening": "The time in which the complaint could be reopened is over; submit a new one.",
    "rounds_used_up": "The rounds are used up and the complaint was closed with a final position: nothing reopens it.",
    "nothing_to_close": "Only the head closes, when the rounds are used up, or a vulnerable customer never answered.",
    "not_the_role": "The sender's role may not do this; `see` is a role that may.",
    "delay_untold": "The promised resolution is past, or moved by this: tell the next update, and of progress the "
    "delay's cause too (an extension has its reason).",
    "next_update_past": "The next update lies in the past.",
    "unknown_clock": "The complaint has no such clock running.",
    "not_extendable": "The policy allows no extension of this clock, for this reason, or no further one.",
    "extension_too_long": "The policy allows less; `see` is the longest target.",
    "extension_too_short": "The new target is not longer than the present one.",
    "clock_ended": "The clock has ended: it was met, breached or stopped.",
    "approver_missing": "An extension needs an approver.",
    "approver_is_sender": "The approver is somebody else than the sender.",
    "nothing_to_contain": "Nothing was asked to be contained, or it is contained already.",
    "not_contained": "The danger is not contained yet: report that first.",
    "unknown_cause": "The policy knows no such cause.",
    "answer_incomplete": "The departments' answers together lack a part that this complaint needs; `see` names it.",
    "too_many_answer_parts": "The departments' answers together name more than 20 parts.",
    "too_many_works": "A round has at most 20 works at a time: name fewer departments.",
    "action_missing": "A resolution names the corrective action, or says why there is none (`no_action_because`).",
    "action_contradicts": "A resolution names a corrective action or says why there is none, not both.",
    "action_past": "The corrective action is due in the past: it is still to be taken, so name a due that is still to come.",
    "same_priority": "The complaint has this priority already.",
    "unknown_remedy": "The policy knows no such kind of remedy; `see` names those it knows.",
    "unknown_currency": "The policy has no sums in this currency; `see` names those it has.",
    "unknown_entitlement": "The policy has no such table for such a complaint; `see` names those it has.",
    "unknown_circumstance": "The table knows no such circumstance; `see` names those it knows.",
    "found_by_the_clock": "Nobody reports this circumstance: whether a promise is missed, routing knows from the log. Leave it out: where "
    "it is so, it counts by itself; `see` is the field that tells the promise.",
    "kind_contradicts": "Of an entitlement the customer chooses the kind: leave it out, or leave the entitlement out.",
    "not_entitled": "No line of the table fits: too late, too few repairs, or not these circumstances.",
    "date_unknown": "The table counts from a date that nobody told; `see` names the field: sold_at or received_at.",
    "price_unknown": "The sum is the price, or the declared value, which nobody told, or told to be nothing.",
    "currency_missing": "The sum is a fixed one, and nothing says in which currency: tell the price, or any amount;"
    " `see` names those there are.",
    "amount_missing": "A remedy in money needs its amount, and more than nothing.",
    "amount_too_large": "So much money cannot be told.",
    "currency_differs": "The amounts are not in one currency.",
    "over_the_cap": "More than the policy allows, with all that is issued or pending; `see` is what is left: `4500.50 CNY`.",
    "date_wrong": "It cannot have been sold or received after now; `see` names the field: sold_at or received_at.",
    "remedy_pending": "What this table owes is proposed or issued already and not done yet, or the item is being repaired: `see` is that"
    " remedy.",
    "already_given": "What this table owes, or what another one owes in its place, was given already; `see` is that remedy.",
    "too_many_remedies": "The complaint has had as many entitlements, or as much goodwill, as it can hold; neither takes from the other.",
    "no_such_remedy": "The complaint has no such remedy.",
    "nothing_to_choose": "It is goodwill: there is nothing to choose.",
    "not_an_option": "This was not among the options; `see` names them.",
    "evidence_missing": "The evidence is not there yet; `see` names what is missing.",
    "already_chosen": "The customer has chosen already.",
    "not_chosen": "What is owed issues by the customer's choice, which has not been told yet.",
    "not_approved": "It has not been approved yet.",
    "needs_no_approval": "It needs nobody's approval and is issued already.",
    "already_approved": "It was approved before.",
    "approver_is_proposer": "Who approves is somebody else than who proposed.",
    "already_issued": "It is issued already and cannot be rejected any more: report it as done or failed.",
    "remedy_done": "It was reported as done before.",
    "remedy_over": "It was rejected, was cancelled or has failed: propose another.",
    "out_of_use_wrong": "Out of use is told of a repair, from and to, in this order, and lies in the past.",
    "remedy_missing": "The answer claims a remedy, and none is proposed, issued or done: propose one first.",
    "notes_full": "The notes on the complaint are full, and nothing was recorded: send the command again without its note.",
}
