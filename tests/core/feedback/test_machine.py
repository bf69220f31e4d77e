"""Any command and any word of the other services at any time: events or a listed refusal, never an exception, each fact once."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.common import Answers
from contracts.feedback import (
    REASONS,
    DissatisfactionReported,
    FeedbackReceived,
    RecoveryConfirmed,
    SurveyCancelled,
    SurveyExpired,
    SurveyRequested,
)
from contracts.intake import Reachable
from contracts.model import Event
from services.feedback.policy import FeedbackPolicy
from services.feedback.state import Complaint
from tests.core.feedback.round import MS, Ear, abandoned, completed, impossible
from tests.core.heard import EVERY_WAY, closed, erased, every_event, in_round, registered, reopened, resolved, withdrawn

POLICY = FeedbackPolicy(expires_after_seconds=10)
SAID = (Answers(solved=True), Answers(solved=False), Answers(perceived=3), Answers(csat=3, expected=3, perceived=3), Answers(effort=1))
TELLING = (
    resolved(), reopened(), registered(), abandoned(), abandoned(), impossible(), completed(), completed(SAID[0]), completed(SAID[1]),
    completed(SAID[2]), completed(SAID[4]),
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

    @rule(after=st.sampled_from((0, 0, 0, 0, -1, 1)), answers=st.sampled_from(SAID))
    def a_customer_answers(self, after: int, answers: Answers) -> None:
        self.ear.answered(self.ms * MS, answers, f"{self.round(after)}-survey", comment="意见").until(self.ms * MS)

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
        for round in range(1, self.round() + 1):
            _check([told.message for told in self.ear.run.events if getattr(told.message, "round", None) == round])


def _check(life: list[Event]) -> None:
    """A round's facts, from first to last: at most one survey, which ends; at most one answer, and a verdict with each."""

    def count(*kinds: type[Event]) -> int:
        return sum(isinstance(fact, kinds) for fact in life)

    received = [fact for fact in life if isinstance(fact, FeedbackReceived)]
    assert len(received) == count(*VERDICTS) <= 1
    by_survey = sum(fact.via == "survey" for fact in received)
    assert count(SurveyExpired, SurveyCancelled) + by_survey == count(SurveyRequested) <= 1
    assert not received or isinstance(life[life.index(received[0]) + 1], VERDICTS), "the verdict comes right after what it rests on"
    if received and received[0].gap is not None:
        answers = received[0].answers
        assert received[0].gap == (answers.perceived or 0) - (answers.expected or 5)


AtAnyTime.TestCase.settings = settings(
    max_examples=60, stateful_step_count=40, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAnyCommandAndAnyWordAtAnyTime = AtAnyTime.TestCase
