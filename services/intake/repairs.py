"""How often a product was repaired: as papers prove, and as routing has told since; an exchange begins the count anew."""

from collections.abc import Iterable

from contracts.intake import RepeatFactsChanged
from contracts.model import Event
from contracts.routing import RemedyDone
from services.intake.complaint import MOST_REPAIRS, Complaint
from services.intake.matter import is_same_item
from services.intake.policy import IntakePolicy
from services.intake.state import CustomerFile

REPAIR, EXCHANGE = "repair", "exchange"


def repairs_so_far(file: CustomerFile, complaint: Complaint) -> int:
    """Of the complaint's product: those before, as far as papers prove them to this complaint, and those that were done on any complaint
    about the same item."""
    done = sum(each.repairs_done for each in _about_the_item(file, complaint))
    return min(complaint.repairs_before + done, MOST_REPAIRS)


def repaired(file: CustomerFile, told: RemedyDone, policy: IntakePolicy) -> tuple[CustomerFile, list[Event]]:
    """Every complaint about the item hears how many there are now: a closed one may be reopened."""
    complaint = file.find(told.complaint_id)
    if complaint is None or told.kind not in (REPAIR, EXCHANGE):
        return file, []
    after = _counted(file, complaint) if told.kind == REPAIR else _begun_anew(file, _about_the_item(file, complaint))
    because = "repair_done" if told.kind == REPAIR else "exchanged"
    news = [each for each in _about_the_item(after, complaint) if repairs_so_far(after, each) != _known(file, each)]
    return after, [_told(after, each, because, policy) for each in news]


def _about_the_item(file: CustomerFile, complaint: Complaint) -> list[Complaint]:
    return [each for each in file.complaints if each.id == complaint.id or is_same_item(complaint.first.command, each.first.command)]


def _counted(file: CustomerFile, complaint: Complaint) -> CustomerFile:
    return file.with_complaint(complaint.model_copy(update={"repairs_done": min(complaint.repairs_done + 1, MOST_REPAIRS)}))


def _begun_anew(file: CustomerFile, complaints: Iterable[Complaint]) -> CustomerFile:
    """What is in the customer's hands now was never repaired."""
    for each in complaints:
        file = file.with_complaint(each.model_copy(update={"repairs_done": 0, "repairs_of_another": each.proven_repairs}))
    return file


def _known(file: CustomerFile, complaint: Complaint) -> int | None:
    before = file.find(complaint.id)
    return repairs_so_far(file, before) if before else None


def _told(file: CustomerFile, complaint: Complaint, because: str, policy: IntakePolicy) -> RepeatFactsChanged:
    return RepeatFactsChanged(
        complaint_id=complaint.id,
        customer=file.customer,
        predecessors=complaint.predecessors,
        repairs_so_far=repairs_so_far(file, complaint),
        because=because,
        policy=policy.reference,
    )
