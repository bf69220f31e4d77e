"""What a process tells of itself: seen in what the pulse, the breaker and the driver come to know."""

from time import monotonic, time
from types import SimpleNamespace

import pytest

from services.platform.chassis.breaker import Breaker
from services.platform.chassis.health import Pulse
from services.platform.chassis.metrics import Metrics
from services.platform.chassis.primaries import Primaries
from services.platform.chassis.vitals import tell_breaker, tell_pulse


@pytest.fixture
def metrics() -> Metrics:
    return Metrics("routing", "1.0")


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(f"redress_{name}", {"service": "routing", **labels})


def test_with_a_batch_in_hand_it_gets_on_by_the_batch_alone(metrics: Metrics) -> None:
    pulse = Pulse(progress=monotonic() - 50)
    tell_pulse(metrics.series, pulse)
    pulse.in_hand, pulse.polled = True, monotonic()
    assert value(metrics, "in_hand") == 1
    assert 49 < time() - value(metrics, "progress_timestamp_seconds") < 60
    pulse.step()
    assert time() - value(metrics, "progress_timestamp_seconds") < 10


def test_with_none_in_hand_it_gets_on_by_asking_for_records(metrics: Metrics) -> None:
    pulse = Pulse(progress=monotonic() - 500)
    tell_pulse(metrics.series, pulse)
    assert time() - value(metrics, "progress_timestamp_seconds") > 490
    pulse.polled = monotonic() - 20
    assert 19 < time() - value(metrics, "progress_timestamp_seconds") < 30
    assert value(metrics, "in_hand") == 0


def test_who_is_away_and_what_is_held_is_told_as_it_is_now(metrics: Metrics) -> None:
    pulse = Pulse()
    tell_pulse(metrics.series, pulse)
    assert value(metrics, "partitions") == 0 == value(metrics, "ready")
    pulse.consuming, pulse.partitions, pulse.polled = True, 36, monotonic()
    assert value(metrics, "partitions") == 36 and value(metrics, "ready") == 1
    pulse.miss("mongodb")
    assert (value(metrics, "away", what="mongodb"), value(metrics, "away", what="kafka"), value(metrics, "ready")) == (1, 0, 0)
    pulse.meet("mongodb")
    pulse.wait("kafka")
    assert (value(metrics, "away", what="mongodb"), value(metrics, "away", what="kafka")) == (0, 1)


def test_a_breaker_is_told_before_it_trips(metrics: Metrics) -> None:
    breaker = Breaker()
    tell_breaker(metrics.series, breaker)
    breaker.note([False] * 5 + [True] * 3)
    assert value(metrics, "breaker_crashed_messages") == 3 and value(metrics, "breaker_window_messages") == 8
    assert value(metrics, "breaker_enabled") == 1
    tell_breaker(metrics.series, Breaker(is_on=False))
    assert value(metrics, "breaker_enabled") == 0 == value(metrics, "breaker_window_messages")


def test_another_primary_is_a_change_and_the_first_or_the_same_again_is_none(metrics: Metrics) -> None:
    primaries = Primaries(metrics.primary_changed)
    for primary in ("a", None, "a", None, "b", "b", None, "a"):
        primaries.description_changed(_seen(primary))
    assert value(metrics, "primary_changes_total") == 2


def _seen(primary: str | None) -> SimpleNamespace:
    """What the driver tells of three servers."""
    kinds = {(name, 27017): SimpleNamespace(server_type_name="RSPrimary" if name == primary else "RSSecondary") for name in "abc"}
    return SimpleNamespace(new_description=SimpleNamespace(server_descriptions=lambda: kinds))
