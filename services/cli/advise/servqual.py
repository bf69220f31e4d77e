"""`redress advise servqual`."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from contracts.servqual import DIMENSIONS, Dimension, dimensions, overall, total, weighted, worst
from services.cli.advise.chart import Bars, Chart
from services.cli.advise.servqual_file import IN_CHINESE, read_answers
from services.cli.advise.told import Advice, AsJson, Png, figure, tell
from services.cli.screen import right
from services.cli.show.text import printable


def servqual(
    file: Annotated[
        Path,
        typer.Argument(
            help="A CSV file, also with semicolons or tabs: dimension, expectation, perception; item and weight, if any.", metavar="FILE",
            show_default=False,
        ),
    ],
    png: Png = None,
    as_json: AsJson = False,
) -> None:
    """Where service falls short of what customers expect (SERVQUAL): gap = perception − expectation, below 0 where it does.

    A row is what one customer, or the average of many, expects and perceives of one item, from 0 to 10; rows of the same item are averaged,
    and rows without an item are an item each. A weight is the dimension's, in points that are 100 together.
    """
    tell(_advice(dimensions(*read_answers(file))), png, as_json)


def _advice(found: tuple[Dimension, ...]) -> Advice:
    return Advice(_table(found), _sentences(found), _chart(found), _figures(found))


def _table(found: tuple[Dimension, ...]) -> Table:
    table = Table("dimension", "item", *right("answers", "gap", "sum", "weight", "weighted"))
    for each in found:
        answers = sum(item.answers for item in each.items)
        points, carried = _weight(each)
        table.add_row(f"[bold]{_named(each.name)}[/]", "", f"{answers:,}", _signed(each.gap), _signed(each.sum), points, carried)
        for item in each.items:
            table.add_row("", escape(printable(item.name)), f"{item.answers:,}", _signed(item.gap), "", "", "")
    return table


def _weight(each: Dimension) -> tuple[str, str]:
    return ("", "") if each.weight is None else (figure(each.weight, 4), _signed(each.weight * each.gap / 100))


def _sentences(found: tuple[Dimension, ...]) -> list[str]:
    by_weight = weighted(found)
    told = f", weighted {_signed(by_weight)}" if by_weight is not None else ""
    said = [f"Sum of the dimensions {_signed(total(found))}, overall (their mean) {_signed(overall(found))}{told}."]
    said.append(f"Worst: {', '.join(map(_named, worst(found)))}.")
    if missing := [name for name in DIMENSIONS if name not in {each.name for each in found}]:
        said.append(f"Nothing was asked of {', '.join(map(_named, missing))}: the whole is of the others.")
    return said


def _chart(found: tuple[Dimension, ...]) -> Chart:
    return Bars("SERVQUAL: perception less expectation", "gap", [(each.name, float(each.gap)) for each in found])


def _figures(found: tuple[Dimension, ...]) -> dict[str, Any]:
    by_weight = weighted(found)
    return {
        "sum": float(total(found)), "overall": float(overall(found)), "weighted": None if by_weight is None else float(by_weight),
        "worst": list(worst(found)), "dimensions": [_as_json(each) for each in found],
    }  # fmt: skip


def _as_json(each: Dimension) -> dict[str, Any]:
    return {
        "dimension": each.name, "gap": float(each.gap), "sum": float(each.sum),
        "weight": None if each.weight is None else float(each.weight),
        "items": [{"item": item.name, "answers": item.answers, "gap": float(item.gap)} for item in each.items],
    }  # fmt: skip


def _named(dimension: str) -> str:
    return f"{dimension} {IN_CHINESE[dimension]}"


def _signed(gap: Any) -> str:
    return f"{float(gap):+.4f}".rstrip("0").rstrip(".")
