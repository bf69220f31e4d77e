"""What the mutants are shown: a few complaints whose lives have, in seconds under the `demo` policies, all that an invariant is about.

Every command comes at a fixed second after the beginning, whatever became of those before; what is too early waits, what is too late is
refused, and both are answers.
"""

from collections.abc import Iterator
from typing import NamedTuple

from contracts.callback import RecordAttempt, StartAttempt
from contracts.catalogue import PARTITIONS
from contracts.common import Answers
from contracts.ids import complaint_id
from contracts.intake import AddInformation, Customer, SubmitComplaint
from contracts.model import Command, Money, Staff
from contracts.routing import (
    AcceptWork,
    ApproveRemedy,
    ConfirmRemedyDone,
    PauseWork,
    ProposeRemedy,
    ReportProgress,
    ReportResolution,
    ResumeWork,
    WithdrawComplaint,
)
from contracts.wire import Headers, write_command
from services.platform.kernel.record import partition_of
from tests.chaos.history import Sent, digest_of

AGENT, HEAD = (Staff(staff=role, role=role, department="quality") for role in ("agent", "head"))
LI, ZHANG = (Staff(staff=name, role="agent", department="desk") for name in ("li", "zhang"))
WORK = "1-quality"


class Step(NamedTuple):
    """A record to be sent, so many seconds after the beginning.  `reason`: of poison's dead letters."""

    after: float
    service: str
    """Whose command topic it goes to; of an event, whose events topic."""
    type: str
    source: str
    id: str
    key: str
    value: bytes
    headers: Headers
    kind: str = "command"
    reason: str = ""
    topic_kind: str = "commands"

    @property
    def topic(self) -> str:
        return f"{self.service}.{self.topic_kind}.v1"

    @property
    def sent(self) -> Sent:
        """Not acknowledged yet."""
        told = (self.service, self.topic, self.type, self.id, self.source, self.key, digest_of(self.value), self.kind)
        return Sent(*told, reason=self.reason)

    @property
    def partition(self) -> int:
        return partition_of(self.key, PARTITIONS)


def complaint(ref: str) -> str:
    return complaint_id("crm", ref)


def lives(many: int) -> list[Step]:
    """So many complaints of each kind of life, in the order of time."""
    told = [step for n in range(many) for step in (*_called(n), *_silent(n), *_withdrawn(n), *_resting(n), *_given(n), *_twice(n))]
    return sorted((*told, *_poison(many)), key=lambda step: step.after)


def step(after: float, service: str, command: Command, id: str, kind: str = "command", key: str | None = None) -> Step:
    wire = write_command(service, command, id=id, source="crm", key=key)
    return Step(after, service, wire.headers[1][1].decode(), "crm", id, wire.key, wire.value, wire.headers, kind)


def submitted(after: float, ref: str, n: int, id: str = "") -> Step:
    customer = Customer(name=f"zzperson {ref}", phone=f"+86139977700{n % 100:02d}", language="zh")
    told = {"source_ref": ref, "channel": "phone", "kind": "quality", "customer": customer, "narrative": f"zzperson: 它又坏了（{ref}）"}
    return step(after, "intake", SubmitComplaint.model_validate(told), id or ref, key=f"of-{n}")


def accepted(after: float, ref: str, kind: str = "command") -> Step:
    return step(after, "routing", AcceptWork(complaint_id=complaint(ref), work=WORK, by=AGENT), f"{ref}/accept", kind)


def resolved(after: float, ref: str) -> Step:
    report = ReportResolution(
        complaint_id=complaint(ref), work=WORK, finding="upheld", cause_code="worn_part", no_action_because="single_case",
        answer_parts=("acknowledgement", "apology", "explanation", "prevention"), explanation="zzperson was told so", by=AGENT,
    )  # fmt: skip
    return step(after, "routing", report, f"{ref}/report")


def _called(n: int) -> Iterator[Step]:
    """Solved and called back; two dialers claim the call; much comes twice, under its own id or another one, and once with another body."""
    ref = f"called-{n}"
    named = {"complaint_id": complaint(ref), "callback": "1-confirm"}
    yield submitted(0, ref, n)
    yield submitted(0.4, ref, n)._replace(kind="repeat")
    yield submitted(0.8, ref, n, id=f"{ref}/once-more")
    yield accepted(1, ref)
    yield accepted(1.5, ref, "repeat")
    forged = WithdrawComplaint(complaint_id=complaint(ref), reason="forged")
    yield step(1.7, "routing", forged, f"{ref}/accept", "forged")
    yield resolved(2, ref)
    yield step(5, "callback", StartAttempt(**named, by=LI), f"{ref}/li")
    yield step(5.2, "callback", StartAttempt(**named, by=ZHANG), f"{ref}/zhang")
    answers = Answers(solved=True, csat=5)
    report = RecordAttempt(**named, outcome="reached", answers=answers, note="zzperson is content", by=LI)
    yield step(6, "callback", report, f"{ref}/reached")
    yield step(6.2, "callback", report, f"{ref}/reached", "repeat")


def _silent(n: int) -> Iterator[Step]:
    """Nobody takes it on: its clocks are breached."""
    yield submitted(0.1, f"silent-{n}", n + 20)
    chase = AddInformation(request=f"chase-{n}", complaint_source="crm", source_ref=f"silent-{n}", is_chasing=True, narrative="zzperson")
    yield step(4, "intake", chase, f"silent-{n}/chase", key=f"of-{n + 20}")


def _withdrawn(n: int) -> Iterator[Step]:
    """A command is there before its complaint; taken back late, while a deadline is due; and once more, in vain."""
    ref = f"withdrawn-{n}"
    yield step(0, "routing", ReportProgress(complaint_id=complaint(ref), work=WORK, by=AGENT), f"{ref}/early")
    yield submitted(0.6, ref, n + 40)
    yield step(7.1, "routing", WithdrawComplaint(complaint_id=complaint(ref), reason="changed_mind"), f"{ref}/withdraw")
    yield step(7.5, "routing", WithdrawComplaint(complaint_id=complaint(ref), reason="changed_mind"), f"{ref}/again")


def _resting(n: int) -> Iterator[Step]:
    """Its clocks rest; and it is never solved."""
    ref, named = f"resting-{n}", {"complaint_id": complaint(f"resting-{n}"), "work": WORK, "by": AGENT}
    yield submitted(0.2, ref, n + 60)
    yield accepted(1, ref)
    yield step(2, "routing", PauseWork(**named, reason="awaiting_customer"), f"{ref}/pause")
    yield step(5, "routing", ResumeWork(**named), f"{ref}/resume")


def _given(n: int) -> Iterator[Step]:
    """Goodwill that somebody else approves, two times, and that is carried out; solved, and nobody calls."""
    ref = f"given-{n}"
    named = {"complaint_id": complaint(ref), "remedy": "1-goodwill"}
    yield submitted(0.3, ref, n + 80)
    yield accepted(1, ref)
    money = Money(amount_minor=60_000, currency="CNY")
    proposed = ProposeRemedy(complaint_id=complaint(ref), kind="compensation", amount=money, note="zzperson asked for it", by=AGENT)
    yield step(1.5, "routing", proposed, f"{ref}/propose")
    yield step(2, "routing", ApproveRemedy(**named, by=HEAD), f"{ref}/approve")
    yield step(2.5, "routing", ApproveRemedy(**named, by=HEAD), f"{ref}/approve-again")
    yield step(3, "routing", ConfirmRemedyDone(**named, by=AGENT), f"{ref}/done")
    yield resolved(4, ref)


def _twice(n: int) -> Iterator[Step]:
    """The same customer tells the same again, from another system's screen: one complaint, and a contact of it."""
    yield submitted(0.2, f"twice-{n}", n + 100)
    yield submitted(1.2, f"twice-{n}-again", n + 100)


def _poison(many: int) -> Iterator[Step]:
    for n in range(many):
        key = complaint(f"called-{n}")
        yield Step(1.1, "routing", "", "", "", key, b'{"narrative": "zzperson', (), "poison", "not_json")
        yield Step(1.2, "callback", "", "", "", key, b'{"type": "callback.start_attempt.v9"}', (), "poison", "unknown_type")
        unnamed = b'{"type": "routing.accept_work.v1", "id": "x-%d", "source": "crm", "work": "zzperson"}' % n
        yield Step(1.3, "routing", "", "", "", key, unnamed, (), "poison", "invalid")


