"""A city's hotline, 12345: not only complaints; taken on, sent back and given more time by its rules (§2.1-2.4)."""

import pytest

from contracts.common import CommandRefused
from contracts.model import Command
from contracts.routing import (
    AssignDepartments,
    ClockExtended,
    ClockStarted,
    ComplaintEscalated,
    ComplaintResolved,
    ContainmentRequested,
    DeclineWork,
    ExtendClock,
    PauseWork,
    ReportContained,
    ReportProgress,
    ResumeWork,
)
from tests.core.policies.lives import Life, staff

CHINA = "Asia/Shanghai"
NEW = {
    "咨询": ("inquiry", "2026-03-05 24:00"),
    "求助": ("request", "2026-03-09 24:00"),
    "投诉": ("complaint", "2026-03-11 24:00"),
    "举报": ("report", "2026-03-11 24:00"),
    "建议": ("suggestion", "2026-03-11 24:00"),
    "表扬": ("praise", "2026-03-11 24:00"),
}
"""From Wednesday the 4th of March: one, three and five business days, with a weekend between."""


def life(registered: str = "2026-03-04 10:00", **said: object) -> Life:
    return Life("city", CHINA, registered, **said)


def promise(told: Life) -> str:
    return next(started.clock for started in told.all(ClockStarted) if started.kind == "resolution")


@pytest.mark.parametrize("kind", NEW)
def test_what_people_call_for_is_done_in_its_own_time(kind: str) -> None:
    told, (name, due) = life(kind=kind, complaint_type="供水"), NEW[kind]
    assert told.classes[0] == name
    assert told.due(promise(told)) == due


def test_an_inquiry_over_the_spring_festival_is_answered_on_the_first_working_day() -> None:
    """十四日是调休的周六；十五日到二十三日放假，二十四日上班：一个工作日到二十四日二十四时。"""
    told = life("2026-02-14 16:00", kind="咨询", narrative="请问春节期间能办居住证吗？")
    assert (told.works, told.due("inquiry")) == (("hotline_desk",), "2026-02-24 24:00")
    assert told.due("acceptance") == "2026-02-14 18:00"
    told.accepts("1-hotline_desk", "2026-02-14 17:59")
    answer = {"cause_code": "information_given", "answer_parts": ["acknowledgement", "explanation"]}
    told.resolves("1-hotline_desk", "2026-02-24 09:00", finding="undetermined", **answer)
    assert {"acceptance", "first_answer", "inquiry"} <= told.met() and told.breached() == {}


def test_the_day_before_a_make_up_day_counts_to_it() -> None:
    told = life("2026-02-13 16:00", kind="咨询", narrative="请问社保怎么转？")
    assert told.due("inquiry") == "2026-02-14 24:00"


def test_noise_is_three_departments_matter_with_one_lead() -> None:
    told = life(complaint_type="噪声扰民", narrative="夜间施工")
    assert told.works == ("urban_management", "police", "subdistrict")


def test_a_gas_smell_at_night_is_contained_within_half_an_hour_and_taken_on_within_a_quarter() -> None:
    told = life("2026-02-17 02:00", channel="chat", narrative="楼道里有很浓的煤气味", hazards=["gas"])
    assert told.last(ContainmentRequested).department == "gas_company"
    assert told.works == ("emergency_command", "gas_company", "subdistrict")
    assert told.due("containment") == "2026-02-17 02:30" and told.due("urgent_acceptance") == "2026-02-17 02:15"
    assert told.due("emergency") == "2026-02-18 02:00"
    told.accepts("1-emergency_command", "2026-02-17 02:10").accepts("1-gas_company", "2026-02-17 02:10")
    told.takes(ReportContained, "2026-02-17 02:25", measure="valve_shut").until("2026-02-17 02:29")
    assert "containment" in told.met() and list(told.breached()) == ["urgent_acceptance"]
    assert told.last(ComplaintEscalated).to == "bureau_head"


def test_a_second_decline_goes_up_and_only_by_a_reason_of_the_policy() -> None:
    told = life(complaint_type="道路破损", kind="求助")
    by = staff(department="road_maintenance")
    told.takes(DeclineWork, "2026-03-04 10:30", work="1-road_maintenance", reason="no_time", by=by)
    assert told.last(CommandRefused).reason == "unknown_reason"
    told.takes(DeclineWork, "2026-03-04 10:40", work="1-road_maintenance", reason="not_our_duty", by=by)
    told.takes(AssignDepartments, "2026-03-04 11:00", departments=["subdistrict"], lead="subdistrict", by=staff("dispatcher"))
    assert told.works == ("subdistrict",) and "triage" in told.met()


def more_time(by: str, approver: str) -> dict[str, object]:
    return {"clock": "request", "target": 8, "reason": "construction", "by": staff(by), "approver": staff(approver, "s2")}


def test_more_time_is_given_by_a_chief_within_the_policys_bounds() -> None:
    told = life(complaint_type="道路破损", kind="求助").accepts("1-road_maintenance", "2026-03-04 11:00")
    ask: type[Command] = ExtendClock
    told.takes(ask, "2026-03-05 09:00", **more_time("agent", "agent"), next_update=told.at("2026-03-10 09:00"))
    assert told.last(CommandRefused).reason == "not_the_role"
    told.takes(ask, "2026-03-05 09:00", **more_time("agent", "section_chief") | {"target": 11}, next_update=told.at("2026-03-10 09:00"))
    assert told.last(CommandRefused).reason == "extension_too_long"
    told.takes(ask, "2026-03-05 09:00", **more_time("agent", "section_chief"), next_update=told.at("2026-03-10 09:00"))
    assert told.last(ClockExtended).target == 8 and told.due("request") == "2026-03-16 24:00"
    told.takes(ask, "2026-03-06 09:00", **more_time("agent", "section_chief") | {"target": 9}, next_update=told.at("2026-03-10 09:00"))
    assert told.last(CommandRefused).reason == "not_extendable"


def test_waiting_for_the_caller_moves_the_due_by_whole_business_days() -> None:
    """From Thursday noon to Monday noon two business days are lost: one and a half of each, rounded up."""
    told = life(complaint_type="道路破损", kind="求助").accepts("1-road_maintenance", "2026-03-04 11:00")
    by = staff(department="road_maintenance")
    told.takes(PauseWork, "2026-03-05 12:00", work="1-road_maintenance", reason="awaiting_caller", by=by)
    told.takes(ResumeWork, "2026-03-09 12:00", work="1-road_maintenance", by=by)
    assert told.due("request") == "2026-03-11 24:00"


def test_the_first_word_to_the_caller_is_due_within_eight_office_hours() -> None:
    told = life(complaint_type="道路破损", kind="求助").accepts("1-road_maintenance", "2026-03-04 11:00")
    assert told.due("first_answer") == "2026-03-05 10:00"
    by = staff(department="road_maintenance")
    told.takes(ReportProgress, "2026-03-05 09:59", work="1-road_maintenance", is_told_to_customer=True, by=by)
    assert "first_answer" in told.met()


def test_an_upheld_complaint_is_answered_with_what_went_wrong_and_what_is_changed() -> None:
    told = life(kind="投诉", complaint_type="环境污染").accepts("1-environment_bureau", "2026-03-04 11:00")
    answer = {"cause_code": "inspection_missed", "answer_parts": ["acknowledgement", "explanation", "apology"]}
    told.resolves("1-environment_bureau", "2026-03-06 10:00", **answer)
    refused = told.last(CommandRefused)
    assert (refused.reason, refused.see) == ("answer_incomplete", "prevention")
    told.resolves("1-environment_bureau", "2026-03-06 10:05", **answer | {"answer_parts": [*answer["answer_parts"], "prevention"]})
    assert told.last(ComplaintResolved).gaps == (3,)


def test_praise_is_passed_on_and_needs_no_apology() -> None:
    told = life(kind="表扬", narrative="感谢社区民警").accepts("1-hotline_desk", "2026-03-04 11:00")
    told.resolves("1-hotline_desk", "2026-03-04 12:00", cause_code="thanks_passed_on", answer_parts=["acknowledgement", "appreciation"])
    assert told.last(ComplaintResolved).lead == "hotline_desk"
