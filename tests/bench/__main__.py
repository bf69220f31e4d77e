"""`make bench`: routing beside the raw pipe on one stack in one run, by turns.  Exit code 1 when a bar is missed."""

import asyncio
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console

from services.cli.local import variables
from services.cli.processes import PROGRAM, ServiceProcess, start_services
from services.platform.chassis.clients import Unavailable
from services.platform.chassis.settings import Settings, read_settings
from services.platform.chassis.topics import create_topics
from services.platform.stack import Stack, StackError, start_stack
from services.platform.stack.start import KAFKA_VARIABLE, MONGODB_VARIABLE
from tests.bench.hop import Hop, Round, Stuck, complaints, latencies, open_hop
from tests.bench.report import OLD, RAW, ROUTING, YOUNG, show

HOME = Path(".redress")
LOGS = HOME / "bench-logs"
COMPLAINTS, AGING = 8_000, 1_000
"""One event of each makes a round: so no batch holds a complaint twice, and each event pays its own read and write."""
ROUNDS = 7
AGE = 99
RAW_PROGRAM = ("-m", "tests.bench.raw_pipe")
SINGLE, PAUSE = 150, 0.04
"""Commands sent one at a time, and seconds between them."""


async def bench(raw: Hop, routing: Hop, console: Console) -> bool:
    every, young, old = complaints("every", COMPLAINTS), complaints("young", AGING), complaints("old", AGING)
    rounds = defaultdict[str, list[Round]](list)
    console.print(f"Opening {COMPLAINTS + 2 * AGING:,} complaints; {AGING:,} of them grow {AGE} events old …")
    await routing.open_complaints(every + young + old)
    await routing.grow_old(old, AGE)
    await raw.round(every)                                   # makes its documents
    await routing.round(every)
    for n in range(ROUNDS):
        console.print(f"Round {n + 1} of {ROUNDS} …")
        for name, hop, cohort in by_turns(n, (RAW, raw, every), (ROUTING, routing, every)):
            rounds[name].append(await hop.round(cohort))
        for name, cohort in by_turns(n, (YOUNG, young), (OLD, old)):
            rounds[name].append(await routing.round(cohort))
    late = await latencies((raw, routing), every[:SINGLE], PAUSE)
    return show(rounds, late, console)


def by_turns(n: int, *both: tuple[Any, ...]) -> tuple[tuple[Any, ...], ...]:
    """Whoever goes first in one round goes second in the next."""
    return both if n % 2 == 0 else both[::-1]


async def measure(stack: Stack, raw: ServiceProcess, routing: ServiceProcess, console: Console) -> bool:
    async with (
        open_hop(RAW, settings_of(stack, "bench-raw"), raw, stack) as one,
        open_hop(ROUTING, settings_of(stack, "bench"), routing, stack) as other,
    ):
        return await bench(one, other, console)


def settings_of(stack: Stack, prefix: str) -> Settings:
    return read_settings(kafka_bootstrap_servers=stack.addresses.kafka, mongodb_url=stack.addresses.mongodb, topic_prefix=prefix)


@contextmanager
def running(stack: Stack, prefix: str, name: str, program: Sequence[str]) -> Iterator[ServiceProcess]:
    """A process with a tenant of its own."""
    asyncio.run(create_topics(settings_of(stack, prefix)))
    environment = variables(stack.addresses) | {"REDRESS_TOPIC_PREFIX": prefix}
    with start_services([name], environment, LOGS, wait=False, program=program) as services:
        yield services.of(name)


def main() -> int:
    console = Console()
    HOME.mkdir(exist_ok=True)
    try:
        with TemporaryDirectory(dir=HOME, prefix="bench-") as directory, start_stack(Path(directory), console.print) as stack:
            if not stack.is_local:
                raise Stuck(f"The bench reads the CPU of processes of its own: unset {KAFKA_VARIABLE} and {MONGODB_VARIABLE}.")
            with running(stack, "bench-raw", "raw_pipe", RAW_PROGRAM) as raw, running(stack, "bench", "routing", PROGRAM) as routing:
                return 0 if asyncio.run(measure(stack, raw, routing, console)) else 1
    except (Stuck, StackError, Unavailable) as error:
        console.print(str(error))
        return 2


if __name__ == "__main__":
    sys.exit(main())
