"""Chance that can be told again: what is drawn depends on the seed and on what it is drawn for, never on when."""

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")
What = str | int


class Chance:
    """The same seed and the same words are the same draw, on every machine."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def number(self, *what: What) -> float:
        """At least 0 and less than 1."""
        drawn = blake2b(json.dumps([self._seed, *what]).encode(), digest_size=8).digest()
        return (int.from_bytes(drawn) >> 11) / 2**53

    def between(self, low: float, high: float, *what: What) -> float:
        return low + (high - low) * self.number(*what)

    def happens(self, share: float, *what: What) -> bool:
        return self.number(*what) < share

    def pick(self, weights: Mapping[T, float], *what: What) -> T:
        """One of the keys, as often as its weight among all says."""
        left = self.number(*what) * sum(weights.values())
        for choice, weight in weights.items():
            if left < weight:
                return choice
            left -= weight
        return choice
