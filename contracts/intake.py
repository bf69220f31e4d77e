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
    """buyer, user, recipient, on_behalf_of, staff."""
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


class Classes(Part):
    """What kind of matter it is, by policy tables; what no table knows is `unclassified`, never a guess."""

    kind: Code = "unclassified"
    """Under the default policy quality, contract, transport or service; routing's rules ask it as `class_kind`."""
    stage: Code | None = None
    element: Code | None = None
    """Of the transaction: policy, flexibility, order_status, response_time, spare_parts, claims_handling, …"""
    failed_right: Code | None = None
    """Which of the seven: time, place, price, channel, customer, product, wants."""
    service_class: Code | None = None


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
    country: Country | None = None
    reachable: Reachable = Reachable()
    contact_windows: ContactWindows = ()
    do_not_call: bool = False
    product: ProductFacts | None = None
    shipment: ShipmentFacts | None = None
    remedy_sought: Code | None = None
    predecessors: Annotated[tuple[ComplaintId, ...], Field(max_length=50)] = ()
    """Complaints of the same customer about the same matter that were closed before."""
    repairs_so_far: Annotated[int, Field(ge=0, le=10_000)] = 0
    expectation: Expectation | None = None
    first_answer_due: Instant
    acknowledgement: Code
    """Id of the text that tells the customer so."""
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
    contacts: Annotated[int, Field(ge=2, le=10**6)]
    """Contacts about this complaint so far, the first included."""
    severity: Severity = Severity()
    reachable: Reachable | None = None
    """What is known of the customer after this contact, as the two below: how the dossier says to reach whoever complains."""
    do_not_call: bool | None = None
    """Once said it is so, until the customer is erased."""
    is_vulnerable: bool | None = None
    """Once said it is so, until the customer is erased."""
    policy: PolicyReference


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


class DossierErased(Event):
    """Nothing personal is held on this complaint any more; whoever holds some erases it on hearing so."""

    complaint_id: ComplaintId
    customer: CustomerKey
    is_open: bool
    """Whether the work goes on, without a customer to call."""


class IntakeDossier(Part):
    """The personal data and free text held on a complaint."""

    complaint_id: ComplaintId
    reference: Reference
    customer: Customer
    place: Label | None = None
    product: Product | None = None
    shipment: Shipment | None = None
    narrative: Text | None = None
    attachments: tuple[Label, ...] = ()
    evidence_of_repairs: tuple[Label, ...] = ()
    later_contacts: tuple["LaterContact", ...] = ()


class LaterContact(Part):
    """What a repeated contact added."""

    submission: ComplaintId
    customer: Customer | None = None
    """Name, phone, e-mail and postal address, as far as they are others than the complaint began with."""
    narrative: Text | None = None
    attachments: tuple[Label, ...] = ()


COMMANDS: tuple[type[Command], ...] = (SubmitComplaint, EraseCustomer)
EVENTS: tuple[type[Event], ...] = (ComplaintRegistered, ContactRepeated, SubmissionMerged, ErasurePending, DossierErased)
DOSSIER: type[Part] = IntakeDossier
REASONS: dict[str, str] = {
    "already_registered": "This source and source_ref is a complaint already; `see` is its reference number.",
    "merged": "This source and source_ref was recognised as a repeated contact; `see` is the complaint it lives on in.",
    "erased": "Nothing personal is held any more: it cannot be erased again, and the same source_ref cannot be submitted again.",
    "no_customer": "The command names no customer that could be found: give an id, a phone number, an e-mail, or source and source_ref.",
    "customers_differ": "The customer and the complaint that are named have different files; nothing is erased: send a command for each.",
}
