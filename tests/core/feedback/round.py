"""A round's feedback in virtual time: one complaint, its customer, and what feedback says.  Instants are hours after the resolution."""

from collections.abc import Sequence
from typing import Any, Self

from contracts.callback import CallbackAbandoned, CallbackCancelled, CallbackCompleted, CallbackImpossible, CallbackPromised
from contracts.common import Answers, AnswersSaid, CommandRefused
from contracts.feedback import AnswerRelationshipSurvey, AnswerSurvey, ByDimension, DeclineSurvey, ItemsSaid, RecordFeedback
from contracts.ids import complaint_id
from contracts.model import Command, Event, Money
from contracts.servqual import ITEMS
from services.feedback import SERVICE
from services.feedback.policy import FeedbackPolicy, Relationship
from services.feedback.state import Complaint
from services.platform.kernel.agenda import Agenda
from services.platform.kernel.run import Run
from services.platform.kernel.service import Practice
from tests.core.heard import ANNA, COMPLAINT, WHO, closed, hour, registered, resolved, speaker_of

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


def promised(round: int = 1, purpose: str = "confirm") -> CallbackPromised:
    """A further one, which somebody asked for."""
    return CallbackPromised(
        **WHO, round=round, callback=f"{round}-{purpose}-2", purpose=purpose, channel="phone", earliest=hour(0), latest=hour(1000),
        because="requested", policy="default/callback@1",
    )  # fmt: skip


def cancelled(callback: str = "1-confirm-2") -> CallbackCancelled:
    return CallbackCancelled(**WHO, round=1, callback=callback, reason="not_needed")


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

    def asks(self, at: float, command: Command, source: str = "web") -> Self:
        self.run.send("feedback", command, at=hour(at), source=source)
        return self

    def answered(self, at: float, answers: AnswersSaid, survey: str = "1-survey", comment: str | None = None) -> Self:
        return self.asks(at, AnswerSurvey(complaint_id=COMPLAINT, survey=survey, answers=answers, comment=comment))

    def declined(self, at: float, survey: str = "1-survey") -> Self:
        return self.asks(at, DeclineSurvey(complaint_id=COMPLAINT, survey=survey))

    def measured(self, at: float, items: ItemsSaid, survey: str = "relationship") -> Self:
        return self.asks(at, AnswerRelationshipSurvey(complaint_id=COMPLAINT, survey=survey, items=items))

    def recorded(self, at: float, transaction: str | None = None, source: str = "shop", **said: Any) -> Self:
        """About the complaint, or about a transaction of the source."""
        told: dict[str, Any] = {"complaint_id": complaint_id(source, transaction) if transaction else COMPLAINT}
        told |= {"transaction_ref": transaction, "listening_post": "transaction_survey"}
        return self.asks(at, RecordFeedback.model_validate(told | said), source)

    def unwoken(self) -> Self:
        """An outage of the timers: nothing wakes the complaint until a record about it is read."""
        self.run._agenda = Agenda()
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


def items(expectation: int = 6, perception: int = 6, weights: ByDimension | None = None, **gaps: Sequence[int]) -> ItemsSaid:
    """All 22, alike but for the gaps of the dimensions named."""
    seen = [perception + gap for name, count in ITEMS.items() for gap in gaps.get(name, [0] * count)]
    return ItemsSaid(expectation=(expectation,) * 22, perception=tuple(seen), weights=weights)


def asked(policy: FeedbackPolicy = POLICY, **facts: Any) -> Ear:
    """A complaint resolved at hour 0, whose callback was given up at hour 30: a survey asks."""
    return Ear(policy, **facts).hears(resolved(), at=0).hears(abandoned(), at=30)


EVERYBODY = FeedbackPolicy(reference="test/feedback@1", relationship=Relationship(sample_permille=1000, after_seconds=3600))
"""All are of the sample, and asked an hour after the closing."""


def asked_about_relationship(policy: FeedbackPolicy = EVERYBODY, **facts: Any) -> Ear:
    """A complaint closed at hour 0, whose customer is asked about the relationship at hour 1."""
    return Ear(policy, **facts).hears(resolved(), at=-1).hears(closed(), at=0)


def weights(**points: int) -> ByDimension:
    """Those of §4.5, but for the points named."""
    return ByDimension(**{"tangibles": 11, "reliability": 32, "responsiveness": 22, "assurance": 19, "empathy": 16} | points)
