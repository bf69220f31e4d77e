"""Figures as people read them; `–` where there is nothing to reckon with."""

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction

from contracts.money import minor_digits
from services.backtest.report.figures import Mean, Share, Spread, Sums
from services.cli.show.forms import span, spoken

NOTHING = "–"


def count(number: int) -> str:
    return f"{number:,}"


def percent(share: Share) -> str:
    """`87.3 %`."""
    return NOTHING if share.ratio is None else f"{float(100 * share.ratio):.1f} %"


def part_of(share: Share) -> str:
    """`45 of 50`."""
    return f"{count(share.part)} of {count(share.whole)}"


def mean(found: Mean, times: int = 1) -> str:
    return NOTHING if found.value is None else decimal(found.value * times)


def decimal(value: Fraction) -> str:
    return f"{float(value):,.2f}"


def points(found: Mean) -> str:
    """Of ten-thousandths, with its sign: `-0.858`."""
    return NOTHING if found.value is None else f"{float(found.value / 10_000):+.3f}"


def seconds(value: int | None) -> str:
    return NOTHING if value is None else span(value)


def spread(found: Spread) -> tuple[str, str, str]:
    """The half, nine of ten, the worst."""
    return seconds(found.p50), seconds(found.p90), seconds(found.worst)


def money(minor: int, currency: str) -> str:
    """`1,234.50 CNY`."""
    digits = minor_digits(currency)
    whole, rest = divmod(minor, 10**digits)
    return f"{whole:,}.{rest:0{digits}} {currency}" if digits else f"{whole:,} {currency}"


def sums(found: Sums, between: str = "; ") -> str:
    """Each currency apart."""
    return between.join(money(minor, currency) for currency, minor in found) or NOTHING


def said(codes: Iterable[str]) -> tuple[str, ...]:
    """Codes as one would say them."""
    return tuple(spoken(code) for code in codes)


def day(instant: datetime | None) -> str:
    return NOTHING if instant is None else f"{instant:%Y-%m-%d %H:%M}"
