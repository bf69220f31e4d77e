"""One item is put right once, whatever the tables that owe it call it."""

import pytest

from contracts.routing import RemedyIssued
from tests.core.routing.house import (
    accept,
    choose,
    done,
    failed,
    in_progress,
    owed,
    policy,
    reopen,
    resolution,
    yuan,
)
from tests.core.routing.test_remedies import GUARANTEE, heater, story_of


def test_two_tables_may_owe_the_price_and_it_is_given_back_once() -> None:
    house = heater().takes(owed(), at=11).takes(owed("guarantee", evidence=["receipt"]), at=12).takes(choose(), at=13)
    assert house.takes(choose("refund", GUARANTEE), at=14).refusal == "already_given"
    failing = heater().takes(owed(), at=11).takes(choose(), at=12).takes(failed("1-late"), at=13).takes(owed(), at=14)
    assert failing.takes(choose("refund", "1-late.2"), at=15).last(RemedyIssued).remedy == "1-late.2"


@pytest.mark.parametrize(("first", "second"), [("refund", "exchange"), ("exchange", "refund")])
def test_nobody_has_the_price_back_and_another_one_too(first: str, second: str) -> None:
    """Each of two tables that were proposed side by side owes one of them."""
    ways = {"refund": choose(), "exchange": choose("exchange", GUARANTEE, "receipt")}
    house = heater().takes(owed(), at=11).takes(owed("guarantee"), at=12).takes(ways[first], at=13)
    assert house.takes(ways[second], at=14).refusal == "already_given"
    assert house.takes(done(house.last(RemedyIssued).remedy), at=15).takes(ways[second], at=16).refusal == "already_given"
    assert story_of(house).count("RemedyIssued") == 1


def test_what_is_paid_back_is_not_repaired_unless_the_payment_failed() -> None:
    house = heater().takes(owed(), at=11).takes(owed("guarantee", evidence=["receipt"]), at=12).takes(choose(), at=13)
    assert house.takes(choose("repair", GUARANTEE), at=14).refusal == "already_given"
    assert house.takes(failed("1-late"), at=15).takes(choose("repair", GUARANTEE), at=16).last(RemedyIssued).kind == "repair"


def test_a_repair_that_is_done_bars_nothing() -> None:
    house = heater().takes(owed(), at=11).takes(owed("guarantee", evidence=["receipt"]), at=12).takes(choose("repair", GUARANTEE), at=13)
    assert house.takes(done(GUARANTEE), at=14).takes(choose(), at=15).last(RemedyIssued).kind == "refund"


def test_what_was_exchanged_and_fails_again_may_be_paid_back() -> None:
    house = heater().takes(owed("guarantee", evidence=["receipt"]), at=11).takes(choose("exchange", GUARANTEE), at=12)
    house.takes(done(GUARANTEE), at=13).takes(owed("guarantee", evidence=["receipt"]), at=14)
    assert house.takes(choose("refund", "1-guarantee.2"), at=15).last(RemedyIssued).kind == "refund"


def test_what_an_earlier_round_exchanged_may_be_paid_back_by_another_table() -> None:
    house = heater().takes(owed("guarantee", evidence=["receipt"]), at=11).takes(choose("exchange", GUARANTEE), at=12)
    house.takes(done(GUARANTEE), at=13).takes(resolution(), at=14).takes(reopen(), at=15).takes(accept("2-billing"), at=16)
    assert house.takes(owed(), at=17).takes(choose(remedy="2-late"), at=18).last(RemedyIssued).kind == "refund"


LOSS = {"basis": "loss", "options": [{"kind": "compensation", "sum": "declared_value"}]}
BACK = {"basis": "back", "options": [{"kind": "refund", "sum": "price"}, {"kind": "repair"}]}
FELL = {"basis": "fell", "options": [{"kind": "price_difference", "sum": "stated", "sums": {"CNY": 5_000}}]}
FRAUD = {"basis": "fraud", "options": [{"kind": "compensation", "sum": "price", "times": 3}]}
SIDE_BY_SIDE = policy(entitlements={
    name: {"grants": [grant]} for name, grant in {"loss": LOSS, "back": BACK, "fell": FELL, "fraud": FRAUD}.items()
})  # fmt: skip


@pytest.mark.parametrize(
    ("first", "then", "refusal"),
    [
        ("loss compensation", "back refund", "already_given"),          # what was declared is what the item was worth
        ("back refund", "loss compensation", "already_given"),
        ("back refund", "fell price_difference", "already_given"),      # of a price that is paid back nothing differs
        ("fell price_difference", "back refund", "already_given"),
        ("back repair", "loss compensation", "remedy_pending"),         # what is being repaired is not paid for meanwhile
        ("back refund", "fraud compensation", None),                    # a penalty comes on top
        ("fell price_difference", "back repair", None),
    ],
)
def test_one_item_is_put_right_once_whatever_the_tables_call_it(first: str, then: str, refusal: str | None) -> None:
    house = in_progress(rules=SIDE_BY_SIDE)
    ways = [each.split() for each in (first, then)]
    for n, (table, _) in enumerate(ways):
        house.takes(owed(table, declared_value=yuan(19_900), amount=yuan(500)), at=11 + n)
    for n, (table, kind) in enumerate(ways):
        house.takes(choose(kind, f"1-{table}"), at=21 + n)
    assert story_of(house).count("RemedyIssued") == (1 if refusal else 2)
    assert refusal is None or house.refusal == refusal
