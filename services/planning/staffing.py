"""How many agents a load of calls needs (Erlang C): calls come at random, wait in one queue, and nobody hangs up.

Real callers do hang up, so what is told of waiting is on the safe side.
"""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, exp, floor
from typing import NamedTuple

MOST_AGENTS = 10_000
ROUNDING = Fraction(1, 10**12)
"""How far, in proportion, the arithmetic of floats may put a service level off: what is met exactly must not ask for an agent more."""


class Demand(NamedTuple):
    """All above 0, spans in seconds."""

    calls: Fraction
    """In the interval."""
    interval: Fraction
    handling: Fraction
    """What one call takes, with the work after it."""

    @property
    def load(self) -> Fraction:
        """In erlangs: how many agents are busy on the average."""
        return self.calls * self.handling / self.interval


class Standard(NamedTuple):
    """What is asked of the desk; shares of 1."""

    within: Fraction
    """Seconds."""
    target: Fraction
    """Of all calls, to be answered within that time."""
    max_occupancy: Fraction
    """Of an agent's time on calls: who is always busy does not last."""
    shrinkage: Fraction
    """Of paid time that is not on the phone: breaks, training, illness.  Below 1."""


class Staffing(NamedTuple):
    """A number of agents, and what it achieves."""

    agents: int
    """On the phone at once."""
    scheduled: int
    """To be on the roster so that as many are on the phone."""
    service_level: float
    """Of all calls, the share that is answered in time."""
    wait_probability: float
    occupancy: Fraction
    average_speed_of_answer: float
    """Seconds, over all calls."""


def wait_probabilities(load: Fraction) -> Iterator[tuple[int, float]]:
    """(agents, Erlang C) for 1, 2, 3 … agents; a load that they cannot carry always waits.

    By the recurrence of Erlang B, whose terms stay between 0 and 1 however many agents there are.
    """
    offered, blocked = float(load), 1.0
    for agents in range(1, MOST_AGENTS + 1):
        blocked = offered * blocked / (agents + offered * blocked)
        free = float(agents - load)  # exact up to here: near the load it is all that counts
        yield agents, agents * blocked / (free + offered * blocked) if free > 0 else 1.0


def staffings(demand: Demand, standard: Standard) -> Iterator[Staffing]:
    """Every number of agents in range that carries the load, whether or not it meets the standard."""
    if demand.load < MOST_AGENTS:
        enough = floor(demand.load) + 1
        yield from (_staffing(demand, standard, *each) for each in wait_probabilities(demand.load) if each[0] >= enough)


def _staffing(demand: Demand, standard: Standard, agents: int, wait: float) -> Staffing:
    free = agents - demand.load
    return Staffing(
        agents=agents,
        scheduled=ceil(agents / (1 - standard.shrinkage)),
        service_level=1 - wait * exp(-float(free * standard.within / demand.handling)),
        wait_probability=wait,
        occupancy=demand.load / agents,
        average_speed_of_answer=wait * float(demand.handling / free),
    )


def is_in_time(found: Staffing, standard: Standard) -> bool:
    """Whether it answers the target share of calls in time."""
    return found.service_level >= standard.target * (1 - ROUNDING)


def meets(found: Staffing, standard: Standard) -> bool:
    return is_in_time(found, standard) and found.occupancy <= standard.max_occupancy


def needed(demand: Demand, standard: Standard) -> Staffing | None:
    """The fewest agents that meet the standard; None where no number in range does."""
    if demand.load > MOST_AGENTS * standard.max_occupancy:
        return None
    return next((each for each in staffings(demand, standard) if meets(each, standard)), None)
