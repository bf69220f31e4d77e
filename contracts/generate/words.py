"""Every message type of every topic, in the catalogue's order."""

from collections.abc import Iterator
from typing import NamedTuple

from contracts.catalogue import TOPICS, Topic, vocabulary
from contracts.model import Message


class Word(NamedTuple):
    topic: Topic
    name: str
    """Of the type: `routing.complaint_routed.v1`."""
    model: type[Message]

    @property
    def meaning(self) -> str:
        """The first sentence of its docstring, on one line."""
        first = " ".join((self.model.__doc__ or "").split("\n\n")[0].split())
        sentence, stop, _ = first.partition(". ")
        return sentence + stop.strip()


def words() -> Iterator[Word]:
    for topic in TOPICS.values():
        for name, model in vocabulary(topic.name).items():
            yield Word(topic, name, model)
