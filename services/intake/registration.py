"""A submission becomes a complaint, or a repeated contact about one that is open."""

from datetime import datetime
from typing import TypeVar

from contracts.ids import reference_number
from contracts.intake import (
    AddInformation,
    Classes,
    ComplaintRegistered,
    ContactRepeated,
    ProductFacts,
    RepeatFactsChanged,
    Severity,
    ShipmentFacts,
    SubmissionMerged,
    SubmitComplaint,
)
from contracts.model import Event, Part, made
from services.intake.complaint import Complaint, Contact, Submission, stated
from services.intake.contacts import has_new_phone, reachable
from services.intake.matter import is_about
from services.intake.policy import IntakePolicy
from services.intake.profile import tell_of_profile
from services.intake.repairs import repairs_so_far
from services.intake.state import CustomerFile

Outcome = tuple[CustomerFile, list[Event]]
P = TypeVar("P", bound=Part)
STAFF = "staff"
"""The role of an internal customer."""
COMPLAINT_BYTES = 512 * 1024
"""How much a complaint takes in: its dossier has to fit into one record.  A contact that finds no room is a complaint of its own."""


def take_in(file: CustomerFile, submission: Submission, instant: datetime, policy: IntakePolicy) -> Outcome:
    """A submission that the file does not know as a complaint of its own.

    What it is the first to say of its customer, the customer's other open complaints hear.
    """
    before, file = file, file.heeding(submission.customer)
    file, events = _merged_or_registered(file, submission, instant, policy)
    return file, events + tell_of_profile(before, file, submission.command.by, instant, but=file.lives_in[submission.id])


def _merged_or_registered(file: CustomerFile, submission: Submission, instant: datetime, policy: IntakePolicy) -> Outcome:
    classes = policy.classify(submission.command, submission.source)
    related = [each for each in file.complaints if is_about(submission.command, classes.kind, each)]
    repeated = [each for each in related if _takes_in(each, submission, instant, policy)]
    if repeated:
        return _merge(file, submission, max(repeated, key=lambda each: each.last_contact), instant, policy)
    predecessors = [each.id for each in related if is_predecessor(each, instant, policy)]
    return _register(file, submission, classes, predecessors, instant, policy)


def _takes_in(complaint: Complaint, submission: Submission, instant: datetime, policy: IntakePolicy) -> bool:
    """Open and to stay, heard of lately, and with room for one more."""
    is_recent = instant - complaint.last_contact <= policy.duplicate_window
    return complaint.takes_in and is_recent and has_room(complaint, submission)


def has_room(complaint: Complaint, contact: Contact) -> bool:
    return complaint.weight + contact.weight <= COMPLAINT_BYTES


def is_predecessor(complaint: Complaint, instant: datetime, policy: IntakePolicy) -> bool:
    """Answered not long ago, and here the customer is again.  One that was taken back was never answered."""
    ended = complaint.ended_at
    return ended is not None and not complaint.is_withdrawn and instant - ended <= policy.repeat_window(complaint.kind)


def _merge(file: CustomerFile, submission: Submission, into: Complaint, instant: datetime, policy: IntakePolicy) -> Outcome:
    told, new, standing = submission.command, into.with_contact(submission, instant), file.standing
    return file.with_complaint(new), [
        made(
            ContactRepeated,
            complaint_id=into.id,
            customer=file.customer,
            submission=submission.id,
            source=submission.source,
            source_ref=told.source_ref,
            channel=told.channel,
            contacts=new.times_contacted,
            severity=severity(told),
            reachable=reachable(*new.told_customers),
            has_new_phone=has_new_phone(*new.told_customers),
            do_not_call=standing.do_not_call,
            is_vulnerable=standing.is_vulnerable,
            by=told.by,
            policy=policy.reference,
        ),
        made(SubmissionMerged, complaint_id=submission.id, customer=file.customer, into=into.id, reference=reference_number(into.id)),
        *tell_of_repairs(file, into, new, policy),
    ]


def tell_of_repairs(file: CustomerFile, before: Complaint, after: Complaint, policy: IntakePolicy) -> list[RepeatFactsChanged]:
    """Where papers that came late prove more repairs than were known."""
    if after.proven_repairs == before.proven_repairs:
        return []
    facts = {"predecessors": after.predecessors, "repairs_so_far": repairs_so_far(file.with_complaint(after), after)}
    told = RepeatFactsChanged(complaint_id=after.id, customer=file.customer, because="proof_added", policy=policy.reference, **facts)
    return [told]


def _register(
    file: CustomerFile, submission: Submission, classes: Classes, predecessors: list[str], instant: datetime, policy: IntakePolicy
) -> Outcome:
    told, customer, standing = submission.command, submission.customer, file.standing
    complaint = made(Complaint, first=submission, kind=classes.kind, predecessors=tuple(predecessors[-50:]), last_contact=instant)
    file = file.with_complaint(complaint)
    event = made(
        ComplaintRegistered,
        complaint_id=submission.id,
        customer=file.customer,
        source=submission.source,
        source_ref=told.source_ref,
        reference=reference_number(submission.id),
        channel=told.channel,
        mode=told.mode,
        occurred_at=_if_past(told.occurred_at, instant),
        received_at=_if_past(told.received_at, instant),
        complainant_role=told.complainant_role,
        other_parties=tuple(sorted({each.role for each in told.other_parties})),
        is_internal=told.complainant_role == STAFF,
        customer_kind=customer.kind,
        kind=told.kind,
        complaint_type=told.complaint_type,
        descriptor=told.descriptor,
        region=told.region,
        classes=classes,
        severity=severity(told),
        tier=standing.tier,
        is_vulnerable=standing.is_vulnerable,
        language=customer.language,
        time_zone=customer.time_zone,
        country=customer.country,
        reachable=reachable(customer),
        contact_windows=customer.contact_windows,
        do_not_call=standing.do_not_call,
        product=_facts(ProductFacts, told.product),
        shipment=_facts(ShipmentFacts, told.shipment),
        remedy_sought=told.remedy_sought,
        predecessors=complaint.predecessors,
        repairs_so_far=repairs_so_far(file, complaint),
        expectation=stated(told.expectation) or standing.expectation,
        first_answer_due=policy.first_answer_due(instant),
        acknowledgement=policy.acknowledgement(customer.language),
        by=told.by,
        policy=policy.reference,
    )
    return file, [event]


def severity(told: SubmitComplaint | AddInformation) -> Severity:
    return made(Severity, hazards=told.hazards, has_public_exposure=told.has_public_exposure, amount_at_stake=told.amount_at_stake)


def _if_past(claimed: datetime | None, instant: datetime) -> datetime | None:
    """Nothing can have happened, or been received, after it was registered: such a claim is no fact."""
    return claimed if claimed and claimed <= instant else None


def _facts(facts: type[P], told: Part | None) -> P | None:
    """Of what was told, the fields that are facts and name nobody."""
    return made(facts, **{name: getattr(told, name) for name in facts.model_fields}) if told else None
