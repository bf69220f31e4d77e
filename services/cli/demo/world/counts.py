"""Numbers of things, and sums, in words."""

from collections import Counter
from collections.abc import Iterable

from contracts.model import Money
from services.cli.show.forms import spoken


def total(numbers: Counter[str]) -> str:
    """`12 (8 busy, 4 no answer)`."""
    return f"{numbers.total()} ({counts(numbers)})" if numbers else "0"


def counts(numbers: dict[str, int], after: bool = True) -> str:
    """`8 busy, 4 no answer`, the most frequent first; with the word before the number the order is kept."""
    ranked = sorted(numbers.items(), key=lambda one: -one[1]) if after else list(numbers.items())
    return ", ".join(f"{number} {spoken(word)}" if after else f"{word} {number}" for word, number in ranked)


def sums(amounts: Iterable[Money]) -> str:
    """`1,250.00 CNY and 12.00 USD`, by currency."""
    found = Counter[str]()
    for amount in amounts:
        found[amount.currency] += amount.amount_minor
    return " and ".join(f"{minor / 100:,.2f} {currency}" for currency, minor in sorted(found.items())) or "nothing"
