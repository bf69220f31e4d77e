"""What is told of rows that are not as they should be."""

from typing import Literal, NamedTuple

Kind = Literal["unreadable", "undated", "ambiguous", "repeated", "disordered"]
LOST: frozenset[Kind] = frozenset({"unreadable", "undated"})
"""Of such a row nothing is sent, not even in part."""


class Finding(NamedTuple):
    """unreadable: the row is not sent.  undated: nobody knows when it was, so it is not in a backtest.

    ambiguous: sent without the field.
    repeated: named like an earlier row: sent under its ids or, where rows have names of their own, not sent again.
    disordered: before what the complaint did earlier in the file, so it is taken at that instant.
    """

    row: int
    kind: Kind
    field: str
    why: str

    def __str__(self) -> str:
        return f"row {self.row}: {self.field + ': ' if self.field else ''}{self.why}"


class Lost(Exception):
    """The row's finding, and why nothing is sent of it."""

    def __init__(self, field: str, why: str, kind: Kind = "unreadable") -> None:
        self.field, self.why, self.kind = field, why, kind
