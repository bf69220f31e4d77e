"""Metrics count what the loop does and what the business did; no label carries an id."""

from datetime import UTC, datetime

import pytest
from prometheus_client.parser import text_string_to_metric_families

from contracts.common import DEAD_REASONS
from services.platform.chassis.metrics import STAGES, Metrics
from services.platform.chassis.standing import Standing

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics("routing", "1.0", ("routing.commands.v1", "intake.events.v1"))


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, {"service": "routing", **labels})


def test_messages_count_by_type_and_outcome(metrics: Metrics) -> None:
    metrics.messages("intake.complaint_registered.v1", "decided", 3)
    assert value(metrics, "redress_messages_total", type="intake.complaint_registered.v1", outcome="decided") == 3


def test_a_type_that_a_sender_invented_makes_no_new_series(metrics: Metrics) -> None:
    for n in range(5):
        metrics.messages(f"mine.{n}", "dead")
    assert value(metrics, "redress_messages_total", type="unknown", outcome="dead") == 5


def test_behind_is_the_age_of_the_oldest_record_in_hand(metrics: Metrics) -> None:
    assert value(metrics, "redress_behind_seconds") == 0
    metrics.oldest(datetime.now(UTC).timestamp() - 60)
    assert 59 < value(metrics, "redress_behind_seconds") < 70
    metrics.oldest(None)
    assert value(metrics, "redress_behind_seconds") == 0 == value(metrics, "redress_oldest_unhandled_timestamp_seconds")


def test_what_is_no_longer_so_disappears(metrics: Metrics) -> None:
    metrics.lag({("routing.commands.v1", 3): 9})
    metrics.lag({("routing.commands.v1", 4): 1})
    metrics.open([Standing("routed", "2", 7)])
    metrics.open([Standing("closed", "2", 7)])
    assert value(metrics, "redress_lag", topic="routing.commands.v1", partition="3") is None
    assert value(metrics, "redress_lag", topic="routing.commands.v1", partition="4") == 1
    assert value(metrics, "redress_complaints", state="routed", priority="2") is None


def test_documents_are_told_with_who_waits_longest_and_what_is_overdue(metrics: Metrics) -> None:
    metrics.open([Standing("routed", "P2", 7, since=NOW, due=NOW, overdue=3), Standing("closed", "P2", 1)])
    assert value(metrics, "redress_complaints", state="routed", priority="P2") == 7
    assert value(metrics, "redress_overdue", state="routed", priority="P2") == 3
    assert value(metrics, "redress_overdue", state="closed", priority="P2") == 0
    for name in ("redress_oldest_open_timestamp_seconds", "redress_earliest_due_timestamp_seconds"):
        assert value(metrics, name, state="routed", priority="P2") == NOW.timestamp()
        assert value(metrics, name, state="closed", priority="P2") is None
    assert value(metrics, "redress_counted_timestamp_seconds") > NOW.timestamp()


def test_who_holds_nothing_tells_the_lag_of_the_whole_group(metrics: Metrics) -> None:
    metrics.lag({("routing.commands.v1", 3): 9, ("intake.events.v1", 1): 1})
    assert value(metrics, "redress_group_lag") == 10
    metrics.lag({("routing.commands.v1", 3): 4}, are_ours=False)
    assert value(metrics, "redress_group_lag") == 4
    assert value(metrics, "redress_lag", topic="routing.commands.v1", partition="3") is None


def test_a_broker_whose_clock_is_ahead_is_told_by_how_much(metrics: Metrics) -> None:
    metrics.appended(datetime.now(UTC).timestamp() + 30)
    assert 25 < value(metrics, "redress_clock_skew_seconds") <= 30


def test_what_is_seldom_is_there_before_it_happens(metrics: Metrics) -> None:
    assert value(metrics, "redress_transient_waits_total", what="mongodb") == 0
    assert all(value(metrics, "redress_dead_letters_total", reason=reason) == 0 for reason in DEAD_REASONS)
    assert value(metrics, "redress_messages_total", type="routing.accept_work.v1", outcome="refused") == 0
    assert value(metrics, "redress_messages_total", type="intake.complaint_registered.v1", outcome="refused") is None
    metrics.policy("city/routing@abc", {"handling": "resolution"})
    assert value(metrics, "redress_clock_outcomes_total", clock="handling", kind="resolution", outcome="breached") == 0


def test_the_text_is_prometheus_and_every_name_is_ours(metrics: Metrics) -> None:
    for stage in STAGES:
        with metrics.stage(stage):
            pass
    metrics.dead("not_json")
    metrics.woke(0.4)
    metrics.policy("city/routing@abc")
    families = list(text_string_to_metric_families(metrics.text().decode()))
    ours = [family for family in families if not family.name.startswith("process_")]
    assert ours and all(family.name.startswith("redress_") for family in ours)
    assert all(sample.labels["service"] == "routing" for family in ours for sample in family.samples)
    assert value(metrics, "redress_build_info", build="1.0") == 1 and len(families) > len(ours)


def test_two_services_fit_into_one_process() -> None:
    one, other = Metrics("routing", "1"), Metrics("intake", "1")
    one.conflicts()
    assert value(one, "redress_conflicts_total") == 1
    assert other.registry.get_sample_value("redress_conflicts_total", {"service": "intake"}) == 0
