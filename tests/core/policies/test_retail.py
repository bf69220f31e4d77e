"""零售：三包、七天无理由、12315 转办；时限写明出处 (§2.1-2.3; response_deadlines.json)."""

import json
from pathlib import Path

import pytest

from contracts.common import CommandRefused
from contracts.intake import Customer, Product
from contracts.model import Money
from contracts.routing import ComplaintRouted, ContainmentRequested, PauseWork, ResumeWork
from tests.core.policies.lives import Life, intake_policy, routing_policy, staff

CHINA = "Asia/Shanghai"


def life(registered: str = "2026-03-04 10:00", **said: object) -> Life:
    return Life("retail-cn", CHINA, registered, **said)


def passed_on(registered: str) -> Life:
    """By the market regulator."""
    return life(registered, source="12315", channel="partner", complaint_type="三包维修", narrative="冰箱修了两次")


def test_what_the_regulator_passes_on_is_taken_on_within_seven_working_days() -> None:
    """二月九日收到：十、十一、十二、十三、十四（调休）、二十四、二十五日为七个工作日。"""
    told = passed_on("2026-02-09 10:00")
    assert told.works == ("legal", "after_sales") and told.due("samr_acceptance") == "2026-02-25 24:00"
    assert "samr_mediation" not in told.clocks()
    told.accepts("1-legal", "2026-02-25 18:00")
    assert "samr_acceptance" in told.met()


def test_mediation_has_forty_five_working_days_from_acceptance_and_time_for_tests_does_not_count() -> None:
    """三月二十一个、四月二十一个（六日放假）、五月六七八日；送检一周，五个工作日不计，九日是调休的周六。"""
    told = passed_on("2026-03-02 10:00").accepts("1-legal", "2026-03-02 15:00").accepts("1-after_sales", "2026-03-02 15:00")
    assert told.due("samr_mediation") == "2026-05-08 24:00"
    for work in ("1-legal", "1-after_sales"):
        told.takes(PauseWork, "2026-03-09 09:00", work=work, reason="awaiting_testing", by=staff(department=work.partition("-")[2]))
    told.takes(ResumeWork, "2026-03-16 09:00", work="1-legal", by=staff(department="legal"))
    assert told.due("samr_mediation") == "2026-05-14 24:00"


def test_nobody_elses_complaint_has_the_regulators_clocks() -> None:
    assert not {"samr_acceptance", "samr_mediation"} & life(complaint_type="三包维修").clocks()


@pytest.mark.parametrize("days", [7, 45])
def test_the_laws_days_are_those_of_the_published_rule(shared_data: Path, days: int) -> None:
    rules = json.loads((shared_data / "response_deadlines.json").read_text("utf-8"))
    said = next(each["rule"] for each in rules if each["id"] == "cn_samr")
    legal = [rule for rule in routing_policy("retail-cn").clocks.values() if rule.kind == "legal"]
    assert f"{days} working days" in said and days in {target.amount for rule in legal for target in rule.targets.values()}


def test_a_shop_counts_its_opening_hours_and_closes_for_the_new_year() -> None:
    """除夕十七点关门，初一休息：四个小时里两个在除夕，两个在初二上午。"""
    told = life("2026-02-16 15:00", complaint_type="质量问题")
    assert told.due("acceptance") == "2026-02-18 11:00"


def test_a_mouldy_cake_that_made_somebody_ill_is_taken_off_the_shelf_first() -> None:
    told = life(channel="phone", narrative="蛋糕发霉，孩子吃了拉肚子", hazards=["food"], customer=Customer(phone="+8613900139000"))
    assert told.last(ContainmentRequested).department == "food_safety" and told.works == ("food_safety", "store_operations")
    assert told.due("containment") == "2026-03-04 11:00"


def test_the_same_fault_within_the_guarantee_is_the_same_matter() -> None:
    rules = intake_policy("retail-cn")
    assert (rules.repeat_window("quality").days, rules.repeat_window("contract").days) == (365, 90)


def test_a_dear_thing_is_more_urgent_than_a_cheap_one() -> None:
    dear = life(complaint_type="质量问题", amount_at_stake=Money(amount_minor=300_000, currency="CNY"), product=Product(order_no="A-1"))
    cheap = life(complaint_type="质量问题", amount_at_stake=Money(amount_minor=299_999, currency="CNY"), product=Product(order_no="A-1"))
    assert (dear.last(ComplaintRouted).priority, cheap.last(ComplaintRouted).priority) == (3, 4)


def test_staff_in_a_shop_answer_to_the_shop_and_others_to_the_service_desk() -> None:
    assert life(channel="face_to_face", complaint_type="服务态度").works == ("store_operations",)
    assert life(channel="chat", complaint_type="服务态度").works == ("customer_service",)


def test_an_upheld_quality_complaint_thanks_the_customer_too() -> None:
    told = life(complaint_type="三包维修").accepts("1-after_sales", "2026-03-04 11:00")
    answer = {"cause_code": "repair_failed", "answer_parts": ["acknowledgement", "explanation", "apology", "prevention"]}
    told.resolves("1-after_sales", "2026-03-05 10:00", **answer)
    assert told.last(CommandRefused).see == "remedy, appreciation"


@pytest.mark.parametrize(
    "narrative", ["热水器漏电，洗澡时被电了一下。", "洗衣机漏水", "空调不制热", "The new kettle does not work.", "The washer leaks."]
)
def test_what_does_not_do_its_work_or_is_dangerous_is_a_matter_of_quality(narrative: str) -> None:
    assert life(narrative=narrative).classes == ("quality", None)
