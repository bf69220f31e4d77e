"""METRICS.md lists what the code tells: each name with its type and its labels, and nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path

from prometheus_client.registry import Collector

from services.cli.canary.course import Words
from services.cli.canary.process import Canary
from services.cli.canary.telling import Telling
from services.platform.chassis import certificates, metrics
from services.platform.chassis.breaker import Breaker
from services.platform.chassis.health import Pulse
from services.platform.chassis.metrics import Metrics
from services.platform.chassis.settings import read_settings
from services.platform.chassis.vitals import tell_breaker, tell_pulse

LIST = Path(metrics.__file__).with_name("METRICS.md")
ROW = re.compile(r"^\| `(redress_\w+)` \| (counter|gauge|histogram) \| ([a-z_, ]*)\|", re.MULTILINE)


def told() -> Iterator[tuple[str, str, frozenset[str]]]:
    made = Metrics("routing", "1.0")
    tell_pulse(made.series, Pulse())
    tell_breaker(made.series, Breaker())
    made.series.gauge(certificates.NAME, certificates.HELP, float, what="kafka_ca")
    canary = Telling(60)
    Canary(read_settings(), Words("d", "c", "r"), canary, Pulse())
    for collector in (*made.registry._collector_to_names, *canary.series.registry._collector_to_names):
        if labels := _labels(collector):
            yield collector._name, collector._type, frozenset(labels) - {"service"}


def _labels(collector: Collector) -> tuple[str, ...]:
    return getattr(collector, "_labelnames", ())


def listed() -> Iterator[tuple[str, str, frozenset[str]]]:
    for name, kind, labels in ROW.findall(LIST.read_text("utf-8")):
        yield name, kind, frozenset(filter(None, (label.strip() for label in labels.split(","))))


def test_the_list_is_what_the_code_tells() -> None:
    assert set(listed()) == set(told())
