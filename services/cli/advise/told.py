"""How advice is told: a table, a sentence or two and a chart; or JSON."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from services.cli.advise.chart import Chart, in_terminal, write_png

WIDEST = 100
Png = Annotated[Path | None, typer.Option("--png", help="Draw the chart into this file too.", metavar="FILE")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, unrounded, instead of the table and the chart.")]


class Advice(NamedTuple):
    table: Table
    sentences: Sequence[str]
    chart: Chart
    figures: Mapping[str, Any]
    """For JSON."""


def tell(advice: Advice, png: Path | None, as_json: bool) -> None:
    if png:
        write_png(advice.chart, png)
    if as_json:
        print(json.dumps(advice.figures, ensure_ascii=False))
    else:
        _print(advice)
    if png:
        print(f"The chart is in {png}.", file=sys.stderr if as_json else sys.stdout)


def _print(advice: Advice) -> None:
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDEST)
    console.print(advice.table)
    for sentence in advice.sentences:
        console.print(sentence, markup=False, soft_wrap=True)
    print(in_terminal(advice.chart, min(console.width, WIDEST), coloured=sys.stdout.isatty()))


def figure(number: Any, places: int) -> str:
    """With a sign between thousands, and no zeros at the end: 17.5, 18.125, 59,904."""
    written = f"{float(number):,.{places}f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def percent(share: Any, places: int = 1) -> str:
    return f"{float(100 * share):.{places}f} %"
