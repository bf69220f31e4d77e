"""What the scenarios of routing alone send: intake's words, written by themselves, and departments' commands."""

from datetime import UTC, datetime, timedelta

from contracts.ids import derived_id, reference_number
from contracts.intake import Classes, ComplaintRegistered, InformationAdded, Reachable
from contracts.model import Event, cut
from contracts.routing import AcceptWork, ReportProgress, WithdrawComplaint
from contracts.wire import write_event
from tests.chaos.mutants.lives import AGENT, WORK, Step, complaint, step


def event(after: float, kind: Event, service: str, id: str, at: datetime) -> Step:
    value, headers = write_event(service, kind, id=derived_id("scenario", id), at=cut(at), seq=1, cause=derived_id("by", id))
    name = headers[1][1].decode()
    return Step(after, service, name, service, id, kind.key or "", value, headers, topic_kind="events")


def registered(after: float, ref: str) -> Step:
    id, at = complaint(ref), datetime.now(UTC)
    word = ComplaintRegistered(
        complaint_id=id, customer=f"c-{ref}", source="crm", source_ref=ref, reference=reference_number(id), channel="phone",
        classes=Classes(kind="quality"), reachable=Reachable(), first_answer_due=at + timedelta(seconds=10), acknowledgement="ack.en",
        policy="p@1",
    )  # fmt: skip
    return event(after, word, "intake", ref, at)


def accepted(after: float, ref: str) -> Step:
    return step(after, "routing", AcceptWork(complaint_id=complaint(ref), work=WORK, by=AGENT), f"{ref}/accept")


def progress(after: float, ref: str, n: int) -> Step:
    return step(after, "routing", ReportProgress(complaint_id=complaint(ref), work=WORK, by=AGENT), f"{ref}/progress-{n}")


def over(after: float, ref: str) -> Step:
    return step(after, "routing", WithdrawComplaint(complaint_id=complaint(ref), reason="changed_mind"), f"{ref}/over")


def chased(ref: str, at: datetime) -> Step:
    word = InformationAdded(complaint_id=complaint(ref), customer=f"c-{ref}", is_chasing=True, contacts=2)
    return event(0, word, "intake", f"{ref}/chase", at)
