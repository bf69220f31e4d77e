"""Whole lives through all four services, in virtual time, under the default policies: what a customer would be told, event by event."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.callback import CallbackAbandoned, CallbackDue, RecordAttempt, StartAttempt
from contracts.common import Answers, CommandRefused
from contracts.feedback import AnswerSurvey, FeedbackReceived
from contracts.ids import complaint_id
from contracts.intake import AddInformation, ComplaintRegistered, ContactRepeated, Customer, Product, SetCustomerProfile, SubmitComplaint
from contracts.model import Command, Staff
from contracts.routing import (
    AcceptWork,
    AssignDepartments,
    ClockMet,
    CloseComplaint,
    ComplaintClosed,
    ComplaintReopened,
    ComplaintWithdrawn,
    ContactReturned,
    PriorityChanged,
    ReopenComplaint,
    ReportResolution,
    WithdrawComplaint,
)
from services import callback, feedback, intake, routing
from services.platform.chassis.policies import load
from services.platform.kernel.run import Run
from services.platform.kernel.service import Practice

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
ID = complaint_id("crm", "T-1")
DESK = Staff(staff="s1", role="agent", department="quality")
HEAD = Staff(staff="h1", role="head", department="quality")
SERVICES = (intake.service(b"a secret of sixteen bytes"), routing.SERVICE, callback.SERVICE, feedback.SERVICE)


def hour(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


@pytest.fixture
def run() -> Run:
    return Run(Practice(service, load("default", service)) for service in SERVICES)


def submit(run: Run, at: datetime, ref: str = "T-1", phone: str | None = "+8613800138000", **more: object) -> None:
    command = SubmitComplaint(
        source_ref=ref, channel="phone", kind="quality", customer=Customer(phone=phone, language="zh", **more),
        product=Product(order_no="A-1"), narrative="热水器又坏了，修了两次。",
    )  # fmt: skip
    run.send("intake", command, at=at)


def resolve(run: Run, at: datetime, round: int = 1) -> None:
    work = f"{round}-quality"
    run.send("routing", AcceptWork(complaint_id=ID, work=work, by=DESK), at=at)
    report = ReportResolution(
        complaint_id=ID, work=work, finding="upheld", cause_code="worn_part", no_action_because="single_case",
        answer_parts=("acknowledgement", "apology", "explanation", "prevention", "appreciation", "invitation"), by=DESK,
    )  # fmt: skip
    run.send("routing", report, at=at + timedelta(minutes=30))


def call(run: Run, at: datetime, round: int = 1, **answers: object) -> None:
    named = {"complaint_id": ID, "callback": f"{round}-confirm", "by": DESK}
    run.send("callback", StartAttempt(**named), at=at)
    run.send("callback", RecordAttempt(**named, outcome="reached", answers=Answers(**answers)), at=at + timedelta(minutes=3))


def closed(run: Run) -> list[str]:
    return [event.how for event in run.all(ComplaintClosed)]


def test_resolved_in_time_called_back_and_satisfied(run):
    submit(run, MONDAY)
    resolve(run, hour(0.5))
    call(run, hour(27), solved=True, csat=5)
    run.to_the_end()
    assert run.told() == [
        "ComplaintRegistered", "ComplaintRouted", *["ClockStarted"] * 3, "WorkRequested", "ClockStarted", "WorkAccepted", "ClockMet",
        "WorkDone", "ComplaintResolved", "ClockMet", "ClockMet", "ClockPaused", "CallbackPromised", "CallbackDue",
        "CallbackAttemptStarted", "CallbackAttempted", "CallbackCompleted", "FeedbackReceived", "RecoveryConfirmed", "ComplaintClosed",
        "ClockMet",
    ]  # fmt: skip
    assert [clock.clock for clock in run.all(ClockMet)] == ["acceptance", "first_answer", "resolution", "total_resolution"]
    assert closed(run) == ["confirmed"] and run.dead == []


def test_dissatisfied_on_the_phone_is_reopened_and_solved_in_a_second_round(run):
    submit(run, MONDAY)
    resolve(run, hour(1))
    call(run, hour(27), solved=False)
    resolve(run, hour(28), round=2)
    call(run, hour(70), round=2, solved=True)
    run.to_the_end()
    assert run.told("routing")[-13:] == [
        "ComplaintReopened", "ComplaintEscalated", "ClockResumed", "ComplaintRouted", "WorkRequested", "ClockStarted", "WorkAccepted",
        "ClockMet", "WorkDone", "ComplaintResolved", "ClockPaused", "ComplaintClosed", "ClockMet",
    ]  # fmt: skip
    assert closed(run) == ["confirmed"] and run.all(ComplaintClosed)[0].round == 2


def test_nobody_answers_nobody_calls_and_it_is_closed_on_silence(run):
    submit(run, MONDAY)
    resolve(run, hour(1))
    run.to_the_end()
    assert closed(run) == ["silence"]
    assert {"CallbackBroken", "CallbackAbandoned", "SurveyRequested", "SurveyExpired"} <= {*run.told()}


def test_a_vulnerable_customers_silence_closes_nothing(run):
    submit(run, MONDAY, vulnerable=True)
    resolve(run, hour(1))
    run.to_the_end()
    assert closed(run) == [] and "SurveyExpired" in run.told()


def test_a_customer_without_contact_data_is_unreachable_after_the_window_for_reopening(run):
    submit(run, MONDAY, phone=None)
    resolve(run, hour(1))
    run.to_the_end()
    assert closed(run) == ["unreachable"] and "CallbackImpossible" in run.told() and "SurveyRequested" not in run.told()
    assert run.events[-1].envelope.at > hour(1) + timedelta(days=21)


def test_the_survey_after_a_callback_in_vain_counts_like_a_call(run):
    submit(run, MONDAY)
    resolve(run, hour(1))
    run.until(hour(24 * 10))
    surveys = [event for event in run.events if type(event.message).__name__ == "SurveyRequested"]
    answer = AnswerSurvey(complaint_id=ID, survey=surveys[0].message.survey, answers=Answers(csat=3, expected=3, perceived=3))
    run.send("feedback", answer, at=hour(24 * 10 + 1))
    run.to_the_end()
    assert closed(run) == ["confirmed"]


@pytest.mark.parametrize("hours", [0.5, 1.2, 2, 30.02, 24 * 8])
def test_it_can_be_withdrawn_at_any_time_before_it_is_closed_and_all_promises_end(run, hours):
    submit(run, MONDAY)
    resolve(run, hour(1))
    run.send("routing", WithdrawComplaint(complaint_id=ID, reason="changed_mind"), at=hour(hours))
    run.to_the_end()
    assert closed(run) == [] and "ComplaintWithdrawn" in run.told()
    assert run.told()[-1] in ("ComplaintWithdrawn", "CallbackCancelled", "SurveyCancelled", "CommandRefused")


def test_a_second_call_about_an_open_complaint_is_one_complaint_and_raises_it(run):
    submit(run, MONDAY)
    submit(run, hour(0.5), ref="T-2")
    run.until(hour(0.5))
    assert run.told("intake")[1:] == ["ContactRepeated", "SubmissionMerged"]
    assert run.told("routing")[6:] == ["PriorityChanged", *["ClockAimed"] * 2]
    assert run.told("callback") == ["CallbackPromised", "CallbackDue"], "who asks again is told how it goes"
    assert len(run.all(ComplaintRegistered)) == 1


def test_a_contact_that_crosses_the_final_closing_is_registered_anew():
    """intake and routing apart, their words carried by hand: the withdrawal is still on its way to intake when the customer calls."""
    desk, house = (Run([Practice(service, load("default", service))]) for service in SERVICES[:2])
    submit(desk, MONDAY)
    desk.until(MONDAY)
    house.tell("intake", desk.all(ComplaintRegistered)[0], at=MONDAY)
    house.send("routing", WithdrawComplaint(complaint_id=ID, reason="changed_mind"), at=hour(1))
    house.until(hour(1))
    submit(desk, hour(1), ref="T-2")
    desk.until(hour(1))
    house.tell("intake", desk.all(ContactRepeated)[0], at=hour(1))
    house.until(hour(1))
    for word in (*house.all(ComplaintWithdrawn), *house.all(ContactReturned)):
        desk.tell("routing", word, at=hour(1.1))
    desk.until(hour(2))
    assert len(house.all(ContactReturned)) == 1
    assert [event.source_ref for event in desk.all(ComplaintRegistered)] == ["T-1", "T-2"]


def test_who_turns_out_to_be_vulnerable_is_not_closed_on_silence(run):
    submit(run, MONDAY)
    submit(run, hour(1), ref="T-2", vulnerable=True)
    resolve(run, hour(2))
    run.to_the_end()
    assert closed(run) == [] and "SurveyExpired" in run.told()


def test_who_wants_no_calls_by_a_later_contact_is_asked_in_writing(run):
    submit(run, MONDAY)
    submit(run, hour(1), ref="T-2", do_not_call=True)
    resolve(run, hour(2))
    run.to_the_end()
    assert "CallbackDue" not in run.told() and "SurveyRequested" in run.told() and closed(run) == ["silence"]


def test_a_phone_that_a_later_contact_names_is_called(run):
    submit(run, MONDAY, phone=None, id="c-1")
    submit(run, hour(1), ref="T-2", id="c-1")
    resolve(run, hour(2))
    call(run, hour(27), solved=True)
    run.to_the_end()
    assert closed(run) == ["confirmed"] and "CallbackCompleted" in run.told()


def known(**said: object) -> SetCustomerProfile:
    return SetCustomerProfile(request="P-1", customer=Customer(phone="+8613800138000"), **said)


def closed_and_reopened(run: Run, **learnt_in_between: object) -> None:
    """Confirmed, closed, reopened and resolved again; then nobody calls."""
    submit(run, MONDAY)
    resolve(run, hour(1))
    call(run, hour(27), solved=True)
    run.send("intake", known(**learnt_in_between), at=hour(48))
    run.send("routing", ReopenComplaint(complaint_id=ID, reason="not_fixed"), at=hour(72))
    resolve(run, hour(73), round=2)
    run.to_the_end()


def test_who_is_known_as_vulnerable_after_the_closing_is_not_closed_on_silence_when_it_is_reopened(run):
    """§2.8, §3.4: never a vulnerable customer by silence, whenever that is learnt."""
    closed_and_reopened(run, is_vulnerable=True)
    assert closed(run) == ["confirmed"] and "SurveyExpired" in run.told()
    assert [change.reason for change in run.all(PriorityChanged)] == ["vulnerable"]


def test_who_wants_no_calls_after_the_closing_gets_none_when_it_is_reopened(run):
    closed_and_reopened(run, do_not_call=True)
    assert run.told("callback").count("CallbackDue") == 1 and "SurveyRequested" in run.told()


def test_who_wants_no_calls_after_the_closing_is_not_called_for_care(run):
    """§3.1: care a week after the recovery of a key customer."""
    submit(run, MONDAY)
    run.send("intake", known(tier="key"), at=hour(0.2))
    resolve(run, hour(1))
    call(run, hour(27), solved=True)
    run.send("intake", known(do_not_call=True).model_copy(update={"request": "P-2"}), at=hour(48))
    run.to_the_end()
    assert [each.purpose for each in run.all(CallbackAbandoned)] == ["care"]
    assert [each.purpose for each in run.all(CallbackDue)] == ["confirm"]


def test_what_no_rule_knows_waits_in_triage_until_a_person_assigns_it(run):
    command: Command = SubmitComplaint(source_ref="T-1", channel="email", customer=Customer(email="a@example.org"), narrative="…")
    run.send("intake", command, at=MONDAY)
    run.send("routing", AcceptWork(complaint_id=ID, work="1-quality", by=DESK), at=hour(0.5))
    run.send("routing", AssignDepartments(complaint_id=ID, departments=("quality",), lead="quality", by=DESK), at=hour(1))
    resolve(run, hour(2))
    run.until(hour(3))
    assert run.told("routing")[:6] == ["ComplaintSentToTriage", *["ClockStarted"] * 4, "CommandRefused"]
    assert "ComplaintResolved" in run.told("routing")


def test_the_customer_reopens_within_the_window_and_not_after(run):
    submit(run, MONDAY, phone=None)
    resolve(run, hour(1))
    run.send("routing", ReopenComplaint(complaint_id=ID, reason="not_fixed"), at=hour(24 * 20))
    run.until(hour(24 * 20))
    assert "ComplaintReopened" in run.told("routing")
    resolve(run, hour(24 * 20 + 1), round=2)
    run.send("routing", ReopenComplaint(complaint_id=ID, reason="not_fixed"), at=hour(24 * 60))
    run.to_the_end()
    assert closed(run) == ["unreachable"] and run.told("routing")[-1] == "CommandRefused"


def test_what_the_customer_database_says_of_calls_holds_for_the_open_complaint_and_can_be_taken_back(run):
    submit(run, MONDAY)
    profile = {"customer": Customer(phone="+8613800138000"), "request": "P-1"}
    run.send("intake", SetCustomerProfile(**profile, do_not_call=True), at=hour(0.5))
    resolve(run, hour(1))
    run.send("intake", SetCustomerProfile(**profile | {"request": "P-2"}, do_not_call=False), at=hour(2))
    run.send("routing", ReopenComplaint(complaint_id=ID, reason="not_fixed"), at=hour(3))
    resolve(run, hour(4), round=2)
    run.until(hour(5))
    assert run.told("callback") == ["CallbackImpossible", "CallbackPromised"]


def test_a_key_customer_by_the_database_is_more_urgent_and_a_segment_of_its_own(run):
    submit(run, MONDAY)
    run.send("intake", SetCustomerProfile(request="P-1", customer=Customer(phone="+8613800138000"), tier="key"), at=hour(0.5))
    resolve(run, hour(1))
    call(run, hour(27), solved=True)
    run.to_the_end()
    assert [(change.before, change.priority, change.reason) for change in run.all(PriorityChanged)] == [(4, 3, "key_tier")]
    assert [received.segment for received in run.all(FeedbackReceived)] == ["key"]


def test_who_asks_again_about_a_resolved_complaint_has_it_reopened_and_is_not_asked_whether_it_helped(run):
    submit(run, MONDAY)
    resolve(run, hour(1))
    chase = AddInformation(request="I-1", source_ref="T-1", is_chasing=True, channel="phone")
    run.send("intake", chase, at=hour(3), source="crm")
    run.until(hour(4))
    assert "ComplaintReopened" in run.told("routing") and run.told("callback") == ["CallbackPromised", "CallbackCancelled"]


def argue_until_the_final_position(run: Run) -> None:
    """Three rounds, each reopened within the hour; a clerk may not end it, the head may, and then nothing reopens it."""
    submit(run, MONDAY)
    for round in range(1, 4):
        resolve(run, hour(round), round=round)
        run.send("routing", ReopenComplaint(complaint_id=ID, reason="not_fixed"), at=hour(round + 0.9))
    for by, at in ((DESK, 5), (HEAD, 6)):
        run.send("routing", CloseComplaint(complaint_id=ID, final_position="offer_stands", by=by), at=hour(at))
    run.send("routing", ReopenComplaint(complaint_id=ID, reason="not_fixed"), at=hour(7))


def test_a_final_position_ends_the_matter_for_all_services(run):
    argue_until_the_final_position(run)
    run.to_the_end()
    assert closed(run) == ["final_position"] and run.all(ComplaintReopened)[-1].is_with_head
    assert [refusal.reason for refusal in run.all(CommandRefused)] == ["not_the_role", "rounds_used_up"]
    assert run.told("callback") == ["CallbackPromised", "CallbackCancelled"] * 3 and run.told("feedback") == []


def test_the_next_complaint_after_a_final_position_is_a_new_one_that_names_it(run):
    argue_until_the_final_position(run)
    submit(run, hour(8), ref="T-2")
    run.until(hour(8))
    assert [event.predecessors for event in run.all(ComplaintRegistered)] == [(), (ID,)]
