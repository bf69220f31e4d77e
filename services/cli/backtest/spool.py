"""A history of any length in the order of its instants, to be gone through as often as one likes."""

import pickle
from collections.abc import Iterable, Iterator
from datetime import datetime
from heapq import merge
from itertools import islice
from tempfile import TemporaryFile
from typing import IO

from services.backtest.command import Timed

IN_MEMORY = 20_000
"""Commands; what is more is sorted piece by piece into temporary files."""


class Spool:
    """Of commands in any order.  Equal instants keep the order in which they came."""

    def __init__(self, commands: Iterable[Timed], in_memory: int = IN_MEMORY) -> None:
        self._files: list[IO[bytes]] = []
        coming = iter(commands)
        self._last = _piece(coming, in_memory)
        self.length = len(self._last)
        while following := _piece(coming, in_memory):
            self._files.append(_written(self._last))
            self._last = following
            self.length += len(following)

    def __iter__(self) -> Iterator[Timed]:
        return merge(*map(_read, self._files), self._last, key=_instant)


def _piece(coming: Iterator[Timed], size: int) -> list[Timed]:
    return sorted(islice(coming, size), key=_instant)


def _instant(command: Timed) -> datetime:
    return command.at


def _written(piece: Iterable[Timed]) -> IO[bytes]:
    file = TemporaryFile()  # noqa: SIM115 (lives as long as the spool, and goes with it)
    for command in piece:
        pickle.dump(command, file, pickle.HIGHEST_PROTOCOL)
    return file


def _read(file: IO[bytes]) -> Iterator[Timed]:
    """One at a time; two readers of one file must take turns from start to end."""
    file.seek(0)
    try:
        while True:
            yield pickle.load(file)
    except EOFError:
        return
