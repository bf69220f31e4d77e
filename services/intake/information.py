"""More is said about a complaint that is on file: which one it is, whether it still takes anything in, and what is new."""

from collections.abc import Callable

from contracts.intake import AddInformation, Customer, InformationAdded
from contracts.model import Command, Event
from services.intake.addresses import complaint_named
from services.intake.complaint import Addition, Complaint
from services.intake.contacts import check_places, differing, has_new_phone, is_elsewhere, reachable
from services.intake.mentions import mentioned
from services.intake.policy import IntakePolicy
from services.intake.profile import tell_of_profile
from services.intake.references import reference_alias
from services.intake.registration import has_room, severity, tell_of_repairs
from services.intake.state import MOST_BYTES, CustomerFile
from services.platform.kernel.service import Cause, Refused

Key = Callable[[Customer | None], str | None]
"""The key of whom a message names, if it names anybody: what only the service's secret can tell."""


def add_information(
    key: Key, file: CustomerFile | None, command: AddInformation, cause: Cause, policy: IntakePolicy
) -> tuple[CustomerFile, list[Event | Command]]:
    """Kept in the dossier, counted as a contact where the customer is chasing, and told with what is known now."""
    if file is None:
        raise Refused("no_complaint")
    complaint = _named(key, file, command, cause.source)
    told = command.customer or Customer()
    check_places(told)
    if not _says_anything(command, file, complaint):
        raise Refused("nothing_said")
    if command.customer:
        command = command.model_copy(update={"customer": file.completed(told)})
    addition = Addition.of(command)
    if not has_room(complaint, addition) or file.weight + addition.weight > MOST_BYTES:
        raise Refused("complaint_full")
    after = complaint.with_contact(addition, cause.instant)
    heeding = file.heeding(told).with_complaint(after)
    return heeding, [
        _added(heeding, after, command),
        *tell_of_repairs(heeding, complaint, after, policy),
        *tell_of_profile(file, heeding, command.by, cause.instant, but=complaint.id),
        *mentioned(key, file, complaint, told, cause.instant),
    ]


# -- which complaint ------------------------------------------------------------------------------------------------------------------


def _named(key: Key, file: CustomerFile, command: AddInformation, source: str) -> Complaint:
    """The one that takes it in, or a refusal that says why none does."""
    is_named = command.reference or command.source_ref
    complaint = _by_name(key, file, command, source) if is_named else _only_open(file)
    if not complaint.is_open:
        raise Refused("withdrawn" if complaint.is_withdrawn else "closed")
    if complaint.is_to_be_erased:
        raise Refused("to_be_erased")
    return complaint


def _by_name(key: Key, file: CustomerFile, command: AddInformation, source: str) -> Complaint:
    """Both names, where both are given, lead to one; a repeated contact's leads to the complaint that it was merged into."""
    named = complaint_named(command, source)
    by_reference = file.find_by_reference(reference_alias(command.reference)) if command.reference else None
    by_source_ref = file.lives_in.get(named) if named else None
    id = by_reference or by_source_ref
    if not id or (command.reference and by_reference != id) or (named and by_source_ref != id):
        raise Refused("no_complaint")
    if id in file.erased:
        raise Refused("erased")
    complaint = file.find(id)
    if not _is_of(key, file, complaint, command.customer):
        raise Refused("customers_differ", see="LinkCustomers")
    if complaint is None:
        raise Refused("closed")
    return complaint


def _only_open(file: CustomerFile) -> Complaint:
    """Of the customer who alone is named.  One that is to be erased is not meant where there is another."""
    open = [each for each in file.complaints if each.is_open]
    meant = [each for each in open if each.takes_in] or open
    if len(meant) > 1:
        raise Refused("ambiguous")
    if not meant:
        raise Refused("no_complaint")
    return meant[0]


def _is_of(key: Key, file: CustomerFile, complaint: Complaint | None, told: Customer | None) -> bool:
    """Whoever names nobody, or gives a number or an address that the complaint has, is its customer; an anonymous one's may be anybody."""
    if told is None or file.is_anonymous or file.is_of(key(told)):
        return True
    known = complaint.told_customers if complaint else ()
    return not _keys(key, told).isdisjoint(each for customer in known for each in _keys(key, customer))


def _keys(key: Key, customer: Customer) -> frozenset[str]:
    """By each of id, number and address."""
    told = (customer, Customer(phone=customer.phone, country=customer.country), Customer(email=customer.email))
    return frozenset(each for each in map(key, told) if each)


# -- what is said ---------------------------------------------------------------------------------------------------------------------


def _says_anything(command: AddInformation, file: CustomerFile, complaint: Complaint) -> bool:
    repairs, told = command.prior_repairs, command.customer or Customer()
    facts = (
        command.is_chasing, command.has_public_exposure, command.hazards, command.amount_at_stake, command.attachments,
        (command.narrative or "").strip(), repairs and (repairs.count or repairs.evidence),
        differing(told, complaint.told_customers[-1]), is_elsewhere(told, complaint.told_customers),
        file.heeding(told).standing != file.standing,
    )  # fmt: skip
    return any(facts)


def _added(file: CustomerFile, complaint: Complaint, command: AddInformation) -> InformationAdded:
    standing = file.standing
    return InformationAdded(
        complaint_id=complaint.id,
        customer=file.customer,
        is_chasing=command.is_chasing,
        contacts=complaint.times_contacted,
        severity=severity(command),
        reachable=reachable(*complaint.told_customers),
        has_new_phone=command.customer is not None and has_new_phone(*complaint.told_customers),
        do_not_call=standing.do_not_call,
        is_vulnerable=standing.is_vulnerable,
        has_narrative=bool((command.narrative or "").strip()),
        attachments=len(command.attachments),
        by=command.by,
    )
