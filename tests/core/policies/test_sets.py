"""What holds of every set of policies that comes with Redress (§1.2, §2.1, §2.7)."""

import pytest

from contracts.intake import Customer, SubmitComplaint
from services.cli.policy.cross import notes
from services.cli.policy.whole_set import read_set
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


CLOSING = ["谢谢", "谢谢您", "感谢", "感谢您", "您好", "你好", "麻烦您", "辛苦了", "盼复", "此致敬礼", "thank you", "thanks",
    "thank you very much", "please", "hello", "dear sir or madam", "kind regards", "best regards", "yours sincerely", "appreciate",
    "sorry to trouble you"]  # fmt: skip


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("polite", CLOSING)
def test_how_politely_it_is_said_tells_nothing_of_what_it_is(name: str, polite: str) -> None:
    said = SubmitComplaint(source_ref="T-1", channel="phone", narrative=f"{polite}。", customer=Customer(phone="+8613800138000"))
    assert intake_policy(name).classify(said, "crm").kind == "unclassified"


POLITE = [
    ("city", "我要投诉，水管漏水没人管，谢谢", "request", "water"),
    ("city", "Our street light has been broken for a week. Thank you.", "request", "power"),
    ("city", "请问你们管不管，我要投诉", "complaint", None),
    ("city", "请问我要投诉学校乱收费找谁", "complaint", "education"),
    ("city", "建议你们赶紧来，井盖丢了", "request", "roads"),
    ("city", "I would like to complain, and I suggest that you hurry", "complaint", None),
    ("city", "请问社保怎么转？", "inquiry", None),
    ("city", "建议在公交站增设座椅", "suggestion", None),
    ("city", "表扬窗口工作人员", "praise", None),
    ("telecom", "My internet has been down for three days. Thank you.", "quality", "outage"),
    ("bank", "I was charged a fee twice. Thank you for your help.", "contract", "charges"),
    ("retail-cn", "您好，请问快递没收到怎么办，谢谢", "transport", "delivery_late"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "narrative", "kind", "element"), POLITE)
def test_what_happened_comes_before_how_it_is_said(name: str, narrative: str, kind: str, element: str | None) -> None:
    life = Life(name, "UTC", "2026-03-04 10:00", narrative=narrative)
    assert life.classes == (kind, element or life.classes[1]) and (element is None or life.classes[1] == element)


@pytest.mark.parametrize("name", SETS)
def test_more_time_for_a_resolution_does_not_make_the_total_late(name: str) -> None:
    assert not [note for note in notes(read_set(name)) if "total" in note]
