"""How late a call may be planned to be.  Being late costs the customer's goodwill, by the square of the delay (Taguchi); being punctual
costs control, less by a fixed sum for each hour that is allowed.  In between is the delay at which both together cost least.
"""

from fractions import Fraction
from typing import NamedTuple


class Terms(NamedTuple):
    """What is known of one callback; hours, and one currency throughout.  `tolerance` and `compensation` are above 0."""

    tolerance: Fraction
    """Hours after which the customer's patience ends."""
    compensation: Fraction
    """What is due to the customer then."""
    control: Fraction
    """What it costs never to be late."""
    saved: Fraction
    """Of it, for each hour of delay that is allowed."""


def steepness(terms: Terms) -> Fraction:
    """k, per hour squared: at the tolerance the loss is the compensation."""
    return terms.compensation / terms.tolerance**2


def loss(terms: Terms, late: Fraction) -> Fraction:
    """k · d² up to the tolerance, beyond it the compensation; who is early loses nothing."""
    return steepness(terms) * min(max(late, Fraction()), terms.tolerance) ** 2


def control_cost(terms: Terms, late: Fraction) -> Fraction:
    """What keeping to this delay costs; nothing once all of it is saved."""
    return max(Fraction(), terms.control - terms.saved * late)


def total(terms: Terms, late: Fraction) -> Fraction:
    return loss(terms, late) + control_cost(terms, late)


def best(terms: Terms) -> Fraction:
    """The delay within the tolerance at which the total is least: saved / 2k, unless patience or the cost of control ends before.

    A delay beyond the tolerance is never advised, even where it were cheaper to control nothing and to compensate everybody.
    """
    if not terms.saved:
        return Fraction()
    return min(terms.saved / (2 * steepness(terms)), terms.tolerance, terms.control / terms.saved)
