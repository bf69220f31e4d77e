"""A submission becomes a complaint, or a repeated contact about one that is open."""

from datetime import datetime, timedelta
from typing import TypeVar

from contracts.ids import reference_number
from contracts.intake import (
    Classes,
    ComplaintRegistered,
    ContactRepeated,
    ProductFacts,
    Severity,
    ShipmentFacts,
    SubmissionMerged,
    SubmitComplaint,
)
from contracts.model import Event, Part
from services.intake.contacts import reachable
from services.intake.matter import is_about
from services.intake.policy import IntakePolicy
from services.intake.state import Complaint, CustomerFile, Submission

Outcome = tuple[CustomerFile, list[Event]]
P = TypeVar("P", bound=Part)

COMPLAINT_BYTES = 512 * 1024
"""How much a complaint takes in: its dossier has to fit into one record.  A contact that finds no room is a complaint of its own."""


def take_in(file: CustomerFile, submission: Submission, instant: datetime, policy: IntakePolicy) -> Outcome:
    """A submission that the file does not know as a complaint of its own."""
    file = file.heeding(submission.command.customer)
    classes = policy.classify(submission.command)
    related = [each for each in file.complaints if is_about(submission.command, classes.kind, each)]
    repeated = [each for each in related if _takes_in(each, submission, instant, policy)]
    if repeated:
        return _merge(file, submission, max(repeated, key=lambda each: each.last_contact), instant, policy)
    predecessors = [each.id for each in related if _is_predecessor(each, instant, policy)]
    return _register(file, submission, classes, predecessors, instant, policy)


def _takes_in(complaint: Complaint, submission: Submission, instant: datetime, policy: IntakePolicy) -> bool:
    """Open and to stay, heard of lately, and with room for one more."""
    if not complaint.is_open or complaint.is_to_be_erased:
        return False
    is_recent = instant - complaint.last_contact <= policy.duplicate_window
    return is_recent and complaint.weight + submission.weight <= COMPLAINT_BYTES


def _is_predecessor(complaint: Complaint, instant: datetime, policy: IntakePolicy) -> bool:
    """Answered not long ago, and here the customer is again.  One that was taken back was never answered."""
    ended = complaint.ended_at
    return ended is not None and not complaint.is_withdrawn and instant - ended <= policy.repeat_window


def _merge(file: CustomerFile, submission: Submission, into: Complaint, instant: datetime, policy: IntakePolicy) -> Outcome:
    repeats = (*into.repeats, submission)
    told = submission.command
    new = into.model_copy(update={"repeats": repeats, "last_contact": max(into.last_contact, instant)})
    return file.with_complaint(new), [
        ContactRepeated(
            complaint_id=into.id,
            customer=file.customer,
            submission=submission.id,
            source=submission.source,
            source_ref=told.source_ref,
            channel=told.channel,
            contacts=1 + len(repeats),
            severity=_severity(told),
            reachable=reachable(*(each.command.customer for each in new.submissions)),
            do_not_call=file.do_not_call,
            is_vulnerable=file.is_vulnerable,
            policy=policy.reference,
        ),
        SubmissionMerged(complaint_id=submission.id, customer=file.customer, into=into.id, reference=reference_number(into.id)),
    ]


def _register(
    file: CustomerFile, submission: Submission, classes: Classes, predecessors: list[str], instant: datetime, policy: IntakePolicy
) -> Outcome:
    told, customer = submission.command, submission.command.customer
    event = ComplaintRegistered(
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
        customer_kind=customer.kind,
        kind=told.kind,
        complaint_type=told.complaint_type,
        descriptor=told.descriptor,
        region=told.region,
        classes=classes,
        severity=_severity(told),
        is_vulnerable=file.is_vulnerable,
        language=customer.language,
        time_zone=customer.time_zone,
        country=customer.country,
        reachable=reachable(customer),
        contact_windows=customer.contact_windows,
        do_not_call=file.do_not_call,
        product=_facts(ProductFacts, told.product),
        shipment=_facts(ShipmentFacts, told.shipment),
        remedy_sought=told.remedy_sought,
        predecessors=tuple(predecessors[-50:]),
        repairs_so_far=_proven_repairs(told),
        expectation=told.expectation,
        first_answer_due=instant.replace(microsecond=0) + timedelta(seconds=policy.first_answer_seconds),
        acknowledgement=policy.acknowledgement(customer.language),
        policy=policy.reference,
    )
    return file.with_complaint(Complaint(first=submission, kind=classes.kind, last_contact=instant)), [event]


def _severity(told: SubmitComplaint) -> Severity:
    return Severity(hazards=told.hazards, has_public_exposure=told.has_public_exposure, amount_at_stake=told.amount_at_stake)


def _if_past(claimed: datetime | None, instant: datetime) -> datetime | None:
    """Nothing can have happened, or been received, after it was registered: such a claim is no fact."""
    return claimed if claimed and claimed <= instant else None


def _proven_repairs(told: SubmitComplaint) -> int:
    """A repair without a paper does not count."""
    return min(told.prior_repairs.count, len(told.prior_repairs.evidence)) if told.prior_repairs else 0


def _facts(facts: type[P], told: Part | None) -> P | None:
    """Of what was told, the fields that are facts and name nobody."""
    return facts.model_validate({name: getattr(told, name) for name in facts.model_fields}) if told else None
