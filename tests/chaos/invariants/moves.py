"""Only legal transitions: each complaint's life, walked through routing's table by its events alone."""

from collections.abc import Iterator, Mapping

from contracts.routing import (
    ComplaintClosed,
    ComplaintReopened,
    ComplaintResolved,
    ComplaintRouted,
    ComplaintSentToTriage,
    ComplaintWithdrawn,
    WorkAccepted,
    WorkDeclined,
    WorkDone,
    WorkPaused,
    WorkResumed,
)
from services.routing.transitions import REGISTRATION, TABLE
from tests.chaos.history import History
from tests.chaos.invariants.facts import Fact, by_complaint, once

MOVING = (
    ComplaintClosed, ComplaintReopened, ComplaintResolved, ComplaintRouted, ComplaintSentToTriage, ComplaintWithdrawn, WorkAccepted,
    WorkDeclined, WorkDone, WorkPaused, WorkResumed,
)  # fmt: skip
"""What may lead from one state into another; all else is said in many states and moves nothing."""
Ways = Mapping[type, Mapping[str, frozenset[str]]]


def _ways() -> Ways:
    """Event → state → the states that it may lead to."""
    found = [
        (event, stage, next_)
        for cells in TABLE.values()
        for stage, cell in cells.items()
        if not isinstance(cell, str)
        for next_, event in cell.items()
    ]
    return {
        kind: {stage: frozenset(n for e, s, n in found if (e, s) == (kind, stage)) for stage in {s for e, s, _ in found if e is kind}}
        for kind in MOVING
    }


WAYS = _ways()


def is_legal(history: History) -> Iterator[tuple[str, str]]:
    """From its registration on, every complaint goes only where the table lets it."""
    for complaint, said in by_complaint(once(history, "routing")).items():
        stages: frozenset[str] = frozenset()
        for fact in said:
            if not isinstance(fact.message, MOVING):
                continue
            after = _beginnings(fact) if not stages else _after(fact, stages)
            if not after:
                yield complaint, f"{fact.name} (seq {fact.envelope.seq}) is not said when it is {' or '.join(sorted(stages)) or 'unknown'}"
                break
            stages = after


def _beginnings(fact: Fact) -> frozenset[str]:
    return frozenset(stage for stage, event in REGISTRATION.items() if event is type(fact.message))


def _after(fact: Fact, stages: frozenset[str]) -> frozenset[str]:
    """What goes on because something else ended, or began anew, says so in whatever state that is."""
    if isinstance(fact.message, WorkResumed) and fact.message.by is None:
        return stages
    ways = WAYS[type(fact.message)]
    return frozenset(next_ for stage in stages for next_ in ways.get(stage, ()))
