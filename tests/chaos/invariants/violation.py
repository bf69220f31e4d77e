"""What an invariant is and what it finds."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from tests.chaos.history import History


class Violation(NamedTuple):
    invariant: str
    subject: str
    """What it is about: a service and a document, a record's place, a process."""
    told: str
    """What is wrong with it, in a sentence.  No customer data, no values of records."""


Found = Sequence[tuple[str, str]]
"""Subject and what is wrong with it, one after the other."""


class Invariant(NamedTuple):
    name: str
    promise: str
    find: Callable[[History], Found]

    def violations(self, history: History) -> list[Violation]:
        return [Violation(self.name, subject, told) for subject, told in self.find(history)]
