"""A round's feedback in virtual time: one complaint, its customer, and what feedback says.  Instants are hours after the resolution."""

from typing import Any, Self

from contracts.callback import CallbackAbandoned, CallbackCompleted, CallbackImpossible
from contracts.common import Answers, CommandRefused
from contracts.feedback import AnswerSurvey
from contracts.model import Event, Money
from services.feedback import SERVICE
from services.feedback.policy import FeedbackPolicy
from services.feedback.state import Complaint
from services.platform.kernel.run import Run
from services.platform.kernel.service import Practice
from tests.core.heard import ANNA, COMPLAINT, WHO, hour, registered, resolved, speaker_of

POLICY = FeedbackPolicy(reference="test/feedback@1")
"""Real life's numbers: a survey can be answered for 14 days."""
EXPIRY = 14 * 24.0
SECOND = 1 / 3600
MS = SECOND / 1000


def completed(answers: Answers | None = None, round: int = 1, purpose: str = "confirm") -> CallbackCompleted:
    return CallbackCompleted(
        **WHO, round=round, callback=f"{round}-{purpose}", purpose=purpose, attempt=1, outcome="reached", answers=answers,
        late_by_seconds=0, cost=Money(amount_minor=0, currency="USD"), policy="default/callback@1", by=ANNA,
    )  # fmt: skip


def abandoned(round: int = 1, purpose: str = "confirm", reason: str = "attempts_used_up") -> CallbackAbandoned:
    return CallbackAbandoned(**WHO, round=round, callback=f"{round}-{purpose}", purpose=purpose, attempts=3, reason=reason)


def impossible(round: int = 1, purpose: str = "confirm", reason: str = "no_phone") -> CallbackImpossible:
    return CallbackImpossible(**WHO, round=round, callback=f"{round}-{purpose}", purpose=purpose, reason=reason)


class Ear:
    def __init__(self, policy: FeedbackPolicy = POLICY, knows: bool = True, **facts: Any) -> None:
        """`knows`: whether the complaint was registered (two days before it was resolved); `facts` of it."""
        self.run = Run([Practice(SERVICE, policy)])
        if knows:
            self.hears(registered(**facts), at=-48)

    def hears(self, event: Event, at: float, dated: float | None = None) -> Self:
        """An event of another service; `dated`: when it happened, where it comes later than that."""
        self.run.tell(speaker_of(event), event, at=hour(at), dated=None if dated is None else hour(dated))
        return self

    def answered(self, at: float, answers: Answers, survey: str = "1-survey", comment: str | None = None) -> Self:
        told = AnswerSurvey(complaint_id=COMPLAINT, survey=survey, answers=answers, comment=comment)
        self.run.send("feedback", told, at=hour(at), source="web")
        return self

    def until(self, at: float) -> Self:
        self.run.until(hour(at))
        return self

    def to_the_end(self) -> Self:
        self.run.to_the_end()
        return self

    @property
    def told(self) -> list[str]:
        """What feedback said, by name."""
        assert not self.run.dead, self.run.dead
        return self.run.told()

    @property
    def stamps(self) -> list[tuple[str, Any]]:
        """What feedback said, and when."""
        return [(type(told.message).__name__, told.envelope.at) for told in self.run.events]

    @property
    def refused(self) -> list[tuple[str, str | None]]:
        return [(refusal.reason, refusal.see) for refusal in self.run.all(CommandRefused)]

    @property
    def complaint(self) -> Complaint:
        document = self.run.document("feedback", COMPLAINT)
        assert document is not None
        return document.state


def asked(policy: FeedbackPolicy = POLICY, **facts: Any) -> Ear:
    """A complaint resolved at hour 0, whose callback was given up at hour 30: a survey asks."""
    return Ear(policy, **facts).hears(resolved(), at=0).hears(abandoned(), at=30)
