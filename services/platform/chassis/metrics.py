"""What one service tells Prometheus.  Every name begins with `redress_`, every series says its service, no label carries an id.

The loop counts what it does; what the business counts (clocks kept, callbacks made) is read off the events as they are published,
by the tables of `facts.py`.  METRICS.md has them all.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic, time

from prometheus_client import Counter, Gauge, Histogram

from contracts.catalogue import vocabulary
from contracts.common import DEAD_REASONS
from contracts.wire import Headers
from services.platform.chassis.business import Business
from services.platform.chassis.series import Series
from services.platform.chassis.standing import Standing

STAGES = ("consume", "read", "load", "decide", "store", "publish", "commit")
QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
SLOW = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3_600)


class Metrics:
    """Its own registry, so that several services fit into one process (tests).

    `messages(type, outcome)` outcomes: decided, refused, waiting, repeated, ignored (a wake nobody asked for), skipped (an event type
    of a later version), dead.
    """

    def __init__(self, service: str, build: str, inputs: Collection[str] = ()) -> None:
        self.service = service
        self.series = Series(service)
        self.registry, self._make = self.series.registry, self.series.make
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
        since = "When the one of them that waits longest began to: a complaint's registration or return, a callback's earliest instant"
        self._since = self._make(Gauge, "oldest_open_timestamp_seconds", since, "state", "priority")
        self._due = self._make(Gauge, "earliest_due_timestamp_seconds", "The earliest of their dues", "state", "priority")
        self._overdue = self._make(Gauge, "overdue", "Those of them whose due is over", "state", "priority")
        self._counted = self._make(Gauge, "counted_timestamp_seconds", "When documents were last counted").labels(service)
        self._group_lag = self._make(
            Gauge, "group_lag", "Records not yet committed: of what this process holds, or, holding nothing, of its whole group"
        ).labels(service)
        self._skew = self._make(
            Gauge, "clock_skew_seconds", "Newest append time less our own clock; above 0: the broker's is ahead"
        ).labels(service)
        self._primaries = self._make(Counter, "primary_changes", "How often MongoDB had another primary than before").labels(service)
        self._business = Business(service, self._make)
        self._make(Gauge, "oldest_unhandled_timestamp_seconds", "Append time of the oldest record in hand; 0: none").labels(
            service
        ).set_function(lambda: self._oldest or 0)
        self._make(Gauge, "behind_seconds", "Age of the oldest record in hand").labels(service).set_function(self.behind_seconds)
        self._make(Gauge, "build_info", "1, for the build that runs", "build").labels(service, build).set(1)
        self._policy = self._make(Gauge, "policy_info", "1, for the policy that decides", "policy")
        self._begin_at_nought(inputs)

    def _begin_at_nought(self, inputs: Collection[str]) -> None:
        """Whose first is an increase, too: Prometheus sees none where a count comes as 1."""
        for what in ("kafka", "mongodb"):
            self._waits.labels(self.service, what)
        for reason in DEAD_REASONS:
            self._dead.labels(self.service, reason)
        if (commands := f"{self.service}.commands.v1") in inputs:
            for type in vocabulary(commands):
                self._messages.labels(self.service, type, "refused")

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

    def appended(self, newest: float) -> None:
        """Append time (Unix seconds) of the newest record of a batch."""
        self._skew.set(newest - time())

    def lag(self, by_partition: Mapping[tuple[str, int], int], are_ours: bool = True) -> None:
        """(topic without prefix, partition) → records; partitions that went elsewhere disappear.  Not ours: the whole group's."""
        self._group_lag.set(sum(by_partition.values()))
        self._lag.clear()
        for (topic, partition), records in by_partition.items() if are_ours else ():
            self._lag.labels(self.service, topic, str(partition)).set(records)

    def open(self, counted: Iterable[Standing]) -> None:
        """The documents of this service, as its `facets` name them."""
        for gauge in (self._open, self._since, self._due, self._overdue):
            gauge.clear()
        for each in counted:
            labels = self.service, each.state, each.priority
            self._open.labels(*labels).set(each.documents)
            self._overdue.labels(*labels).set(each.overdue)
            for gauge, instant in ((self._since, each.since), (self._due, each.due)):
                if instant is not None:
                    gauge.labels(*labels).set(instant.timestamp())
        self._counted.set(time())

    def waiting(self, messages: int) -> None:
        self._waiting.set(messages)

    def parked(self, documents: int) -> None:
        self._parked.set(documents)

    def primary_changed(self) -> None:
        self._primaries.inc()

    def policy(self, reference: str, clocks: Mapping[str, str] | None = None) -> None:
        """`clocks`: each with its kind, where the policy has any."""
        self._policy.clear()
        self._policy.labels(self.service, reference).set(1)
        self._business.clocks(clocks or {})

    def published(self, events: Iterable[tuple[bytes, Headers]]) -> None:
        """Values and headers of events published for the first time."""
        self._business.published(events)

    def text(self) -> bytes:
        """All of it, in Prometheus' text format."""
        return self.series.text()
