"""Run as a program in place of `redress service`: the service of chaos (`tests.chaos.service`), and one mutant of it.

    CHAOS_MUTANT="no journal" python -m tests.chaos.mutants.service NAME

CHAOS_CRASH=1: decide raises on withdrawals whose reason is `crash`.  Of the orders there is one more: `freeze POINT`.
"""

import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.chaos import service
from tests.chaos.mutants.crash import crashing
from tests.chaos.mutants.mutant import apply
from tests.chaos.mutants.table import MUTANTS

AtPoint = Callable[[Path, str], Awaitable[None]]


def main(name: str) -> int:
    if mutant := os.environ.get("CHAOS_MUTANT"):
        apply(MUTANTS[mutant].patches)
    if os.environ.get("CHAOS_CRASH"):
        find = service.find_service
        service.find_service = lambda name, settings: crashing(find(name, settings))
    service.at_point = freezing_at(service.at_point)
    return service.main(name)


def freezing_at(at_point: AtPoint) -> AtPoint:
    """Stopped by itself where it is ordered to; somebody else lets it go on."""

    async def frozen_at(file: Path, point: str) -> None:
        if _is_ordered(file, f"freeze {point}"):
            os.kill(os.getpid(), signal.SIGSTOP)
        await at_point(file, point)

    return frozen_at


def _is_ordered(file: Path, order: str) -> bool:
    """This once."""
    if not file.exists() or file.read_text("utf-8") != order:
        return False
    file.unlink()
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
