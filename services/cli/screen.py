"""What the services' own metrics say, as a table that a terminal can show again and again."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import NamedTuple

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample
from rich.columns import Columns
from rich.markup import escape
from rich.table import Column, Table

from services.cli.processes import ServiceProcess, Services

STATES_OF = "routing"
"""Whose documents are the complaints, as states go."""


class Figures(NamedTuple):
    """One process, as it was when it was asked."""

    name: str
    ready: bool
    why: str
    messages: float
    behind_seconds: float
    lag: float
    dead: float
    waiting: float
    complaints: Mapping[tuple[str, str], float]
    """(state, priority) → documents, of all processes of the service alike."""
    rate: float = 0.0
    """Messages a second since the look before."""


class Screen:
    """Asks all services at once; keeps the look before, for rates."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._before: dict[str, tuple[float, float]] = {}
        self._askers = ThreadPoolExecutor(max_workers=len(services.processes))

    def look(self) -> list[Figures]:
        """Takes as long as the slowest answer, two seconds at most."""
        return [self._rated(figures) for figures in self._askers.map(figures_of, self.services)]

    def _rated(self, now: Figures) -> Figures:
        at = monotonic()
        messages, since = self._before.get(now.name, (now.messages, at))
        self._before[now.name] = now.messages, at
        return now._replace(rate=max(0.0, now.messages - messages) / (at - since)) if at > since else now


def figures_of(process: ServiceProcess) -> Figures:
    ready, why = process.health()
    return read_figures(process.log.stem, ready, why, process.metrics())


def read_figures(name: str, ready: bool, why: str, metrics: str) -> Figures:
    """Pure: the figures in a service's metrics."""
    sums: dict[str, float] = defaultdict(float)
    complaints: dict[tuple[str, str], float] = {}
    for sample in samples(metrics):
        if sample.name == "redress_complaints":
            complaints[sample.labels["state"], sample.labels["priority"]] = sample.value
        else:
            sums[sample.name] += sample.value
    return Figures(
        name, ready, why, sums["redress_messages_total"], sums["redress_behind_seconds"], sums["redress_lag"],
        sums["redress_dead_letters_total"], sums["redress_waiting_messages"], complaints,
    )  # fmt: skip


def samples(metrics: str) -> Iterator[Sample]:
    for family in text_string_to_metric_families(metrics):
        yield from family.samples


def tables(all: Iterable[Figures]) -> Columns:
    """The services beside the complaints by state."""
    found = list(all)
    return Columns([services_table(found), complaints_table(found)], padding=(0, 4))


def services_table(all: Iterable[Figures]) -> Table:
    table = Table("service", "", *(right("messages", "per second", "lag", "behind", "waiting", "dead")))
    for each in all:
        state = f"[{'green' if each.ready else 'yellow'}]{escape(each.why)}[/]"
        told = each.messages, each.rate, each.lag, each.behind_seconds, each.waiting
        dead = f"[red]{each.dead:.0f}[/]" if each.dead else "0"
        table.add_row(each.name, state, *(f"{figure:,.0f}" for figure in told), dead)
    return table


def complaints_table(all: Iterable[Figures]) -> Table:
    counts = next((each.complaints for each in all if each.name == STATES_OF), {})
    priorities = sorted({priority for _, priority in counts})
    table = Table("complaints", *right(*priorities, "all"))
    for state in sorted({state for state, _ in counts}):
        row = [counts.get((state, priority), 0) for priority in priorities]
        table.add_row(state or "-", *(f"{count:,.0f}" for count in (*row, sum(row))))
    return table


def right(*headings: str) -> list[Column]:
    return [Column(heading, justify="right") for heading in headings]
