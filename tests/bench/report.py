"""What came out of the rounds: the table, and a verdict for each bar."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median, quantiles
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from tests.bench.hop import Cost, Round

RAW, ROUTING, YOUNG, OLD = "raw pipe", "routing", "1st event", "100th event"
LEAST_SPEED, MOST_CPU, MOST_AGE = 0.45, 2.5, 1.3
"""With the full policies loaded: routing's events per second and CPU per event as parts of the raw pipe's; an old complaint's CPU as part
of a young one's."""


class Bar(NamedTuple):
    what: str
    bound: str
    ratio: float
    is_met: bool


def bars(rounds: Mapping[str, Sequence[Round]]) -> list[Bar]:
    """Each ratio is the median of those of neighbouring rounds: what else the machine does falls on both."""
    speed = _ratio(rounds[ROUTING], rounds[RAW], lambda round: round.per_second)
    cpu = _ratio(rounds[ROUTING], rounds[RAW], lambda round: round.cost.total)
    age = _ratio(rounds[OLD], rounds[YOUNG], lambda round: round.cost.total)
    return [
        Bar("events/s, routing : raw pipe", f"≥ {LEAST_SPEED}", speed, speed >= LEAST_SPEED),
        Bar("CPU per event, routing : raw pipe", f"≤ {MOST_CPU}", cpu, cpu <= MOST_CPU),
        Bar("CPU per event, 100th : first of a complaint", f"≤ {MOST_AGE}", age, age <= MOST_AGE),
    ]


def _ratio(ours: Sequence[Round], theirs: Sequence[Round], of: Callable[[Round], float]) -> float:
    return median(of(our) / of(their) for our, their in zip(ours, theirs, strict=True))


def show(rounds: Mapping[str, Sequence[Round]], late: Mapping[str, Sequence[float]], console: Console) -> bool:
    """Prints everything; whether every bar is met."""
    console.print(_measured(rounds, late))
    verdict = Table("bar", "bound", "measured", "verdict", title="Bars: medians of the ratios of neighbouring rounds")
    found = bars(rounds)
    for bar in found:
        verdict.add_row(bar.what, bar.bound, f"{bar.ratio:.2f}", "met" if bar.is_met else "[bold red]missed")
    console.print(verdict)
    return all(bar.is_met for bar in found)


def _measured(rounds: Mapping[str, Sequence[Round]], late: Mapping[str, Sequence[float]]) -> Table:
    heads = ("", "events/s", "CPU", "own", "Kafka", "MongoDB", "idle p50", "p99")
    table = Table(*heads, title="One hop: medians; CPU in µs for an event, idle latency in ms")
    for name, found in rounds.items():
        cost = Cost(*(median(each) for each in zip(*(round.cost for round in found), strict=True)))
        total = median(round.cost.total for round in found)
        cells = (f"{median(round.per_second for round in found):,.0f}", *(f"{each:.0f}" for each in (total, *cost)))
        table.add_row(name, *cells, *(f"{each:.1f}" for each in _tails(late[name])) if name in late else ())
    return table


def _tails(took: Sequence[float]) -> tuple[float, float]:
    """The median, and what one in a hundred exceeds."""
    return median(took), quantiles(took, n=100)[98]
