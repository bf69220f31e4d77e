"""What one service tells Prometheus.  Every name begins with `redress_`, every series says its service, no label carries an id.

The loop counts what it does; what the business counts (clocks kept, callbacks made) is read off the events as they are published,
by the table `FACTS`: a new count is a new row.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic, time
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from pydantic_core import from_json

from contracts.catalogue import vocabulary
from contracts.wire import Headers, header

STAGES = ("consume", "read", "load", "decide", "store", "publish", "commit")
QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
SLOW = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3_600)
LATE = (0, 60, 300, 900, 1_800, 3_600, 7_200, 14_400, 86_400)


@dataclass(frozen=True)
class Fact:
    """How an event type counts: in which metric, with which outcome, and which of its fields are labels."""

    metric: str
    outcome: str
    labels: Mapping[str, str] = field(default_factory=dict)
    """Label → the event's field.  An outcome that the event names itself goes before `outcome`."""
    late_by: str | None = None
    """The field with the seconds that a callback was late."""
    unless: str | None = None
    """The field that is true of what is no outcome yet: such an event is not counted."""


FACTS: Mapping[str, Fact] = {
    "routing.clock_met.v1": Fact("clocks", "met", {"clock": "clock"}),
    "routing.clock_breached.v1": Fact("clocks", "breached", {"clock": "clock"}),
    "routing.clock_stopped.v1": Fact("clocks", "stopped", {"clock": "clock"}),
    "routing.clock_warned.v1": Fact("clocks", "warned", {"clock": "clock"}),
    "callback.callback_completed.v1": Fact("callbacks", "completed", {"outcome": "outcome"}, late_by="late_by_seconds"),
    "callback.callback_broken.v1": Fact("callbacks", "broken"),
    "callback.callback_abandoned.v1": Fact("callbacks", "abandoned"),
    "callback.callback_cancelled.v1": Fact("callbacks", "cancelled"),
    "callback.callback_impossible.v1": Fact("callbacks", "impossible", unless="goes_on"),
}


class Metrics:
    """Its own registry, so that several services fit into one process (tests).

    `messages(type, outcome)` outcomes: decided, refused, waiting, repeated, ignored (a wake nobody asked for), skipped (an event type
    of a later version), dead.
    """

    def __init__(self, service: str, build: str, inputs: Iterable[str] = ()) -> None:
        self.service = service
        self.registry = CollectorRegistry()
        self._types = frozenset(name for topic in inputs for name in vocabulary(topic))
        self._oldest: float | None = None

        self._messages = self._make(Counter, "messages", "Messages taken, by type and what became of them", "type", "outcome")
        self._stages = self._make(Histogram, "stage_seconds", "How long a stage of one batch took", "stage", buckets=QUICK)
        self._dead = self._make(Counter, "dead_letters", "Records that nobody could act on, by reason", "reason")
        self._repeats = self._make(Counter, "repeats", "Messages recognised as seen before").labels(service)
        self._conflicts = self._make(Counter, "conflicts", "Writes lost to another process and decided again").labels(service)
        self._waits = self._make(Counter, "transient_waits", "Transient troubles waited out in place, by what was away", "what")
        self._wakes = self._make(Counter, "wakes", "Wakes published by the poller").labels(service)
        self._wakes_late = self._make(Histogram, "wake_late_seconds", "From a wake's instant to its record", buckets=SLOW).labels(service)
        self._lag = self._make(Gauge, "lag", "Records not yet committed", "topic", "partition")
        self._waiting = self._make(Gauge, "waiting_messages", "Messages waiting for a complaint not met yet or for a wake").labels(service)
        self._parked = self._make(Gauge, "parked_documents", "Documents whose wake crashed: an operator must replay it").labels(service)
        self._open = self._make(Gauge, "complaints", "Documents by state and priority, as the service names them", "state", "priority")
        self._clocks = self._make(Counter, "clock_outcomes", "Clocks by kind and how they ended", "clock", "outcome")
        self._callbacks = self._make(Counter, "callbacks", "Callbacks by outcome", "outcome")
        self._callbacks_late = self._make(
            Histogram, "callback_late_seconds", "How late the customer was reached; 0: in time", buckets=LATE
        ).labels(service)
        self._make(Gauge, "oldest_unhandled_timestamp_seconds", "Append time of the oldest record in hand; 0: none").labels(
            service
        ).set_function(lambda: self._oldest or 0)
        self._make(Gauge, "behind_seconds", "Age of the oldest record in hand").labels(service).set_function(self.behind_seconds)
        self._make(Gauge, "build_info", "1, for the build that runs", "build").labels(service, build).set(1)
        self._policy = self._make(Gauge, "policy_info", "1, for the policy that decides", "policy")

    def _make(self, kind: Callable[..., Any], name: str, help: str, *labels: str, **options: Any) -> Any:
        return kind(f"redress_{name}", help, ("service", *labels), registry=self.registry, **options)

    # -- what the loop counts ---------------------------------------------------------------------------------------------------------

    def messages(self, type: str, outcome: str, count: int = 1) -> None:
        """A type that no contract knows is counted as `unknown`: senders may invent any number of them."""
        self._messages.labels(self.service, type if type in self._types else "unknown", outcome).inc(count)

    def dead(self, reason: str, count: int = 1) -> None:
        self._dead.labels(self.service, reason).inc(count)

    def repeats(self, count: int = 1) -> None:
        self._repeats.inc(count)

    def conflicts(self, count: int = 1) -> None:
        self._conflicts.inc(count)

    def waited(self, what: str) -> None:
        """One more attempt found Kafka or MongoDB away."""
        self._waits.labels(self.service, what).inc()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times one of `STAGES`."""
        start = monotonic()
        try:
            yield
        finally:
            self.took(name, monotonic() - start)

    def took(self, stage: str, seconds: float) -> None:
        self._stages.labels(self.service, stage).observe(seconds)

    def woke(self, late_seconds: float) -> None:
        self._wakes.inc()
        self._wakes_late.observe(max(0.0, late_seconds))

    # -- what the loop and the store know now -----------------------------------------------------------------------------------------

    def oldest(self, appended: float | None) -> None:
        """Append time (Unix seconds) of the oldest record fetched and not yet committed; None when there is none."""
        self._oldest = appended

    def behind_seconds(self) -> float:
        return max(0.0, time() - self._oldest) if self._oldest else 0.0

    def lag(self, by_partition: Mapping[tuple[str, int], int]) -> None:
        """(topic without prefix, partition) → records; partitions that went elsewhere disappear."""
        self._lag.clear()
        for (topic, partition), records in by_partition.items():
            self._lag.labels(self.service, topic, str(partition)).set(records)

    def open(self, counts: Mapping[tuple[str, str], int]) -> None:
        """(state, priority) → documents of this service, as its `facets` name them; "" where there is no priority."""
        self._open.clear()
        for (state, priority), documents in counts.items():
            self._open.labels(self.service, state, priority).set(documents)

    def waiting(self, messages: int) -> None:
        self._waiting.set(messages)

    def parked(self, documents: int) -> None:
        self._parked.set(documents)

    def policy(self, reference: str) -> None:
        self._policy.clear()
        self._policy.labels(self.service, reference).set(1)

    # -- what the business counts -----------------------------------------------------------------------------------------------------

    def published(self, events: Iterable[tuple[bytes, Headers]]) -> None:
        """Values and headers of events published for the first time: a repeat is no second breach."""
        for value, headers in events:
            if fact := FACTS.get(header(headers, "ce_type") or ""):
                self._count(fact, from_json(value))

    def _count(self, fact: Fact, event: Mapping[str, Any]) -> None:
        if fact.unless and event.get(fact.unless):
            return
        told = {label: str(event.get(name, "")) for label, name in fact.labels.items()}
        outcome = told.get("outcome") or fact.outcome
        if fact.metric == "clocks":
            self._clocks.labels(self.service, told["clock"], outcome).inc()
        else:
            self._callbacks.labels(self.service, outcome).inc()
        if fact.late_by and isinstance(seconds := event.get(fact.late_by), int):
            self._callbacks_late.observe(seconds)

    def text(self) -> bytes:
        """All of it, in Prometheus' text format."""
        return generate_latest(self.registry)
