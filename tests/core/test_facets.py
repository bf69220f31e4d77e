"""By what documents are counted: who waits since when, and by when something is due."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from contracts.callback import CallbackPromised, RecordAttempt, StartAttempt
from contracts.common import Answers
from contracts.ids import complaint_id
from contracts.intake import Customer, SubmitComplaint
from contracts.model import Staff
from contracts.routing import AcceptWork, AssignDepartments, ComplaintRouted, PauseWork, ReportResolution, WithdrawComplaint
from services import callback, feedback, intake, routing
from services.platform.chassis.policies import load
from services.platform.kernel.run import Run
from services.platform.kernel.service import Practice

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
ID = complaint_id("crm", "T-1")
DESK = Staff(staff="s1", role="agent")
ABOUT = {"complaint_id": ID, "by": DESK}
SERVICES = {each.name: each for each in (intake.service(b"a secret of sixteen"), routing.SERVICE, callback.SERVICE, feedback.SERVICE)}


def hour(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


@pytest.fixture
def run() -> Run:
    """One complaint that is sent to triage."""
    made = Run(Practice(service, load("default", service)) for service in SERVICES.values())
    made.send("intake", SubmitComplaint(source_ref="T-1", channel="phone", customer=Customer(phone="+8613800138000")), at=MONDAY)
    made.until(MONDAY)
    return made


def assign(run: Run) -> None:
    run.send("routing", AssignDepartments(**ABOUT, departments=("quality",), lead="quality"), at=hour(1))
    run.send("routing", AcceptWork(**ABOUT, work="1-quality"), at=hour(1.1))
    run.until(hour(1.1))


def resolve(run: Run) -> None:
    report = ReportResolution(
        **ABOUT, work="1-quality", finding="not_upheld", cause_code="none_found", no_action_because="nothing", answer_parts=("explanation",)
    )
    run.send("routing", report, at=hour(2))
    run.until(hour(2))


def facets(run: Run, service: str) -> Mapping[str, object]:
    return SERVICES[service].facets(run.document(service, ID).state)


def test_a_complaint_in_triage_waits_since_its_registration_and_its_time_runs_already(run: Run) -> None:
    assert facets(run, "routing") == {"state": "triage", "priority": "P4", "since": MONDAY, "due": hour(120)}


def test_one_that_is_worked_on_is_due_when_its_resolution_is_promised(run: Run) -> None:
    assign(run)
    promised = run.all(ComplaintRouted)[0].promised_resolution
    assert facets(run, "routing") == {"state": "in_progress", "priority": "P4", "since": MONDAY, "due": promised}


def test_while_all_work_rests_nothing_is_due(run: Run) -> None:
    assign(run)
    run.send("routing", PauseWork(**ABOUT, work="1-quality", reason="awaiting_customer"), at=hour(1.5))
    run.until(hour(1.5))
    assert facets(run, "routing") == {"state": "waiting", "priority": "P4", "since": MONDAY}


def test_a_resolved_one_waits_and_one_that_is_over_does_not(run: Run) -> None:
    assign(run)
    resolve(run)
    assert facets(run, "routing") == {"state": "resolved", "priority": "P4", "since": MONDAY}
    run.send("routing", WithdrawComplaint(complaint_id=ID, reason="mistake"), at=hour(3))
    run.until(hour(3))
    assert facets(run, "routing") == {"state": "withdrawn", "priority": "P4"}


def test_one_that_comes_back_waits_since_it_came_back_and_not_since_it_was_first_registered(run: Run) -> None:
    assign(run)
    resolve(run)
    called = run.all(CallbackPromised)[0].earliest + timedelta(hours=1)
    run.send("callback", StartAttempt(**ABOUT, callback="1-confirm"), at=called)
    run.send("callback", RecordAttempt(**ABOUT, callback="1-confirm", outcome="reached", answers=Answers(solved=False)), at=called)
    run.until(called)
    assert facets(run, "routing")["state"] == "reopened" and facets(run, "routing")["since"] == called


def test_a_callback_is_due_at_its_promised_latest_until_the_customer_is_reached(run: Run) -> None:
    assert facets(run, "callback") == {"state": "none"}
    assign(run)
    resolve(run)
    promise = run.all(CallbackPromised)[0]
    assert facets(run, "callback") == {"state": "promised", "since": promise.earliest, "due": promise.latest}
    run.until(promise.latest + timedelta(hours=1))
    assert facets(run, "callback")["since"] == promise.earliest and facets(run, "callback")["due"] == promise.latest
    for command in (
        StartAttempt(**ABOUT, callback="1-confirm"),
        RecordAttempt(**ABOUT, callback="1-confirm", outcome="reached", answers=Answers(solved=True)),
    ):
        run.send("callback", command, at=promise.latest + timedelta(hours=24))
    run.until(promise.latest + timedelta(hours=24))
    assert "due" not in facets(run, "callback"), run.told("callback")


def test_files_and_surveys_are_counted_by_their_state_alone(run: Run) -> None:
    assert facets(run, "feedback") == {"state": "none"}
    file = run.document("intake", ID)
    assert SERVICES["intake"].facets(file.state) == {"state": "open"}
