"""The report in a terminal: first what one wants to know, then the tables."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from services.backtest.report import Summary
from services.cli.backtest.headline import Source, headline, origin
from services.cli.backtest.opinions import opinions
from services.cli.backtest.sheets import LINE, Sheet, all_sheets


def show(console: Console, summary: Summary, source: Source) -> None:
    """Without a complaint it says so, and no more."""
    first = Table.grid(padding=(0, 2))
    for name, value in origin(summary, source):
        first.add_row(Text(name, style="dim"), Text(value))
    console.print(first)
    console.print()
    if not summary.events:
        console.print("Nothing happened: no command led to a fact.")
        return
    figures = Table.grid(Column(), Column(justify="right"), Column(style="dim"), padding=(0, 2))
    for name, value, of in headline(summary):
        figures.add_row(Text(name), Text(value, style="bold"), Text(of))
    console.print(figures)
    for sheet in all_sheets(summary, opinions(summary.satisfaction)):
        if not sheet.is_detail:
            console.print()
            print_sheet(console, sheet)


def print_sheet(console: Console, sheet: Sheet) -> None:
    """A table, or, where the terminal is too narrow for it, row after row: no figure is broken or cut."""
    if _narrowest(sheet) > console.width:
        console.print(Text(sheet.title, style="italic"))
        for row in sheet.rows:
            console.print(_one_below_the_other(sheet, row))
        return
    console.print(table(sheet))


def _narrowest(sheet: Sheet) -> int:
    """As a table: words may be folded between words, figures not at all; each column has a border and a space on either side."""
    columns = list(zip((*sheet.names, *sheet.figures), *sheet.rows, strict=True))
    words = (word for column in columns[: len(sheet.names)] for word in [max(" ".join(column).split(), key=cell_len, default="")])
    figures = (max(LINE.join(column).splitlines(), key=cell_len) for column in columns[len(sheet.names) :])
    return sum(cell_len(widest) + 3 for widest in (*words, *figures)) + 1


def table(sheet: Sheet) -> Table:
    columns = [Column(heading, overflow="fold") for heading in sheet.names]
    columns += [Column(heading, justify="right", no_wrap=True) for heading in sheet.figures]
    found = Table(*columns, title=sheet.title, caption=sheet.note or None, title_justify="left", caption_justify="left")
    for row in sheet.rows:
        found.add_row(*(Text(cell) for cell in row))
    return found


def _one_below_the_other(sheet: Sheet, row: Sequence[str]) -> Table:
    found = Table.grid(Column(), Column(justify="right"), padding=(0, 2))
    for heading, cell in zip((*sheet.names, *sheet.figures), row, strict=True):
        found.add_row(Text(heading, style="dim"), Text(cell))
    found.add_row()
    return found
