"""The report's picture: how far each bar was reached, and the memory of each service while it drained its backlog."""

from collections.abc import Sequence
from pathlib import Path

from tests.bench.report import Bar, Found

HELD, MISSED = "#2a7f62", "#c0392b"
MEMORY = 150


def draw(file: Path, every: Sequence[Found]) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    bars = [bar for found in every for bar in found.bars]
    curves = {name: curve for found in every for name, curve in found.curves.items()}
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(16, 2 + 0.3 * len(bars)), width_ratios=(3, 2), layout="constrained")
    reached = [_reached(bar) for bar in bars]
    left.barh([bar.what for bar in bars], reached, color=[HELD if bar.is_held else MISSED for bar in bars])
    left.axvline(1, color="black", linewidth=1)
    left.invert_yaxis()
    left.set(xlabel="times the bar: 1 and more is held", xlim=(0, 2.5))
    for name, curve in curves.items():
        right.plot(*zip(*curve, strict=True), label=name)
    right.axhline(MEMORY, color=MISSED, linestyle="--", linewidth=1)
    right.set(xlabel="seconds since it was let go", ylabel="megabytes", ylim=(0, None), title="Memory while a backlog is drained")
    if curves:
        right.legend()
    figure.savefig(file, dpi=100)
    pyplot.close(figure)


def _reached(bar: Bar) -> float:
    """How many times better than it must be."""
    if bar.least is not None:
        return bar.measured / bar.least
    return bar.most / bar.measured if bar.most and bar.measured else 0.0
