"""Run as a program in place of `redress service`: the service of chaos (`tests.chaos.service`), and one mutant of it.

    CHAOS_MUTANT="no journal" python -m tests.chaos.mutants.service NAME

CHAOS_CRASH=1: decide raises on withdrawals whose reason is `crash`.
"""

import os
import sys

from tests.chaos import service
from tests.chaos.mutants.crash import crashing
from tests.chaos.mutants.mutant import apply
from tests.chaos.mutants.table import MUTANTS


def main(name: str) -> int:
    if mutant := os.environ.get("CHAOS_MUTANT"):
        apply(MUTANTS[mutant].patches)
    if os.environ.get("CHAOS_CRASH"):
        find = service.find_service
        service.find_service = lambda name, settings: crashing(find(name, settings))
    return service.main(name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
