"""What processes cost: CPU and memory, as the kernel has booked them."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
MEGABYTE = 1024 * 1024

Pids = Mapping[str, tuple[int, ...]]
"""What they are to be called together → whose CPU that is."""


class Spent(NamedTuple):
    """CPU seconds by name, at an instant or between two."""

    seconds: Mapping[str, float]

    @property
    def total(self) -> float:
        return sum(self.seconds.values())

    def since(self, before: "Spent") -> "Spent":
        return Spent({name: after - before.seconds[name] for name, after in self.seconds.items()})

    def each(self, number: float) -> "Spent":
        """A share of it, in microseconds."""
        return Spent({name: 1e6 * seconds / number for name, seconds in self.seconds.items()})


def spent(pids: Pids) -> Spent:
    return Spent({name: sum(map(cpu_seconds, each)) for name, each in pids.items()})


def cpu_seconds(pid: int) -> float:
    """User and system time of all threads of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident(pid: int) -> float:
    """Megabytes of a process that are in memory, those that it shares with others included."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / MEGABYTE
