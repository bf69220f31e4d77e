"""Which customers carry the house: general 一般, suitable 合适 and key 关键 by what each contributes.  Pure; exact numbers only.

A customer whom r others strictly surpass, of n, is key iff 20 r < n (the best 5 %), suitable iff 5 r < n (the best 20 %), else general; who
contributes nothing is never key.  The teaching text behind it expects the best 5 % to bring 80 % of the profit and the last 80 % to bring
5 %: then a key customer brings 80 / 5 = 16 times the average and a general one 5 / 80 = 0.0625 of it, so one key customer carries
16 / 0.0625 = 256 general ones.  Real houses differ: `shares` says by how much.
"""

from bisect import bisect_right
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

Tier = Literal["key", "suitable", "general"]
TIERS: tuple[Tier, ...] = ("key", "suitable", "general")
Contribution = int | Decimal


class Share(NamedTuple):
    """What one tier is of the whole.  `of_profit` is None where all customers together bring no profit to share in."""

    tier: Tier
    customers: int
    contribution: Fraction
    of_customers: Fraction
    of_profit: Fraction | None

    @property
    def average(self) -> Fraction | None:
        return self.contribution / self.customers if self.customers else None


def tiers(contributions: Mapping[str, Contribution]) -> dict[str, Tier]:
    """Customer → tier, in the order given; equal contributions are of equal tier."""
    ranked, n = sorted(contributions.values()), len(contributions)
    return {customer: _tier(n - bisect_right(ranked, each), n, each) for customer, each in contributions.items()}


def _tier(better: int, n: int, contribution: Contribution) -> Tier:
    if 20 * better < n and contribution > 0:
        return "key"
    return "suitable" if 5 * better < n else "general"


def shares(contributions: Mapping[str, Contribution], tier_of: Mapping[str, Tier]) -> tuple[Share, ...]:
    """The real shares, the best tier first."""
    profit = sum(map(Fraction, contributions.values()), Fraction())
    by_tier = {tier: [each for who, each in contributions.items() if tier_of[who] == tier] for tier in TIERS}
    return tuple(_share(tier, of_tier, len(contributions), profit) for tier, of_tier in by_tier.items())


def _share(tier: Tier, of_tier: list[Contribution], customers: int, profit: Fraction) -> Share:
    contribution = sum(map(Fraction, of_tier), Fraction())
    of_customers = Fraction(len(of_tier), customers) if customers else Fraction()
    return Share(tier, len(of_tier), contribution, of_customers, contribution / profit if profit > 0 else None)


def carried_by_one_key_customer(found: tuple[Share, ...]) -> Fraction | None:
    """How many general customers bring as much as one key customer; None where there is no such number."""
    average = {each.tier: each.average for each in found}
    key, general = average["key"], average["general"]
    return key / general if key and general and general > 0 else None
