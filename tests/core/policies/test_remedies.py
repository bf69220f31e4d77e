"""What the shipped sets owe and give (§2.5): 三包 and 消法 in retail-cn day by day, bands and caps, repairs through intake and back."""

from typing import Any

import pytest

from contracts.common import CommandRefused
from contracts.intake import ComplaintRegistered, PriorRepairs, Product, RepeatFactsChanged, Shipment
from contracts.model import Money
from contracts.routing import (
    ApproveRemedy,
    ChooseRemedy,
    ComplaintResolved,
    ConfirmRemedyDone,
    ProposeRemedy,
    RemedyIssued,
    RemedyProposed,
    ReopenComplaint,
)
from services.platform.chassis.policies import shipped_sets
from tests.core.policies.lives import Life, routing_policy, staff

CHINA = "Asia/Shanghai"
SETS = shipped_sets()
PROOF = ("proof_of_purchase",)
REPAIRS = ("proof_of_purchase", "repair_records")


def yuan(minor: int) -> Money:
    return Money(amount_minor=minor, currency="CNY")


class Shop:
    """A complaint under 三包, taken on at once."""

    def __init__(self, registered: str, sold: str | None, repairs: int = 0, **product: Any) -> None:
        proofs = PriorRepairs(count=repairs, evidence=tuple(f"R-{n}" for n in range(repairs)))
        bought = None if sold is None else f"{sold}:00+08:00"
        told = {"serial": "SN-1", "price": yuan(399_900), "bought_at": bought} | product
        self.life = Life(
            "retail-cn", CHINA, registered, complaint_type="三包维修", narrative="热水器不能开机", prior_repairs=proofs,
            product=Product.model_validate(told),
            shipment=Shipment(declared_value=yuan(50_000)),
        )  # fmt: skip
        self.now = registered
        self.work = f"1-{self.life.works[0]}"
        self.life.accepts(self.work, registered)

    def proposes(self, entitlement: str | None = "three_guarantees", *circumstances: str, at: str | None = None, **more: Any) -> "Shop":
        self.life.takes(ProposeRemedy, at or self.now, entitlement=entitlement, circumstances=circumstances, **more)
        return self

    def chooses(self, kind: str, *evidence: str, remedy: str = "1-three_guarantees", at: str | None = None) -> "Shop":
        self.life.takes(ChooseRemedy, at or self.now, remedy=remedy, kind=kind, evidence=evidence)
        return self

    @property
    def proposed(self) -> tuple[str | None, list[str]]:
        told = self.life.last(RemedyProposed)
        return told.basis, [each.kind for each in told.options]

    @property
    def refusal(self) -> str:
        assert self.life.story[-1] == "CommandRefused", self.life.story
        return self.life.last(CommandRefused).reason


WITHIN_7 = ("cn.three_guarantees.9", ["refund", "exchange", "repair"])
WITHIN_15 = ("cn.three_guarantees.10", ["exchange", "repair"])
IN_TERM = ("cn.three_guarantees.term", ["repair"])
TWO_REPAIRS = ("cn.three_guarantees.11", ["exchange"])
NO_SAME_MODEL = ("cn.three_guarantees.13", ["refund"])
CHARGED = ("cn.three_guarantees.17", ["paid_repair"])


@pytest.mark.parametrize(
    ("registered", "sold", "repairs", "circumstances", "owed"),
    [
        ("2026-03-09 23:59", "2026-03-02 09:00", 0, (), WITHIN_7),      # 周一售出，下周一是第七日
        ("2026-03-10 00:00", "2026-03-02 09:00", 0, (), WITHIN_7),      # 第七日二十四时整
        ("2026-03-10 00:01", "2026-03-02 23:59", 0, (), WITHIN_15),     # 第八日
        ("2026-03-17 10:00", "2026-03-02 09:00", 0, (), WITHIN_15),     # 第十五日
        ("2026-03-18 10:00", "2026-03-02 09:00", 0, (), IN_TERM),       # 第十六日
        ("2026-02-24 20:00", "2026-02-09 09:00", 0, (), WITHIN_7),      # 第七日在春节假期里，顺延到节后第一个工作日
        ("2026-02-24 20:00", "2026-02-10 09:00", 0, (), WITHIN_7),
        ("2026-02-25 00:01", "2026-02-10 09:00", 0, (), WITHIN_15),
        ("2026-02-24 20:00", "2026-02-07 09:00", 0, (), WITHIN_15),     # 第七日是调休上班的周六，不顺延；第十五日顺延
        ("2026-02-25 00:01", "2026-02-07 09:00", 0, (), IN_TERM),
        ("2026-06-01 10:00", "2026-03-02 09:00", 1, (), IN_TERM),       # 修过一次：再修
        ("2026-06-01 10:00", "2026-03-02 09:00", 2, (), TWO_REPAIRS),   # 修过两次：换
        ("2026-06-01 10:00", "2026-03-02 09:00", 2, ("no_same_model",), NO_SAME_MODEL),
        ("2026-06-01 10:00", "2026-03-02 09:00", 1, ("no_same_model",), IN_TERM),
        ("2026-03-12 10:00", "2025-03-12 09:00", 1, (), IN_TERM),       # 满一年那天
        ("2026-03-13 10:00", "2025-03-12 09:00", 1, (), CHARGED),
        ("2026-03-13 10:00", "2025-03-12 09:00", 2, (), CHARGED),
        ("2026-03-13 10:00", "2025-03-12 09:00", 0, ("main_part",), ("cn.three_guarantees.main_part", ["repair"])),
        ("2026-03-04 10:00", "2026-03-02 09:00", 0, ("misuse",), CHARGED),
        ("2026-03-04 10:00", "2026-03-02 09:00", 2, ("self_opened",), CHARGED),
        ("2026-03-04 10:00", None, 2, ("no_proof",), CHARGED),
    ],
)  # fmt: skip
def test_the_three_guarantees_day_by_day_and_repair_by_repair(
    registered: str, sold: str | None, repairs: int, circumstances: tuple[str, ...], owed: tuple[str, list[str]]
) -> None:
    assert Shop(registered, sold, repairs=repairs).proposes("three_guarantees", *circumstances).proposed == owed


def test_who_has_no_proof_of_purchase_is_offered_a_repair_to_pay_for_until_it_turns_up() -> None:
    shop = Shop("2026-03-04 10:00", "2026-03-02 09:00", has_proof_of_purchase=False)
    assert shop.proposes(evidence=PROOF).proposed == WITHIN_7
    assert Shop("2026-03-04 10:00", "2026-03-02 09:00", has_proof_of_purchase=False).proposes().proposed == CHARGED


def test_the_term_does_not_count_days_in_repair_and_waiting_for_parts() -> None:
    assert Shop("2026-03-26 10:00", "2025-03-12 09:00").proposes().proposed == CHARGED
    assert Shop("2026-03-26 10:00", "2025-03-12 09:00").proposes(out_of_use_days=14).proposed == IN_TERM
    assert Shop("2026-03-26 10:00", "2025-03-12 09:00").proposes(out_of_use_days=13).proposed == CHARGED


def test_the_seven_and_the_fifteen_days_do_count_them() -> None:
    assert Shop("2026-03-10 10:00", "2026-03-02 09:00").proposes(out_of_use_days=5).proposed == WITHIN_15
    assert Shop("2026-03-18 10:00", "2026-03-02 09:00").proposes(out_of_use_days=5).proposed == IN_TERM


def test_two_repairs_that_did_not_help_give_the_right_to_another_one_and_that_begins_anew() -> None:
    """修一次，修两次，换，换来的七日内又坏：退、换、修由顾客选。 Each repair is counted by intake and comes back."""
    shop = Shop("2026-06-01 10:00", "2026-03-02 09:00")
    for n, day in enumerate(("2026-06-02", "2026-06-03")):
        remedy = "1-three_guarantees" + (".2" if n else "")
        shop.proposes(at=f"{day} 10:00").chooses("repair", *PROOF, remedy=remedy, at=f"{day} 11:00")
        shop.life.takes(ConfirmRemedyDone, f"{day} 16:00", remedy=remedy)
        assert shop.life.last(RepeatFactsChanged).repairs_so_far == n + 1
    assert shop.proposes(at="2026-06-04 10:00").proposed == TWO_REPAIRS
    shop.chooses("exchange", *PROOF, remedy="1-three_guarantees.3", at="2026-06-04 10:30")
    assert shop.refusal == "evidence_missing"
    shop.chooses("exchange", *REPAIRS, remedy="1-three_guarantees.3", at="2026-06-04 11:00")
    shop.life.takes(ConfirmRemedyDone, "2026-06-05 10:00", remedy="1-three_guarantees.3")
    assert shop.life.last(RepeatFactsChanged).repairs_so_far == 0
    parts = ["acknowledgement", "explanation", "apology", "prevention", "remedy", "appreciation"]
    shop.life.resolves(shop.work, "2026-06-05 11:00", cause_code="repair_failed", answer_parts=parts)
    told = shop.life.last(ComplaintResolved).remedies
    assert [(each.kind, each.standing) for each in told] == [("repair", "done"), ("repair", "done"), ("exchange", "done")]
    shop.life.takes(ReopenComplaint, "2026-06-12 10:00", reason="not_fixed")
    shop.life.accepts(f"2-{shop.life.works[0]}", "2026-06-12 11:00")
    assert shop.proposes(at="2026-06-12 12:00").proposed == WITHIN_7


def test_what_the_shop_promises_is_more_than_the_law() -> None:
    shop = Shop("2026-03-17 10:00", "2026-03-02 09:00").proposes("store_promise")
    assert shop.proposed == ("store.15_days", ["refund", "exchange", "repair"])


@pytest.mark.parametrize(
    ("entitlement", "circumstances", "more", "kind", "minor", "evidence"),
    [
        ("substandard", ("found_substandard",), {"amount": yuan(8_000)}, "refund", 407_900, ("authority_finding",)),
        ("fraud", ("fraud",), {}, "compensation", 1_199_700, ("fraud_finding",)),
        ("fraud", ("fraud",), {"price": yuan(10_000)}, "compensation", 50_000, ("fraud_finding",)),
        ("unsafe_food", ("unsafe_food",), {"price": yuan(1_500)}, "compensation", 100_000, ("test_report",)),
        ("unsafe_food", ("unsafe_food",), {"price": yuan(10_001)}, "compensation", 100_010, ("test_report",)),
        ("loss_and_damage", ("lost", "declared"), {}, "compensation", 50_000, ("waybill",)),
        ("loss_and_damage", ("lost",), {}, "refund", 399_900, ("waybill",)),
        ("loss_and_damage", ("damaged", "declared"), {}, "compensation", 50_000, ("waybill", "photos")),
        ("loss_and_damage", ("damaged",), {}, "refund", 399_900, ("photos",)),
        ("late_delivery", ("late",), {}, "compensation", 1_000, ("delivery_record",)),
        ("late_delivery", ("late", "of_no_use"), {}, "refund", 399_900, ("delivery_record",)),
        ("price_promise", ("price_fell",), {"amount": yuan(20_000)}, "price_difference", 20_000, ("order",)),
    ],
)
def test_the_other_laws_and_promises_and_what_they_come_to(
    entitlement: str, circumstances: tuple[str, ...], more: dict[str, Any], kind: str, minor: int, evidence: tuple[str, ...]
) -> None:
    shop = Shop("2026-03-04 10:00", "2026-03-02 09:00").proposes(entitlement, *circumstances, **more)
    shop.chooses(kind, remedy=f"1-{entitlement}")
    assert shop.refusal == "evidence_missing"
    shop.chooses(kind, *evidence, remedy=f"1-{entitlement}")
    assert shop.life.last(RemedyIssued).amount == yuan(minor)


@pytest.mark.parametrize(("registered", "is_within"), [("2026-03-09 23:59", True), ("2026-03-10 00:01", False)])
def test_what_was_bought_from_afar_goes_back_within_seven_days_of_receipt_without_a_reason(registered: str, is_within: bool) -> None:
    shop = Shop(registered, "2026-02-20 09:00", received_at="2026-03-02T18:00:00+08:00", is_distance_sale=True).proposes("distance_sale")
    assert (shop.proposed[0] == "cn.consumer_law.25") if is_within else (shop.refusal == "not_entitled")


@pytest.mark.parametrize(
    ("registered", "options"),
    [("2026-03-09 23:59", ["refund", "exchange", "re_delivery"]), ("2026-03-10 00:01", ["exchange", "re_delivery"])],
)
def test_what_is_not_as_agreed_is_paid_back_within_seven_days_of_receipt_and_made_good_later(registered: str, options: list[str]) -> None:
    shop = Shop(registered, "2026-02-20 09:00", received_at="2026-03-02T18:00:00+08:00").proposes("not_as_agreed", "not_as_agreed")
    assert shop.proposed == ("cn.consumer_law.24", options)


def test_what_never_came_needs_no_paper_to_be_paid_back_or_sent_again() -> None:
    shop = Shop("2026-03-04 10:00", "2026-03-02 09:00").proposes("late_delivery", "undelivered")
    assert shop.proposed == ("terms.undelivered", ["refund", "re_delivery"])
    assert shop.chooses("refund", remedy="1-late_delivery").life.last(RemedyIssued).amount == yuan(399_900)


def test_what_was_made_to_order_does_not() -> None:
    shop = Shop("2026-03-04 10:00", "2026-03-02 09:00", received_at="2026-03-03T18:00:00+08:00", is_distance_sale=True)
    assert shop.proposes("distance_sale", "made_to_order").refusal == "not_entitled"


# -- every set ----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SETS)
def test_every_set_says_how_things_are_put_right(name: str) -> None:
    rules = routing_policy(name)
    assert rules.remedies.all and rules.entitlements and list(rules.faults()) == []


@pytest.mark.parametrize("name", [name for name in SETS if routing_policy(name).goodwill])
def test_small_goodwill_needs_nobody_and_large_goodwill_the_head(name: str) -> None:
    rules = routing_policy(name)
    for goodwill in rules.goodwill.values():
        assert goodwill.bands[0].approvers == () and set(goodwill.bands[-1].approvers) >= set(rules.heads[:1])
        assert goodwill.cap_minor > goodwill.bands[-1].from_minor


@pytest.mark.parametrize("name", ["default", "demo", "retail-cn"])
def test_an_agent_gives_up_to_500_a_lead_up_to_2000(name: str) -> None:
    bands = routing_policy(name).goodwill["CNY"].bands
    assert [(band.from_minor, band.below_minor) for band in bands] == [(0, 50_000), (50_000, 200_000), (200_000, None)]


def test_public_money_is_no_present() -> None:
    assert routing_policy("city").goodwill == {}


@pytest.mark.parametrize(("minor", "needs"), [(49_999, False), (50_000, True)])
def test_499_99_is_given_at_once_and_500_waits_for_somebody_else(minor: int, needs: bool) -> None:
    shop = Shop("2026-03-04 10:00", "2026-03-02 09:00").proposes(None, kind="compensation", amount=yuan(minor))
    assert (shop.life.story[-1] == "RemedyProposed") is needs
    if needs:
        shop.life.takes(ApproveRemedy, "2026-03-04 11:00", remedy="1-goodwill", by=staff("shift_lead", "s1"))
        assert shop.refusal == "approver_is_proposer"
        shop.life.takes(ApproveRemedy, "2026-03-04 12:00", remedy="1-goodwill", by=staff("shift_lead", "s2"))
    assert shop.life.story[-1] == "RemedyIssued"


def test_the_flowers_that_came_late_are_paid_back_and_every_part_of_the_answer_is_there() -> None:
    """二十支玫瑰晚到一个半小时：致谢、全额退款、原因、致歉、防范、两年老客、请再光临。"""
    life = Life("default", CHINA, "2026-03-04 10:00", kind="transport", product=Product(category="flowers", price=yuan(19_900)))
    life.accepts("1-logistics", "2026-03-04 10:10")
    life.takes(ProposeRemedy, "2026-03-04 10:20", entitlement="late_delivery", circumstances=["late", "of_no_use"])
    parts = ["acknowledgement", "remedy", "explanation", "apology", "prevention", "appreciation", "invitation"]
    life.takes(ChooseRemedy, "2026-03-04 10:30", remedy="1-late_delivery", kind="refund", evidence=["delivery_record"])
    life.resolves("1-logistics", "2026-03-04 10:40", cause_code="carrier_delay", answer_parts=parts)
    told = life.last(ComplaintResolved)
    assert told.answer_parts == tuple(parts) and [each.amount for each in told.remedies] == [yuan(19_900)]
    assert life.last(ComplaintRegistered).repairs_so_far == 0
