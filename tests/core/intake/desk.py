"""A complaints desk for tests: intake alone, in the kernel's in-memory run; routing's words are put in by hand."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.common import CommandRefused
from contracts.ids import complaint_id
from contracts.intake import AddInformation, Customer, EraseCustomer, IntakeDossier, SetCustomerProfile, SubmitComplaint
from contracts.model import Command, Event, Part
from contracts.routing import ComplaintClosed, ComplaintReopened, ComplaintWithdrawn, ContactReturned
from services.intake import service
from services.intake.policy import ClassRule, IntakePolicy
from services.intake.state import CustomerFile
from services.platform.kernel.run import Run
from services.platform.kernel.service import Practice

START = datetime(2026, 3, 2, 8, 0, 0, 250_000, tzinfo=UTC)
SECRET = b"a secret for tests"
WANG = Customer(name="王秀英", phone="138 0013 8000", email="xiuying.wang@example.com", language="zh", post="重庆市渝中区民权路 18 号")
SMITH = Customer(id="C-77", name="John Smith", phone="+1 212 555 0123", language="en", country="US")
ROUTING = "test/routing@1"
POLICY = IntakePolicy(
    reference="test/intake@1",
    classes=(
        ClassRule.model_validate({"complaint_type": "不能开机", "classes": {"kind": "quality"}}),
        ClassRule.model_validate({"complaint_type": "late delivery", "classes": {"kind": "transport", "stage": "in_sale"}}),
    ),
)


def policy(**changes: Any) -> IntakePolicy:
    return POLICY.model_copy(update=changes)


def submission(ref: str = "T-1", customer: Customer = WANG, **fields: Any) -> SubmitComplaint:
    told: dict[str, Any] = {"channel": "phone", "complaint_type": "不能开机", "narrative": "冰箱买了三天就不制冷了。"}
    return SubmitComplaint.model_validate({"source_ref": ref, "customer": customer, **told, **fields})


class Desk:
    """`day` says how many days after the start something comes; each thing comes a second after the last, at the earliest."""

    def __init__(self, rules: IntakePolicy = POLICY) -> None:
        self.service = service(SECRET)
        self.run = Run([Practice(self.service, rules)])
        self.said = 0

    def submit(self, ref: str = "T-1", customer: Customer = WANG, *, day: float = 0, source: str = "crm", **fields: Any) -> list[Event]:
        return self.send(submission(ref, customer, **fields), day=day, source=source)

    def erase(self, customer: Customer | None = WANG, *, day: float = 0, source: str = "crm", **fields: Any) -> list[Event]:
        return self.send(EraseCustomer(request="E-1", customer=customer, **fields), day=day, source=source)

    def add(self, ref: str | None = "T-1", *, day: float = 0, source: str = "crm", **fields: Any) -> list[Event]:
        """More about the complaint that its source calls so."""
        return self.send(AddInformation.model_validate({"request": "I-1", "source_ref": ref, **fields}), day=day, source=source)

    def set_profile(self, customer: Customer = WANG, *, day: float = 0, **fields: Any) -> list[Event]:
        return self.send(SetCustomerProfile.model_validate({"request": "P-1", "customer": customer, **fields}), day=day)

    def send(self, command: Command, *, day: float = 0, source: str = "crm") -> list[Event]:
        """What intake answers."""
        at = self._instant(day)
        self.run.send("intake", command, at=at, source=source)
        return self._answers(at)

    def close(self, ref: str = "T-1", *, day: float = 0, round: int = 1, reopenable_days: float = 21) -> list[Event]:
        until = self._instant(day) + timedelta(days=reopenable_days)
        return self.hear(ComplaintClosed(**self._about(ref), round=round, how="confirmed", reopenable_until=until, policy=ROUTING), day=day)

    def withdraw(self, ref: str = "T-1", *, day: float = 0, round: int = 1) -> list[Event]:
        return self.hear(ComplaintWithdrawn(**self._about(ref), round=round, reason="solved_itself"), day=day)

    def reopen(self, ref: str = "T-1", *, day: float = 0, round: int = 2) -> list[Event]:
        return self.hear(ComplaintReopened(**self._about(ref), round=round, reason="not_solved", level=1, policy=ROUTING), day=day)

    def hand_back(self, ref: str, repeat: str, *, day: float = 0) -> list[Event]:
        return self.hear(ContactReturned(**self._about(ref), round=1, submission=id_of(repeat)), day=day)

    def hear(self, event: Event, *, day: float = 0) -> list[Event]:
        at = self._instant(day)
        self.run.tell("routing", event, at=at)
        return self._answers(at)

    def file(self, ref: str = "T-1") -> CustomerFile:
        document = self.run.document("intake", id_of(ref))
        assert document is not None
        found: CustomerFile = document.state
        return found

    def dossiers(self, ref: str = "T-1") -> Mapping[str, Part | None]:
        return self.service.dossiers(self.file(ref))

    def held(self, ref: str = "T-1") -> set[str]:
        """The complaints of the file of which something is held."""
        return {id for id, dossier in self.dossiers(ref).items() if dossier}

    def dossier(self, ref: str = "T-1", of: str | None = None) -> IntakeDossier:
        found = self.dossiers(of or ref)[id_of(ref)]
        assert isinstance(found, IntakeDossier)
        return found

    def _about(self, ref: str) -> dict[str, str]:
        return {"complaint_id": id_of(ref), "customer": self.file(ref).customer}

    def _instant(self, day: float) -> datetime:
        wanted = START + timedelta(days=day)
        return wanted if self.run.now is None else max(wanted, self.run.now + timedelta(seconds=1))

    def _answers(self, at: datetime) -> list[Event]:
        self.run.until(at)
        told = [each.message for each in self.run.events[self.said :]]
        self.said += len(told)
        assert not self.run.dead
        return told


def id_of(ref: str, source: str = "crm") -> str:
    return complaint_id(source, ref)


def names(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def refusal(events: list[Event]) -> tuple[str, str | None]:
    """The reason and where to go instead, of the only answer."""
    (event,) = events
    assert isinstance(event, CommandRefused)
    return event.reason, event.see
