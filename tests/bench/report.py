"""What the figures found: tables in the terminal, the same in Markdown with a plot, and a verdict for each bar."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from tests.bench.measuring import Spent


class Sheet(NamedTuple):
    """A table of what was measured."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


class Bar(NamedTuple):
    """What a figure must reach: at least, or at most, so much."""

    what: str
    measured: float
    least: float | None = None
    most: float | None = None

    @property
    def is_held(self) -> bool:
        return (self.least is None or self.measured >= self.least) and (self.most is None or self.measured <= self.most)

    @property
    def bound(self) -> str:
        return f"≥ {self.least:g}" if self.least is not None else f"≤ {self.most:g}"


class Found(NamedTuple):
    """Of one figure."""

    sheets: Sequence[Sheet]
    bars: Sequence[Bar] = ()
    curves: Mapping[str, Sequence[tuple[float, float]]] = {}
    """Name → seconds and megabytes."""


BARS = ("bar", "bound", "measured", "verdict")


def verdicts(bars: Iterable[Bar]) -> Sheet:
    return Sheet("Bars", BARS, [(bar.what, bar.bound, f"{bar.measured:.4g}", "held" if bar.is_held else "MISSED") for bar in bars])


def show(found: Found, console: Console) -> None:
    for sheet in found.sheets:
        console.print(_table(sheet))


def _table(sheet: Sheet) -> Table:
    table = Table(*sheet.heads, title=sheet.title, title_justify="left")
    for row in sheet.rows:
        table.add_row(*row, style="bold red" if row[-1] == "MISSED" else None)
    return table


def markdown(title: str, said: Sequence[str], every: Sequence[Found], plot: str | None) -> str:
    sheets = [*(sheet for found in every for sheet in found.sheets), verdicts(bar for found in every for bar in found.bars)]
    lines = [f"# {title}", "", *said, ""]
    for sheet in sheets:
        rows = ["| " + " | ".join(row) + " |" for row in (sheet.heads, ["---"] * len(sheet.heads), *sheet.rows)]
        lines += [f"## {sheet.title}", "", *rows, ""]
    return "\n".join([*lines, *([f"![Bars and memory]({plot})", ""] if plot else [])])


def write(directory: Path, title: str, said: Sequence[str], every: Sequence[Found]) -> Path:
    """The report as `report.md`, beside its plot."""
    from tests.bench.plot import draw  # matplotlib takes a second, and memory, that nothing measured needs to share

    directory.mkdir(parents=True, exist_ok=True)
    draw(directory / "report.png", every)
    file = directory / "report.md"
    file.write_text(markdown(title, said, every, "report.png"), "utf-8")
    return file


# -- what several figures say alike -------------------------------------------------------------------------------------------------------


def cells(spent: Spent) -> list[str]:
    """In whole microseconds, the sum first."""
    return [f"{each:,.0f}" for each in (spent.total, *spent.by.values())]


def middle(each: Sequence[Spent]) -> Spent:
    """The median of each part."""
    return Spent({name: median(one.by[name] for one in each) for name in each[0].by})


def tails(took: Sequence[float]) -> tuple[float, float]:
    """The median, and what one in a hundred exceeds."""
    return median(took), quantiles(took, n=100)[98]
