"""Each event in words: type → template.  A new type of event gets its sentence here; a test walks the catalogue.

`{field}` is filled from the event, `{field:form}` in a form of `show_text.FORMS`; what stands in `[…]` is left out when a field in it is
not said.  Who did it is added to every sentence.
"""

from collections.abc import Mapping

REFUSED = "Refused {command_type:command} of {command_source}: {reason:refusal}[ See {see}.]"

WORDS: Mapping[str, str] = {
    "intake.complaint_registered.v1": "Registered as {reference}: {source} calls it {source_ref}; it came by {channel:words}"
    "[, received {received_at:when}][, about {complaint_type}][ ({descriptor})][, in {region}]."
    " The first answer is promised by {first_answer_due:until}.",
    "intake.contact_repeated.v1": "The customer came again by {channel:words}, the {contacts:nth} contact: {source} calls it {source_ref}.",
    "intake.submission_merged.v1": "Recognised as a repeated contact: it lives on in {reference} ({into}).",
    "intake.erasure_pending.v1": "The customer asked to be forgotten: this complaint is erased when it closes.",
    "intake.dossier_erased.v1": "Nothing personal is held any more{is_open:; the work goes on without a customer|}.",
    "routing.complaint_sent_to_triage.v1": "Sent to triage, priority P{priority}[ ({priority_reasons:words})]: {reason:words}"
    "[; candidates: {candidates}].",
    "routing.complaint_routed.v1": "Routed to {departments}, {lead} has the lead, priority P{priority}[ ({priority_reasons:words})]."
    " Resolution promised by {promised_resolution:until}.",
    "routing.work_requested.v1": "{department} is asked to work on it{is_lead: and has the lead|} (work {work}).",
    "routing.work_accepted.v1": "{department} accepted the work {work}.",
    "routing.work_done.v1": "{department} finished the work {work}: {finding:words}, cause: {cause_code:words}"
    "[; {corrective_action.owner} will change it ({corrective_action.code:words}) by {corrective_action.due:until}]"
    "[; nothing is changed: {no_action_because:words}].",
    "routing.progress_reported.v1": "{department} reported progress on the work {work}{is_told_to_customer:, told to the customer|}"
    "[; delayed by {delay_cause:words}][; the next word comes by {next_update:until}].",
    "routing.clock_started.v1": "The {clock:words} clock runs: {target_seconds:span} from {started_from:when}, due {due:until}.",
    "routing.clock_warned.v1": "The {clock:words} clock warns: {used_seconds:span} of {target_seconds:span} are used up, due {due:until}.",
    "routing.clock_met.v1": "The {clock:words} target is met: {used_seconds:span} used of {target_seconds:span}.",
    "routing.clock_breached.v1": "The {clock:words} target of {target_seconds:span} is missed: it was due {due:when}.",
    "routing.clock_stopped.v1": "The {clock:words} clock stopped after {used_seconds:span}, neither met nor missed: {reason:words}.",
    "routing.priority_changed.v1": "Priority P{before} became P{priority}: {reason:words}.",
    "routing.complaint_resolved.v1": "Resolved {is_late:late|in time}: {finding:words}[, cause: {causes:words}]"
    "[; the answer has {answer_parts:words}]. Promised was {promised_resolution:when}.",
    "routing.complaint_reopened.v1": "Reopened, one level higher ({level}): {reason:words}.",
    "routing.complaint_withdrawn.v1": "Withdrawn: {reason:words}.",
    "routing.complaint_closed.v1": "Closed: {how:words}. It can be reopened until {reopenable_until:until}.",
    "routing.contact_returned.v1": "Another contact came after the end: it is registered anew as {submission:reference}.",
    "callback.callback_promised.v1": "A callback to {purpose:words} is promised by {channel:words}, from {earliest:when}"
    " until {latest:until}.",
    "callback.callback_due.v1": "Call now to {purpose:words} (attempt {attempt}, by {channel:words}); allowed until {allowed_until:until}.",
    "callback.callback_attempt_started.v1": "Attempt {attempt} is under way; the claim holds until {leased_until:until}.",
    "callback.callback_attempted.v1": "Attempt {attempt}: {outcome:words}[; the next is due {next_due:until}].",
    "callback.callback_completed.v1": "The customer was reached {late_by_seconds:late} at attempt {attempt}: {outcome:words}"
    "[; {answers:answers}]{is_intolerable:; so late is intolerable|}.",
    "callback.callback_broken.v1": "The promise to call back is broken: the customer was not reached before {broken_at:when}.",
    "callback.callback_cancelled.v1": "The callback is cancelled: {reason:words}.",
    "callback.callback_impossible.v1": "No call to {purpose:words} can be made: {reason:words}.",
    "callback.callback_abandoned.v1": "The callback is given up after {attempts:attempts}: {reason:words}.",
    "feedback.survey_requested.v1": "The customer is asked by {channel:words} ({questions:words}); answers count until {expires_at:until}.",
    "feedback.survey_expired.v1": "The survey brought no answer in time.",
    "feedback.survey_cancelled.v1": "The survey is cancelled: {reason:words}.",
    "feedback.feedback_received.v1": "The customer answered by {via:words}: {answers:answers}[; perceived less expected is {gap}].",
    "feedback.dissatisfaction_reported.v1": "The customer is not satisfied ({because:words}; worst: {dimension:words}).",
    "feedback.recovery_confirmed.v1": "The customer accepts the recovery.",
    **{f"{service}.command_refused.v1": REFUSED for service in ("intake", "routing", "callback", "feedback")},
}

BAD_NEWS = frozenset({
    "routing.clock_breached.v1", "routing.complaint_reopened.v1", "callback.callback_broken.v1", "callback.callback_abandoned.v1",
    "feedback.dissatisfaction_reported.v1", *(name for name in WORDS if name.endswith(".command_refused.v1")),
})  # fmt: skip
"""Shown in red."""
