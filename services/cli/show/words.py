"""Each event in words: type → template.  A new type of event gets its sentence here; a test walks the catalogue.

`{field}` is filled from the event, `{field:form}` in a form of `show_text.FORMS`; what stands in `[…]` is left out when a field in it is
not said.  Who did it is added to every sentence.
"""

from collections.abc import Mapping

REFUSED = "Refused {command_type:command} of {command_source}: {reason:refusal}[ See {see}.]"

_KNOWN = "tier {tier:words}{is_vulnerable:, needs particular care|}{do_not_call:, wants no calls|}[, expects {expectation:answers}]"
_CLOCK = "The {clock:words} clock[ of the work {work}]"
_REMEDY = "{kind:words}[ of {amount:money}] (remedy {remedy})"
_TARGET = "The {clock:words} target[ of the work {work}]"

WORDS: Mapping[str, str] = {
    "intake.complaint_registered.v1": "Registered as {reference}: {source} calls it {source_ref}; it came by {channel:words}"
    "[, received {received_at:when}][, about {complaint_type}][ ({descriptor})][, in {region}][; its class is {classes.kind:words}]"
    "[; danger: {severity.hazards:words}]{severity.has_public_exposure:; it is public|}"
    "{is_vulnerable:; the customer needs particular care|}[; complained of before as {predecessors:references}]."
    " The first answer is promised by {first_answer_due:until}.",
    "intake.contact_repeated.v1": "The customer came again by {channel:words}, the {contacts:nth} contact: {source} calls it {source_ref}"
    "[; danger: {severity.hazards:words}].",
    "intake.submission_merged.v1": "Recognised as a repeated contact: it lives on in {reference} ({into}).",
    "intake.information_added.v1": "{is_chasing:The customer asks where it stands|More is known}[{attachments:papers}]"
    "[; danger: {severity.hazards:words}]{severity.has_public_exposure:; it is public|}[; {severity.amount_at_stake:money} at stake].",
    "intake.repeat_facts_changed.v1": "Late news of what was before ({because:words}): {repairs_so_far:repairs} done"
    "[; complained of before as {predecessors:references}][; the same matter is open as {same_matter:references}].",
    "intake.customer_profile_set.v1": f"The customer's file says: {_KNOWN}.",
    "intake.customer_profile_changed.v1": f"The customer's file says now: {_KNOWN}.",
    "intake.customers_linked.v1": "Two customers' files are one now[; {complaints:complaints} went over].",
    "intake.erasure_pending.v1": "The customer asked to be forgotten: this complaint is erased when it closes.",
    "intake.dossier_erased.v1": "Nothing personal is held any more{is_open:; the work goes on without a customer|}.",
    "routing.complaint_sent_to_triage.v1": "Sent to triage[, the work {work} alone], priority P{priority}[ ({priority_reasons:words})]:"
    " {reason:words}[; candidates: {candidates}]. It waits for {owner:words}.",
    "routing.complaint_routed.v1": "Routed to {departments}, {lead} has the lead, priority P{priority}[ ({priority_reasons:words})]."
    " Resolution promised by {promised_resolution:until}.",
    "routing.work_requested.v1": "{department} is asked to work on it{is_lead: and has the lead|} (work {work})[ instead of {instead_of}].",
    "routing.work_accepted.v1": "{department} accepted the work {work}.",
    "routing.work_declined.v1": "{department} declined the work {work}: {reason:words}.",
    "routing.work_paused.v1": "{department} lets the work {work} rest: {reason:words}.",
    "routing.work_resumed.v1": "{department} goes on with the work {work} after {paused_seconds:span}.",
    "routing.work_done.v1": "{department} finished the work {work}: {finding:words}, cause: {cause_code:words}[ (gap: {gap:gap})]"
    "[; {corrective_action.owner} will change it ({corrective_action.code:words}) by {corrective_action.due:until}]"
    "[; nothing is changed: {no_action_because:words}].",
    "routing.progress_reported.v1": "{department} reported progress on the work {work}{is_told_to_customer:, told to the customer|}"
    "[; delayed by {delay_cause:words}][; the next word comes by {next_update:until}].",
    "routing.containment_requested.v1": "{department} is asked to contain it at once[: {hazards:words}]"
    "{has_public_exposure:; it is public|}.",
    "routing.contained.v1": "Contained: {measure:words}.",
    "routing.clock_started.v1": f"{_CLOCK} runs: {{target:target}} from {{started_from:when}}, due {{due:until}}"
    "[; it warns at {warnings:moments}][; it escalates at {escalations:moments}].",
    "routing.clock_paused.v1": f"{_CLOCK} rests after {{used_seconds:used}}: {{reason:words}}.",
    "routing.clock_resumed.v1": f"{_CLOCK} runs on after {{used_seconds:used}}{{paused_seconds:resting}}: now due {{due:until}}.",
    "routing.clock_extended.v1": f"{_CLOCK} is given more time: {{target:target}} instead of {{before:target}}, due {{due:until}}, not"
    " {due_before:when}: {reason:words}[; the next word comes by {next_update:until}][. Approved by {approver:staff}].",
    "routing.clock_aimed.v1": f"{_CLOCK} has another target, {{target:target}} instead of {{before:target}}: due {{due:until}}, not"
    " {due_before:when} (another {because:words}).",
    "routing.clock_warned.v1": f"{_CLOCK} warns: {{percent}}% of {{target:target}} are used up, due {{due:until}}.",
    "routing.clock_met.v1": f"{_TARGET} is met: {{used_seconds:used}} used of {{target:target}}[{{paused_seconds:resting}}].",
    "routing.clock_breached.v1": f"{_TARGET} of {{target:target}} is missed: it was due {{due:when}}[{{paused_seconds:resting}}].",
    "routing.clock_stopped.v1": f"{_CLOCK} stopped after {{used_seconds:used}}, neither met nor missed: {{reason:words}}.",
    "routing.complaint_escalated.v1": "Escalated to level {level}, {to:words}: {reason:words}[ {instance}].",
    "routing.priority_changed.v1": "Priority P{before} became P{priority}: {reason:words}"
    "[; resolution promised by {promised_resolution:until}].",
    "routing.remedy_proposed.v1": "To put it right, {options:options} is proposed (remedy {remedy})[, owed by {basis}]"
    "[ from {counted_from:when}][ until {counted_until:when}]"
    "[; evidence needed: {evidence_needed:words}][; for {approvers:either} to approve].",
    "routing.remedy_chosen.v1": "The customer chose {kind:words}[ of {amount:money}] (remedy {remedy})[; seen: {evidence:words}].",
    "routing.remedy_approved.v1": f"Approved: {_REMEDY}.",
    "routing.remedy_rejected.v1": "The remedy {remedy} is not given: {reason:words}.",
    "routing.remedy_issued.v1": f"Issued, to be done once: {_REMEDY}[, owed by {{basis}}].",
    "routing.remedy_done.v1": f"Done: {_REMEDY}[, out of use from {{out_of_use_from:when}}][ until {{out_of_use_to:when}}].",
    "routing.remedy_failed.v1": f"Failed: {_REMEDY}: {{reason:words}}.",
    "routing.remedy_cancelled.v1": "The remedy {remedy} is cancelled: {reason:words}.",
    "routing.complaint_resolved.v1": "Resolved {is_late:late|in time}: {finding:words}[, cause: {causes:words}][ (gap: {gaps:gap})]"
    "{is_same_cause:, the same as before|}[; the answer has {answer_parts:words}][; to put it right {remedies:remedies}]."
    " Promised was {promised_resolution:when}."
    "[ It can be reopened until {reopenable_until:until}.]",
    "routing.complaint_reopened.v1": "Reopened, one level higher ({level}): {reason:words}."
    "{is_with_head: The rounds are used up: the head decides.|}",
    "routing.complaint_withdrawn.v1": "Withdrawn: {reason:words}.",
    "routing.complaint_closed.v1": "Closed: {how:words}[: {final_position:words}]. {reopenable_until:window}.",
    "routing.contact_returned.v1": "Another contact came after the end: it is registered anew as {submission:reference}.",
    "callback.callback_promised.v1": "A callback {purpose:purpose} is promised by {channel:words}, from {earliest:when}"
    " until {latest:until}[ ({because:words})].",
    "callback.callback_rescheduled.v1": "The callback {purpose:purpose} is moved ({reason:words}): from {earliest:when} until"
    " {latest:until}, not {latest_before:when}.",
    "callback.visit_requested.v1": "A visit {purpose:purpose} is asked for, not before {not_before:when}.",
    "callback.callback_due.v1": "Call now {purpose:purpose} (attempt {attempt}, by {channel:words})[, which settles {settles:words}];"
    " allowed until {allowed_until:until}.",
    "callback.callback_attempt_started.v1": "Attempt {attempt} is under way; the claim holds until {leased_until:until}.",
    "callback.callback_attempted.v1": "Attempt {attempt}: {outcome:words}[; the next is due {next_due:until}].",
    "callback.callback_completed.v1": "The customer was reached {late_by_seconds:late} at attempt {attempt}: {outcome:words}"
    "[; {answers:answers}]{is_intolerable:; so late is intolerable|}.",
    "callback.callback_broken.v1": "The promise to call back is broken: the customer was not reached before {broken_at:when}.",
    "callback.callback_cancelled.v1": "The callback is cancelled: {reason:words}.",
    "callback.callback_impossible.v1": "No call {purpose:purpose} can be made[ by {channel:words}]: {reason:words}.",
    "callback.callback_abandoned.v1": "The callback is given up after {attempts:attempts}: {reason:words}.",
    "feedback.survey_requested.v1": "The customer is asked by {channel:words} ({questions:words}); answers count until {expires_at:until}.",
    "feedback.survey_reminded.v1": "The customer is reminded by {channel:words}; answers count until {expires_at:until}.",
    "feedback.survey_declined.v1": "The customer would rather not answer, and is not reminded any more.",
    "feedback.survey_expired.v1": "The survey brought no answer in time.",
    "feedback.survey_cancelled.v1": "The survey is cancelled: {reason:words}.",
    "feedback.feedback_received.v1": "The customer answered by {via:words}[ {listening_post:words}]{is_praise:, and praises|}:"
    " {answers:answers}[; perceived less expected is {gap}].",
    "feedback.relationship_measured.v1": "The customer told what to expect of us and what is perceived[ (heard by {listening_post:words})]:"
    " the gap is {overall_ten_thousandths:points}, weighted {weighted_ten_thousandths:points}; worst: {worst:words}.",
    "feedback.dissatisfaction_reported.v1": "The customer is not satisfied ({because:words}; worst: {dimension:words}).",
    "feedback.recovery_confirmed.v1": "The customer accepts the recovery.",
    **{f"{service}.command_refused.v1": REFUSED for service in ("intake", "routing", "callback", "feedback")},
}

BAD_NEWS = frozenset({
    "routing.clock_breached.v1", "routing.complaint_escalated.v1", "routing.containment_requested.v1", "routing.complaint_reopened.v1",
    "routing.remedy_failed.v1",
    "callback.callback_broken.v1", "callback.callback_abandoned.v1", "feedback.dissatisfaction_reported.v1",
    *(name for name in WORDS if name.endswith(".command_refused.v1")),
})  # fmt: skip
"""Shown in red."""
