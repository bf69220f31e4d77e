"""The dossiers of a file: what is held now of who it is and what was said, for those who work on its complaints."""

from collections.abc import Mapping

from contracts.ids import reference_number
from contracts.intake import Customer, IntakeDossier, LaterContact, PriorRepairs
from contracts.model import made
from services.intake.complaint import Complaint, Contact, Submission
from services.intake.contacts import differing
from services.intake.state import CustomerFile


def dossiers(file: CustomerFile) -> Mapping[str, IntakeDossier | None]:
    """Of what is erased or left behind none; of what went over to another file that one speaks."""
    if file.linked_to:
        return {}
    return dict.fromkeys(file.lives_in.values()) | {each.id: _dossier(each) for each in file.complaints}


def _dossier(complaint: Complaint) -> IntakeDossier:
    told = complaint.first.command
    return made(
        IntakeDossier,
        complaint_id=complaint.id,
        reference=reference_number(complaint.id),
        customer=told.customer,
        other_parties=told.other_parties,
        place=told.place,
        product=told.product,
        shipment=told.shipment,
        narrative=told.narrative,
        attachments=told.attachments,
        evidence_of_repairs=_evidence(told.prior_repairs),
        later_contacts=tuple(filter(_says_something, (_later(each, told.customer) for each in complaint.later))),
    )


def _says_something(contact: LaterContact) -> bool:
    """Whoever only asks where it stands leaves nothing to read."""
    return contact != LaterContact()


def _later(contact: Contact, first: Customer) -> LaterContact:
    told = contact.command
    return made(
        LaterContact,
        submission=contact.id if isinstance(contact, Submission) else None,
        customer=differing(told.customer, first) if told.customer else None,
        narrative=told.narrative,
        attachments=told.attachments,
        evidence_of_repairs=_evidence(told.prior_repairs),
    )


def _evidence(told: PriorRepairs | None) -> tuple[str, ...]:
    return told.evidence if told else ()
