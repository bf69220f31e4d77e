"""What the canary tells Prometheus is there from the start, and changes with what it sees."""

from datetime import UTC, datetime, timedelta
from time import time

from services.cli.canary.course import CALL, STAGES
from services.cli.canary.telling import OUTCOMES, Telling
from services.cli.canary.watch import Watch
from tests.cli.canary.playing import Played

NOW = datetime(2026, 3, 3, 4, tzinfo=UTC)


def value(telling: Telling, name: str, **labels: str) -> float | None:
    return telling.series.registry.get_sample_value(f"redress_{name}", {"service": "canary", **labels})


def test_before_the_first_canary_every_series_is_there() -> None:
    telling = Telling(60)
    for stage in STAGES:
        assert abs(value(telling, "canary_stage_last_seen_timestamp_seconds", stage=stage) - time()) < 10
        assert value(telling, "canary_failures_total", stage=stage) == 0 == value(telling, "canary_stage_seconds_count", stage=stage)
    assert all(value(telling, "canary_complaints_total", outcome=outcome) == 0 for outcome in OUTCOMES)
    assert all(value(telling, "canary_skipped_total", stage=stage) == 0 for stage in CALL)
    assert value(telling, "canary_interval_seconds") == 60
    assert value(telling, "open_dead_letters", of="feedback") == 0
    assert value(telling, "oldest_open_dead_letter_timestamp_seconds", of="intake") == 0


def heard(policies: str, at: datetime, deaf: tuple[str, ...] = (), seconds: int = 30) -> Telling:
    played, telling = Played(policies), Telling(60)
    played.watch = Watch(played.watch.words, telling)
    played.watch.is_live = True
    played.run.until(at)
    played.ask(played.watch.begin("slot", at), at)
    played.until(at + timedelta(seconds=seconds), step=timedelta(seconds=0.5), deaf=deaf)
    return telling


def test_a_canary_that_comes_to_its_end_is_seen_at_every_stage() -> None:
    telling = heard("default", NOW)
    for stage in STAGES:
        assert NOW.timestamp() < value(telling, "canary_stage_last_seen_timestamp_seconds", stage=stage) < NOW.timestamp() + 30
        assert value(telling, "canary_stage_seconds_count", stage=stage) == 1
    assert value(telling, "canary_complaints_total", outcome="finished") == 1 and telling.failed is None


def test_one_that_does_not_is_told_by_the_stage_that_it_waited_for() -> None:
    telling = heard("default", NOW, deaf=("feedback",), seconds=150)
    assert value(telling, "canary_failures_total", stage="confirmed") == 1 == value(telling, "canary_complaints_total", outcome="failed")
    assert telling.failed == "confirmed" and value(telling, "canary_stage_seconds_count", stage="closed") == 0


def test_a_call_that_the_hours_forbid_is_no_failure() -> None:
    telling = heard("retail-cn", datetime(2026, 2, 16, 19, tzinfo=UTC))
    assert all(value(telling, "canary_skipped_total", stage=stage) == 1 for stage in CALL)
    assert value(telling, "canary_complaints_total", outcome="finished") == 1


def test_letters_and_skew_are_told_as_they_are_now() -> None:
    telling = Telling(60)
    telling.letters("routing", 3, NOW)
    telling.skew(-0.25)
    assert value(telling, "open_dead_letters", of="routing") == 3 and value(telling, "clock_skew_seconds") == -0.25
    assert value(telling, "oldest_open_dead_letter_timestamp_seconds", of="routing") == NOW.timestamp()
