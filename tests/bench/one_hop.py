"""One hop of each service beside the raw pipe, under thin and full policies, by one process and by two; and the naive service."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager
from statistics import median
from typing import NamedTuple

from services.cli.processes import PROGRAM, Services
from tests.bench.feeds import FEEDS, complaints
from tests.bench.ground import Ground, Stuck
from tests.bench.hop import Hop, Round, by_turns, open_hop
from tests.bench.report import Bar, Found, Sheet, cells, middle

RAW, THIN, FULL, NAIVE = "raw pipe", "thin", "full", "naive"
PROGRAMS: Mapping[str, Sequence[str]] = {RAW: ("-m", "tests.bench.raw_pipe"), NAIVE: ("-m", "tests.bench.naive")}
LEAST_SPEED, MOST_CPU = {THIN: 0.60, FULL: 0.50}, {THIN: 1.8, FULL: 2.2}
"""Events per second and CPU per event as parts of the raw pipe's, at equal batch size and processes."""
TIMES_NAIVE = 60
COMPLAINTS, NAIVE_COMPLAINTS = 3_000, 150


class Case(NamedTuple):
    service: str
    processes: int
    rounds: Mapping[str, Sequence[Round]]

    @property
    def title(self) -> str:
        return f"{self.service}, {self.processes} process{'es' if self.processes > 1 else ''}"


def measure(ground: Ground, service: str, processes: int, rounds: int, naive: bool = False) -> Case:
    """By turns, so that each round has its neighbours; the naive one over fewer events, for it would take all the time."""
    names = (RAW, THIN, FULL, *((NAIVE,) if naive else ()))
    with _all_running(ground, service, processes, names) as running:
        return Case(service, processes, asyncio.run(_measure(ground, service, running, rounds)))


@contextmanager
def _all_running(ground: Ground, service: str, processes: int, names: Iterable[str]) -> Iterator[Mapping[str, tuple[str, Services]]]:
    with ExitStack() as ending:
        running = {}
        for name in names:
            tenant, policy = f"{service}-{name.split()[0]}-{processes}", name if name in ground.policies else FULL
            program = PROGRAMS.get(name, PROGRAM)
            running[name] = (tenant, ending.enter_context(ground.running(tenant, [service], policy, processes, program)))
        yield running


async def _measure(ground: Ground, service: str, running: Mapping[str, tuple[str, Services]], rounds: int) -> dict[str, list[Round]]:
    every, found = complaints("every", COMPLAINTS), defaultdict[str, list[Round]](list)
    async with AsyncExitStack() as closing:
        hops = [await closing.enter_async_context(open_hop(ground, name, FEEDS[service], *each)) for name, each in running.items()]
        for hop in hops:
            await _warm(hop, every)
        for n in range(rounds):
            for hop in by_turns(n, hops):
                found[hop.name].append(await hop.round(_some(hop, every)))
        for hop in hops:
            must_accept_all(hop)
    return {name: found[name] for name in running}


async def _warm(hop: Hop, every: Sequence[str]) -> None:
    """Documents as a round finds them, and code that has run."""
    if hop.name in (THIN, FULL):
        await hop.open(every)
    await hop.round(_some(hop, every))


def _some(hop: Hop, every: Sequence[str]) -> Sequence[str]:
    return every[:NAIVE_COMPLAINTS] if hop.name == NAIVE else every


def must_accept_all(hop: Hop) -> None:
    """A refusal would be an event too, and a cheap one."""
    for process in hop.services:
        if bad := not_taken(process.metrics()):
            raise Stuck(f"{hop.name} did not take all that it was sent: {bad[0]}.")


def not_taken(metrics: str) -> list[str]:
    """The counts of what was refused or died, where there is any."""
    counts = [line for line in metrics.splitlines() if line.startswith("redress_messages_total{")]
    lines = [line for line in counts if 'outcome="refused"' in line or 'outcome="dead"' in line]
    return [line for line in lines if float(line.rpartition(" ")[2])]


# -- what came out ------------------------------------------------------------------------------------------------------------------------


def found(cases: Sequence[Case]) -> Found:
    heads = ("one hop", "events/s", "CPU in µs/event", "own", "Kafka", "MongoDB", "events/s : raw", "CPU : raw")
    rows = [row for case in cases for row in _rows(case)]
    return Found([Sheet("One hop: medians of the rounds, and of their ratios to the raw pipe's", heads, rows)], list(_bars(cases)))


def _rows(case: Case) -> Iterator[Sequence[str]]:
    raw = case.rounds[RAW]
    for name, rounds in case.rounds.items():
        costs = cells(middle([round.spent for round in rounds]))
        ratios = [f"{_ratio(rounds, raw, of):.2f}" for of in (_speed, _cpu)]
        yield (f"{case.title}, {name}", f"{median(map(_speed, rounds)):,.0f}", *costs, *ratios)


def _bars(cases: Sequence[Case]) -> Iterator[Bar]:
    for case in cases:
        for name in (THIN, FULL):
            ours, raw = case.rounds[name], case.rounds[RAW]
            yield Bar(f"{case.title}, {name}: events/s : raw pipe", _ratio(ours, raw, _speed), least=LEAST_SPEED[name])
            yield Bar(f"{case.title}, {name}: CPU per event : raw pipe", _ratio(ours, raw, _cpu), most=MOST_CPU[name])
        if naive := case.rounds.get(NAIVE):
            yield Bar(f"{case.title}, {FULL}: events/s : naive service", _ratio(case.rounds[FULL], naive, _speed), least=TIMES_NAIVE)


def _ratio(ours: Sequence[Round], theirs: Sequence[Round], of: Callable[[Round], float]) -> float:
    """The median of those of neighbouring rounds: what else the machine does falls on both."""
    return median(of(our) / of(their) for our, their in zip(ours, theirs, strict=True))


def _speed(round: Round) -> float:
    return round.per_second


def _cpu(round: Round) -> float:
    return round.spent.total
