"""§1.9: the tiers of customers by what they contribute."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.tiers import TIERS, carried_by_one_key_customer, shares, tiers

amounts = st.integers(-10**6, 10**6) | st.decimals(-1000, 1000, places=2, allow_nan=False, allow_infinity=False)


def counts(contributions: dict[str, int]) -> tuple[int, ...]:
    found = Counter(tiers(contributions).values())
    return tuple(found[tier] for tier in TIERS)


@pytest.mark.parametrize(
    ("customers", "sizes"),
    [(100, (5, 15, 80)), (20, (1, 3, 16)), (7, (1, 1, 5)), (1, (1, 0, 0)), (4, (1, 0, 3)), (6, (1, 1, 4)), (0, (0, 0, 0))],
)
def test_five_in_a_hundred_are_key_and_fifteen_suitable(customers: int, sizes: tuple[int, int, int]):
    assert counts({f"c{n}": n + 1 for n in range(customers)}) == sizes


@pytest.mark.parametrize(
    ("contributions", "found"),
    [
        ([9, 9, 9, 9, 9, 9, 9], ["key"] * 7),
        ([9, 9, 5, 1, 1, 1, 1], ["key", "key", *["general"] * 5]),
        ([9, 5, 5, 1, 1, 1, 1], ["key", "suitable", "suitable", *["general"] * 4]),
        ([0, -1, -1, -1, -1, -1], ["suitable", "suitable", "suitable", "suitable", "suitable", "suitable"]),
        ([0, 0], ["suitable", "suitable"]),
        ([Decimal("0.01"), 0, -5], ["key", "general", "general"]),
    ],
)
def test_equals_are_of_one_tier_and_who_contributes_nothing_is_never_key(contributions: list[int | Decimal], found: list[str]):
    assert [*tiers({f"c{n}": each for n, each in enumerate(contributions)}).values()] == found


def test_a_key_customer_of_the_textbook_carries_256_general_ones():
    """5 % bring 80 %, 15 % bring 15 %, 80 % bring 5 %: 16 times the average against 0.0625 of it."""
    brought = [1600] * 5 + [100] * 15 + [Decimal("6.25")] * 80
    contributions = {f"c{n}": each for n, each in enumerate(brought)}
    found = shares(contributions, tiers(contributions))
    assert [each.of_profit for each in found] == [Fraction(80, 100), Fraction(15, 100), Fraction(5, 100)]
    assert [each.of_customers for each in found] == [Fraction(5, 100), Fraction(15, 100), Fraction(80, 100)]
    assert [each.of_profit / each.of_customers for each in found if each.of_profit] == [16, 1, Fraction("0.0625")]
    assert carried_by_one_key_customer(found) == 256


def test_where_all_together_bring_no_profit_there_are_no_shares_of_it():
    contributions = {"a": 5, "b": -5}
    found = shares(contributions, tiers(contributions))
    assert [each.of_profit for each in found] == [None, None, None]
    assert carried_by_one_key_customer(found) is None


@given(st.dictionaries(st.text(max_size=3), amounts, max_size=40))
def test_nobody_is_of_a_lower_tier_than_who_contributes_less(contributions: dict[str, int | Decimal]):
    found = tiers(contributions)
    assert list(found) == list(contributions)
    rank = {who: TIERS.index(tier) for who, tier in found.items()}
    assert all(rank[a] <= rank[b] for a in found for b in found if contributions[a] >= contributions[b])
    assert sum(each.customers for each in shares(contributions, found)) == len(contributions)
