"""Where a backtest's commands come from: a file with a mapping, or the command topics of a live cluster.

with history.of_file(FILE, "nyc311") as told:       # or history.of_topics(settings, heed=bar.update)
    for timed in told.commands(): …                 # in any order of their instants; of the same instant, as they are to be taken
    told.position, told.size                        # for a progress bar
told.lines(), told.is_whole                         # afterwards: what was listed and counted; whether all was taken
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from contracts.catalogue import OWNERS
from services.backtest.command import Timed
from services.cli.backtest.recorded import Recording
from services.cli.registry import find_service
from services.cli.replay.commands import Asked, outcomes
from services.cli.replay.mapping import BadMapping, MappingFile, find_mapping, load_mapping
from services.cli.replay.rows import Table, open_table
from services.cli.replay.told import Told
from services.intake.sealing import Seal
from services.platform.chassis.clients import read_to_end
from services.platform.chassis.settings import Settings

COMMANDS = tuple(f"{name}.commands.v1" for name in OWNERS)
LOOKS = 1_000
"""Records between two words to whoever watches the topics being read."""


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
    if not (plan.at or any(emit.at for emit in plan.emit)):
        raise BadMapping(f"{find_mapping(mapping)} says of no command when it came: give it an `at`.")
    with open_table(file, plan.format) as table:
        table.require(plan.columns)
        yield FileHistory(table, plan)


class TopicHistory:
    """All commands on the four topics, up to the ends seen at the start.  Position is records; nobody knows how many there are."""

    def __init__(self, settings: Settings, heed: Callable[[int], None]) -> None:
        self._settings, self._heed = settings, heed
        self._recording = Recording({name: find_service(name, settings) for name in OWNERS}, Seal.under(settings.identity_secret))
        self.position = 0
        self.size: int | None = None

    def commands(self) -> Iterator[Timed]:
        """Read whole, then given in the order of their append times.  Raises Unavailable."""
        asyncio.run(self._read())
        return self._recording.commands()

    async def _read(self) -> None:
        async for record in read_to_end(self._settings, COMMANDS):
            self._recording.take(record)
            self.position += 1
            if self.position % LOOKS == 0:
                self._heed(self.position)

    def lines(self) -> list[str]:
        return self._recording.lines()

    @property
    def is_whole(self) -> bool:
        return self._recording.is_whole


@contextmanager
def of_topics(settings: Settings, heed: Callable[[int], None] = lambda records: None) -> Iterator[TopicHistory]:
    """`settings`: where the cluster is, and the secret of its customers' keys, without which other facts come of the same commands.

    `heed` hears now and then how many records have been read.
    """
    yield TopicHistory(settings, heed)


def _timed(asked: Asked) -> Timed:
    assert asked.at is not None
    return Timed(asked.at, asked.service, asked.command, asked.id, asked.source, asked.key)
