"""What is broken, and when: known before anything is, from the seed alone.

A scenario is some tens of seconds: strikes with their times, and modes of the load.  A schedule plays scenarios one after the other,
each in its own time; what one leaves behind has until its end to recover.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple, TypeVar

from tests.chaos.load.plan import Mode

T = TypeVar("T")


@dataclass(frozen=True)
class Strike:
    """A fault of `faults.FAULTS`, begun `at` seconds and healed after `seconds`."""

    at: float
    fault: str
    seconds: float = 0.0
    service: str = ""
    """Whom it is about; "" where it is about none, or all."""
    chance: float = 0.0
    """In [0, 1): which of several."""

    def pick(self, among: Sequence[T]) -> T:
        return among[int(self.chance * len(among))]


class Scenario(NamedTuple):
    name: str
    seconds: float
    strikes: tuple[Strike, ...] = ()
    modes: tuple[Mode, ...] = ()
    brokers: int = 3
    """Of the cluster that it is played on."""


class Schedule(NamedTuple):
    seconds: float
    strikes: tuple[Strike, ...]
    modes: tuple[Mode, ...]


def schedule(seed: int, scenarios: Iterable[Scenario]) -> Schedule:
    """In an order of the seed's own; strikes are a little off their times, and choose by chance where there is a choice."""
    rng = Random(f"{seed}/schedule")
    drawn, begin = sorted(scenarios, key=lambda _: rng.random()), 0.0
    strikes, modes = list[Strike](), list[Mode]()
    for scenario in drawn:
        for strike in scenario.strikes:
            at = round(begin + strike.at + rng.uniform(0, 1), 3)
            strikes.append(Strike(at, strike.fault, strike.seconds, strike.service, rng.random()))
        modes += [Mode(mode.name, begin + mode.begin, begin + mode.end, mode.topic) for mode in scenario.modes]
        begin += scenario.seconds
    return Schedule(begin, tuple(sorted(strikes, key=lambda strike: strike.at)), tuple(modes))
