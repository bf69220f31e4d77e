"""Where a backtest's commands come from: a file with a mapping, or the command topics of a live cluster.

    with history.of_file(FILE, "nyc311") as told:       # or history.of_topics(settings)
        for timed in told.commands(): …                 # in any order of their instants; of the same instant, as they are to be taken
        told.position, told.size                        # for a progress bar
    told.lines(), told.is_whole                         # afterwards: what was listed and counted; whether all was taken
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.backtest.command import Timed
from services.cli.replay.commands import Asked, outcomes
from services.cli.replay.mapping import MappingFile, load_mapping
from services.cli.replay.rows import Table, open_table
from services.cli.replay.told import Told


class FileHistory:
    """The rows of a file.  Position and size are bytes."""

    def __init__(self, table: Table, plan: MappingFile) -> None:
        self._table, self._plan, self._told = table, plan, Told()
        self.size: int | None = table.size

    @property
    def position(self) -> int:
        return self._table.position

    def commands(self) -> Iterator[Timed]:
        """Of one complaint none comes before an earlier row's: the file's order is the order in which it happened."""
        for outcome in outcomes(self._table.rows(), self._plan, with_instants=True):
            self._told.count(outcome)
            yield from map(_timed, outcome.commands)

    def lines(self) -> list[str]:
        return self._told.lines("taken")

    @property
    def is_whole(self) -> bool:
        return self._told.is_whole


@contextmanager
def of_file(file: Path, mapping: str) -> Iterator[FileHistory]:
    """Raises CommandError where the file or the mapping cannot be used at all."""
    plan = load_mapping(mapping)
    with open_table(file, plan.format) as table:
        table.require(plan.columns)
        yield FileHistory(table, plan)


def _timed(asked: Asked) -> Timed:
    assert asked.at is not None
    return Timed(asked.at, asked.service, asked.command, asked.id, asked.source, asked.key)
