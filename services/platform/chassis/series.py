"""The series of one process: each name begins with `redress_`, each series says of which service it is."""

from collections.abc import Callable
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, ProcessCollector, generate_latest


class Series:
    """A registry of its own, so that several fit into one process (tests)."""

    def __init__(self, service: str) -> None:
        self.service, self.registry = service, CollectorRegistry()
        self._read: dict[str, Any] = {}
        ProcessCollector(registry=self.registry)

    def make(self, kind: Callable[..., Any], name: str, help: str, *labels: str, **options: Any) -> Any:
        return kind(f"redress_{name}", help, ("service", *labels), registry=self.registry, **options)

    def gauge(self, name: str, help: str, read: Callable[[], float], **labels: str) -> None:
        """One that is read whenever somebody asks."""
        if name not in self._read:
            self._read[name] = self.make(Gauge, name, help, *labels)
        self._read[name].labels(self.service, *labels.values()).set_function(read)

    def text(self) -> bytes:
        """All of it, in Prometheus' text format."""
        return generate_latest(self.registry)
