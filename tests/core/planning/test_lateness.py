"""§3.5, §5: how late a call may be planned to be."""

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.model import Money
from services.callback.cost import cost_of
from services.planning.lateness import Terms, best, control_cost, loss, steepness, total

BOOK = Terms(tolerance=Fraction(2), compensation=Fraction(10), control=Fraction(20), saved=Fraction(5))
positive = st.fractions("1/100", 1000, max_denominator=100)
sums = st.fractions(0, 1000, max_denominator=100)
every_terms = st.builds(Terms, tolerance=positive, compensation=positive, control=sums, saved=sums)
unhurried = settings(deadline=None)
"""Fractions are slow where much else runs."""
delays = st.fractions(-10, 2000, max_denominator=60)


def test_two_hours_of_patience_and_a_compensation_of_ten_make_k_2_5():
    assert steepness(BOOK) == Fraction("2.5")


@pytest.mark.parametrize(("late", "costs"), [("0", "20"), ("0.5", "18.125"), ("1", "17.5"), ("1.5", "18.125"), ("2", "20")])
def test_what_a_callback_costs_by_how_late_it_is_planned(late: str, costs: str):
    assert total(BOOK, Fraction(late)) == Fraction(costs)


@pytest.mark.parametrize(
    ("tolerance", "k", "late", "costs"),
    [("2", "5/2", "1", "17.5"), ("4", "0.625", "4", "10"), ("6", "10/36", "4", "40/9")],
    ids=["within patience", "all of patience", "control costs nothing before patience ends"],
)
def test_the_best_delay_ends_with_patience_or_with_the_cost_of_control(tolerance: str, k: str, late: str, costs: str):
    terms = BOOK._replace(tolerance=Fraction(tolerance))
    assert (steepness(terms), best(terms), total(terms, best(terms))) == (Fraction(k), Fraction(late), Fraction(costs))


def test_six_hours_of_patience_cost_4_444():
    assert round(float(total(BOOK._replace(tolerance=Fraction(6)), Fraction(4))), 3) == 4.444


@pytest.mark.parametrize(("late", "costs"), [("-1", "0"), ("0", "0"), ("1.99", "9.90025"), ("2", "10"), ("2.01", "10"), ("100", "10")])
def test_lateness_costs_nothing_when_early_and_the_compensation_from_the_tolerance_on(late: str, costs: str):
    assert loss(BOOK, Fraction(late)) == Fraction(costs)


def test_what_control_costs_at_best_does_not_move_the_best_delay():
    assert {best(BOOK._replace(control=Fraction(control))) for control in (5, 20, 1000)} == {Fraction(1)}


def test_where_a_delay_saves_nothing_or_control_is_free_nobody_should_be_late():
    assert best(BOOK._replace(saved=Fraction())) == best(BOOK._replace(control=Fraction())) == 0


@unhurried
@given(every_terms)
def test_twice_the_steepness_halves_the_best_delay_unless_something_ends_it_before(terms: Terms):
    free = terms.saved / (2 * steepness(terms))
    twice = terms._replace(compensation=2 * terms.compensation)
    if free <= terms.tolerance and (not terms.saved or free <= terms.control / terms.saved):
        assert best(twice) == best(terms) / 2
    assert best(twice) <= best(terms)


@unhurried
@given(every_terms, delays, delays)
def test_the_later_the_dearer_up_to_the_compensation(terms: Terms, a: Fraction, b: Fraction):
    early, late = sorted((a, b))
    assert 0 <= loss(terms, early) <= loss(terms, late) <= terms.compensation


@unhurried
@given(every_terms)
def test_no_delay_within_the_tolerance_costs_less_than_the_best(terms: Terms):
    assert 0 <= best(terms) <= terms.tolerance and control_cost(terms, best(terms)) == terms.control - terms.saved * best(terms)
    assert total(terms, best(terms)) <= min(total(terms, terms.tolerance * part / 97) for part in range(98))


@unhurried
@given(st.integers(0, 10**6), st.integers(1, 10**5), st.integers(1, 10**6))
def test_the_plan_reckons_as_the_callback_that_came_late_does(late: int, tolerance: int, minor: int):
    """Hours and units here, seconds and minor units there, rounded a half upwards."""
    terms = Terms(Fraction(tolerance, 3600), Fraction(minor, 100), Fraction(), Fraction())
    told = cost_of(late, tolerance, Money(amount_minor=minor, currency="CNY"))
    assert told.amount_minor == floor(100 * loss(terms, Fraction(late, 3600)) + Fraction(1, 2))
