"""Numbers of things in words."""

from collections import Counter


def total(numbers: Counter[str]) -> str:
    """`12 (8 busy, 4 no answer)`."""
    return f"{numbers.total()} ({counts(numbers)})" if numbers else "0"


def counts(numbers: dict[str, int], after: bool = True) -> str:
    """`8 busy, 4 no answer`, the most frequent first; with the word before the number the order is kept."""
    ranked = sorted(numbers.items(), key=lambda one: -one[1]) if after else list(numbers.items())
    return ", ".join(f"{number} {word.replace('_', ' ')}" if after else f"{word} {number}" for word, number in ranked)
