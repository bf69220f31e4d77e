"""The counters of what the business does, filled from events by the tables of `facts.py`."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from prometheus_client import Counter, Histogram
from pydantic_core import from_json

from contracts.wire import Headers, header
from services.platform.chassis.facts import FACTS, MEASURES, NONE, Fact, is_counted, said, word

MOST_WORDS = 40
"""Values of a label that senders or policies choose; all further ones are `other`."""
MOST_KNOWN = 4_096
CLOCK_ENDS = ("met", "breached", "stopped", "warned")


class Business:
    def __init__(self, service: str, make: Callable[..., Any]) -> None:
        """`make(kind, name, help, *labels, **options)` a metric of the service."""
        self.service = service
        self._words = defaultdict[tuple[str, str], set[str]](set)
        self._kinds: Mapping[str, str] = {}
        self._known: dict[tuple[int, tuple[Any, ...]], Any] = {}
        self._made: dict[str, Any] = {}
        for name, (owner, help, labels, known, buckets) in MEASURES.items():
            options = {"buckets": buckets} if buckets else {}
            self._made[name] = make(Histogram if buckets else Counter, name, help, *labels, **options)
            if owner == service:
                for values in known or ((),) * (not labels):
                    self._made[name].labels(service, *values)

    def clocks(self, kinds: Mapping[str, str]) -> None:
        """The policy's clocks, each with its kind: there from the start, however they end."""
        self._kinds, self._known = kinds, {}
        for clock, kind in kinds.items():
            for end in CLOCK_ENDS:
                self._made["clock_outcomes"].labels(self.service, clock, kind, end)

    def published(self, events: Iterable[tuple[bytes, Headers]]) -> None:
        """Values and headers of events published for the first time: a repeat is no second breach."""
        for value, headers in events:
            if (facts := FACTS.get(header(headers, "ce_type") or "")) and is_counted(event := from_json(value)):
                for fact in facts:
                    self._add(fact, event)

    def _add(self, fact: Fact, event: Mapping[str, Any]) -> None:
        amount = said(event, fact.adds) if fact.adds else 1
        if amount is None or (fact.unless and event.get(fact.unless)):
            return
        words = tuple([said(event, path) for path in fact.labels.values()])
        series = self._known.get((id(fact), words)) or self._series(fact, words)
        (series.observe if MEASURES[fact.measure].buckets else series.inc)(amount)

    def _series(self, fact: Fact, words: tuple[Any, ...]) -> Any:
        """Looked up once for each of a number of words: to find a series again takes as long as to read the event."""
        told = dict(fact.fixed)
        told |= {label: self._bounded(fact.measure, label, word(each)) for label, each in zip(fact.labels, words, strict=True)}
        labels = MEASURES[fact.measure].labels
        if "kind" in labels and "kind" not in told:
            told["kind"] = self._kinds.get(told["clock"], NONE)
        series = self._made[fact.measure].labels(self.service, *(told[label] for label in labels))
        if len(self._known) < MOST_KNOWN:
            self._known[id(fact), words] = series
        return series

    def _bounded(self, measure: str, label: str, value: str) -> str:
        """Senders may invent any number of words."""
        words = self._words[measure, label]
        if value not in words and len(words) >= MOST_WORDS:
            return "other"
        words.add(value)
        return value
