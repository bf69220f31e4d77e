"""A history is read, put in order, and played under a set of policies."""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Protocol

from rich.progress import Progress

from contracts.catalogue import OWNERS
from services.backtest.command import Timed
from services.backtest.engine import Backtest
from services.backtest.fact import Fact
from services.cli.backtest.cold import SQLiteCold
from services.cli.backtest.spool import Spool
from services.cli.policy import cross
from services.cli.policy.whole_set import read_set
from services.cli.registry import find_service
from services.platform.chassis.policies import BadPolicy
from services.platform.chassis.settings import Settings
from services.platform.kernel.service import Practice

GARBAGE = 200_000
"""New objects between two looks of the collector: a run leaves hardly a cycle, and each look goes through all documents in memory."""
LOOK = 200
"""Commands between two moves of the bar."""


class History(Protocol):
    """Where commands come from.  Position and size (None: unknown) are for the bar; what was read, and whether it was all, for the end."""

    size: int | None

    @property
    def position(self) -> int: ...

    @property
    def is_whole(self) -> bool: ...

    def commands(self) -> Iterator[Timed]: ...

    def lines(self) -> list[str]: ...


def practices(policies: str, settings: Settings) -> list[Practice]:
    """All services under a set; raises BadPolicy with every fault that `redress policy check` would name."""
    found = read_set(policies)
    if faults := [*found.faults, *cross.faults(found)]:
        raise BadPolicy(*faults)
    return [Practice(find_service(name, settings), found.policies[name], settings.build) for name in OWNERS]


def read(history: History, progress: Progress) -> Spool:
    """The commands in the order of their instants."""
    bar = progress.add_task("reading", total=history.size, count=0, what="commands")

    def watched() -> Iterator[Timed]:
        for count, command in enumerate(history.commands(), 1):
            if count % LOOK == 1:
                progress.update(bar, completed=history.position, count=count)
            yield command

    spool = Spool(watched())
    progress.update(bar, total=history.position, completed=history.position, count=spool.length)
    return spool


def play(
    commands: Spool, practices: Iterable[Practice], name: str, hear: Iterable[Callable[[Fact], object]], until: datetime | None,
    progress: Progress,
) -> Backtest:  # fmt: skip
    """From the first command until nothing is left to come, or up to this instant; all of `hear` hear every fact."""
    bar = progress.add_task(name, total=commands.length, count=0, what="events")
    backtest, hearers, events = Backtest(practices, SQLiteCold()), tuple(hear), 0
    facts = backtest.play(commands, until)
    with _few_collections():
        while some := list(islice(facts, LOOK)):
            for fact in some:
                for one in hearers:
                    one(fact)
            events += len(some)
            progress.update(bar, completed=backtest.commands.total(), count=events)
    progress.update(bar, completed=commands.length, count=events)
    return backtest


@contextmanager
def _few_collections() -> Iterator[None]:
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE, 10, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
