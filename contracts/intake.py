"""intake: its commands and events, and the dossier it keeps of each complaint."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from contracts.common import CustomerKey, Expectation, PolicyReference
from contracts.model import (
    Code,
    Command,
    ComplaintId,
    Country,
    Event,
    Instant,
    Label,
    Language,
    MessageId,
    Money,
    Part,
    Region,
    Staff,
    Text,
    Zone,
)

Reference = Annotated[str, StringConstraints(pattern=r"^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-Z*~$=]$")]
"""The number a customer is told, see `ids.reference_number`."""
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")]


class ContactWindow(Part):
    """When the customer wants to be called, in the customer's own time."""

    days: Annotated[tuple[Annotated[int, Field(ge=1, le=7)], ...], Field(min_length=1, max_length=7)]
    """ISO weekdays, Monday is 1."""
    opens: TimeOfDay
    closes: TimeOfDay


ContactWindows = Annotated[tuple[ContactWindow, ...], Field(max_length=21)]
Zones = Annotated[tuple[Zone, ...], Field(max_length=100)]


class Customer(Part):
    """Whom the complaint is about, as far as the sender knows.  With neither id, phone nor e-mail the customer is anonymous."""

    id: Label | None = None
    name: Label | None = None
    phone: Label | None = None
    email: Label | None = None
    post: Label | None = None
    """Postal address on one line."""
    kind: Literal["person", "organisation"] = "person"
    language: Language | None = None
    country: Country | None = None
    time_zone: Zone | None = None
    contact_windows: ContactWindows = ()
    do_not_call: bool = False
    vulnerable: bool | None = None


class Product(Part):
    category: Code | None = None
    order_no: Label | None = None
    sku: Label | None = None
    serial: Label | None = None
    bought_at: Instant | None = None
    received_at: Instant | None = None
    price: Money | None = None
    is_distance_sale: bool | None = None
    has_proof_of_purchase: bool | None = None


class Shipment(Part):
    waybill: Label | None = None
    quantity: Annotated[int, Field(ge=0, le=10**9)] | None = None
    declared_value: Money | None = None


class PriorRepairs(Part):
    count: Annotated[int, Field(ge=0, le=1000)]
    evidence: Annotated[tuple[Label, ...], Field(max_length=50)] = ()
    """References to papers; a repair without one does not count."""


class Party(Part):
    """Somebody else whom the matter concerns: who bought, uses, was to receive, or is spoken for, where that is not the customer."""

    role: Code
    """buyer, user, recipient, on_behalf_of."""
    kind: Literal["person", "organisation"] = "person"
    name: Label | None = None
    phone: Label | None = None
    email: Label | None = None
    post: Label | None = None


Parties = Annotated[tuple[Party, ...], Field(max_length=10)]


class SubmitComplaint(Command):
    """A customer complains.  The same `source` and `source_ref` is the same complaint for ever."""

    KEY = "source_ref"

    source_ref: Label
    """What the sending system calls it; together with the envelope's `source` it makes the complaint's id."""
    channel: Code
    """How it came: phone, email, chat, video, sms, fax, letter, self_service, face_to_face, social, partner."""
    mode: Code | None = None
    """In that channel: inbound, outbound, form, …"""
    occurred_at: Instant | None = None
    """When it went wrong, as claimed."""
    received_at: Instant | None = None
    """When the sender received it, as claimed; used within the policy's bounds."""
    customer: Customer = Customer()
    complainant_role: Code | None = None
    """buyer, user, recipient, on_behalf_of; staff: an internal customer."""
    other_parties: Parties = ()
    stage: Code | None = None
    """pre_sale, in_sale, after_sale."""
    kind: Label | None = None
    """The kind of matter, in the sender's words, letter for letter: intake's policy makes `classes` of it, routing's rules may ask it."""
    complaint_type: Label | None = None
    """Its type, in the sender's words, letter for letter: intake's policy classifies by it before `kind`, routing's rules may ask it."""
    descriptor: Label | None = None
    """What narrows the type down, in the sender's words, letter for letter; routing's rules may ask it."""
    region: Region | None = None
    place: Label | None = None
    product: Product | None = None
    shipment: Shipment | None = None
    narrative: Text | None = None
    attachments: Annotated[tuple[Label, ...], Field(max_length=50)] = ()
    remedy_sought: Code | None = None
    hazards: Annotated[tuple[Code, ...], Field(max_length=20)] = ()
    """injury, electric_leak, fire, food, gas, …"""
    has_public_exposure: bool = False
    amount_at_stake: Money | None = None
    prior_repairs: PriorRepairs | None = None
    expectation: Expectation | None = None
    by: Staff | None = None


class AddInformation(Command):
    """More about a complaint that is on file: facts, new severity signs, proofs of repairs, or only that the customer is chasing it.

    Names the complaint by its reference number, or by its source (else the sender's) and source_ref, and may name the customer besides;
    naming the customer alone, it is about the only complaint of that customer that is open.
    """

    KEY = "request"

    request: Label
    """The sender's number of this message, never a name."""
    reference: Label | None = None
    """As the customer reads it out: without regard to case, blanks and hyphens."""
    complaint_source: Label | None = None
    source_ref: Label | None = None
    customer: Customer | None = None
    """Who says so, and what is new of how to reach them."""
    channel: Code | None = None
    is_chasing: bool = False
    """The customer asks where it stands: counts as a further contact."""
    narrative: Text | None = None
    attachments: Annotated[tuple[Label, ...], Field(max_length=50)] = ()
    hazards: Annotated[tuple[Code, ...], Field(max_length=20)] = ()
    has_public_exposure: bool = False
    amount_at_stake: Money | None = None
    prior_repairs: PriorRepairs | None = None
    by: Staff | None = None


class SetCustomerProfile(Command):
    """What is known of a customer from now on, by the CRM or a person: what is left out stays as it is."""

    KEY = "request"

    request: Label
    """The sender's number of this message, never a name."""
    customer: Customer
    """Only who it is; nothing else of it is taken."""
    tier: Literal["general", "suitable", "key"] | None = None
    is_vulnerable: bool | None = None
    do_not_call: bool | None = None
    """False takes back what was said before: only here, never by a submission that leaves it out."""
    expectation: Expectation | None = None
    by: Staff | None = None


class LinkCustomers(Command):
    """Two files are one customer: `customer`'s gives up what it holds, and `into`'s adopts it; who names either is `into` from then on."""

    KEY = "request"

    request: Label
    """The sender's number of this message, never a name."""
    customer: Customer
    into: Customer
    by: Staff | None = None


class EraseCustomer(Command):
    """Forget this customer: closed complaints at once; open ones when they close, or at once with `now`.

    Names the customer as a submission does (id, else phone, else e-mail), or by a complaint's source and source_ref; with both, they
    must be the same customer's.
    """

    KEY = "request"

    request: Label
    """The sender's number of the request for erasure, never a name."""
    customer: Customer | None = None
    complaint_source: Label | None = None
    source_ref: Label | None = None
    now: bool = False
    by: Staff | None = None


Written = Annotated[str, StringConstraints(min_length=1, max_length=400_000, pattern=r"^[^\x00-\x1f]*$")]
"""JSON in JSON: what only intake itself writes and reads; there a control character is spelt out."""
Count = Annotated[int, Field(ge=0, le=2**53)]
Seal = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Sealed(Command):
    """From one file of intake to another; whoever else sends it is refused."""

    seal: Seal | None = None
    """By which intake knows that it wrote this itself."""


class OfLink(Sealed):
    """Of two files that become one."""

    link: MessageId
    """The `LinkCustomers` that it is about."""
    customer: CustomerKey
    """Whose file is given up."""
    into: CustomerKey
    """Whose file adopts it."""


class GiveUpFile(OfLink):
    """The old file is to go over, if the new one has room for it."""

    KEY = "customer"

    linked_at: Instant
    """When the link was asked for: an erasure from then on, by either name, reaches both files."""
    command_id: MessageId
    """The `LinkCustomers` that asked for it."""
    room: Count
    """For so many bytes …"""
    room_to_erase: Count
    """… and for so many complaints that may be erased at once."""
    by: Staff | None = None


class KeepFile(OfLink):
    """The old file stays as it is."""

    KEY = "into"

    reason: Code


class AdoptFile(OfLink):
    """The old file, or a piece of it: pieces come in order."""

    KEY = "into"

    piece: Written
    is_last: bool
    number: Annotated[Count, Field(ge=1)]
    """Of the piece."""
    dossiers_from: Count
    """Above the versions of all dossiers that the old file ever published."""
    erased_at: Instant | None = None
    """When the old customer last asked to be forgotten …"""
    erased_now_at: Instant | None = None
    """… and when at once."""


class PassOn(OfLink):
    """A message that still came to the old file, word for word: the new one takes it as if it had come there."""

    KEY = "into"

    submission: ComplaintId | None = None
    """What no file knew as far as the old one could tell: whoever has taken it in since takes this too."""
    message: Written
    message_type: Label
    message_id: MessageId
    message_source: Label
    message_at: Instant


class ForgetFile(OfLink):
    """So many records of the old file have arrived; when all have, it keeps no copy."""

    KEY = "customer"

    records: Annotated[Count, Field(ge=1)]


class NoteComplaint(Sealed):
    """This customer is named in an anonymous complaint, which has a file of its own: it is to be erased with the customer's."""

    KEY = "customer"

    customer: CustomerKey
    complaint_id: ComplaintId
    complaint_source: Label
    source_ref: Label
    since: Instant
    """When the customer was named."""


class Classes(Part):
    """What kind of matter it is, by policy tables; what no table knows is `unclassified`, never a guess."""

    kind: Code = "unclassified"
    """Under the default policy quality, contract, transport or service; routing's rules ask it as `class_kind`."""
    stage: Code | None = None
    element: Code | None = None
    """Of the transaction, before it: policy, flexibility, accessibility; in it: order_cycle, order_status, stock_availability; after it:
    response_time, spare_parts, claims_handling."""
    failed_right: Code | None = None
    """Which of the seven: time, place, price, channel, customer, product, wants."""
    service_class: Code | None = None
    """Of the service: nature, fee, place, duration, frequency."""


class Severity(Part):
    """Signs that make it grave.  Tone is never one."""

    hazards: Annotated[tuple[Code, ...], Field(max_length=20)] = ()
    has_public_exposure: bool = False
    amount_at_stake: Money | None = None


class Reachable(Part):
    phone: bool = False
    mail: bool = False
    post: bool = False


class ProductFacts(Part):
    """Of the product, what is not personal."""

    category: Code | None = None
    sku: Label | None = None
    bought_at: Instant | None = None
    received_at: Instant | None = None
    price: Money | None = None
    is_distance_sale: bool | None = None
    has_proof_of_purchase: bool | None = None


Repairs = Annotated[int, Field(ge=0, le=10_000)]
Contacts = Annotated[int, Field(ge=1, le=10**6)]
"""Contacts about this complaint so far, the first included."""


class ShipmentFacts(Part):
    quantity: Annotated[int, Field(ge=0, le=10**9)] | None = None
    declared_value: Money | None = None


class ComplaintRegistered(Event):
    """A complaint is on file, acknowledged, and its first answer promised."""

    complaint_id: ComplaintId
    customer: CustomerKey
    source: Label
    source_ref: Label
    reference: Reference
    channel: Code
    mode: Code | None = None
    occurred_at: Instant | None = None
    received_at: Instant | None = None
    """As claimed, where it is no later than the registration."""
    complainant_role: Code | None = None
    other_parties: Annotated[tuple[Code, ...], Field(max_length=10)] = ()
    """The roles of others whom it concerns."""
    is_internal: bool = False
    """Whether the complainant is staff."""
    customer_kind: Literal["person", "organisation"] = "person"
    kind: Label | None = None
    """The kind of matter, in the sender's words, letter for letter: intake's policy makes `classes` of it, routing's rules may ask it."""
    complaint_type: Label | None = None
    """Its type, in the sender's words, letter for letter: intake's policy classifies by it before `kind`, routing's rules may ask it."""
    descriptor: Label | None = None
    """What narrows the type down, in the sender's words, letter for letter; routing's rules may ask it."""
    region: Region | None = None
    classes: Classes = Classes()
    severity: Severity = Severity()
    tier: Code = "general"
    """general 一般, suitable 合适, key 关键."""
    is_vulnerable: bool = False
    language: Language | None = None
    time_zone: Zone | None = None
    """As stated."""
    time_zones: Zones = ()
    """Where the customer may be: as stated, else all zones that the phone number may belong to; empty where neither tells."""
    country: Country | None = None
    reachable: Reachable = Reachable()
    contact_windows: ContactWindows = ()
    do_not_call: bool = False
    product: ProductFacts | None = None
    shipment: ShipmentFacts | None = None
    remedy_sought: Code | None = None
    predecessors: Annotated[tuple[ComplaintId, ...], Field(max_length=50)] = ()
    """Complaints of the same customer about the same matter that were closed before."""
    repairs_so_far: Repairs = 0
    """Repairs that were done before, as far as papers prove them."""
    expectation: Expectation | None = None
    first_answer_due: Instant
    acknowledgement: Code
    """Id of the text that tells the customer so."""
    by: Staff | None = None
    policy: PolicyReference


class ContactRepeated(Event):
    """The customer came again about a complaint that is still open."""

    complaint_id: ComplaintId
    customer: CustomerKey
    submission: ComplaintId
    """What the complaint's id would have been, had it been a new one."""
    source: Label
    source_ref: Label
    channel: Code
    contacts: Contacts
    severity: Severity = Severity()
    reachable: Reachable | None = None
    """What is known of the customer after this contact, as the two below: how the dossier says to reach whoever complains."""
    has_new_phone: bool = False
    """Whether it tells a phone number that was not known before."""
    time_zones: Zones | None = None
    """Where the customer may be, by the newest of what is told; None where nothing tells."""
    country: Country | None = None
    """As stated last; None where it never was."""
    contact_windows: ContactWindows | None = None
    """When to call, as stated last; None where it never was."""
    do_not_call: bool | None = None
    """Once said it is so, until a profile takes it back or the customer is erased."""
    is_vulnerable: bool | None = None
    """Once said it is so, until a profile takes it back or the customer is erased."""
    by: Staff | None = None
    policy: PolicyReference


class InformationAdded(Event):
    """More is known about an open complaint, or the customer is chasing it."""

    complaint_id: ComplaintId
    customer: CustomerKey
    is_chasing: bool
    contacts: Contacts
    severity: Severity = Severity()
    """What this message says, as the three below."""
    reachable: Reachable | None = None
    """What is known of the customer after this message, as the two below."""
    has_new_phone: bool = False
    """Whether it tells a phone number that was not known before."""
    time_zones: Zones | None = None
    """Where the customer may be, by the newest of what is told; None where nothing tells."""
    country: Country | None = None
    """As stated last; None where it never was."""
    contact_windows: ContactWindows | None = None
    """When to call, as stated last; None where it never was."""
    do_not_call: bool | None = None
    is_vulnerable: bool | None = None
    has_narrative: bool = False
    attachments: Annotated[int, Field(ge=0, le=50)] = 0
    """How many papers came with it."""
    by: Staff | None = None


class RepeatFactsChanged(Event):
    """Late news of what was before this complaint: all that is known now."""

    complaint_id: ComplaintId
    customer: CustomerKey
    predecessors: Annotated[tuple[ComplaintId, ...], Field(max_length=50)] = ()
    repairs_so_far: Repairs = 0
    same_matter: Annotated[tuple[ComplaintId, ...], Field(max_length=50)] = ()
    """Other open complaints of the customer about the same matter, which came to light when two files were linked."""
    because: Code
    """proof_added, customers_linked, repair_done."""
    policy: PolicyReference


class CustomerProfileChanged(Event):
    """What is known of the customer of this open complaint has changed: all of it as it is now."""

    complaint_id: ComplaintId
    customer: CustomerKey
    tier: Code
    is_vulnerable: bool
    do_not_call: bool
    expectation: Expectation | None = None
    by: Staff | None = None


class CustomerProfileSet(Event):
    """The profile is on file, whether the customer has an open complaint or not."""

    KEY = "customer"

    customer: CustomerKey
    tier: Code
    is_vulnerable: bool
    do_not_call: bool
    expectation: Expectation | None = None
    by: Staff | None = None


class CustomersLinked(Event):
    """Two keys are one customer: what is told of either from now on is told under `into`."""

    KEY = "customer"

    customer: CustomerKey
    """The key that is given up."""
    into: CustomerKey
    complaints: Annotated[tuple[ComplaintId, ...], Field(max_length=5000)] = ()
    """The complaints that go over."""
    command_id: MessageId
    """The `LinkCustomers` that asked for it: between it and this event the two files write to each other."""
    by: Staff | None = None


class SubmissionMerged(Event):
    """Under the duplicate's own id: where it lives on."""

    complaint_id: ComplaintId
    customer: CustomerKey
    into: ComplaintId
    reference: Reference


class ErasurePending(Event):
    """The customer asked to be forgotten; this complaint is open, and is erased when it closes."""

    complaint_id: ComplaintId
    customer: CustomerKey
    by: Staff | None = None


class DossierErased(Event):
    """Nothing personal is held on this complaint any more; whoever holds some erases it on hearing so."""

    complaint_id: ComplaintId
    customer: CustomerKey
    is_open: bool
    """Whether the work goes on, without a customer to call."""
    by: Staff | None = None
    """Who asked for it, where it was done at once."""


class IntakeDossier(Part):
    """The personal data and free text held on a complaint."""

    complaint_id: ComplaintId
    reference: Reference
    customer: Customer
    other_parties: tuple[Party, ...] = ()
    place: Label | None = None
    product: Product | None = None
    shipment: Shipment | None = None
    narrative: Text | None = None
    attachments: tuple[Label, ...] = ()
    evidence_of_repairs: tuple[Label, ...] = ()
    later_contacts: tuple["LaterContact", ...] = ()


class LaterContact(Part):
    """What a repeated contact, or information that was added, says besides."""

    submission: ComplaintId | None = None
    """None for added information."""
    customer: Customer | None = None
    """Name, phone, e-mail and postal address, as far as they are others than the complaint began with."""
    narrative: Text | None = None
    attachments: tuple[Label, ...] = ()
    evidence_of_repairs: tuple[Label, ...] = ()


COMMANDS: tuple[type[Command], ...] = (
    SubmitComplaint, AddInformation, SetCustomerProfile, LinkCustomers, EraseCustomer, GiveUpFile, KeepFile, AdoptFile, PassOn, ForgetFile,
    NoteComplaint,
)  # fmt: skip
EVENTS: tuple[type[Event], ...] = (
    ComplaintRegistered, ContactRepeated, SubmissionMerged, InformationAdded, RepeatFactsChanged,
    CustomerProfileSet, CustomerProfileChanged, CustomersLinked, ErasurePending, DossierErased,
)  # fmt: skip
DOSSIER: type[Part] = IntakeDossier
REASONS: dict[str, str] = {
    "already_registered": "This source and source_ref is a complaint already; `see` is its reference number.",
    "merged": "This source and source_ref was recognised as a repeated contact; `see` is the complaint it lives on in.",
    "erased": "Nothing personal is held any more: it cannot be erased again, nothing is added, and the same source_ref is not taken again.",
    "erasure_pending": "It is under way: what is open is erased when it closes (at once with `now`), all else is erased already.",
    "no_customer": "The command names no customer that could be found: give an id, a phone number, an e-mail, or source and source_ref.",
    "no_complaint": "The command names no complaint that is on file: give its reference number, or source and source_ref.",
    "ambiguous": "The customer has several open complaints: name one by its reference number, or by source and source_ref.",
    "closed": "The complaint is closed: reopen it with routing within its window, or submit a new one.",
    "withdrawn": "The complaint was withdrawn; submit a new one.",
    "to_be_erased": "The customer asked to be forgotten: nothing is added to this complaint; submit a new one.",
    "nothing_said": "The command says nothing: it adds no fact, sets nothing, and nobody is chasing.",
    "unknown_zone": "There is no such time zone: give an IANA name, like Asia/Shanghai.",
    "unknown_country": "There is no such country: give its two letters of ISO 3166, like CN.",
    "same_customer": "Both names lead to the same customer's file already.",
    "being_linked": "One of the two files is being linked already: send the command again in a moment.",
    "not_given_up": "The file to be linked did not answer within a day: an operator finds why among the dead letters; then send it again.",
    "only_intake": "Only intake itself sends this command, to a file that waits for it.",
    "anonymous": "A file without an id, a phone number or an e-mail cannot be linked to.",
    "complaint_full": "There is no room for more in this complaint, and nothing was recorded: submit a new one.",
    "customers_differ": "The customer and the complaint that are named have different files, and nothing is done: name one of them, or tell"
    " that both are one customer (`see`).",
}
