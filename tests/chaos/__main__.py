"""`python -m tests.chaos`: breaks everything on schedule, and prints what came of it as one table.

Without options all named scenarios are played, on three brokers and on one.  The history stays under `.redress/chaos/<seed>-…/`.
"""

import argparse
import logging
import random
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from services.cli.run import ended_in_order
from tests.chaos.clusters import start_cluster
from tests.chaos.fleet import PROGRAM
from tests.chaos.runner import Outcome, run_scenario
from tests.chaos.scenarios import NAMED, Scenario, at_random, of_cluster
from tests.chaos.table import report

HOME = Path(".redress/chaos")
INTERRUPTED = 130
WIDTH = 130
"""Of the table in a file."""
MUTANT = ("-m", "tests.chaos.mutants.service")


def main(arguments: Sequence[str]) -> int:
    asked = options().parse_args(arguments)
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(10**6)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)     # that Kafka is away is no news here
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    console.print(f"Seed {seed}: with `--seed {seed}` and the same options the same schedule is played again.")
    try:
        with ended_in_order():
            outcomes = [play(name, scenarios, seed, asked.mutant) for name, scenarios in wanted(asked, seed).items()]
    except KeyboardInterrupt:
        console.print("Interrupted: every process is ended, and there is no history.")
        return INTERRUPTED
    return report(console, seed, outcomes)


def wanted(asked: argparse.Namespace, seed: int) -> dict[str, Sequence[Scenario]]:
    """Name of a run → what is played in it."""
    if asked.scenario:
        return {asked.scenario: [NAMED[asked.scenario]]}
    if asked.seconds:
        return {"soak": at_random(seed, asked.seconds)}
    return {"three-brokers": of_cluster(3), "one-broker": of_cluster(1)}


def play(name: str, scenarios: Sequence[Scenario], seed: int, mutant: str | None) -> Outcome:
    directory = HOME / f"{seed}-{name}{f'-{mutant}' if mutant else ''}"
    place = HOME / f"cluster-{name}"
    shutil.rmtree(place, ignore_errors=True)
    program, more = (MUTANT, {"CHAOS_MUTANT": mutant}) if mutant else (PROGRAM, {})
    with start_cluster(place, scenarios[0].brokers) as cluster:
        outcome = run_scenario(cluster, scenarios, seed, directory, program, **more)
    shutil.rmtree(place, ignore_errors=True)                 # the servers' own data: what counts is in the history
    return outcome


def options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, help="whose schedule and load are played; without one: any")
    parser.add_argument("--seconds", type=float, help="random faults for so long")
    parser.add_argument("--scenario", choices=NAMED, help="one scenario only")
    parser.add_argument("--mutant", help="with a service that has this fault built in: see tests.chaos.mutants")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
