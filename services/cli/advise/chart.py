"""One chart, for a terminal or a PNG file.  Its words are in Latin letters: not every machine has a font for others."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from services.cli.errors import CommandError

HEIGHT = 20


class Curve(NamedTuple):
    name: str
    points: Sequence[tuple[float, float]]


class Curves(NamedTuple):
    title: str
    x: str
    y: str
    curves: Sequence[Curve]
    marks: Sequence[Curve]
    """Points that stand out."""


class Bars(NamedTuple):
    title: str
    x: str
    bars: Sequence[tuple[str, float]]
    """From the top."""


Chart = Curves | Bars


def in_terminal(chart: Chart, width: int, *, coloured: bool) -> str:
    import plotext

    plotext.clear_figure()
    plotext.limit_size(False, False)
    plotext.plotsize(width, HEIGHT)
    plotext.theme("pro")
    plotext.title(chart.title)
    plotext.xlabel(chart.x)
    match chart:
        case Curves():
            for curve in chart.curves:
                plotext.plot(*_axes(curve.points), label=curve.name, marker="braille")
            for mark in chart.marks:
                plotext.scatter(*_axes(mark.points), label=mark.name, marker="x")
        case Bars():
            plotext.bar(*_axes(chart.bars[::-1]), orientation="horizontal", width=0.4)
    drawn = plotext.build()
    return "\n".join(line.rstrip() for line in (drawn if coloured else plotext.uncolorize(drawn)).splitlines())


def write_png(chart: Chart, file: Path) -> None:
    """Raises CommandError where it cannot be written, or drawn for want of matplotlib."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise CommandError("--png: matplotlib is not installed: `pip install '.[plots]'` in the project's directory brings it.") from None
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    axes.set(title=chart.title, xlabel=chart.x)
    match chart:
        case Curves():
            _draw_curves(axes, chart)
        case Bars():
            axes.barh(*_axes(chart.bars))
            axes.invert_yaxis()
            axes.axvline(0, color="black", linewidth=0.8)
    try:
        figure.savefig(file, format="png", dpi=120)
    except OSError as error:
        raise CommandError(f"--png: {file} cannot be written: {(error.strerror or str(error)).lower()}.") from None


def _draw_curves(axes: Any, chart: Curves) -> None:
    axes.set_ylabel(chart.y)
    for curve in chart.curves:
        axes.plot(*_axes(curve.points), label=curve.name)
    for mark in chart.marks:
        axes.plot(*_axes(mark.points), "kx", label=mark.name)
    axes.legend()


def _axes(points: Sequence[tuple[Any, float]]) -> tuple[list[Any], list[float]]:
    return [x for x, _ in points], [y for _, y in points]
