"""§5: the service level that is worth paying for."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.planning.service_level import (
    HIGHEST,
    LOWEST,
    Step,
    Stock,
    balance,
    best,
    cost_of_deviation,
    cost_of_next,
    deviations,
    gain_of_per_cent,
    net_of_moving,
    step,
)

BOOK = Stock(Fraction("5.38"), Fraction("0.25"), Fraction(350), Fraction("0.55"), Fraction("0.001"), Fraction(59904))
positive = st.fractions("1/100", 100_000, max_denominator=100)
unhurried = settings(deadline=None)
"""Fractions are slow where much else runs."""
every_stock = st.builds(Stock, *[positive] * 6)


def test_a_deviation_of_stock_costs_470_75_and_a_per_cent_brings_32_9472_a_year():
    assert (cost_of_deviation(BOOK), gain_of_per_cent(BOOK)) == (Fraction("470.75"), Fraction("32.9472"))


@pytest.mark.parametrize(
    ("level", "costs", "worth_it"), [(90, 27.87, True), (91, 30.28, True), (92, 33.29, False)], ids=["90 → 91", "91 → 92", "92 → 93"]
)
def test_each_per_cent_costs_more_until_one_is_not_worth_it(level: int, costs: float, worth_it: bool):
    found = step(BOOK, level)
    assert (round(found.cost, 2), found.worth_it, found.gain) == (costs, worth_it, Fraction("32.9472"))


def test_a_per_cent_that_only_brings_what_it_costs_is_not_worth_it():
    assert not Step(92, 0.1, 32.0, Fraction(32)).worth_it
    assert Step(92, 0.1, 32.0, Fraction(32) + Fraction(1, 10**6)).worth_it


def test_92_per_cent_is_the_answer_and_92_41_where_parts_of_a_per_cent_count():
    assert best(BOOK) == 92
    assert round(balance(BOOK) or 0, 2) == 92.41


def test_from_99_to_92_per_cent_nets_203_06_a_year():
    assert round(net_of_moving(BOOK, Fraction(99), 92), 2) == 203.06
    assert net_of_moving(BOOK, Fraction(92), 92) == 0


@pytest.mark.parametrize(("margin", "level"), [("0.0001", LOWEST), ("1000", HIGHEST)])
def test_the_answer_stays_between_no_safety_stock_and_99_per_cent(margin: str, level: int):
    assert best(BOOK._replace(margin=Fraction(margin))) == level


def test_where_not_even_the_first_safety_stock_pays_nothing_balances():
    assert balance(BOOK._replace(margin=Fraction("0.0001"))) is None


@unhurried
@given(every_stock)
def test_no_whole_per_cent_earns_more_than_the_answer(stock: Stock):
    scale = float(cost_of_deviation(stock) + 100 * gain_of_per_cent(stock))
    assert all(net_of_moving(stock, Fraction(level), best(stock)) >= -1e-9 * scale for level in range(LOWEST, HIGHEST + 1))


@unhurried
@given(every_stock)
def test_at_the_balance_the_next_per_cent_costs_what_it_brings(stock: Stock):
    exact = balance(stock)
    if exact is None:
        assert best(stock) == LOWEST
    elif exact < 99.9:
        assert cost_of_next(stock, exact) == pytest.approx(float(gain_of_per_cent(stock)), rel=1e-6)
        assert exact - 1 < best(stock) < exact + 1 or best(stock) == HIGHEST


def test_from_50_per_cent_on_each_step_needs_more_stock_than_the_last():
    assert deviations(LOWEST) == 0
    assert all(before.z < after.z for before, after in pairwise(step(BOOK, level) for level in range(LOWEST, HIGHEST)))
