"""`make bench`, `make bench-full`: every figure on one stack in one run, and a report.  Exit code 1 when a bar is missed.

    python -m tests.bench [--full] [FIGURE …]        lives idle hops backlog growth due dates; all of them where none is named
"""

import argparse
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import NamedTuple

from rich.console import Console

from services.platform.chassis.clients import Unavailable
from services.platform.stack import StackError
from tests.bench import all_due, backlog, due_dates, growth, latency, life, one_hop
from tests.bench.feeds import FEEDS
from tests.bench.ground import HOME, Ground, Stuck, ground
from tests.bench.growth import Sizes
from tests.bench.report import Bar, Found, Sheet, show, verdicts, write

REPORT = HOME / "bench"
NARROWEST = 140
"""Columns."""


class Extent(NamedTuple):
    """How much of everything."""

    hops: int
    """Rounds of routing's one hop …"""
    other_hops: int
    """… and of each other service's."""
    lives: int
    growth: int
    backlog: int
    """Commands for each service."""
    sizes: Sizes
    due: int
    """Timers at once."""


SHORT = Extent(hops=5, other_hops=3, lives=5, growth=4, backlog=50_000, sizes=Sizes(timers=100_000, small=10_000, many=100_000), due=20_000)
FULL = Extent(
    hops=9, other_hops=7, lives=20, growth=9, backlog=200_000, sizes=Sizes(timers=1_000_000, small=10_000, many=1_000_000), due=1_000_000
)  # fmt: skip
"""Takes an hour or so, and ten gigabytes of disk."""


def hops(ground: Ground, extent: Extent) -> Found:
    """One hop of each service, by one process and by two; the naive service beside routing."""
    cases = []
    for service in FEEDS:
        for processes in (1, 2):
            is_first = service == "routing" and processes == 1
            rounds = extent.hops if service == "routing" else extent.other_hops
            cases.append(one_hop.measure(ground, service, processes, rounds, naive=is_first))
    return one_hop.found(cases)


FIGURES: Mapping[str, Callable[[Ground, Extent], Found]] = {
    "lives": lambda ground, extent: life.found(life.measure(ground, extent.lives)),
    "idle": lambda ground, extent: latency.found(latency.measure(ground)),
    "hops": hops,
    "backlog": lambda ground, extent: backlog.found([backlog.measure(ground, service, extent.backlog) for service in FEEDS]),
    "growth": lambda ground, extent: growth.found(growth.measure(ground, extent.sizes, extent.growth), extent.sizes),
    "dates": lambda ground, extent: due_dates.found(due_dates.measure()),
    "due": lambda ground, extent: all_due.found(all_due.measure(ground, extent.due)),
}


def measured(names: list[str], extent: Extent, console: Console) -> Iterator[Found]:
    with ground(console.print) as under:
        for name in names:
            console.print(f"[dim]{name} …")
            begun = time.monotonic()
            found = _tried(name, under, extent)
            show(found, console)
            console.print(f"[dim]{name} took {time.monotonic() - begun:.0f} s")
            yield found


def _tried(name: str, under: Ground, extent: Extent) -> Found:
    """What cannot be measured is a bar missed, and no reason to lose the other figures."""
    try:
        return FIGURES[name](under, extent)
    except (Stuck, Unavailable) as error:
        return Found([Sheet(name, ("not measured",), [(str(error),)])], [Bar(f"{name}: measured at all", 0, least=1)])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Every figure and its bars.")
    parser.add_argument("figures", nargs="*", default=list(FIGURES), metavar="FIGURE", help=f"of {', '.join(FIGURES)}; all by default")
    parser.add_argument("--full", action="store_true", help="larger, longer, and a million of everything")
    asked = parser.parse_args()
    if unknown := set(asked.figures) - set(FIGURES):
        parser.error(f"there is no figure {', '.join(sorted(unknown))}")
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)     # it tells of each new topic that it has no leader yet
    console, begun = Console(), time.monotonic()
    console.width = max(console.width, NARROWEST)
    try:
        every = list(measured(asked.figures, FULL if asked.full else SHORT, console))
    except (Stuck, StackError, Unavailable) as error:
        console.print(str(error))
        return 2
    took = timedelta(seconds=int(time.monotonic() - begun))
    cores, busy = os.cpu_count(), os.getloadavg()[0]
    said = [f"{cores} cores for services, broker, database and load; took {took}, and the load average is {busy:.1f} at its end."]
    bars = [bar for found in every for bar in found.bars]
    show(Found([verdicts(bars)]), console)
    console.print(f"{said[0]}  {write(REPORT, 'The bench', said, every)}")
    return 0 if all(bar.is_held for bar in bars) else 1


if __name__ == "__main__":
    sys.exit(main())
