"""When two contacts of one customer are about the same matter.

A contact wrongly taken for a repeat is a complaint that nobody works on; one wrongly taken for new is only answered twice.  So in doubt
it is new.
"""

from contracts.intake import Classes, Product, Shipment, SubmitComplaint
from services.intake.complaint import Complaint

UNCLASSIFIED = Classes().kind


def is_about(command: SubmitComplaint, kind: str, complaint: Complaint) -> bool:
    """Whether this contact, of this class, is about the same order or product and of the same class as the complaint."""
    first = complaint.first.command
    return kind == complaint.kind and _is_same_type(command, first, kind) and _is_same_thing(command, first)


def _is_same_type(one: SubmitComplaint, other: SubmitComplaint, kind: str) -> bool:
    """What no policy classifies is of one class only if the senders' own words for it are the same."""
    return kind != UNCLASSIFIED or (one.kind, one.complaint_type) == (other.kind, other.complaint_type)


def _is_same_thing(one: SubmitComplaint, other: SubmitComplaint) -> bool:
    """The most exact name that both give decides.  Giving none in common they are the same only if neither gives any."""
    mine, theirs = _names(one), _names(other)
    shared = next((name for name in mine if name in theirs), None)
    if shared:
        return mine[shared] == theirs[shared]
    return not mine and not theirs and _may_be_same_category(one, other)


def is_same_item(one: SubmitComplaint, other: SubmitComplaint) -> bool:
    """Whether both name one thing, the most exact name that both give deciding: what was done to it was done to that very thing."""
    return any(name in _names(other) for name in _names(one)) and _is_same_thing(one, other)


def _names(command: SubmitComplaint) -> dict[str, str]:
    """What tells this thing from others, the most exact first."""
    product, shipment = command.product or Product(), command.shipment or Shipment()
    told = {"serial": product.serial, "waybill": shipment.waybill, "order_no": product.order_no, "sku": product.sku}
    return {name: value for name, value in told.items() if value}


def _may_be_same_category(one: SubmitComplaint, other: SubmitComplaint) -> bool:
    mine, theirs = (told.product.category if told.product else None for told in (one, other))
    return mine is None or theirs is None or mine == theirs
