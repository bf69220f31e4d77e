"""What processes cost: CPU and memory, as the kernel has booked them."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

PAGE = os.sysconf("SC_PAGE_SIZE")
MEGABYTE = 1024 * 1024
SCHEDULED = 2
"""Which of a process's clocks: that of the scheduler, which counts nanoseconds of all its threads."""

Pids = Mapping[str, tuple[int, ...]]
"""What they are to be called together → whose CPU that is."""


class Spent(NamedTuple):
    """CPU by name: in seconds up to an instant, or in microseconds of one event."""

    by: Mapping[str, float]

    @property
    def total(self) -> float:
        return sum(self.by.values())

    def each(self, before: "Spent", number: int) -> "Spent":
        """What was spent since then on each of so many, in microseconds."""
        return Spent({name: 1e6 * (now - before.by[name]) / number for name, now in self.by.items()})


def spent(pids: Pids) -> Spent:
    return Spent({name: sum(map(cpu_seconds, each)) for name, each in pids.items()})


def cpu_seconds(pid: int) -> float:
    """User and system time of all threads of a process, idle ones and collectors too; `/proc` tells it in hundredths only."""
    return time.clock_gettime(~pid << 3 | SCHEDULED)


def resident(pid: int) -> float:
    """Megabytes of a process that are in memory, those that it shares with others included."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / MEGABYTE
