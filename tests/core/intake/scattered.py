"""A run in which records wait in their partitions, and any partition may be read next, as several processes read them."""

from collections import deque
from datetime import timedelta

from contracts.wire import Headers
from services.intake.policy import IntakePolicy
from services.platform.kernel.record import Record
from services.platform.kernel.run import Run
from services.platform.kernel.service import Practice, Service

Place = tuple[str, int]
STEP = timedelta(milliseconds=3)


class Scattered(Run):
    """What is appended is heard only when `read_next` comes to its partition."""

    def __init__(self, service: Service, policy: IntakePolicy) -> None:
        super().__init__([Practice(service, policy)])
        self.queues: dict[Place, deque[Record]] = {}

    def _spread(self, topic: str, key: bytes, value: bytes | None, headers: Headers) -> None:
        self._queue(self._append(topic, key, value, headers))

    def _queue(self, record: Record) -> None:
        self.queues.setdefault((record.topic, record.partition), deque()).append(record)

    @property
    def waiting(self) -> list[Place]:
        return [place for place, queue in self.queues.items() if queue]

    def read_next(self, number: int, is_published_twice: bool = False) -> None:
        """The oldest record of one of the partitions that have some; what it leads to may be published twice."""
        assert self.now is not None
        self.now += STEP
        places = self.waiting
        record = self.queues[places[number % len(places)]].popleft()
        for answer in self._hear("intake", record):
            if answer.dead:
                self._bury("intake", answer)
                continue
            for _ in range(1 + is_published_twice):
                said = self._append(f"intake.{answer.to}.v1", answer.key or b"", answer.value, answer.headers)
                if answer.to == "commands":
                    self._queue(said)
            if answer.to == "events":
                self._said.append(said)

    def drain(self) -> None:
        while self.waiting:
            self.read_next(0)
