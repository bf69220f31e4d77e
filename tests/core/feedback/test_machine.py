"""Any command and any word of the other services at any time: events or a listed refusal, never an exception, each fact once."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.common import Answers, AnswersSaid
from contracts.feedback import (
    REASONS,
    DissatisfactionReported,
    FeedbackReceived,
    ItemsSaid,
    RecoveryConfirmed,
    RelationshipMeasured,
    SurveyCancelled,
    SurveyDeclined,
    SurveyExpired,
    SurveyReminded,
    SurveyRequested,
)
from contracts.intake import Reachable
from contracts.model import Event
from services.feedback.policy import FeedbackPolicy, Relationship
from services.feedback.state import Complaint
from services.feedback.verdict import tells
from tests.core.feedback.round import MS, Ear, abandoned, cancelled, completed, impossible, items, promised
from tests.core.heard import EVERY_WAY, closed, erased, every_event, in_round, registered, reopened, resolved, withdrawn

POLICY = FeedbackPolicy(
    expires_after_seconds=10, reminder_after_seconds=5, relationship=Relationship(sample_permille=1000, after_seconds=3)
)
SAID = (Answers(solved=True), Answers(solved=False), Answers(perceived=3), Answers(csat=3, expected=3, perceived=3), Answers(effort=1))
BEYOND = (AnswersSaid(csat=0), AnswersSaid(solved=True, nps=11))
ITEMS = (items(), items(7, 1), ItemsSaid(expectation=(), perception=(9,)))
TELLING = (
    resolved(), reopened(), registered(), abandoned(), abandoned(), impossible(), completed(), completed(SAID[0]), completed(SAID[1]),
    completed(SAID[2]), completed(SAID[4]), promised(), cancelled(),
)  # fmt: skip
ANYTHING = (withdrawn(), closed(), erased(), *every_event("feedback"))
VERDICTS = (DissatisfactionReported, RecoveryConfirmed)


class AtAnyTime(RuleBasedStateMachine):
    @initialize(
        reachable=st.sampled_from((*[EVERY_WAY] * 5, Reachable())),
        core=st.sampled_from((None, 5)),
        knows=st.sampled_from((True, True, False)),
    )
    def opened(self, reachable: Reachable, core: int | None, knows: bool) -> None:
        self.ear = Ear(POLICY, knows, reachable=reachable, core=core).until(0)
        self.ms = 0

    @rule(ms=st.sampled_from((1, 500, 999, 1000, 4000, 9000, 11_000)))
    def time_passes(self, ms: int) -> None:
        self.ms += ms
        self.ear.until(self.ms * MS)

    @property
    def complaint(self) -> Complaint | None:
        document = self.ear.run.document("feedback", registered().complaint_id)
        return document.state if document else None

    def round(self, after: int = 0) -> int:
        return max(1, (self.complaint.round if self.complaint else 1) + after)

    @rule(after=st.sampled_from((0, 0, 0, 0, -1, 1)), answers=st.sampled_from(SAID + BEYOND))
    def a_customer_answers(self, after: int, answers: AnswersSaid) -> None:
        self.ear.answered(self.ms * MS, answers, f"{self.round(after)}-survey", comment="意见").until(self.ms * MS)

    @rule(after=st.sampled_from((0, 0, -1)), is_relationship=st.booleans())
    def a_customer_declines(self, after: int, is_relationship: bool) -> None:
        self.ear.declined(self.ms * MS, "relationship" if is_relationship else f"{self.round(after)}-survey").until(self.ms * MS)

    @rule(said=st.sampled_from(ITEMS), is_asked=st.booleans())
    def a_customer_tells_of_the_relationship(self, said: ItemsSaid, is_asked: bool) -> None:
        survey = "relationship" if is_asked else f"{self.round()}-survey"
        self.ear.measured(self.ms * MS, said, survey).until(self.ms * MS)

    @rule(
        transaction=st.sampled_from((None, None, "O-1", "O-2", "T-1")), source=st.sampled_from(("shop", "crm")),
        answers=st.sampled_from((Answers(), *SAID, *BEYOND)), said=st.sampled_from((None, *ITEMS)), is_praise=st.booleans(),
        comment=st.sampled_from((None, "谢谢")), post=st.sampled_from(("feedback_card", "crystal_ball")),
    )  # fmt: skip
    def something_is_heard_unasked(
        self, transaction: str | None, source: str, answers: AnswersSaid, said: ItemsSaid | None, is_praise: bool, comment: str | None,
        post: str,
    ) -> None:  # fmt: skip
        facts = {"answers": answers.model_dump(), "items": said, "is_praise": is_praise, "comment": comment, "listening_post": post}
        self.ear.recorded(self.ms * MS, transaction, source, **facts).until(self.ms * MS)

    @rule()
    def the_round_is_closed(self) -> None:
        self.something_is_told(closed(), 0, 0)

    @rule()
    def nobody_is_reached_in_a_new_round(self) -> None:
        if self.complaint and not self.complaint.live:
            self.something_is_told(reopened(), 1, 0)
            self.something_is_told(abandoned(), 0, 0)

    @rule(event=st.sampled_from(TELLING), after=st.sampled_from((0, 0, 0, -1, 1)), late=st.sampled_from((0, 0, 1, 1000, 8000)))
    def something_is_told(self, event: Event, after: int, late: int) -> None:
        self.ear.hears(in_round(event, self.round(after)), self.ms * MS, dated=(self.ms - late) * MS).until(self.ms * MS)

    @rule(event=st.sampled_from(ANYTHING), after=st.sampled_from((0, 0, -1, 1)), is_told=st.sampled_from((True, False, False, False)))
    def anything_is_told(self, event: Event, after: int, is_told: bool) -> None:
        if is_told:
            self.something_is_told(event, after, 0)

    @invariant()
    def nobody_is_dead_and_refusals_are_listed(self) -> None:
        assert self.ear.run.dead == []
        assert {reason for reason, _ in self.ear.refused} <= set(REASONS) | {"erased"}

    @invariant()
    def the_state_survives_its_store(self) -> None:
        if self.complaint:
            assert Complaint.model_validate_json(self.complaint.model_dump_json()) == self.complaint

    def teardown(self) -> None:
        if not hasattr(self, "ear"):
            return
        self.something_is_told(registered(), 0, 0)
        self.ear.to_the_end()
        self.nobody_is_dead_and_refusals_are_listed()
        everything = [told.message for told in self.ear.run.events]
        assert sum(isinstance(fact, SurveyRequested) and fact.kind == "relationship" for fact in everything) <= 1
        recorded = [fact.complaint_id for fact in everything if isinstance(fact, FeedbackReceived) and fact.group == "control"]
        assert len(recorded) == len(set(recorded)), "one of each transaction"
        for round in range(1, self.round() + 1):
            _check([fact for fact in everything if isinstance(fact, Event) and getattr(fact, "round", None) == round])


def _check(life: list[Event]) -> None:
    """A round's facts, from first to last: at most one survey, which ends; at most one answer, and a verdict with each."""

    def count(*kinds: type[Event], of: str | None = None) -> int:
        return sum(isinstance(fact, kinds) and of in (None, getattr(fact, "kind", None)) for fact in life)

    asked = [fact for fact in life if isinstance(fact, FeedbackReceived) and fact.via != "listening_post" and fact.purpose is None]
    received = [fact for fact in asked if tells(fact.answers, fact.gap)]
    assert len(received) == count(*VERDICTS) <= 1
    by_survey = sum(fact.via == "survey" for fact in received)
    by_items = sum(isinstance(fact, RelationshipMeasured) and fact.survey == "relationship" for fact in life)
    for kind, answered in (("recovery", by_survey), ("relationship", by_items)):
        assert count(SurveyExpired, SurveyCancelled, of=kind) + answered == count(SurveyRequested, of=kind) <= 1
        assert count(SurveyReminded, of=kind) <= count(SurveyRequested, of=kind)
        assert count(SurveyDeclined, of=kind) <= count(SurveyRequested, of=kind)
    assert not received or isinstance(life[life.index(received[0]) + 1], VERDICTS), "the verdict comes right after what it rests on"
    if received and received[0].gap is not None and received[0].answers.expected is not None:
        assert received[0].gap == (received[0].answers.perceived or 0) - received[0].answers.expected


AtAnyTime.TestCase.settings = settings(
    max_examples=60, stateful_step_count=40, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAnyCommandAndAnyWordAtAnyTime = AtAnyTime.TestCase
