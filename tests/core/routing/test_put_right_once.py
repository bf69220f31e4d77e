"""One item is put right once, whatever the tables that owe it call it."""

import pytest

from contracts.common import CommandRefused
from contracts.routing import RemedyCancelled, RemedyIssued, RemedyProposed
from tests.core.routing.house import (
    House,
    accept,
    choose,
    done,
    failed,
    in_progress,
    owed,
    policy,
    reject,
    reopen,
    resolution,
    second,
    yuan,
)
from tests.core.routing.test_remedies import GUARANTEE, heater, options, story_of

DAY = 86_400


def test_two_tables_may_owe_the_price_and_it_is_given_back_once() -> None:
    house = heater().takes(owed(), at=11).takes(owed("guarantee", evidence=["receipt"]), at=12).takes(choose(), at=13)
    assert house.takes(choose("refund", GUARANTEE), at=14).refusal == "already_given"
    failing = heater().takes(owed(), at=11).takes(choose(), at=12).takes(failed("1-late"), at=13).takes(owed(), at=14)
    assert failing.takes(choose("refund", "1-late.2"), at=15).last(RemedyIssued).remedy == "1-late.2"


@pytest.mark.parametrize(("first", "then"), [("refund", "exchange"), ("exchange", "refund")])
def test_nobody_has_the_price_back_and_another_one_too(first: str, then: str) -> None:
    """Each of two tables that were proposed side by side owes one of them."""
    ways = {"refund": choose(), "exchange": choose("exchange", GUARANTEE, "receipt")}
    house = heater().takes(owed(), at=11).takes(owed("guarantee"), at=12).takes(ways[first], at=13)
    assert house.takes(ways[then], at=14).refusal == "already_given"
    assert house.takes(done(house.last(RemedyIssued).remedy), at=15).takes(ways[then], at=16).refusal == "remedy_over"
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


@pytest.mark.parametrize("spans", [((1, 3), (5, 9)), ((5, 9), (1, 3)), ((1, 6), (3, 7)), ((3, 7), (1, 6)), ((1, 7), (2, 4))])
def test_days_out_of_use_are_the_same_in_whichever_order_they_are_told(spans: tuple[tuple[int, int], ...]) -> None:
    house, days = heater(), set[int]()
    for n, (begins, ends) in enumerate(spans):
        remedy = GUARANTEE + ("" if n == 0 else f".{n + 1}")
        at = 10 * DAY + 3 * n
        house.takes(owed("guarantee", evidence=["receipt"]), at=at).takes(choose("repair", remedy), at=at + 1)
        away = {"out_of_use_from": second(begins * DAY), "out_of_use_to": second(ends * DAY)}
        house.takes(done(remedy, **away), at=at + 2)
        days |= set(range(begins, ends))
    assert sum(each.out_of_use_seconds for each in house.complaint.remedies) == len(days) * DAY


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
        ("fell price_difference", "back refund", None),                 # the rest of it may be
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


def test_of_a_price_that_differed_the_rest_is_paid_back() -> None:
    """A shop's promise takes nothing away of what the law owes, and nothing is paid twice."""
    house = in_progress(rules=SIDE_BY_SIDE).takes(owed("fell", amount=yuan(500)), at=11).takes(choose("price_difference", "1-fell"), at=12)
    house.takes(owed("back"), at=13).takes(choose("refund", "1-back"), at=14)
    assert house.last(RemedyProposed).options[0].amount == yuan(19_900)
    assert house.last(RemedyIssued).amount == yuan(19_400)


def test_what_differed_and_could_not_be_paid_is_paid_back_too() -> None:
    house = in_progress(rules=SIDE_BY_SIDE).takes(owed("fell", amount=yuan(500)), at=11).takes(choose("price_difference", "1-fell"), at=12)
    house.takes(failed("1-fell"), at=13).takes(owed("back"), at=14).takes(choose("refund", "1-back"), at=15)
    assert house.last(RemedyIssued).amount == yuan(19_900)


BOTH = {"basis": "both", "options": [{"kind": "refund", "sum": "price"}, {"kind": "compensation", "sum": "fixed", "sums": {"CNY": 900}}]}
OFFERED_LATER = policy(entitlements={
    name: {"grants": [grant]} for name, grant in {"loss": LOSS, "back": BACK, "fell": FELL, "both": BOTH}.items()
})  # fmt: skip


def given(table: str, kind: str, is_done: bool) -> House:
    """By this table, before another one is looked up."""
    house = in_progress(rules=OFFERED_LATER).takes(owed(table, declared_value=yuan(19_900), amount=yuan(500)), at=11)
    house.takes(choose(kind, f"1-{table}"), at=12)
    return house.takes(done(f"1-{table}"), at=13) if is_done else house


@pytest.mark.parametrize("is_done", [False, True])
@pytest.mark.parametrize(
    ("table", "kind", "then", "offered"),
    [
        ("back", "refund", "loss", None),
        ("back", "refund", "fell", None),
        ("back", "refund", "both", ["compensation"]),       # what does not stand for the item comes on top
        ("loss", "compensation", "back", None),
        ("fell", "price_difference", "back", ["refund", "repair"]),
    ],
)
def test_what_was_given_is_not_offered_again_by_another_table(
    table: str, kind: str, then: str, offered: list[str] | None, is_done: bool
) -> None:
    house = given(table, kind, is_done).takes(owed(then, declared_value=yuan(19_900), amount=yuan(500)), at=20)
    if offered is None:
        assert house.refusal == "already_given" and house.last(CommandRefused).see == f"1-{table}"
    else:
        assert options(house) == offered and house.last(RemedyProposed).remedy == f"1-{then}"


def test_while_it_is_being_repaired_what_is_owed_besides_waits_and_is_not_lost() -> None:
    house = given("back", "repair", is_done=False).takes(owed("loss", declared_value=yuan(19_900)), at=20)
    assert house.refusal == "remedy_pending" and house.last(CommandRefused).see == "1-back"
    assert options(house.takes(owed("both"), at=21)) == ["refund", "compensation"], "the repair may be in vain"
    assert house.takes(choose("refund", "1-both"), at=22).refusal == "remedy_pending"
    assert house.takes(done("1-back"), at=23).takes(choose("refund", "1-both"), at=24).last(RemedyIssued).kind == "refund"


def test_a_proposal_of_which_nothing_can_be_chosen_any_more_is_cancelled_as_soon_as_that_is_certain() -> None:
    house = heater().takes(owed(), at=11).takes(owed("guarantee", evidence=["receipt"]), at=12).takes(choose(), at=13)
    assert "RemedyCancelled" not in house.story, "the payment may fail"
    house.takes(done("1-late"), at=14)
    assert house.story[-2:] == ["RemedyDone", "RemedyCancelled"]
    assert (house.last(RemedyCancelled).remedy, house.last(RemedyCancelled).reason) == (GUARANTEE, "already_given")


def test_a_proposal_of_which_something_can_still_be_chosen_stays() -> None:
    house = in_progress(rules=OFFERED_LATER)
    for n, command in enumerate((owed("back"), owed("both"), choose("refund", "1-back"), done("1-back"), choose("refund", "1-both"))):
        house.takes(command, at=11 + n)
    assert house.refusal == "already_given" and "RemedyCancelled" not in house.story
    assert house.takes(choose("compensation", "1-both"), at=20).last(RemedyIssued).kind == "compensation"


def test_what_was_rejected_or_failed_may_be_offered_by_any_table() -> None:
    house = given("back", "refund", is_done=False).takes(failed("1-back"), at=13).takes(owed("both"), at=14)
    assert options(house) == ["refund", "compensation"]
    assert options(house.takes(reject("1-both"), at=15).takes(owed("back"), at=16)) == ["refund", "repair"]
