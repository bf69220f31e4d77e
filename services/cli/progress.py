"""Progress bars, on stderr, so that what is told can be kept in a file."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn


@contextmanager
def bars() -> Iterator[Progress]:
    """Each with `count` and `what` is counted."""
    count = TextColumn("{task.fields[count]:,} {task.fields[what]}")
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), count, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        yield progress
