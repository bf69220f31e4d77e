"""Any command and any word of the other services at any time: events or a listed refusal, never an exception, each fact once.

Instants are milliseconds; the policy's numbers are small enough for everything to meet everything.
"""

from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.callback import (
    REASONS,
    CallbackAbandoned,
    CallbackAttempted,
    CallbackAttemptStarted,
    CallbackBroken,
    CallbackCancelled,
    CallbackCompleted,
    CallbackDue,
    CallbackImpossible,
    CallbackPromised,
)
from contracts.common import Answers
from contracts.intake import Reachable
from contracts.model import Event, Staff
from services.callback.policy import LOST
from services.callback.rules import Outcome
from services.callback.state import Complaint
from tests.core.callback.desk import MS, Desk, phone_only
from tests.core.heard import (
    ANNA,
    BAO,
    EVERY_WAY,
    START,
    closed,
    erased,
    every_event,
    in_round,
    registered,
    reopened,
    resolved,
    routed,
    withdrawn,
)

POLICY = phone_only(
    earliest_after_seconds=3, latest_after_seconds=9, abandon_after_seconds=20, allowed_seconds=5, again_seconds=2, lease_seconds=4,
    max_attempts=3, settle_seconds=2,
    outcomes={
        "reached": Outcome(reaches=True), "busy": Outcome(pauses_seconds=(1, 2, 3, 4)), "refused": Outcome(),
        "failed": Outcome(counted=False, pauses_seconds=(1,)),
    },
)  # fmt: skip
OUTCOMES = ("reached", "reached", "busy", "busy", "failed", "refused", "unheard_of")
TELLING = (routed(), resolved(), reopened(), registered())
ANYTHING = (withdrawn(), closed(), erased(), *every_event("callback"))
ANSWERS = (None, Answers(), Answers(solved=True))
ROUNDS = st.integers(1, 3)
CALLBACKS = st.sampled_from((*[None] * 8, "1-confirm", "2-confirm", "unheard_of"))
"""None: the last that was promised."""
ENDS = (CallbackCompleted, CallbackAbandoned, CallbackCancelled, CallbackImpossible)


class AtAnyTime(RuleBasedStateMachine):
    @initialize(reachable=st.sampled_from((*[EVERY_WAY] * 5, Reachable(mail=True))), knows=st.sampled_from((True, True, True, False)))
    def opened(self, reachable: Reachable, knows: bool) -> None:
        self.desk = Desk(POLICY, knows, reachable=reachable).hears(resolved(), 0)
        self.ms = 0
        self.desk.until(0)

    @property
    def complaint(self) -> Complaint | None:
        document = self.desk.run.document("callback", registered().complaint_id)
        return document.state if document else None

    def named(self, callback: str | None) -> str:
        promises = self.complaint.promises if self.complaint else ()
        return callback or (promises[-1].id if promises else "1-confirm")

    @rule(ms=st.sampled_from((1, 499, 500, 999, 1000, 1001, 2000, 3000, 4000, 9000, 30_000)))
    def time_passes(self, ms: int) -> None:
        self.ms += ms
        self.desk.until(self.ms * MS)

    @rule(callback=CALLBACKS, by=st.sampled_from((ANNA, BAO)))
    def a_dialer_claims(self, callback: str | None, by: Staff) -> None:
        self.desk.claims(self.ms * MS, by, self.named(callback)).until(self.ms * MS)

    @rule(callback=CALLBACKS, by=st.sampled_from((ANNA, BAO)), outcome=st.sampled_from(OUTCOMES), answers=st.sampled_from(ANSWERS))
    def a_dialer_reports(self, callback: str | None, by: Staff, outcome: str, answers: Answers | None) -> None:
        self.desk.reports(outcome, self.ms * MS, by, self.named(callback), answers, note="备注").until(self.ms * MS)

    @rule(by=st.sampled_from((ANNA, BAO)), outcome=st.sampled_from(OUTCOMES), wait=st.sampled_from((0, 1000, 3999, 4000)))
    def a_dialer_calls_when_it_is_due(self, by: Staff, outcome: str, wait: int) -> None:
        due = min((promise.due_at for promise in self.complaint.live), default=START) if self.complaint else START
        self.time_passes(max(0, (due - START) // timedelta(milliseconds=1) - self.ms))
        self.a_dialer_claims(None, by)
        self.time_passes(wait)
        self.a_dialer_reports(None, by, outcome, None)

    @rule()
    def what_is_over_is_reopened_and_resolved(self) -> None:
        if self.complaint and not self.complaint.live:
            self.something_is_told(reopened(), self.complaint.round + 1, 0)
            self.something_is_told(resolved(), self.complaint.round, 0)

    @rule(event=st.sampled_from(TELLING), round=ROUNDS, late=st.sampled_from((0, 0, 1, 1000, 8000)))
    def something_is_told(self, event: Event, round: int, late: int) -> None:
        self.desk.hears(in_round(event, round), self.ms * MS, dated=(self.ms - late) * MS).until(self.ms * MS)

    @rule(event=st.sampled_from(ANYTHING), round=ROUNDS, is_told=st.sampled_from((True, False, False, False)))
    def anything_is_told(self, event: Event, round: int, is_told: bool) -> None:
        if is_told:
            self.something_is_told(event, round, 0)

    @invariant()
    def nobody_is_dead_and_refusals_are_listed(self) -> None:
        assert self.desk.run.dead == []
        assert {reason for reason, _ in self.desk.refused} <= set(REASONS) | {"erased"}

    @invariant()
    def the_state_survives_its_store(self) -> None:
        if self.complaint:
            assert Complaint.model_validate_json(self.complaint.model_dump_json()) == self.complaint

    def teardown(self) -> None:
        if not hasattr(self, "desk"):
            return
        self.something_is_told(registered(), 1, 0)
        self.desk.to_the_end()
        self.nobody_is_dead_and_refusals_are_listed()
        for callback in {getattr(told.message, "callback", None) for told in self.desk.run.events} - {None}:
            _check([told.message for told in self.desk.run.events if getattr(told.message, "callback", None) == callback])
        stamps = [told.envelope.at for told in self.desk.run.events]
        assert stamps == sorted(stamps)


def _check(life: list[Event]) -> None:
    """One callback's facts, from first to last: nothing is left to come."""
    first, last = life[0], life[-1]
    assert isinstance(first, CallbackPromised | CallbackImpossible) and isinstance(last, ENDS)
    assert sum(isinstance(fact, ENDS) for fact in life) == 1
    assert sum(isinstance(fact, CallbackPromised | CallbackImpossible) for fact in life) == 1
    assert sum(isinstance(fact, CallbackBroken) for fact in life) <= 1
    _check_claims(life)
    counted = [fact for fact in life if isinstance(fact, CallbackAttempted) and fact.outcome not in (LOST, "failed")]
    assert [fact.attempt for fact in counted] == list(range(1, len(counted) + 1)) and len(counted) <= POLICY.max_attempts
    if isinstance(last, CallbackCompleted):
        assert (last.late_by_seconds > 0) == any(isinstance(fact, CallbackBroken) for fact in life)


def _check_claims(life: list[Event]) -> None:
    """At most one holds the claim; only the holder's attempt is told; nobody is told to call while someone calls."""
    holder: Staff | None = None
    is_due = False
    for fact in life:
        match fact:
            case CallbackDue():
                assert holder is None
                is_due = True
            case CallbackAttemptStarted(by=by):
                assert holder is None and is_due
                holder, is_due = by, False
            case CallbackAttempted(by=by):
                assert holder == by
                holder = None


AtAnyTime.TestCase.settings = settings(
    max_examples=60, stateful_step_count=40, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAnyCommandAndAnyWordAtAnyTime = AtAnyTime.TestCase
