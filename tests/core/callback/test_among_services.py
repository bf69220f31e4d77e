"""Callbacks among all four services, under the default policies: what a chase, a late call and a silence lead to.

Hour 0 is Monday, 2 March 2026, 09:00 UTC: 17:00 where the customer lives.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from contracts.callback import CallbackBroken, CallbackCompleted, CallbackDue, RecordAttempt, RequestCallback, StartAttempt, VisitRequested
from contracts.common import Answers
from contracts.ids import complaint_id
from contracts.intake import AddInformation, Customer, SetCustomerProfile, SubmitComplaint
from contracts.model import Staff
from contracts.routing import AcceptWork, ClockMet, ComplaintClosed, ComplaintEscalated, ReportProgress, ReportResolution
from services import callback, feedback, intake, routing
from services.platform.chassis.policies import load
from services.platform.kernel.run import Run
from services.platform.kernel.service import Practice

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
ID = complaint_id("crm", "T-1")
DESK = Staff(staff="s1", role="agent", department="quality")
SERVICES = (intake.service(b"a secret of sixteen bytes"), routing.SERVICE, callback.SERVICE, feedback.SERVICE)
WANG = Customer(phone="138 0013 8000", post="重庆市渝中区民权路 18 号", language="zh")
"""No zone is stated: the number tells it."""


def hour(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


@pytest.fixture
def run() -> Run:
    return Run(Practice(service, load("default", service)) for service in SERVICES)


def submit(run: Run, **more: object) -> None:
    customer = WANG.model_copy(update=more)
    told = SubmitComplaint(source_ref="T-1", channel="phone", kind="quality", customer=customer, narrative="热水器漏电。")
    run.send("intake", told, at=MONDAY)
    run.send("routing", AcceptWork(complaint_id=ID, work="1-quality", by=DESK), at=hour(0.5))


def resolve(run: Run, at: float) -> None:
    parts = ("acknowledgement", "apology", "explanation", "prevention", "appreciation", "invitation")
    report = ReportResolution(
        complaint_id=ID, work="1-quality", finding="upheld", cause_code="worn_part", no_action_because="single_case", answer_parts=parts,
        by=DESK,
    )  # fmt: skip
    run.send("routing", report, at=hour(at))


def attempt(run: Run, at: float, outcome: str, name: str = "1-confirm", **answers: object) -> None:
    named = {"complaint_id": ID, "callback": name, "by": DESK}
    run.send("callback", StartAttempt(**named), at=hour(at))
    told = Answers(**answers) if answers else None
    run.send("callback", RecordAttempt(**named, outcome=outcome, answers=told), at=hour(at + 0.05))


def channels(dues: Iterable[CallbackDue]) -> list[str]:
    return list(dict.fromkeys(due.channel for due in dues))


def test_who_chases_is_told_of_the_delay_and_that_is_a_first_answer(run: Run):
    submit(run)
    delayed = ReportProgress(complaint_id=ID, work="1-quality", delay_cause="parts_missing", next_update=hour(40), by=DESK)
    run.send("routing", delayed, at=hour(1))
    run.send("intake", AddInformation(request="I-1", source_ref="T-1", customer=WANG, is_chasing=True), at=hour(2))
    attempt(run, 2.5, "reached", "1-progress")
    run.until(hour(3))
    (due,) = run.all(CallbackDue)
    assert (due.purpose, due.because, due.script.delay_cause, due.script.next_update) == ("progress", "chased", "parts_missing", hour(40))
    assert due.time_zones == ("Asia/Shanghai",) and due.allowed_until < hour(4)
    assert "first_answer" in [clock.clock for clock in run.all(ClockMet)]


def test_a_clock_that_warns_makes_a_call_due_before_the_promise_is_missed(run: Run):
    submit(run)
    run.until(hour(24))
    due = run.all(CallbackDue)[0]
    at = next(told.envelope.at for told in run.events if isinstance(told.message, CallbackDue))
    assert (due.because, due.purpose) == ("clock_warned", "progress") and hour(19) < at < hour(24), "the first answer is due at hour 24"


def test_a_late_call_has_its_cost_and_the_broken_promise_is_told_of(run: Run):
    submit(run)
    resolve(run, 1)
    attempt(run, 26, "no_answer")
    attempt(run, 74, "reached", solved=True)
    run.to_the_end()
    (broken,) = run.all(CallbackBroken)
    (done,) = run.all(CallbackCompleted)
    assert (broken.broken_at, done.late_by_seconds, done.cost.amount_minor) == (hour(73) + timedelta(seconds=1), 3780, 276)
    assert [told.how for told in run.all(ComplaintClosed)] == ["confirmed"] and run.told("callback")[-1] == "CallbackCancelled"


def test_a_vulnerable_customer_who_never_answers_is_visited_and_never_closed_on_silence(run: Run):
    submit(run, vulnerable=True)
    resolve(run, 1)
    for at in (26, 39, 63.1):
        attempt(run, at, "no_answer")
    attempt(run, 64, "not_home")
    attempt(run, 65, "sent")
    attempt(run, 90, "sent")
    run.to_the_end()
    assert channels(run.all(CallbackDue)) == ["phone", "visit", "message", "letter"] and run.all(VisitRequested)[0].is_vulnerable
    assert run.all(ComplaintClosed) == [] and "vulnerable_silence" in [told.reason for told in run.all(ComplaintEscalated)]
    assert "CommandRefused" not in run.told() and run.dead == []


def test_a_vulnerable_customer_who_is_found_late_and_content_is_recorded_as_such(run: Run):
    """Long after the ladder and the survey were over: somebody asks for one more call to confirm, and the round has its answer."""
    submit(run, vulnerable=True)
    resolve(run, 1)
    run.until(hour(40 * 24))
    assert "vulnerable_silence" in [told.reason for told in run.all(ComplaintEscalated)] and run.all(ComplaintClosed) == []
    again = RequestCallback(complaint_id=ID, purpose="confirm", latest=hour(42 * 24), by=DESK)
    run.send("callback", again, at=hour(40 * 24))
    attempt(run, 41 * 24, "reached", "1-confirm-2", solved=True, csat=5)
    run.until(hour(41 * 24 + 1))
    assert [told.how for told in run.all(ComplaintClosed)] == ["confirmed"] and "CommandRefused" not in run.told()


def test_a_key_customer_hears_from_us_a_week_after_the_end(run: Run):
    submit(run)
    run.send("intake", SetCustomerProfile(request="P-1", customer=WANG, tier="key"), at=hour(0.2))
    resolve(run, 1)
    attempt(run, 26, "reached", solved=True)
    run.until(hour(26 + 8 * 24))
    assert [due.purpose for due in run.all(CallbackDue)][-1] == "care" and [told.how for told in run.all(ComplaintClosed)] == ["confirmed"]
