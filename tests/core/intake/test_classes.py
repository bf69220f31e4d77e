"""§1.2: what kind of matter it is, by the sender's words and by the customer's; what no rule knows is unclassified."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.intake import Classes, SubmitComplaint
from services.intake import service
from services.intake.classes import MOST_MARKS, ClassRule, ClassTable, in_words, stream_safe
from services.intake.policy import IntakePolicy
from services.platform.chassis.policies import load

DEFAULT = load("default", service(b"s"))
assert isinstance(DEFAULT, IntakePolicy)


def said(narrative: str | None = None, **fields: Any) -> SubmitComplaint:
    return SubmitComplaint.model_validate({"source_ref": "1", "channel": "phone", "narrative": narrative, **fields})


def rule(kind: str, *keywords: str, **conditions: Any) -> ClassRule:
    return ClassRule.model_validate({"keywords": keywords, "classes": {"kind": kind}, **conditions})


def classes(kind: str, stage: str | None = None, **others: str) -> Classes:
    return Classes.model_validate({"kind": kind, "stage": stage, **others})


DEFECT = classes("quality", failed_right="product")
AFTER_REPAIR = classes("quality", "after_sale", failed_right="product")
LATE = classes("transport", "in_sale", element="order_cycle", failed_right="time")
LOST = classes("transport", "in_sale", element="order_status")
DAMAGED = classes("transport", "in_sale", element="claims_handling")
MISPLACED = classes("transport", "in_sale", failed_right="place")
STRANGER = classes("transport", "in_sale", failed_right="customer")
PRICE = classes("contract", failed_right="price")
WRONG_ITEM = classes("contract", "in_sale", failed_right="product")
NO_STOCK = classes("contract", "in_sale", element="stock_availability")
UNWANTED = classes("contract", "pre_sale", failed_right="wants")
MISLED = classes("contract", "pre_sale", element="policy")
RIGID = classes("contract", element="flexibility", failed_right="wants")
CLAIM = classes("contract", "after_sale", element="claims_handling")
PARTS = classes("service", "after_sale", element="spare_parts")
SLOW = classes("service", "after_sale", element="response_time", service_class="duration", failed_right="time")
FEE = classes("service", "after_sale", service_class="fee", failed_right="price")
FAR = classes("service", "after_sale", service_class="place", failed_right="place")
OUT_OF_REACH = classes("service", element="accessibility", failed_right="channel")
TO_AND_FRO = classes("service", service_class="frequency")
RUDE = classes("service", service_class="nature")
UNKNOWN = Classes()

SENTENCES = [
    ("冰箱买了三天就不制冷了。", DEFECT),
    ("The kettle leaks and the handle is cracked.", DEFECT),
    ("新买的电脑，昨天就坏了，开不了机", DEFECT),
    ("My new phone won’t start.", DEFECT),
    ("洗衣机修了三次，还是漏水！", AFTER_REPAIR),
    ("It was repaired twice and is still not working.", AFTER_REPAIR),
    ("下单两周了，还是没收到货", LATE),
    ("My parcel hasn't arrived, it was promised for Monday.", LATE),
    ("物流信息不更新，不知道货在哪里", LOST),
    ("The package was lost somewhere, and nobody can tell me where.", LOST),
    ("收到时外箱破损，里面的杯子也没了", DAMAGED),
    ("The box was crushed when the courier brought it.", DAMAGED),
    ("快递送错地址，送到隔壁小区去了", MISPLACED),
    ("You sent it to the wrong address again", MISPLACED),
    ("包裹被别人签收了，不是我", STRANGER),
    ("It was delivered to someone else in my street", STRANGER),
    ("同一笔订单重复扣款两次", PRICE),
    ("I was charged twice for the same order.", PRICE),
    ("我要的是白色，收到的颜色不对", WRONG_ITEM),
    ("This is the WRONG ITEM: not what I ordered at all", WRONG_ITEM),
    ("付款以后才说缺货", NO_STOCK),
    ("After I had paid they said it was sold out.", NO_STOCK),
    ("营业员捆绑销售，不买保险不让买车", UNWANTED),
    ("I never signed up for this insurance", UNWANTED),
    ("广告是虚假宣传", MISLED),
    ("The leaflet is misleading", MISLED),
    ("刚下单五分钟就不让取消", RIGID),
    ("The shop won't let me cancel", RIGID),
    ("商家拒绝退款，说拆封了", CLAIM),
    ("They refused to refund the kettle.", CLAIM),
    ("修理厂说没有配件，要等一个月", PARTS),
    ("We have been waiting for a part since spring", PARTS),
    ("报修一周了，一直没人联系我", SLOW),
    ("The technician never came, and nobody called back.", SLOW),
    ("师傅收了三百块上门费", FEE),
    ("I was asked for a call-out fee", FEE),
    ("全市没有维修点", FAR),
    ("There is no service centre within 200 km", FAR),
    ("客服电话打不通，一直占线", OUT_OF_REACH),
    ("I can't get through to anybody", OUT_OF_REACH),
    ("几个部门踢皮球", TO_AND_FRO),
    ("I have been passed from desk to desk", TO_AND_FRO),
    ("前台态度恶劣", RUDE),
    ("The woman at the counter was rude", RUDE),
    ("你们太不像话了！！！气坏了！叫你们经理来！", UNKNOWN),
    ("This is a disgrace, you damned crooks!", UNKNOWN),
    ("楼上半夜弹琴", UNKNOWN),
    ("Prudence is a virtue", UNKNOWN),
]


@pytest.mark.parametrize("name", ["default", "demo"])
@pytest.mark.parametrize(("sentence", "found"), SENTENCES)
def test_the_shipped_keywords_know_what_customers_say_in_both_languages(name: str, sentence: str, found: Classes):
    assert load(name, service(b"s")).classify(said(sentence)) == found


def test_the_sentences_reach_every_class_that_the_keywords_can_give():
    given = [each.classes for each in DEFAULT.classes if each.keywords]
    assert all(each in given or each == UNKNOWN for _, each in SENTENCES)
    assert all(each in [found for _, found in SENTENCES] for each in given)


def test_a_negation_is_not_understood_which_is_why_keywords_are_chosen_with_care():
    assert DEFAULT.classify(said("It is not leaking, I only want to know the price.")).kind == "quality"


def test_what_the_sender_calls_it_goes_before_what_the_customer_says():
    assert DEFAULT.classify(said("The kettle leaks.", complaint_type="rude staff")).kind == "service"
    assert DEFAULT.classify(said("The kettle leaks.", complaint_type="household")).kind == "quality"


@pytest.mark.parametrize(
    ("keyword", "narrative", "fits"),
    [
        ("漏电", "插上就漏电了", True),
        ("漏电", "漏了电", False),
        ("漏电", "漏，电", False),
        ("late", "It came LATE.", True),
        ("late", "a plate, a translation", False),
        ("late", "迟到late了", True),
        ("won't start", "it won’t  start", True),
        ("won't start", "it won't restart", False),
        ("not as described", "Not as\ndescribed!", True),
        ("ＷｉＦｉ", "wifi断了", True),
        ("7天", "超过7天了", True),
        ("7天", "超过17天了", False),
        ("wifi断线", "我家WiFi断线两次", True),
        ("café", "The CAFÉ is closed", True),
        ("c3", "seat c_3", False),
        ("电视", "テレビが壊れた", False),
        ("壊れた", "テレビが壊れた", True),
        ("late", "", False),
    ],
)
def test_english_is_found_by_whole_words_and_chinese_anywhere_whatever_the_case_and_width(keyword: str, narrative: str, fits: bool):
    table = ClassTable([rule("found", keyword)])
    assert (table.classes(said(narrative or None), None).kind == "found") is fits


RULES = (
    rule("first", "漏水", channel="chat"),
    rule("second", source="12345", complaint_type="noise"),
    rule("third", "漏水", "noise", complaint_type="noise"),
    rule("fourth", complaint_type="noise"),
    rule("fifth", "漏水"),
    rule("sixth", source="12345"),
    rule("seventh", channel="letter"),
)


@pytest.mark.parametrize(
    ("told", "source", "found"),
    [
        ({"narrative": "漏水", "channel": "chat", "complaint_type": "noise"}, "12345", "first"),
        ({"narrative": "漏水", "complaint_type": "Noise"}, "12345", "second"),
        ({"narrative": "漏水", "complaint_type": "noise"}, "crm", "third"),
        ({"narrative": "too loud", "complaint_type": "noise"}, "crm", "fourth"),
        ({"narrative": "漏水", "complaint_type": "rats"}, "12345", "fifth"),
        ({"narrative": "鼠", "complaint_type": "rats"}, "12345", "sixth"),
        ({"channel": "letter"}, "crm", "seventh"),
        ({"channel": "letter"}, "12345", "sixth"),
        ({"narrative": "鼠"}, "crm", "unclassified"),
        ({}, None, "unclassified"),
    ],
)
def test_the_first_rule_decides_whether_it_asks_for_words_a_source_a_channel_or_keywords(
    told: dict[str, Any], source: str | None, found: str
):
    assert ClassTable(RULES).classes(said(**told), source).kind == found


terms = st.fixed_dictionaries({}, optional={name: st.sampled_from(["a", "b"]) for name in ("kind", "complaint_type", "source", "channel")})
rules = st.builds(
    lambda said, words: ClassRule.model_validate({**said, "keywords": words or (() if said else ("漏",)), "classes": {"kind": "x"}}),
    terms, st.lists(st.sampled_from(["漏水", "漏", "late", "too late"]), max_size=2).map(tuple),
)  # fmt: skip


@given(st.lists(rules, max_size=8), terms, st.lists(st.sampled_from(["漏水", "漏", "late", "too late", "x"]), max_size=3))
@example([rule("x", "late"), rule("x", "too late")], {}, ["too late"])
def test_the_table_finds_what_trying_every_rule_in_turn_finds_and_never_one_that_it_calls_idle(
    table: list[ClassRule], told: dict[str, str], words: list[str]
):
    named = [each.model_copy(update={"classes": Classes(kind=f"k{n}")}) for n, each in enumerate(table)]
    command = said(" ".join(words) or None, **{"channel": "c", **{name: told[name] for name in told if name != "source"}})
    slow = next((each for each in named if _fits(each, command, told.get("source"))), None)
    found = ClassTable(named).classes(command, told.get("source"))
    assert found == (slow.classes if slow else UNKNOWN)
    assert found.kind not in {f"k{never.rule}" for never in ClassTable(named).never()}


def _fits(each: ClassRule, command: SubmitComplaint, source: str | None) -> bool:
    told = {"kind": command.kind, "complaint_type": command.complaint_type, "source": source, "channel": command.channel}
    asked = {name: getattr(each, name) for name in told}
    is_said = not each.keywords or any(word in (command.narrative or "") for word in each.keywords)
    return is_said and all(wanted in (None, told[name]) for name, wanted in asked.items())


@pytest.mark.parametrize(
    ("table", "idle"),
    [
        ([rule("a", complaint_type="noise"), rule("b", complaint_type="Noise ")], [(1, 0)]),
        ([rule("a", complaint_type="noise"), rule("b", complaint_type="noise", channel="chat")], [(1, 0)]),
        ([rule("a", complaint_type="noise"), rule("b", "loud", complaint_type="noise")], [(1, 0)]),
        ([rule("a", "loud"), rule("b", "too loud", "loud music")], [(1, 0)]),
        ([rule("a", "漏"), rule("b", "漏水", channel="chat")], [(1, 0)]),
        ([rule("a", "loud"), rule("b", "too loud", "noise")], []),
        ([rule("a", "loud"), rule("b", complaint_type="noise")], []),
        ([rule("a", "loud", channel="chat"), rule("b", "loud")], []),
        ([rule("a", complaint_type="noise", channel="chat"), rule("b", complaint_type="noise")], []),
    ],
)
def test_a_rule_that_can_never_decide_is_told_with_the_one_that_does(table: list[ClassRule], idle: list[tuple[int, int]]):
    assert list(ClassTable(table).never()) == idle
    told = IntakePolicy(classes=tuple(table)).faults()
    assert [field for field, _ in told] == [f"classes.{n}" for n, _ in idle]


@pytest.mark.parametrize("keyword", ["!!!", "，。", "_", " "])
def test_a_keyword_without_a_letter_or_a_digit_is_none(keyword: str):
    with pytest.raises(ValidationError, match="a letter or a digit"):
        rule("x", keyword)


MARKS = "\u0300\u0316\uff9e\u0f73"
"""U+FF9E counts as a letter, U+0F73 as no mark before it is taken apart."""


@given(st.text(st.sampled_from(MARKS), min_size=MOST_MARKS, max_size=4 * MOST_MARKS), st.sampled_from(["", "a", "漏水", "-"]))
def test_of_a_long_row_of_marks_the_first_are_kept(marks: str, letter: str):
    assert stream_safe(f"{letter}{marks}{letter}") == f"{letter}{marks[:MOST_MARKS]}{letter}"
    assert in_words(f"{letter}{marks}") == in_words(f"{letter}{marks[:MOST_MARKS]}")


@given(st.text(max_size=50), st.sampled_from(["-" * 100, " " * 100, "！？" * 40, "㎏" * 50, "é" * 50, "e\u0301" * 50, "ｶﾞ" * 50]))
def test_all_else_is_read_as_it_is_written(words: str, row: str):
    assert stream_safe(row) == row
    assert stream_safe(f"a{words[:MOST_MARKS]}") == f"a{words[:MOST_MARKS]}"
