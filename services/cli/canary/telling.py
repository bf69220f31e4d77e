"""What the canary tells Prometheus; METRICS.md has it too."""

from datetime import datetime
from time import time

from prometheus_client import Counter, Gauge, Histogram

from contracts.catalogue import OWNERS
from services.cli.canary.course import CALL, STAGES
from services.cli.canary.watch import Outcome
from services.platform.chassis.series import Series

SERVICE = "canary"
QUICK = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
OUTCOMES: tuple[Outcome, ...] = ("begun", "finished", "failed", "abandoned")


class Telling:
    def __init__(self, every: float) -> None:
        self.series = series = Series(SERVICE)
        make = series.make
        self._seen = make(Gauge, "canary_stage_last_seen_timestamp_seconds", "When a stage was last seen; at first our start", "stage")
        self._took = make(Histogram, "canary_stage_seconds", "From the stage before to this one", "stage", buckets=QUICK)
        self._outcomes = make(Counter, "canary_complaints", "Canaries by what became of them", "outcome")
        self._failures = make(Counter, "canary_failures", "Canaries that did not end in time, by the stage that they waited for", "stage")
        self._skipped = make(Counter, "canary_skipped", "Stages left out, as the hours forbid them", "stage")
        self._refusals = make(Counter, "canary_refusals", "Commands of the canary that were refused, and should not have been", "reason")
        self._letters = make(Gauge, "open_dead_letters", "Dead letters that nobody has replayed or discarded, by service", "of")
        self._oldest = make(Gauge, "oldest_open_dead_letter_timestamp_seconds", "When the oldest of them died; 0: none", "of")
        self._skew = make(Gauge, "clock_skew_seconds", "Append time less our own clock, by the middle of sending and acknowledgement")
        make(Gauge, "canary_interval_seconds", "From one canary to the next").labels(SERVICE).set(every)
        self.failed: str | None = None
        """The stage for which a canary last waited in vain."""
        self._last = dict.fromkeys(STAGES, 0.0)
        started = time()
        for stage in STAGES:
            self._seen.labels(SERVICE, stage).set(started)
            self._took.labels(SERVICE, stage)
            self._failures.labels(SERVICE, stage)
        for stage in CALL:
            self._skipped.labels(SERVICE, stage)
        for outcome in OUTCOMES:
            self._outcomes.labels(SERVICE, outcome)
        for owner in OWNERS:
            self.letters(owner, 0, None)

    def seen(self, stage: str, at: datetime, after: float | None) -> None:
        """`after`: so many seconds after the stage before, where that is known."""
        self._last[stage] = max(self._last[stage], at.timestamp())
        self._seen.labels(SERVICE, stage).set(self._last[stage])
        if after is not None:
            self._took.labels(SERVICE, stage).observe(after)

    def ended(self, outcome: Outcome, stage: str | None = None) -> None:
        """`stage`: the one that did not come."""
        self._outcomes.labels(SERVICE, outcome).inc()
        if stage:
            self.failed = stage
            self._failures.labels(SERVICE, stage).inc()

    def skipped(self, stage: str) -> None:
        self._skipped.labels(SERVICE, stage).inc()

    def refused(self, reason: str) -> None:
        self._refusals.labels(SERVICE, reason).inc()

    def letters(self, of: str, open: int, oldest: datetime | None) -> None:
        self._letters.labels(SERVICE, of).set(open)
        self._oldest.labels(SERVICE, of).set(oldest.timestamp() if oldest else 0)

    def skew(self, seconds: float) -> None:
        self._skew.labels(SERVICE).set(seconds)
