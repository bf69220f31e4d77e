"""The turns of all complaints, kept small: each complaint's are numbers in one array, and words are kept once for all."""

from array import array
from collections.abc import Callable, Iterable
from typing import Any

from services.backtest.report.keeping import Numbers, Words
from services.backtest.report.turns import Turn

Reader = tuple[Callable[[Iterable[Any]], Turn], Words, int]
"""What makes a turn of its fields, the words among them, and how many numbers follow."""


class Traces:
    """In an array stand one after another, for each turn, the code of its words and its numbers, the last of which is its instant."""

    def __init__(self) -> None:
        self._codes: dict[Words, int] = {}
        self._readers: list[Reader] = []
        self._arrays: dict[str, array[int]] = {}

    @property
    def ids(self) -> Iterable[str]:
        """In the order in which they were first heard of."""
        return self._arrays.keys()

    def keep(self, id: str, words: Words, numbers: Numbers, at: int) -> None:
        code = self._codes.get(words)
        if code is None:
            code = self._learn(words, len(numbers) + 1)
        trace = self._arrays.get(id)
        if trace is None:
            trace = self._arrays[id] = array("q")
        trace.extend((code, *numbers, at))

    def _learn(self, words: Words, numbers: int) -> int:
        self._codes[words] = code = len(self._readers)
        self._readers.append((words[0]._make, words[1:], numbers))
        return code

    def turns(self, id: str) -> list[Turn]:
        """None of what nothing was heard of."""
        told: list[Turn] = []
        numbers, place = self._arrays[id].tolist() if id in self._arrays else [], 0
        while place < len(numbers):
            make, words, length = self._readers[numbers[place]]
            until = place + 1 + length
            told.append(make((*words, *numbers[place + 1 : until])))
            place = until
        return told
