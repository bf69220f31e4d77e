"""Records of several topics in the order in which Kafka appended them, while a service takes once more what a restored store lacks.

A backlog comes partition after partition, but what a service once heard came as it was said, and the order in which two topics reach a
document is a fact of its journal (law 11); where the journal is lost, the order of the log comes nearest: nearer than law 7's order of
instants, for most batches of a service that keeps up hold a record or two (of 62,000 pairs in one storm's journals 1 in 93 stood against
the first, 1 in 31 against the second).  Within one millisecond nobody knows it any more.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping
from heapq import merge
from typing import Any

from aiokafka import ConsumerRecord, TopicPartition

ENOUGH = 1_000
"""Records held of a partition that is ahead of others: then it is not fetched any further."""
Records = Iterable[ConsumerRecord[Any, Any]]


class InOrder:
    """`ends`: up to where each place is put in order; what comes behind only has to wait for that."""

    def __init__(self, ends: Mapping[TopicPartition, int]) -> None:
        self.ends = ends
        self._held: defaultdict[TopicPartition, deque[ConsumerRecord[Any, Any]]] = defaultdict(deque)

    def hold(self, place: TopicPartition, records: Records) -> None:
        self._held[place].extend(records)

    def first(self, place: TopicPartition) -> int | None:
        """The offset of the first record held of this place."""
        held = self._held.get(place)
        return held[0].offset if held else None

    def let_go(self, most: int, positions: Mapping[TopicPartition, int]) -> list[ConsumerRecord[Any, Any]]:
        """At most so many, the oldest first: those before which nothing can come any more.  `positions`: where each place that is ours is
        fetched next."""
        to_come = [place for place, end in self.ends.items() if positions.get(place, end) < end]
        if any(not self._held[place] for place in to_come):
            return []
        bound = min((self._held[place][-1].timestamp for place in to_come), default=None)
        found = []
        for record in merge(*self._held.values(), key=lambda record: record.timestamp):
            if len(found) == most or (bound is not None and record.timestamp > bound):
                break
            found.append(record)
        for record in found:
            self._held[TopicPartition(record.topic, record.partition)].popleft()
        return found

    def enough(self) -> Collection[TopicPartition]:
        """Places of which more than enough is held."""
        return [place for place, held in self._held.items() if len(held) > ENOUGH]

    def forget(self) -> None:
        """The places are given up: who gets them begins where they are committed."""
        self._held.clear()

    def is_done(self, positions: Mapping[TopicPartition, int]) -> bool:
        """Whether all is let go of, and all that is ours is behind its end."""
        return not any(self._held.values()) and all(positions.get(place, end) >= end for place, end in self.ends.items())
