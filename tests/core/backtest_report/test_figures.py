"""The kinds of figures."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.backtest.report.figures import Mean, Share, Spread, counted


@pytest.mark.parametrize(("values", "p50", "p90", "worst"), [
    ([7], 7, 7, 7),
    ([2, 1], 1, 2, 2),
    ([3, 1, 2], 2, 3, 3),
    (range(1, 11), 5, 9, 10),
    (range(1, 12), 6, 10, 11),
    ([0, 0, 0, 100], 0, 100, 100),
])  # fmt: skip
def test_half_and_nine_of_ten_are_values_that_occurred(values, p50, p90, worst):
    assert Spread.of(values) == (len(list(values)), p50, p90, worst)


def test_of_nothing_there_is_neither_a_share_nor_a_mean_nor_a_spread():
    assert Share(0, 0).ratio is None and Mean(0, 0).value is None and Spread.of([]) == (0, None, None, None)


@settings(deadline=None)
@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=40))
def test_so_many_do_not_exceed_it_and_of_anything_smaller_fewer_do(values):
    found = Spread.of(values)
    for percent, value in ((50, found.p50), (90, found.p90)):
        assert Fraction(sum(each <= value for each in values), len(values)) >= Fraction(percent, 100)
        assert Fraction(sum(each < value for each in values), len(values)) < Fraction(percent, 100)


def test_the_most_stand_first_and_equals_by_name():
    assert counted({"b": 1, "c": 5, "a": 1}) == (("c", 5), ("a", 1), ("b", 1))
