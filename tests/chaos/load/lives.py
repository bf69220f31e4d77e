"""Lives of complaints under the demo's policies, as their senders play them without hearing a word: all that they name is predictable.

Each life yields what is said and when, in seconds after it began.  Where the services lag behind, the same words are early, late or
out of place, and are answered by waiting or by a refusal: that is what they are for.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from contracts import callback as calls
from contracts import feedback as surveys
from contracts import intake, routing
from contracts.common import AnswersSaid
from contracts.ids import complaint_id, derived_id
from contracts.intake import SubmitComplaint
from contracts.model import Command, Money
from tests.chaos.load.people import CRM, DIALERS, HEAD, TRIAGE, clerk, customer, product, said, team_lead

SOURCE = "crm"
DEPARTMENTS = {"quality": "quality", "contract": "contracts", "transport": "logistics", "service": "customer_service"}
"""Who works on which kind, by the demo's rules."""
PARTS = ("acknowledgement", "apology", "explanation", "prevention", "appreciation")
HAPPY = AnswersSaid(solved=True, csat=5, expected=4, perceived=5, effort=1, would_return=True, nps=10)
UNHAPPY = AnswersSaid(solved=False, csat=1, expected=5, perceived=1, effort=7, dimension="reliability")


class Said(NamedTuple):
    """`after`: seconds since the life began."""

    after: float
    service: str
    command: Command
    key: str | None = None
    """Of intake's commands, which do not name it themselves."""


@dataclass(frozen=True)
class Life:
    """One complaint, the `n`th, beginning at `start`; `draw` is its own chance."""

    n: int
    start: datetime
    draw: Random
    kind: str = "quality"

    @property
    def ref(self) -> str:
        return f"L-{self.n}"

    @property
    def id(self) -> str:
        return complaint_id(SOURCE, self.ref)

    @property
    def department(self) -> str:
        return DEPARTMENTS.get(self.kind, "quality")

    def at(self, after: float) -> datetime:
        return self.start + timedelta(seconds=after)

    def soon(self, after: float) -> float:
        """Not to the second."""
        return round(after + self.draw.uniform(0, 0.5), 3)

    # -- what people say ----------------------------------------------------------------------------------------------------------------

    def submits(self, after: float = 0.0, ref: str | None = None, **more: Any) -> Said:
        told = {
            "source_ref": ref or self.ref, "channel": "phone", "kind": self.kind, "customer": customer(self.n), "product": product(self.n),
            "narrative": said("热水器又坏了，修了两次。"), "by": CRM,
        }  # fmt: skip
        return Said(after, "intake", SubmitComplaint.model_validate(told | more), f"k-{self.n}")

    def asks(self, after: float, kind: type[Command], /, **told: Any) -> Said:
        """Of intake."""
        return Said(self.soon(after), "intake", kind.model_validate(told), f"k-{self.n}")

    def tells(self, after: float, kind: type[Command], /, **told: Any) -> Said:
        """Routing, about this complaint."""
        return Said(self.soon(after), "routing", kind.model_validate({"complaint_id": self.id} | told))

    def works(self, after: float, kind: type[Command], /, round: int = 1, department: str | None = None, **told: Any) -> Said:
        who = department or self.department
        return self.tells(after, kind, work=f"{round}-{who}", by=clerk(who), **told)

    def accepts(self, after: float, round: int = 1, department: str | None = None) -> Said:
        return self.works(after, routing.AcceptWork, round, department)

    def resolves(self, after: float, round: int = 1, department: str | None = None, **more: Any) -> Said:
        told = {"finding": "upheld", "cause_code": "worn_part", "no_action_because": "single_case", "answer_parts": PARTS}
        return self.works(after, routing.ReportResolution, round, department, **told | {"explanation": said("换了零件")} | more)

    def dials(self, after: float, callback: str, outcome: str = "reached", answers: AnswersSaid | None = HAPPY) -> Iterator[Said]:
        """Claimed, now and then by two at once, and a second later told."""
        first, second = self.draw.sample(DIALERS, 2)
        yield self.calls(after, calls.StartAttempt, callback=callback, by=first)
        if self.draw.random() < 0.3:
            yield self.calls(after, calls.StartAttempt, callback=callback, by=second)
        yield self.calls(after + 1, calls.RecordAttempt, callback=callback, outcome=outcome, answers=answers, note=said("通话"), by=first)

    def calls(self, after: float, kind: type[Command], /, **told: Any) -> Said:
        return Said(self.soon(after), "callback", kind.model_validate({"complaint_id": self.id} | told))

    def answers(self, after: float, kind: type[Command], /, **told: Any) -> Said:
        return Said(self.soon(after), "feedback", kind.model_validate({"complaint_id": self.id} | told))


# -- lives --------------------------------------------------------------------------------------------------------------------------------


def content(life: Life) -> Iterator[Said]:
    """Accepted, worked on, resolved, called back, satisfied."""
    yield life.submits()
    yield life.accepts(1)
    yield life.works(2, routing.ReportProgress, is_told_to_customer=True, note=said("在修"))
    yield life.resolves(3.5)
    yield from life.dials(7.5, "1-confirm")
    items = surveys.ItemsSaid(expectation=(6,) * 22, perception=(5,) * 22)
    yield life.answers(15, surveys.AnswerRelationshipSurvey, survey="relationship", items=items)


def slow(life: Life) -> Iterator[Said]:
    """It rests, and takes longer than promised."""
    yield life.submits()
    yield life.accepts(1)
    yield life.works(2, routing.PauseWork, reason="awaiting_parts", note=said("等配件"))
    yield life.tells(2.7, routing.ExtendClock, clock="resolution", target=45, reason="complex_case", approver=team_lead(life.department),
                     next_update=life.at(30), by=clerk(life.department))  # fmt: skip
    yield life.works(4, routing.ResumeWork)
    yield life.tells(5, routing.SetPriority, priority=2, reason="press", by=team_lead(life.department))
    yield life.asks(6, intake.AddInformation, request=f"{life.ref}-chases", complaint_source=SOURCE, source_ref=life.ref, is_chasing=True)
    yield life.calls(6.5, calls.RequestCallback, purpose="supervise", latest=life.at(20), by=DIALERS[0])
    yield from life.dials(8, "1-supervise", "no_answer", None)
    yield life.resolves(18)
    yield life.calls(19, calls.RescheduleCallback, callback="1-confirm", latest=life.at(34), reason="customer_asked", by=DIALERS[1])
    yield from life.dials(24, "1-confirm")


def put_right(life: Life) -> Iterator[Said]:
    """Owed and chosen, given and approved, done, failed, rejected."""
    yield life.submits()
    yield life.accepts(1)
    by, sum = clerk(life.department), Money(amount_minor=60_000, currency="CNY")
    yield life.tells(1.6, routing.ProposeRemedy, entitlement="guarantee", by=by, note=said("三包"))
    yield life.tells(2.4, routing.ChooseRemedy, remedy="1-guarantee", kind="repair", evidence=("proof_of_purchase",))
    yield life.tells(1.6, routing.ProposeRemedy, kind="compensation", amount=sum, by=by)
    if life.n % 3 == 2:
        yield life.tells(2.4, routing.RejectRemedy, remedy="1-goodwill", reason="too_much", by=team_lead(life.department))
    yield life.tells(3, routing.ApproveRemedy, remedy="1-goodwill", by=team_lead(life.department))
    yield life.tells(3.6, routing.ConfirmRemedyDone, remedy="1-goodwill", by=by)
    if life.n % 2 == 0:
        yield life.tells(4, routing.ReportRemedyFailed, remedy="1-guarantee", reason="part_missing", by=by)
    yield life.tells(4.6, routing.ConfirmRemedyDone, remedy="1-guarantee", by=by)
    yield life.resolves(5.5, answer_parts=(*PARTS, "remedy"))
    yield from life.dials(9.5, "1-confirm")


def dissatisfied(life: Life) -> Iterator[Said]:
    """Not solved, says the customer on the phone, twice; then the head decides."""
    yield life.submits()
    for round, after in ((1, 0.0), (2, 9.0), (3, 18.0)):
        yield life.accepts(after + 1, round)
        yield life.resolves(after + 2.5, round)
        yield from life.dials(after + 6.5, f"{round}-confirm", answers=UNHAPPY)
    yield life.tells(30, routing.CloseComplaint, final_position="goodwill_only", note=said("终局"), by=HEAD)


def silent(life: Life) -> Iterator[Said]:
    """Nobody is reached; who is written to answers late, declines, or says nothing."""
    yield life.submits()
    yield life.accepts(1)
    yield life.resolves(2)
    yield from life.dials(6, "1-confirm", life.draw.choice(["busy", "no_answer", "voicemail"]), None)
    yield life.calls(10, calls.CancelCallback, callback="1-confirm", reason="customer_asked", by=DIALERS[2])
    if life.n % 3:
        yield life.answers(14, surveys.AnswerSurvey, survey="1-survey", answers=HAPPY, comment=said("谢谢"))
    yield life.answers(15, surveys.DeclineSurvey, survey="1-survey")


def unclear(life: Life) -> Iterator[Said]:
    """To triage, to a department that is not the right one, and to the right one."""
    yield life.submits(kind=None, narrative=None)
    yield life.tells(1, routing.AssignDepartments, departments=("quality",), lead="quality", by=TRIAGE)
    yield life.works(2, routing.DeclineWork, department="quality", reason="not_ours", note=said("不归我们"))
    yield life.tells(3, routing.AssignDepartments, work="1-quality", departments=("contracts",), lead="contracts", by=TRIAGE)
    yield life.accepts(4, department="contracts")
    yield life.resolves(6, department="contracts")
    yield from life.dials(10, "1-confirm")


def dangerous(life: Life) -> Iterator[Said]:
    """Two departments, and a danger to be contained first."""
    yield life.submits(hazards=("fire",), has_public_exposure=True)
    yield life.tells(1, routing.ReportContained, measure="power_off", note=said("断电"), by=clerk("safety"))
    for department in ("safety", life.department):
        yield life.accepts(1.5, department=department)
        yield life.resolves(4, department=department)
    yield from life.dials(8, "1-confirm")


def taken_back(life: Life) -> Iterator[Said]:
    yield life.submits()
    yield life.accepts(1)
    yield life.tells(life.draw.uniform(0.5, 9), routing.WithdrawComplaint, reason="settled_otherwise", note=said("不投诉了"))
    yield life.resolves(4)


def come_back(life: Life) -> Iterator[Said]:
    """Closed, and reopened by the customer; and the same matter is told again, as a submission of its own."""
    yield life.submits()
    yield life.accepts(1)
    yield life.resolves(2)
    yield from life.dials(6, "1-confirm")
    yield life.tells(9, routing.ReopenComplaint, reason="came_back", note=said("又坏了"))
    yield life.accepts(10, 2)
    yield life.resolves(11, 2)
    yield life.submits(12, f"{life.ref}-again", narrative=said("还是坏的"))
    yield from life.dials(15, "2-confirm")


def important(life: Life) -> Iterator[Said]:
    """A key customer, cared for besides; praise is heard of it, and of a transaction."""
    yield life.asks(0, intake.SetCustomerProfile, request=f"{life.ref}-p", customer=customer(life.n), tier="key", is_vulnerable=True)
    yield life.submits(0.5)
    yield life.accepts(1.5)
    yield life.resolves(3)
    yield from life.dials(7, "1-confirm")
    yield from life.dials(13, "1-care", answers=None)
    praise = {"listening_post": "complaint_line", "is_praise": True, "answers": HAPPY}
    yield life.answers(16, surveys.RecordFeedback, **praise, comment=said("服务好"))
    about = {"complaint_id": complaint_id(SOURCE, f"T-{life.n}"), "transaction_ref": f"T-{life.n}", "segment": "key"}
    yield life.answers(16.5, surveys.RecordFeedback, **praise | about)


def two_in_one(life: Life) -> Iterator[Said]:
    """Two files are one customer's, and then are forgotten."""
    other = 100_000 + life.n
    yield life.submits()
    yield Said(0.2, "intake", SubmitComplaint(source_ref=f"{life.ref}-other", channel="email", kind="service", customer=customer(other)),
               f"k-{other}")  # fmt: skip
    yield life.accepts(1)
    yield life.asks(2, intake.LinkCustomers, request=f"{life.ref}-link", customer=customer(other), into=customer(life.n))
    yield life.resolves(3)
    yield from life.dials(7, "1-confirm")
    yield life.asks(10, intake.EraseCustomer, request=f"{life.ref}-erase", customer=customer(life.n), now=life.draw.random() < 0.5)


def forger(life: Life) -> Iterator[Said]:
    """Somebody from outside says what only intake may say to itself, and guesses a seal."""
    yield life.submits()
    link = derived_id("chaos", life.ref)
    about: dict[str, Any] = {"link": link, "customer": f"c{life.n}", "into": f"d{life.n}", "seal": "0" * 64}
    told: dict[type[Command], dict[str, Any]] = {
        intake.GiveUpFile: {"linked_at": life.start, "command_id": link, "room": 1, "room_to_erase": 1},
        intake.KeepFile: {"reason": "full"},
        intake.AdoptFile: {"piece": "{}", "is_last": True, "number": 1, "dossiers_from": 0},
        intake.PassOn: {"message": "{}", "message_type": "intake.submit_complaint.v1", "message_id": link, "message_source": SOURCE,
                        "message_at": life.start},
        intake.ForgetFile: {"records": 1},
    }  # fmt: skip
    for after, (kind, fields) in enumerate(told.items(), 1):
        yield life.asks(after, kind, **about | fields)
    noted = {"customer": f"c{life.n}", "complaint_id": life.id, "complaint_source": SOURCE, "source_ref": life.ref}
    yield life.asks(6, intake.NoteComplaint, **noted, since=life.start)
    yield life.tells(7, routing.WithdrawComplaint, reason="settled_otherwise")


Play = Callable[[Life], Iterator[Said]]
LIVES: dict[Play, int] = {
    content: 6, slow: 3, put_right: 4, dissatisfied: 3, silent: 3, unclear: 2, dangerous: 2, taken_back: 2, come_back: 2, important: 2,
    two_in_one: 2, forger: 1,
}  # fmt: skip
"""And how often."""
OF_ANY_KIND = frozenset({content, slow, dissatisfied, silent, taken_back, come_back, important})
"""The others are about a product's quality."""
