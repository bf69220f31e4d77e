"""The service level that is worth paying for.  Each per cent more needs more safety stock, and ever more the nearer to 100 %; it sells the
same little more each time.  So one climbs from per cent to per cent while the next one brings more than it costs, and stops there.
"""

from fractions import Fraction
from itertools import takewhile
from math import log, sqrt
from statistics import NormalDist
from typing import NamedTuple

LOWEST, HIGHEST = 50, 99
"""Per cent.  Below the first no safety stock is held at all; after the last comes what no stock can promise."""
NORMAL = NormalDist()


class Stock(NamedTuple):
    """One article; a year, and one currency throughout.  All are above 0."""

    unit_cost: Fraction
    carrying: Fraction
    """What holding stock for a year costs, as a share of its value."""
    sigma: Fraction
    """Standard deviation, in units, of what is sold while a replenishment is under way."""
    margin: Fraction
    """Earned on each unit sold."""
    response: Fraction
    """The share of the sales that each per cent of service level brings or loses."""
    sales: Fraction
    """Units."""


class Step(NamedTuple):
    """From one whole per cent to the next."""

    level: int
    z: float
    """Standard deviations of safety stock that it adds."""
    cost: float
    gain: Fraction

    @property
    def worth_it(self) -> bool:
        return self.gain > self.cost


def cost_of_deviation(stock: Stock) -> Fraction:
    """A year's cost of one standard deviation of safety stock."""
    return stock.unit_cost * stock.carrying * stock.sigma


def gain_of_per_cent(stock: Stock) -> Fraction:
    """What one per cent of service level earns in a year."""
    return stock.margin * stock.response * stock.sales


def deviations(level: Fraction | int) -> float:
    """z: how many standard deviations of safety stock this level (in per cent) needs."""
    return NORMAL.inv_cdf(float(Fraction(level) / 100))


def step(stock: Stock, level: int) -> Step:
    """From `level` to the next per cent."""
    z = deviations(level + 1) - deviations(level)
    return Step(level, z, float(cost_of_deviation(stock)) * z, gain_of_per_cent(stock))


def best(stock: Stock) -> int:
    """The whole per cent at which to stop: costs of steps only rise from 50 % on, so the first that is not worth it is followed by none."""
    climbed = takewhile(lambda each: each.worth_it, (step(stock, level) for level in range(LOWEST, HIGHEST)))
    return LOWEST + sum(1 for _ in climbed)


def cost_of_next(stock: Stock, level: float) -> float:
    """What the next per cent would cost at the rate that holds at this level."""
    return float(cost_of_deviation(stock)) / (100 * NORMAL.pdf(NORMAL.inv_cdf(level / 100)))


def balance(stock: Stock) -> float | None:
    """The per cent, whole or not, at which that rate is the gain; None where even the first safety stock costs more than it earns."""
    density = float(cost_of_deviation(stock) / (100 * gain_of_per_cent(stock)))
    highest = NORMAL.pdf(0)
    return None if density >= highest else 100 * NORMAL.cdf(sqrt(-2 * log(density / highest)))


def net_of_moving(stock: Stock, level: Fraction, to: int) -> float:
    """What a year earns more, or less, at the one level than at the other."""
    spared = float(cost_of_deviation(stock)) * (deviations(level) - deviations(to))
    return spared - float(gain_of_per_cent(stock) * (level - to))
