"""What the rows of one complaint have said so far.  Pure; only rows that are sent carry it on."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple, Self

from services.cli.replay.mapping_values import NOTHING, Cells

HOLDS = "1"
Turns = Mapping[str, tuple[str, ...]]


class Course(NamedTuple):
    """Of one complaint, after some of its rows.

    `said`: what the columns and named values that are asked for again last said; an empty one says nothing, and changes nothing.
    `turns`: numbered or counting value → its texts in the order in which they began, `(1-a, 1-b, 1-a)`.
    `once`: the commands that are sent once, each with its text.
    `at`: when the last of its commands came, in a backtest.
    """

    said: Cells = NOTHING
    turns: Turns = MappingProxyType({})
    once: frozenset[tuple[str, str]] = frozenset()
    at: datetime | None = None

    def has_changed(self, names: Iterable[str], cells: Cells) -> bool:
        return any(cells[name] and cells[name] != self.said.get(name) for name in names)

    def with_turn(self, name: str, text: str) -> Self:
        begun = self.turns.get(name, ())
        return self if begun[-1:] == (text,) else self._replace(turns={**self.turns, name: (*begun, text)})

    def turn(self, name: str) -> str:
        """The text whose turn it is, with its number from the second turn on."""
        *_, text = begun = self.turns[name]
        turn = begun.count(text)
        return text if turn == 1 else f"{text}.{turn}"

    def with_condition(self, name: str, holds: bool) -> Self:
        return self.with_turn(name, HOLDS if holds else "")

    def count(self, name: str) -> int:
        """How often the condition has come to hold."""
        return self.turns[name].count(HOLDS)

    def having_said(self, names: Iterable[str], cells: Cells) -> Self:
        said = {name: cells[name] for name in names if cells[name]}
        return self._replace(said={**self.said, **said}) if said else self
