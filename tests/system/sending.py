"""What tests put onto topics: complaints as call centres send them, and other services' words as those services write them."""

from datetime import UTC, datetime

from contracts.ids import complaint_id, derived_id, reference_number
from contracts.intake import Classes, ComplaintRegistered, Reachable
from contracts.model import Event, Staff, cut
from contracts.routing import AcceptWork, ReportResolution
from contracts.wire import write_event
from services.platform.chassis.clients import Place, Sender

QUALITY = Staff(staff="s1", role="agent", department="quality")


def complaint(ref: str) -> str:
    return complaint_id("crm", ref)


async def tell(sender: Sender, service: str, event: Event, id: str, at: datetime | None = None) -> Place:
    """An event on another service's topic, dated now or otherwise."""
    at = cut(at or datetime.now(UTC))
    value, headers = write_event(service, event, id=derived_id("test", id), at=at, seq=1, cause=derived_id("by", id))
    return await (await sender.put(f"{service}.events.v1", event.key.encode(), value, headers))


def registered(ref: str, kind: str = "quality") -> ComplaintRegistered:
    """Intake's word for it, with nobody to call: its life ends in routing."""
    id = complaint(ref)
    return ComplaintRegistered(
        complaint_id=id, customer=f"c-{ref}", source="crm", source_ref=ref, reference=reference_number(id), channel="phone",
        classes=Classes(kind=kind), reachable=Reachable(), first_answer_due=datetime.now(UTC), acknowledgement="ack.en", policy="test@1",
    )  # fmt: skip


def accepted(ref: str) -> AcceptWork:
    return AcceptWork(complaint_id=complaint(ref), work="1-quality", by=QUALITY)


def resolved(ref: str) -> ReportResolution:
    return ReportResolution(
        complaint_id=complaint(ref), work="1-quality", finding="upheld", cause_code="worn_part", no_action_because="single_case",
        answer_parts=("acknowledgement", "apology", "explanation", "prevention"), by=QUALITY,
    )  # fmt: skip
