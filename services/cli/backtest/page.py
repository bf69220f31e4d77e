"""The report as one page that needs nothing else: no address, no script; light or dark as its reader likes."""

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple

from services.backtest.report import Comparison, Summary
from services.cli.backtest.charts import ABSENT, charts, drawn
from services.cli.backtest.comparison import comparison_sheets, verdict
from services.cli.backtest.headline import Source, headline, origin
from services.cli.backtest.opinions import opinions
from services.cli.backtest.sheets import Sheet, all_sheets
from services.cli.outputs import written

STYLE = """
:root { color-scheme: light dark; --line: #8886; --faint: #8882; }
body { font: 15px/1.5 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; margin: 2rem auto; max-width: 72rem;
  padding: 0 1rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .7rem; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; } thead th { border-bottom-width: 2px; } .n { text-align: right; white-space: pre; }
section { margin: 2rem 0; overflow-x: auto; } .note { opacity: .75; max-width: 60rem; } svg { max-width: 100%; height: auto; }
.key { background: var(--faint); padding: .5rem 1rem; border-radius: .4rem; } .charts { display: flex; flex-wrap: wrap; gap: 1rem 2rem; }
"""
FACTS = (
    "A fact is an event that a service would have said, with the instant and the figures that it names: what a clock used, how late a call"
    " was and what that cost, what was issued. A figure is what this page counts from facts: sums, shares, medians (p50: half are no more),"
    " p90 (nine of ten are no more), and times between two facts."
)


class Besides(NamedTuple):
    """Another set of policies on the same history."""

    comparison: Comparison
    source: Source


MOST_CHANGES, OF_EACH = 200, 30
"""Complaints that are told one by one, and changes of each."""


def write_page(file: Path, summary: Summary, source: Source, besides: Besides | None = None) -> None:
    """Raises CommandError where it cannot be written."""
    with written(file, "--html") as out:
        out.writelines(page(summary, source, besides))


def page(summary: Summary, source: Source, besides: Besides | None = None) -> Iterator[str]:
    title = f"Backtest of {source.input} under {source.policies}"
    yield f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
    yield f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body>\n<h1>{escape(title)}</h1>\n'
    yield _grid(((name, value, "") for name, value in origin(summary, source)), "")
    yield f'<p class="note">{escape(FACTS)}</p>\n'
    yield _grid(headline(summary), "key")
    if besides:
        yield from _comparison(besides, source)
    yield from _charts(summary)
    yield from (_section(sheet) for sheet in all_sheets(summary, opinions(summary.satisfaction)) if not sheet.is_extract)
    yield "</body></html>\n"


def _comparison(besides: Besides, source: Source) -> Iterator[str]:
    found, other = besides
    yield f"<h2>{escape(verdict(found, source, other))}</h2>\n"
    yield _grid(((name, value, "") for name, value in origin(found.other, other)), "")
    yield from (_section(sheet) for sheet in comparison_sheets(found, source, other, MOST_CHANGES, OF_EACH) if sheet.rows)
    yield f"<h2>All figures under {escape(source.policies)}</h2>\n"


def _charts(summary: Summary) -> Iterator[str]:
    try:
        yield f'<div class="charts">{"".join(_figure(each.title, drawn(each)) for each in charts(summary))}</div>\n'
    except ImportError:
        yield f'<p class="note">{escape(ABSENT)}</p>\n'


def _figure(title: str, svg: str) -> str:
    return f"<figure><figcaption>{escape(title)}</figcaption>{svg}</figure>"


def _grid(rows: Iterator[tuple[str, str, str]], look: str) -> str:
    cells = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td><td>{escape(of)}</td></tr>' for name, value, of in rows
    )
    return f'<table class="{look}"><tbody>{cells}</tbody></table>\n'


def _section(sheet: Sheet) -> str:
    words = len(sheet.names)
    heads = "".join(_cell("th", heading, place >= words) for place, heading in enumerate((*sheet.names, *sheet.figures)))
    rows = "".join(f"<tr>{''.join(_cell('td', cell, place >= words) for place, cell in enumerate(row))}</tr>\n" for row in sheet.rows)
    note = f'<p class="note">{escape(sheet.note)}</p>' if sheet.note else ""
    return f"<section><h3>{escape(sheet.title)}</h3>{note}<table><thead><tr>{heads}</tr></thead><tbody>\n{rows}</tbody></table></section>\n"


def _cell(element: str, text: str, is_figure: bool) -> str:
    return f"<{element}{' class=n' if is_figure else ''}>{escape(text)}</{element}>"
