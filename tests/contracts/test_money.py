"""Money as people read it."""

import pytest

from contracts.model import Money
from contracts.money import in_figures, of_figures


@pytest.mark.parametrize(
    ("minor", "currency", "told"),
    [
        (50_000, "CNY", "500.00 CNY"),
        (49_999, "CNY", "499.99 CNY"),
        (5, "EUR", "0.05 EUR"),
        (0, "CNY", "0.00 CNY"),
        (500, "JPY", "500 JPY"),
        (0, "JPY", "0 JPY"),
        (1_234, "KWD", "1.234 KWD"),
        (1, "KWD", "0.001 KWD"),
        (10**15 - 1, "CNY", "9999999999999.99 CNY"),
        (12_345, "CLF", "1.2345 CLF"),
        (7, "XXX", "0.07 XXX"),
    ],
)
def test_money_has_the_decimals_of_its_currency(minor: int, currency: str, told: str) -> None:
    money = Money(amount_minor=minor, currency=currency)
    assert in_figures(money) == told and of_figures(told) == money
