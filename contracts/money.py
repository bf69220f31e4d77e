"""Money as people read it: a wire tells minor units and the currency, a sentence its figures."""

from decimal import Decimal

from contracts.model import Money

_DIGITS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
"""ISO 4217, where it is not two."""


def minor_digits(currency: str) -> int:
    """How many decimals it has: one of it is 10 to the power of so many minor units."""
    return _DIGITS.get(currency, 2)


def in_figures(money: Money) -> str:
    """`500.00 CNY`, `500 JPY`, `1.500 KWD`."""
    digits = minor_digits(money.currency)
    whole, rest = divmod(money.amount_minor, 10**digits)
    return f"{whole}.{rest:0{digits}} {money.currency}" if digits else f"{whole} {money.currency}"


def of_figures(figures: str) -> Money:
    """The money that `in_figures` told."""
    number, currency = figures.split(" ")
    return Money(amount_minor=int(Decimal(number).scaleb(minor_digits(currency))), currency=currency)
