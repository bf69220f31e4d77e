"""Two whole stories through intake and routing under the shipped policies of a city, in virtual time, event by event."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

import pytest

from contracts.feedback import RecoveryConfirmed
from contracts.ids import complaint_id
from contracts.intake import ComplaintRegistered, Customer, SubmitComplaint
from contracts.model import Command, Staff
from contracts.routing import (
    AcceptWork,
    AssignDepartments,
    ClockBreached,
    ClockExtended,
    ClockMet,
    ClockStarted,
    ComplaintEscalated,
    ComplaintReopened,
    ComplaintResolved,
    ComplaintRouted,
    ComplaintSentToTriage,
    ContainmentRequested,
    CorrectiveAction,
    DeclineWork,
    ExtendClock,
    ReopenComplaint,
    ReportContained,
    ReportProgress,
    ReportResolution,
    WorkRequested,
)
from services import intake, routing
from services.platform.chassis.policies import load
from services.platform.kernel.run import Run
from services.platform.kernel.service import Practice
from services.routing.policy import RoutingPolicy

CITY = ZoneInfo("Asia/Shanghai")
COMPLAINT = complaint_id("12345", "20260302-0001")
DESK = intake.service(b"a secret of sixteen bytes")
HEATING, HOUSING, STREET, GAS, COMMAND = (
    Staff(staff=f"{name}_clerk", role="agent", department=name)
    for name in ("heating_office", "housing_bureau", "subdistrict", "gas_company", "emergency_command")
)
DUTY, CHIEF, HOTLINE = (Staff(staff=role, role=role) for role in ("chief_duty", "section_chief", "hotline_agent"))


def march(day: int, clock: str) -> datetime:
    """In the city's own time.  The second is a Monday, the morning's hours are 08:30 to 12:00, the afternoon's 13:30 to 18:00."""
    hour, minute, second = (int(part) for part in f"{clock}:00".split(":")[:3])
    return datetime(2026, 3, day, hour, minute, second, tzinfo=CITY)


@pytest.fixture
def rules() -> RoutingPolicy:
    policy = load("city", routing.SERVICE)
    assert isinstance(policy, RoutingPolicy)
    return policy


def city(rules: RoutingPolicy) -> Run:
    return Run([Practice(DESK, load("city", DESK)), Practice(routing.SERVICE, rules)])


def about(kind: type[Command], **told: object) -> Command:
    return kind.model_validate({"complaint_id": COMPLAINT} | told)


def send(run: Run, day: int, clock: str, command: Command) -> None:
    run.send("routing", command, at=march(day, clock), source="12345")


def diary(run: Run) -> list[tuple[str, list[str]]]:
    """What was said at each instant: the day and the time in the city, and the words in their order."""
    moments = groupby(run.events, key=lambda told: told.envelope.at.astimezone(CITY).strftime("%d %H:%M:%S").removesuffix(":00"))
    return [(moment, [type(each.message).__name__ for each in told]) for moment, told in moments]


def dues(run: Run, clocks: Iterable[str]) -> dict[str, datetime]:
    started = {each.instance: each.due for each in run.all(ClockStarted)}
    return {clock: started[clock] for clock in clocks}


# -- 12345：暖气不热 -----------------------------------------------------------------------------------------------------------------------


def heating(run: Run) -> Run:
    """两家承办，一家退单，总值班改派，一家延期、逾期、升级、办结，市民不满意重办，再办结、结案。"""
    call = SubmitComplaint(
        source_ref="20260302-0001", channel="phone", customer=Customer(phone="+8613800138000", language="zh"),
        narrative="家里暖气不热，室温只有十四度，孩子冻得睡不着。",
    )  # fmt: skip
    run.send("intake", call, at=march(2, "09:00"), source="12345")
    send(run, 2, "09:20", about(AcceptWork, work="1-heating_office", by=HEATING))
    send(run, 2, "09:30", about(DeclineWork, work="1-housing_bureau", reason="not_our_duty", note="不属住建职责。", by=HOUSING))
    send(run, 2, "10:00", about(AssignDepartments, work="1-housing_bureau", departments=["subdistrict"], by=DUTY))
    send(run, 2, "10:30", about(AcceptWork, work="1-subdistrict", by=STREET))
    send(run, 2, "11:00", about(ReportProgress, work="1-heating_office", is_told_to_customer=True, note="已上门测温。", by=HEATING))
    visited = {"finding": "partly", "cause_code": "maintenance_missed", "no_action_because": "pipe_is_the_heating_offices"}
    send(run, 3, "15:00", about(ReportResolution, work="1-subdistrict", answer_parts=["acknowledgement"], by=STREET, **visited))
    longer = {"clock": "request", "target": 5, "reason": "construction", "approver": CHIEF, "next_update": march(6, "12:00")}
    send(run, 4, "16:00", about(ExtendClock, note="管道需要更换。", by=HEATING, **longer))
    late = {"delay_cause": "construction", "next_update": march(12, "12:00")}
    send(run, 10, "09:00", about(ReportProgress, work="1-heating_office", is_told_to_customer=True, by=HEATING, **late))
    repaired = {
        "finding": "upheld", "cause_code": "facility_broken", "answer_parts": ["explanation", "apology", "prevention"],
        "corrective_action": CorrectiveAction(code="pipe_replaced", owner="heating_office", due=march(20, "12:00")),
    }  # fmt: skip
    send(run, 11, "10:00", about(ReportResolution, work="1-heating_office", explanation="支管锈蚀。", by=HEATING, **repaired))
    send(run, 12, "09:00", about(ReopenComplaint, reason="still_cold", note="还是不热。", by=HOTLINE))
    send(run, 12, "09:30", about(AcceptWork, work="2-heating_office", by=HEATING))
    send(run, 12, "09:30", about(AcceptWork, work="2-subdistrict", by=STREET))
    again = {"finding": "upheld", "cause_code": "contractor_failed", "no_action_because": "pipe_replaced_already"}
    whole = {"answer_parts": ["acknowledgement", "explanation", "apology", "prevention"], "is_same_cause": False}
    send(run, 13, "10:00", about(ReportResolution, work="2-heating_office", by=HEATING, **again, **whole))
    send(run, 13, "11:00", about(ReportResolution, work="2-subdistrict", by=STREET, **again))
    run.until(march(13, "11:00"))
    customer = run.all(ComplaintRegistered)[0].customer
    run.tell("feedback", RecoveryConfirmed(complaint_id=COMPLAINT, customer=customer, round=2), at=march(16, "12:00"))
    run.to_the_end()
    return run


def test_a_call_to_12345_goes_to_two_departments_and_comes_to_its_end_in_a_second_round(rules: RoutingPolicy) -> None:
    run = heating(city(rules))
    assert diary(run) == [
        ("02 09:00", ["ComplaintRegistered", "ComplaintRouted", "ClockStarted", "ClockStarted", "ClockStarted",
                      "WorkRequested", "WorkRequested", "ClockStarted", "ClockStarted"]),
        ("02 09:20", ["WorkAccepted", "ClockMet"]),
        ("02 09:30", ["WorkDeclined", "ClockStopped", "ComplaintSentToTriage", "ClockStarted"]),
        ("02 10:00", ["ComplaintRouted", "WorkRequested", "ClockMet", "ClockStarted"]),
        ("02 10:30", ["WorkAccepted", "ClockMet"]),
        ("02 11:00", ["ProgressReported", "ClockMet"]),
        ("03 15:00", ["WorkDone"]),
        ("04 04:30", ["ClockWarned"]),
        ("04 16:00", ["ClockExtended"]),
        ("08 11:24", ["ClockWarned"]),
        ("09 14:00", ["ComplaintEscalated"]),
        ("10 00:00:01", ["ClockBreached", "ComplaintEscalated"]),
        ("10 09:00", ["ProgressReported"]),
        ("10 18:00", ["ComplaintEscalated"]),
        ("11 10:00", ["WorkDone", "ComplaintResolved", "ClockPaused"]),
        ("12 09:00", ["ComplaintReopened", "ComplaintEscalated", "ClockResumed", "ComplaintRouted",
                      "WorkRequested", "WorkRequested", "ClockStarted", "ClockStarted"]),
        ("12 09:30", ["WorkAccepted", "ClockMet", "WorkAccepted", "ClockMet"]),
        ("13 10:00", ["WorkDone"]),
        ("13 11:00", ["WorkDone", "ComplaintResolved", "ClockPaused"]),
        ("16 12:00", ["ComplaintClosed", "ClockMet"]),
    ]  # fmt: skip
    assert run.dead == []


def test_what_12345_promised_was_counted_in_the_offices_own_days(rules: RoutingPolicy) -> None:
    run = heating(city(rules))
    assert dues(run, ["first_answer", "request", "acceptance-1-housing_bureau", "triage-1-housing_bureau"]) == {
        "first_answer": march(3, "09:00"),  # eight office hours: the clock stops from 12:00 to 13:30
        "request": march(6, "00:00"),  # three working days: the end of Thursday
        "acceptance-1-housing_bureau": march(2, "11:00"),  # two office hours
        "triage-1-housing_bureau": march(2, "15:00"),  # four, with lunch between
    }
    (longer,) = run.all(ClockExtended)
    assert (longer.before, longer.target, longer.due, longer.approver) == (3, 5, march(10, "00:00"), CHIEF)
    (missed,) = run.all(ClockBreached)
    assert (missed.instance, missed.breached_at) == ("request", march(10, "00:00:01"))
    assert [(each.level, each.to, each.reason) for each in run.all(ComplaintEscalated)] == [
        (1, "section_chief", "clock"), (2, "bureau_head", "clock"), (3, "mayors_office", "clock"), (4, "mayors_office", "reopened"),
    ]  # fmt: skip
    assert {each.instance for each in run.all(ClockMet)} >= {"first_answer", "triage-1-housing_bureau", "total_resolution"}


def test_who_did_what_for_12345_is_on_the_events(rules: RoutingPolicy) -> None:
    run = heating(city(rules))
    first, other, again = run.all(ComplaintRouted)
    assert (first.departments, first.lead, first.by) == (("heating_office", "housing_bureau"), "heating_office", None)
    assert (other.departments, other.by, again.departments) == (("heating_office", "subdistrict"), DUTY, other.departments)
    assert [(each.work, each.instead_of) for each in run.all(WorkRequested)][2] == ("1-subdistrict", "1-housing_bureau")
    done, solved = run.all(ComplaintResolved)
    assert (done.finding, done.is_late, done.causes, done.gaps) == ("upheld", True, ("facility_broken", "maintenance_missed"), (3,))
    assert (solved.round, solved.is_late, solved.is_same_cause, run.all(ComplaintReopened)[0].level) == (2, False, False, 4)


# -- a smell of gas -----------------------------------------------------------------------------------------------------------------------


def gas(run: Run) -> Run:
    """Reported by chat on a Saturday night, to a city whose rules know nothing of gas."""
    chat = SubmitComplaint(
        source_ref="20260302-0001", channel="chat", customer=Customer(email="amy@example.org", language="en"), hazards=("gas",),
        narrative="There is a strong smell of gas in our stairwell.",
    )  # fmt: skip
    run.send("intake", chat, at=march(7, "22:00"), source="12345")
    send(run, 7, "22:05", about(AssignDepartments, departments=["emergency_command", "gas_company"], lead="emergency_command", by=DUTY))
    send(run, 7, "22:06", about(AcceptWork, work="1-gas_company", by=GAS))
    send(run, 7, "22:07", about(AcceptWork, work="1-emergency_command", by=COMMAND))
    found = {"finding": "upheld", "cause_code": "inspection_missed", "no_action_because": "inspected_yearly"}
    send(run, 7, "22:20", about(ReportResolution, work="1-gas_company", answer_parts=["acknowledgement", "explanation"], by=GAS, **found))
    last = about(ReportResolution, work="1-emergency_command", answer_parts=["apology", "prevention"], by=COMMAND, **found)
    send(run, 7, "22:21", last)
    send(run, 7, "22:24", about(ReportContained, measure="valve_shut", note="Riser closed, building aired.", by=GAS))
    send(run, 8, "09:00", last)
    run.until(march(8, "09:00"))
    return run


def knows_nothing_of_gas(rules: RoutingPolicy) -> RoutingPolicy:
    asked = [rule.model_dump() for rule in rules.rules if {"gas"}.isdisjoint({*(rule.when.hazard or ()), *(rule.when.element or ())})]
    return RoutingPolicy.model_validate(rules.model_dump() | {"rules": asked})


def test_a_smell_of_gas_is_contained_before_anybody_decides_whose_it_is(rules: RoutingPolicy) -> None:
    run = gas(city(knows_nothing_of_gas(rules)))
    assert diary(run) == [
        ("07 22:00", ["ComplaintRegistered", "ContainmentRequested", "ComplaintSentToTriage", *5 * ["ClockStarted"]]),
        ("07 22:05", ["ComplaintRouted", "WorkRequested", "WorkRequested", "ClockMet", "ClockStarted", "ClockStarted"]),
        ("07 22:06", ["WorkAccepted", "ClockMet"]),
        ("07 22:07", ["WorkAccepted", "ClockMet"]),
        ("07 22:15", ["ClockWarned"]),
        ("07 22:20", ["WorkDone"]),
        ("07 22:21", ["CommandRefused"]),
        ("07 22:24", ["Contained", "ClockMet"]),
        ("08 04:00", ["ClockWarned"]),
        ("08 09:00", ["WorkDone", "ComplaintResolved", "ClockMet", "ClockMet", "ClockPaused"]),
    ]  # fmt: skip
    (asked,), (sent,) = run.all(ContainmentRequested), run.all(ComplaintSentToTriage)
    assert (asked.department, asked.hazards) == ("gas_company", ("gas",))
    assert (sent.priority, sent.priority_reasons, sent.owner, sent.candidates) == (1, ("hazard",), "chief_duty", ())
    assert dues(run, ["containment-1", "emergency"]) == {"containment-1": march(7, "22:30"), "emergency": march(8, "22:00")}
    assert run.dead == []


def test_where_the_rules_know_gas_the_departments_are_asked_at_once_and_still_after_containment(rules: RoutingPolicy) -> None:
    run = city(rules)
    run.send("intake", SubmitComplaint(source_ref="20260302-0001", channel="chat", hazards=("gas",)), at=march(7, "22:00"), source="12345")
    run.until(march(7, "22:00"))
    assert run.told()[:3] == ["ComplaintRegistered", "ContainmentRequested", "ComplaintRouted"]
    assert run.all(ComplaintRouted)[0].departments == ("emergency_command", "gas_company", "subdistrict")
