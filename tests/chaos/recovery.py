"""How long it took until all was well, and how long it may take."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from tests.chaos.history import Fault

BUDGETS = {"kafka": 15.0, "mongodb": 20.0, "service": 10.0}
"""Seconds from healing until all is handled again."""
GRACEFUL = ("roll", "scale")
"""Faults after which nobody takes a record twice: whoever goes hands over first."""


class Recovery(NamedTuple):
    seconds: float | None
    """None: it never was well again."""
    budget: float | None
    """None: nobody is in a hurry."""

    @property
    def is_late(self) -> bool:
        return self.seconds is not None and self.budget is not None and self.seconds > self.budget


def recovery(fault: Fault, faults: Iterable[Fault]) -> Recovery:
    """Nobody can be well while something else is still broken: then it counts from the last healing before all was well, and by the
    larger budget of those that were broken."""
    budget = BUDGETS.get(fault.kind)
    if fault.recovered is None:
        return Recovery(None, budget)
    besides = [other for other in faults if _went_on(other, fault.heal, fault.recovered)]
    healed = max([fault.heal, *(other.heal for other in besides)])
    if budget is not None:
        budget = max([budget, *(BUDGETS[other.kind] for other in besides)])
    return Recovery((fault.recovered - healed).total_seconds(), budget)


def _went_on(other: Fault, begin: datetime, end: datetime) -> bool:
    """Whether it was broken at some time between, and healed by the end."""
    counts = other.kind in BUDGETS and other.name not in GRACEFUL and not other.is_left_out
    return counts and other.start < end and begin < other.heal <= end
