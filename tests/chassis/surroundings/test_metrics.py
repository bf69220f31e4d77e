"""Metrics count what the loop does and what the business did; no label carries an id."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from prometheus_client.parser import text_string_to_metric_families

from contracts.callback import CallbackCompleted, CallbackImpossible
from contracts.catalogue import OWNERS
from contracts.model import Event, Money, Staff, type_name
from contracts.routing import ClockBreached
from contracts.wire import write_event
from services.platform.chassis.metrics import FACTS, STAGES, Metrics

NOW = datetime(2026, 3, 1, tzinfo=UTC)
WORDS = {type_name(owner.name, word): word for owner in OWNERS.values() for word in owner.events}


@pytest.fixture
def metrics() -> Metrics:
    return Metrics("routing", "1.0", ("routing.commands.v1", "intake.events.v1"))


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, {"service": "routing", **labels})


def said(service: str, event: Event):
    return write_event(service, event, id=str(uuid4()), at=NOW, seq=1, cause=str(uuid4()))


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
    metrics.open({("routed", "2"): 7})
    metrics.open({("closed", "2"): 7})
    assert value(metrics, "redress_lag", topic="routing.commands.v1", partition="3") is None
    assert value(metrics, "redress_lag", topic="routing.commands.v1", partition="4") == 1
    assert value(metrics, "redress_complaints", state="routed", priority="2") is None


def test_clocks_and_callbacks_are_counted_from_the_events_themselves(metrics: Metrics) -> None:
    of = {"complaint_id": str(uuid4()), "customer": "k", "round": 1}
    breach = ClockBreached(
        **of, clock="resolution", instance="resolution", target=1, unit="seconds", due=NOW, used_seconds=2, breached_at=NOW, policy="p"
    )
    call = CallbackCompleted(
        **of, callback="c1", purpose="confirm", attempt=1, outcome="reached", late_by_seconds=90, policy="p",
        cost=Money(amount_minor=0, currency="CNY"), by=Staff(staff="s", role="agent"),
    )  # fmt: skip
    metrics.published([said("routing", breach), said("callback", call)])
    assert value(metrics, "redress_clock_outcomes_total", clock="resolution", outcome="breached") == 1
    assert value(metrics, "redress_callbacks_total", outcome="reached") == 1
    assert value(metrics, "redress_callback_late_seconds_sum") == 90


@pytest.mark.parametrize(("goes_on", "counted"), [(True, None), (False, 1)])
def test_a_channel_that_leads_nowhere_is_no_outcome_while_another_is_tried(metrics: Metrics, goes_on: bool, counted: int | None) -> None:
    never = CallbackImpossible(
        complaint_id=str(uuid4()), customer="k", round=1, callback="c1", purpose="confirm", reason="no_phone", goes_on=goes_on
    )
    metrics.published([said("callback", never)])
    assert value(metrics, "redress_callbacks_total", outcome="impossible") == counted


def test_every_counted_type_and_field_exists_in_the_contracts() -> None:
    for name, fact in FACTS.items():
        fields = set(WORDS[name].model_fields)
        assert fields >= {*fact.labels.values(), *([fact.late_by] if fact.late_by else []), *([fact.unless] if fact.unless else [])}, name


def test_the_text_is_prometheus_and_every_name_is_ours(metrics: Metrics) -> None:
    for stage in STAGES:
        with metrics.stage(stage):
            pass
    metrics.dead("not_json")
    metrics.woke(0.4)
    metrics.policy("city/routing@abc")
    families = list(text_string_to_metric_families(metrics.text().decode()))
    assert families and all(family.name.startswith("redress_") for family in families)
    assert all(sample.labels["service"] == "routing" for family in families for sample in family.samples)


def test_two_services_fit_into_one_process() -> None:
    one, other = Metrics("routing", "1"), Metrics("intake", "1")
    one.conflicts()
    assert value(one, "redress_conflicts_total") == 1
    assert other.registry.get_sample_value("redress_conflicts_total", {"service": "intake"}) == 0
