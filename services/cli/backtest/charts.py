"""Charts of the page: inline SVG whose lines and letters have the colour of the text around them, in light and in dark."""

import logging
import re
import warnings
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Any, NamedTuple

from services.backtest.report import Summary
from services.cli.show.forms import spoken

ABSENT = "There are no charts, for matplotlib is not installed: `pip install '.[plots]'` in the project's directory brings it."
GOOD, BAD, NEUTRAL = "#2a9d6f", "#d1495b", "#8d99ae"
INK = "#010203"
"""Stands for the colour of the text."""
MOST_BARS = 20


class Bars(NamedTuple):
    """One on top of the other for each row; `parts` are what they are made of, with their colours."""

    title: str
    parts: Sequence[tuple[str, str]]
    rows: Sequence[tuple[str, Sequence[int]]]


def charts(summary: Summary) -> Iterator[Bars]:
    """Those that have something to show."""
    clocks, calls = summary.clocks, summary.callbacks
    kept = (("met", GOOD), ("breached", BAD))
    found = (
        Bars("Clocks", kept, [(name, (row.met, row.breached)) for (name,), row in clocks.by_clock]),
        Bars("Clocks by department", kept, [(name, (row.met, row.breached)) for (name,), row in clocks.by_department]),
        Bars("Clocks by priority", kept, [(name, (row.met, row.breached)) for (name,), row in clocks.by_priority]),
        Bars("Promised calls", (("kept", GOOD), ("broken", BAD)), [(name, (row.kept, row.broken)) for (name,), row in calls.by_purpose]),
        Bars("How complaints stand", (("", NEUTRAL),), [(name, (number,)) for name, number in summary.course.volumes.by_end]),
        Bars("Escalations", (("", NEUTRAL),), [(f"{level} {to}", (number,)) for level, to, number in summary.escalations.by_level]),
    )
    return (each for each in found if any(any(numbers) for _, numbers in each.rows))


def drawn(chart: Bars) -> str:
    """The SVG element; raises ImportError where there is no matplotlib.  The same chart is the same text."""
    import matplotlib
    from matplotlib.figure import Figure

    settings: dict[str, Any] = {"svg.fonttype": "none", "svg.hashsalt": chart.title, "text.parse_math": False}
    colours = dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), INK)
    rows = chart.rows[:MOST_BARS]
    out = StringIO()
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    with matplotlib.rc_context(settings | colours), warnings.catch_warnings(action="ignore", category=UserWarning):
        figure = Figure(figsize=(7, 0.9 + 0.32 * len(rows)), layout="constrained")
        _draw(figure.subplots(), chart, rows)
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return _inline(out.getvalue(), chart.title)


def _draw(axes: Any, chart: Bars, rows: Sequence[tuple[str, Sequence[int]]]) -> None:
    from matplotlib.ticker import MaxNLocator

    names = [spoken(name) for name, _ in rows]
    left = [0] * len(rows)
    for place, (part, colour) in enumerate(chart.parts):
        widths = [numbers[place] for _, numbers in rows]
        axes.barh(range(len(rows)), widths, left=left, color=colour, label=part, height=0.7)
        left = [sum(pair) for pair in zip(left, widths, strict=True)]
    axes.set_yticks(range(len(rows)), names)
    axes.invert_yaxis()
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    if len(chart.parts) > 1:
        axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))


def _inline(svg: str, title: str) -> str:
    """Without what a page does not need: addresses (the document's head, namespaces), names that would come twice, styles of its own."""
    element = re.sub(r"<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], flags=re.DOTALL)
    element = re.sub(r"<style.*?</style>", "", element, flags=re.DOTALL)
    element = re.sub(r'(\s+xmlns(:\w+)?="[^"]*"|(?<=<g) id="[^"]*"|font-family: [^;]*; )', "", element)
    element = element.replace("xlink:href", "href").replace(INK, "currentColor")
    return element.replace("<svg", f'<svg role="img" aria-label="{title}"', 1).strip()
