"""What holds of every set of policies that comes with Redress (§1.2, §2.1, §2.7)."""

import pytest

from services.platform.chassis.policies import shipped_sets
from services.routing.policy import RoutingPolicy
from tests.core.policies.lives import SERVICES, Life, intake_policy, policy, routing_policy

SETS = shipped_sets()
TRADES = ("telecom", "city", "retail-cn", "bank")


@pytest.mark.parametrize("name", SETS)
def test_every_service_has_its_policy(name: str) -> None:
    assert [policy(name, service).reference.partition("@")[0] for service in SERVICES] == [f"{name}/{service.name}" for service in SERVICES]


def test_the_trades_are_there() -> None:
    assert {"default", "demo", *TRADES} <= set(SETS)


def _asked(rules: RoutingPolicy) -> set[str]:
    contain = rules.containment
    asked = {name for rule in rules.rules for name in rule.departments}
    return asked | ({contain.hazard, contain.exposure, *contain.hazards.values()} if contain else set())


@pytest.mark.parametrize("name", SETS)
def test_every_department_is_asked_by_some_rule(name: str) -> None:
    assert set(routing_policy(name).departments) == _asked(routing_policy(name))


@pytest.mark.parametrize("name", SETS)
def test_what_nobody_can_class_goes_to_a_person(name: str) -> None:
    life = Life(name, "UTC", "2026-03-04 10:00", narrative="……")
    assert life.classes == ("unclassified", None) and life.works == ()


@pytest.mark.parametrize("name", SETS)
def test_every_kind_of_promise_is_kept_by_a_clock(name: str) -> None:
    kinds = {rule.kind for rule in routing_policy(name).clocks.values()}
    assert {"acceptance", "first_answer", "resolution", "total_resolution", "containment", "triage"} <= kinds


@pytest.mark.parametrize("name", SETS)
def test_a_customer_is_answered_in_chinese_and_in_english(name: str) -> None:
    assert {"zh", "en"} <= set(intake_policy(name).acknowledgements)


@pytest.mark.parametrize("name", SETS)
def test_causes_point_at_every_gap(name: str) -> None:
    """What customers expect, the specification, the delivery, the communication, the perception."""
    assert {cause.gap for cause in routing_policy(name).causes.values()} == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("name", TRADES)
def test_a_danger_is_contained_first_and_owned_at_once(name: str) -> None:
    life = Life(name, "UTC", "2026-03-08 03:00", narrative="……", hazards=["injury"])
    assert life.story[:3] == ["ComplaintRegistered", "ContainmentRequested", "ComplaintRouted"]
    assert life.clocks() >= {"urgent_acceptance", "containment"} and life.works


SENTENCES = [
    ("telecom", "My internet has been down for three days", "outage", "network_operations"),
    ("telecom", "Comcast data cap of 300GB is unfair", "data_cap", "contracts"),
    ("telecom", "I was charged twice on my bill", "billing", "billing"),
    ("telecom", "The technician never showed up", "field_visit", "field_service"),
    ("telecom", "宽带每晚都掉线", "internet", "internet_support"),
    ("telecom", "未经同意给我开通了增值业务", "fraud", "fraud_desk"),
    ("telecom", "这个月话费多收了五十块", "billing", "billing"),
    ("city", "小区楼下夜间施工，噪声太大睡不着", "noise", "urban_management"),
    ("city", "我家从昨天起停水", "water", "water_bureau"),
    ("city", "There is a huge pothole on Renmin Road", "roads", "road_maintenance"),
    ("city", "暖气一直不热，室温只有十二度", "heating", "heating_office"),
    ("city", "我要投诉，水管漏水没人管", "water", "water_bureau"),
    ("city", "老板拖欠工资三个月", "labour", "human_resources"),
    ("city", "办事大厅工作人员态度恶劣", "conduct", "discipline_inspection"),
    ("retail-cn", "买了三天就坏了，要求七天无理由退货", "seven_day_return", "after_sales"),
    ("retail-cn", "冰箱修了两次还是不制冷", "three_guarantees", "after_sales"),
    ("retail-cn", "牛奶过期变质了", "food_safety", "food_safety"),
    ("retail-cn", "快递三天没动，到现在还没收到", "delivery_late", "logistics"),
    ("retail-cn", "收到的包是假货", "counterfeit", "marketplace"),
    ("retail-cn", "The parcel was crushed and the glass is broken on arrival", "claims_handling", "logistics"),
    ("bank", "A payment I sent on Monday has not arrived", "payments", "payments"),
    ("bank", "There are transactions on my card that I did not make", "fraud", "fraud_team"),
    ("bank", "I am in arrears and cannot pay my mortgage", "hardship", "hardship_team"),
    ("bank", "信用卡被盗刷了三千元", "fraud", "fraud_team"),
    ("bank", "Your branch closed without notice", "branches", "branches"),
    ("bank", "The overdraft on my statement is wrong", "lending", "complaints_office"),
]


@pytest.mark.parametrize(("name", "narrative", "element", "lead"), SENTENCES)
def test_what_a_customer_says_finds_its_desk(name: str, narrative: str, element: str, lead: str) -> None:
    life = Life(name, "UTC", "2026-03-04 10:00", narrative=narrative)
    assert (life.classes[1], life.works[0]) == (element, lead)
