"""What an event costs where there is much: an old complaint, many timers that are not due, many documents that sleep.

Each is set beside the same without it, in neighbouring rounds of one hop of routing under the full policies.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack
from statistics import median
from typing import NamedTuple

from tests.bench.feeds import FEEDS, complaints, confirmed, reported
from tests.bench.filling import fill
from tests.bench.ground import Ground
from tests.bench.hop import Hop, Round, by_turns, open_hop
from tests.bench.report import Bar, Found, Sheet, cells, middle

MOST = 1.2
"""Times the CPU that an event costs without it."""
COHORT, PATTERNS = 2_000, 200
YOUNG, TEN, HUNDRED = "1st event", "10th event", "100th event"
AGES = {YOUNG: range(1), TEN: range(9, 10), HUNDRED: range(92, 108)}
"""What a cohort has had before.  Old complaints differ: every sixteenth event of each packs its journal, and no round is spared it."""
BARE, TIMERS, MANY = "small", "timers", "many"
BESIDE = "beside"


class Sizes(NamedTuple):
    timers: int
    """That are pending, none of them due."""
    small: int
    many: int
    """Documents that sleep."""


def measure(ground: Ground, sizes: Sizes, rounds: int) -> dict[str, list[Round]]:
    """By age and by store."""
    with ExitStack() as ending:
        running = {name: ending.enter_context(ground.running(f"growth-{name}", ["routing"])) for name in (BARE, TIMERS, MANY)}

        async def measured() -> dict[str, list[Round]]:
            async with AsyncExitStack() as closing:
                hops = [
                    await closing.enter_async_context(open_hop(ground, name, FEEDS["routing"], f"growth-{name}", services))
                    for name, services in running.items()
                ]  # fmt: skip
                await _fill(ground, hops, sizes)
                return await _rounds(hops, rounds)

        return asyncio.run(measured())


async def _fill(ground: Ground, hops: Sequence[Hop], sizes: Sizes) -> None:
    """Each with the cohort that is measured, and with what is beside it."""
    waiting, sleeping = complaints("waiting", PATTERNS), complaints("sleeping", PATTERNS)
    for hop in hops:
        await hop.open(complaints(BESIDE, COHORT))
        await hop.open([*waiting, *sleeping])
        await hop.open(sleeping, (reported, confirmed))
    for name, patterns, copies in ((BARE, sleeping, sizes.small), (TIMERS, waiting, sizes.timers), (MANY, sleeping, sizes.many)):
        await asyncio.to_thread(fill, ground, f"growth-{name}", "routing", patterns, copies)


async def _rounds(hops: Sequence[Hop], rounds: int) -> dict[str, list[Round]]:
    small, found = hops[0], defaultdict[str, list[Round]](list)
    beside, ages = complaints(BESIDE, COHORT), {name: complaints(name, COHORT) for name in AGES}
    for name, before in AGES.items():
        await small.open(ages[name])
        for n, events in enumerate(before):
            await small.grow_old(ages[name][n :: len(before)], events)
    for n in range(-1, rounds):                              # the first only warms
        for hop in by_turns(n, hops):
            found[hop.name].append(await hop.round(beside))
        for name in list(AGES) if n % 2 else list(AGES)[::-1]:
            found[name].append(await small.round(ages[name]))
    return {name: measured[1:] for name, measured in found.items()}


def found(rounds: Mapping[str, Sequence[Round]], sizes: Sizes) -> Found:
    told = {
        TEN: (TEN, YOUNG), HUNDRED: (HUNDRED, YOUNG), f"{sizes.timers:,} timers pending : none": (TIMERS, BARE),
        f"{sizes.many:,} documents : {sizes.small:,}": (MANY, BARE),
    }  # fmt: skip
    bars = [Bar(f"growth: CPU per event, {what}", _ratio(rounds[one], rounds[other]), most=MOST) for what, (one, other) in told.items()]
    heads = ("one hop of routing", "events/s", "CPU in µs/event", "own", "Kafka", "MongoDB")
    rows = [
        (name, f"{median(round.per_second for round in each):,.0f}", *cells(middle([round.spent for round in each])))
        for name, each in rounds.items()
    ]  # fmt: skip
    return Found([Sheet("Growth: medians of the rounds", heads, rows)], bars)


def _ratio(ours: Sequence[Round], theirs: Sequence[Round]) -> float:
    return median(our.spent.total / their.spent.total for our, their in zip(ours, theirs, strict=True))
