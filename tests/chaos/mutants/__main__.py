"""`make chaos-mutants`: each mutant in the smallest scenario that shows it, and each scenario once with the real service.

    python -m tests.chaos.mutants [NAME ...]

Prints mutant × invariant, and fails when a mutant survives one that must catch it, or when the real service violates any.
"""

import asyncio
import logging
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from tests.chaos.clusters import Cluster, start_cluster
from tests.chaos.history import save
from tests.chaos.invariants import NAMES, Violation, check
from tests.chaos.mutants.mutant import Mutant
from tests.chaos.mutants.scenarios import SCENARIOS
from tests.chaos.mutants.table import MUTANTS
from tests.chaos.mutants.tenant import moved_in

KEPT = Path(".redress") / "chaos" / "mutants"
AT_A_TIME = 2
REAL = "the real service"
WIDTH = 160


class Shown(NamedTuple):
    """What came of a mutant, or of the real service, in a scenario."""

    scenario: str
    mutant: Mutant | None
    found: list[Violation]
    seconds: float
    fault: str = ""
    """Why there is no verdict."""

    @property
    def name(self) -> str:
        return self.mutant.name if self.mutant else REAL

    @property
    def caught_by(self) -> set[str]:
        return {violation.invariant for violation in self.found}

    @property
    def verdict(self) -> str:
        return self.fault or ", ".join(name for name in NAMES if name in self.caught_by) or "nothing wrong"

    @property
    def is_well(self) -> bool:
        if self.fault:
            return False
        return {*self.mutant.caught_by} <= self.caught_by if self.mutant else not self.found


def main(names: Sequence[str]) -> int:
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)     # that a topic is new, or was deleted, is no news here
    if unknown := [name for name in names if name not in MUTANTS]:
        print(f"There is no mutant {unknown[0]!r}: there are {', '.join(MUTANTS)}.", file=sys.stderr)
        return 2
    mutants = [MUTANTS[name] for name in names] or list(MUTANTS.values())
    with TemporaryDirectory(prefix="chaos-mutants-") as directory, start_cluster(Path(directory), brokers=1) as cluster:
        shown = asyncio.run(_show(cluster, mutants))
    told(shown, Console(width=WIDTH))
    return 0 if all(each.is_well for each in shown) else 1


async def _show(cluster: Cluster, mutants: Sequence[Mutant]) -> list[Shown]:
    scenarios = dict.fromkeys(mutant.scenario for mutant in mutants)
    runs: list[tuple[str, Mutant | None]] = [*((name, None) for name in scenarios), *((mutant.scenario, mutant) for mutant in mutants)]
    few = asyncio.Semaphore(AT_A_TIME)
    together = [run for run in runs if not SCENARIOS[run[0]].is_alone]
    shown = await asyncio.gather(*(_one(cluster, number, *run, few) for number, run in enumerate(together)))
    for number, run in enumerate(run for run in runs if SCENARIOS[run[0]].is_alone):
        shown.append(await _one(cluster, 900 + number, *run, few))
    return shown


async def _one(cluster: Cluster, number: int, name: str, mutant: Mutant | None, few: asyncio.Semaphore) -> Shown:
    async with few:
        began = time.monotonic()
        try:
            found = await _played(cluster, f"m{number}", name, mutant)
        except Exception as error:
            shown = Shown(name, mutant, [], time.monotonic() - began, f"{type(error).__name__}: {error}")
        else:
            shown = Shown(name, mutant, found, time.monotonic() - began)
        print(f"{shown.name} ({name}, {shown.seconds:.0f} s): {shown.verdict}", flush=True)
        return shown


async def _played(cluster: Cluster, prefix: str, name: str, mutant: Mutant | None) -> list[Violation]:
    """Its history is kept where it is not as it should be."""
    scenario, place = SCENARIOS[name], KEPT / f"{name}-{mutant.name if mutant else 'real'}".replace(" ", "-").replace(":", "")
    environment = {**scenario.environment, "CHAOS_MUTANT": mutant.name if mutant else ""}
    async with moved_in(cluster, prefix, scenario.services, place, environment) as tenant:
        await scenario.play(tenant)
        history, stores = await tenant.history(name, scenario.patience if mutant is None else scenario.patience / 4)
    found = await asyncio.to_thread(check, scenario.judged(history))
    save(history, stores, place / "history")
    return found


def told(shown: Sequence[Shown], console: Console) -> None:
    """Mutant × invariant, the invariants by their numbers."""
    table = Table(title="mutant × invariant", caption="■ caught as it must be   □ caught besides   ✗ survived")
    for column in ("mutant", "scenario", "s", *map(str, range(1, len(NAMES) + 1))):
        table.add_column(column)
    for each in shown:
        wanted = each.mutant.caught_by if each.mutant else ()
        marks = (_mark(name in wanted, name in each.caught_by) for name in NAMES)
        table.add_row(each.name, each.scenario, f"{each.seconds:.0f}", *marks)
    console.print(table)
    console.print(" · ".join(f"{number} {name}" for number, name in enumerate(NAMES, 1)))
    for each in shown:
        if each.is_well:
            continue
        console.print(f"[bold]{each.name}[/] in {each.scenario}: {each.fault or ('survived' if each.mutant else 'violated')}")
        for violation in each.found[:10] if each.mutant is None else ():
            console.print(f"  {violation.invariant}: {violation.subject} {violation.told}")
    caught = sum(each.is_well for each in shown if each.mutant)
    console.print(f"{caught} of {sum(each.mutant is not None for each in shown)} mutants caught.")


def _mark(must: bool, is_caught: bool) -> str:
    return "■" if must and is_caught else "✗" if must else "□" if is_caught else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
