"""As `test_machine`, with every channel, purpose, window and wish: events or a listed refusal, never an exception, each fact once."""

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
    CallbackRescheduled,
    CancelCallback,
    RequestCallback,
    RescheduleCallback,
)
from contracts.intake import ContactWindow, Reachable
from contracts.model import Event, Staff
from contracts.routing import ClockBreached
from services.callback.policy import CallbackPolicy
from services.callback.rules import Care, LegalHours, Limit, Outcome, Progress, Rung, Supervise, Window
from services.callback.state import Complaint
from services.platform.business_time import WEEKDAYS, CalendarRules
from tests.core.callback.desk import Desk
from tests.core.callback.test_purposes import clock, progress
from tests.core.heard import (
    ANNA,
    BAO,
    EVERY_WAY,
    START,
    closed,
    contact,
    erased,
    hour,
    in_round,
    informed,
    profiled,
    registered,
    reopened,
    resolved,
    withdrawn,
)

SOON = Window(earliest_after_seconds=0, latest_after_seconds=7200, abandon_after_seconds=30_000)
POLICY = CallbackPolicy(
    calendars={"desk": CalendarRules(zone="UTC", weekly=dict.fromkeys(WEEKDAYS, (("06:00", "11:00"), ("12:00", "24:00"))))}, desk="desk",
    legal_hours=LegalHours(), earliest_after_seconds=3600, latest_after_seconds=20_000, abandon_after_seconds=60_000,
    allowed_seconds=7200, again_seconds=1800, limit=Limit(attempts=4, within_seconds=20_000),
    ladder=(Rung(channel="phone"), Rung(channel="message", max_attempts=1, rests_seconds=1800), Rung(channel="visit", max_attempts=1)),
    progress=Progress(window=SOON), care=Care(tiers=("general",), window=SOON), supervise=Supervise(per_ten_thousand=10_000, window=SOON),
    outcomes={
        "reached": Outcome(reaches=True), "busy": Outcome(pauses_seconds=(60, 600, 3600)), "refused": Outcome(ends=True),
        "failed": Outcome(counted=False, pauses_seconds=(60,)), "wrong_number": Outcome(asks_for_phone=True), "sent": Outcome(),
    },
)  # fmt: skip
OUTCOMES = ("reached", "busy", "busy", "failed", "refused", "wrong_number", "sent", "sent")
NEVER = ("Pacific/Honolulu", "Europe/Paris", "Asia/Tokyo")
TOLD: tuple[Event, ...] = (
    resolved(), resolved(), reopened(), closed(), clock(ClockBreached), progress(), progress(told=True), contact(),
    informed(is_chasing=True),
    contact(has_new_phone=True, reachable=Reachable(phone=True)), informed(time_zones=("Asia/Shanghai",)), informed(time_zones=NEVER),
    informed(time_zones=("UTC",)), informed(is_vulnerable=True), profiled(), profiled(do_not_call=True), withdrawn(), erased(),
)  # fmt: skip
WINDOWS = ((), (), (ContactWindow(days=(1, 2), opens="10:00", closes="18:00"),))
ENDS = (CallbackCompleted, CallbackAbandoned, CallbackCancelled)
HOURS = st.sampled_from((-1, 0, 0.5, 2, 5, 12, 40, 2000))


class AllAtAnyTime(RuleBasedStateMachine):
    @initialize(
        reachable=st.sampled_from((EVERY_WAY, EVERY_WAY, Reachable(phone=True), Reachable(mail=True), Reachable(post=True), Reachable())),
        zones=st.sampled_from(((), ("Asia/Shanghai",), ("Europe/London", "America/New_York"), NEVER)), windows=st.sampled_from(WINDOWS),
    )  # fmt: skip
    def opened(self, reachable: Reachable, zones: tuple[str, ...], windows: tuple[ContactWindow, ...]) -> None:
        self.desk = Desk(POLICY, reachable=reachable, time_zones=zones, contact_windows=windows)
        self.at = 0.0
        self.desk.until(0)

    @property
    def complaint(self) -> Complaint:
        return self.desk.complaint

    def named(self, n: int) -> str:
        promises = self.complaint.promises
        return promises[-1 - n % len(promises)].id if promises else "1-confirm"

    @rule(hours=st.sampled_from((0.001, 0.1, 0.25, 1, 3, 8, 24)))
    def time_passes(self, hours: float) -> None:
        self.at += hours
        self.desk.until(self.at)

    @rule(n=st.integers(0, 2), outcome=st.sampled_from(OUTCOMES), by=st.sampled_from((ANNA, BAO)), wait=st.sampled_from((0, 0.05, 0.25)))
    def somebody_tries(self, n: int, outcome: str, by: Staff, wait: float) -> None:
        self.desk.claims(self.at, by, self.named(n)).until(self.at)
        self.time_passes(wait)
        self.desk.reports(outcome, self.at, by, self.named(n)).until(self.at)

    @rule(outcome=st.sampled_from(OUTCOMES))
    def somebody_tries_what_is_due(self, outcome: str) -> None:
        due = min(self.complaint.live, key=lambda promise: promise.due_at, default=None)
        if due:
            self.at = max(self.at, (due.due_at - START) / timedelta(hours=1))
            self.desk.until(self.at).claims(self.at, ANNA, due.id).reports(outcome, self.at, ANNA, due.id).until(self.at)

    @rule(event=st.sampled_from(TOLD), round=st.integers(1, 2), late=st.sampled_from((0, 0, 0.001, 1)), is_told=st.booleans())
    def something_is_told(self, event: Event, round: int, late: float, is_told: bool) -> None:
        if is_told or event not in TOLD[-3:]:
            self.desk.hears(in_round(event, round), self.at, dated=self.at - late).until(self.at)

    @rule(purpose=st.sampled_from(("progress", "care", "supervise", "confirm")), earliest=st.none() | HOURS, latest=HOURS)
    def one_is_asked_for(self, purpose: str, earliest: float | None, latest: float) -> None:
        begins = None if earliest is None else hour(self.at + earliest)
        self.desk.wishes(RequestCallback, self.at, purpose=purpose, earliest=begins, latest=hour(self.at + latest)).until(self.at)

    @rule(n=st.integers(0, 2), earliest=st.none() | HOURS, latest=HOURS)
    def one_is_moved(self, n: int, earliest: float | None, latest: float) -> None:
        begins, ends = None if earliest is None else hour(self.at + earliest), hour(self.at + latest)
        self.desk.wishes(RescheduleCallback, self.at, callback=self.named(n), earliest=begins, latest=ends, reason="wish").until(self.at)

    @rule(n=st.integers(0, 2), is_wished=st.booleans())
    def one_is_called_off(self, n: int, is_wished: bool) -> None:
        if is_wished:
            self.desk.wishes(CancelCallback, self.at, callback=self.named(n), reason="wish").until(self.at)

    @invariant()
    def nobody_is_dead_and_refusals_are_listed(self) -> None:
        assert self.desk.run.dead == []
        document = self.desk.run.document("callback", registered().complaint_id)
        assert document is not None and not document.parked
        assert {reason for reason, _ in self.desk.refused} <= set(REASONS) | {"erased"}

    @invariant()
    def the_state_survives_its_store_and_nobody_is_rung_up_twice(self) -> None:
        assert Complaint.model_validate_json(self.complaint.model_dump_json()) == self.complaint
        assert sum(promise.lease is not None for promise in self.complaint.live) <= 1

    def teardown(self) -> None:
        if not hasattr(self, "desk"):
            return
        self.desk.to_the_end()
        self.nobody_is_dead_and_refusals_are_listed()
        assert not self.complaint.live
        channel = dict[str, str]()
        started, rung_up = [], []
        for told in self.desk.run.events:
            if isinstance(told.message, CallbackDue):
                channel[told.message.callback] = told.message.channel
            if isinstance(told.message, CallbackAttemptStarted):
                started.append(told.envelope.at)
                rung_up += [told.envelope.at] if channel[told.message.callback] in ("phone", "visit") else []
        assert all(told.message.allowed_until > told.envelope.at for told in self.desk.run.events if isinstance(told.message, CallbackDue))
        lost = sum(told.outcome == "lost" for told in self.desk.run.all(CallbackAttempted))
        dues = [told.envelope.at for told in self.desk.run.events if isinstance(told.message, CallbackDue)]
        assert all(6 <= at.hour != 11 for at in (*started, *dues)), "never while the desk is closed, whatever was learnt of the customer"
        for at in rung_up:
            assert sum(at - timedelta(seconds=20_000) < other <= at for other in rung_up) <= POLICY.limit.attempts + lost
        for callback in {getattr(told.message, "callback", None) for told in self.desk.run.events} - {None}:
            _check([told.message for told in self.desk.run.events if getattr(told.message, "callback", None) == callback])


def _check(life: list[Event]) -> None:
    ends = [fact for fact in life if isinstance(fact, ENDS) or (isinstance(fact, CallbackImpossible) and not fact.goes_on)]
    assert len(ends) == 1 and ends[0] is life[-1]
    broken = [fact for fact in life if isinstance(fact, CallbackBroken)]
    assert len(broken) <= 1
    latest = [fact.latest for fact in life if isinstance(fact, CallbackPromised | CallbackRescheduled)]
    assert all(fact.broken_at == latest[-1] + timedelta(seconds=1) for fact in broken)
    claimed = [isinstance(fact, CallbackAttemptStarted) for fact in life if isinstance(fact, CallbackAttemptStarted | CallbackAttempted)]
    assert claimed == [n % 2 == 0 for n in range(len(claimed))], "one winner at a time"
    if isinstance(life[-1], CallbackCompleted):
        assert (life[-1].late_by_seconds > 0) == bool(broken)


AllAtAnyTime.TestCase.settings = settings(
    max_examples=60, stateful_step_count=40, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAnythingAtAnyTime = AllAtAnyTime.TestCase
