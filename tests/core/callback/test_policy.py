"""A policy that cannot work is refused with a sentence that says why; those shipped work."""

from typing import Any

import pytest
from pydantic import ValidationError

from services import routing
from services.callback import SERVICE
from services.callback.policy import CallbackPolicy
from services.platform.chassis.policies import load
from tests.core.callback.desk import promised

REACHED = {"reached": {"reaches": True}}
OWN = ("lost", "erased", "do_not_call", "no_phone", "no_address", "no_hours", "attempts_used_up", "time_up", "not_wanted")
WINDOW = {"earliest_after_seconds": 60, "latest_after_seconds": 120, "abandon_after_seconds": 180}


@pytest.mark.parametrize("said, why", [
    ({"earliest_after_seconds": 200, "latest_after_seconds": 100}, "lies before earliest_after_seconds"),
    ({"latest_after_seconds": 6 * 86400}, "must be beyond latest_after_seconds"),
    ({"lease_seconds": 28801}, "lease_seconds is longer than allowed_seconds"),
    ({"outcomes": {}}, "no outcome has `reaches: true`"),
    ({"allowed_seconds": 900, "again_seconds": 2108}, "would be told 201 times: make allowed_seconds or again_seconds longer"),
    ({"outcomes": {"busy": {"pauses_seconds": [60]}}}, "no outcome has `reaches: true`"),
    ({"outcomes": {"spoke": {"reaches": True, "channels": ["phone"]}}}, "no outcome can come by message, a rung of the ladder"),
    *(({"outcomes": REACHED | {word: {}}}, f"`{word}` is a word of callback's own and cannot be an outcome") for word in OWN),
    ({"outcomes": {"reached": {"reaches": True, "pauses_seconds": [60]}}}, "give it no pauses_seconds"),
    ({"outcomes": REACHED | {"busy": {"pauses_seconds": [60, 30]}}}, "ascending order"),
    ({"outcomes": REACHED | {"busy": {"pauses_seconds": [0]}}}, "greater than or equal to 1"),
    ({"outcomes": REACHED | {"Not A Code": {}}}, "pattern"),
    ({"lateness": {"compensation": {"amount_minor": 1000, "currency": "usd"}}}, "pattern"),
    ({"lateness": {"compensation": {"amount_minor": -1, "currency": "USD"}}}, "greater than or equal to 0"),
    ({"lateness": {"tolerance_seconds": 0}}, "greater than or equal to 1"),
    ({"max_attempts": 0}, "greater than or equal to 1"),
    ({"lease_seconds": 0}, "greater than or equal to 1"),
    ({"allowed_seconds": 0}, "greater than or equal to 1"),
    ({"again_seconds": 0}, "greater than or equal to 1"),
    ({"settle_seconds": -1}, "greater than or equal to 0"),
    ({"max_attemps": 3}, "not permitted"),
    ({"outcomes": REACHED | {"refused": {"ends": True, "pauses_seconds": [60]}}}, "nothing is tried again"),
    ({"outcomes": REACHED | {"wrong": {"asks_for_phone": True, "pauses_seconds": [60]}}}, "nothing is tried again"),
    ({"zone": "Asia/Peking"}, "there is no time zone Asia/Peking"),
    ({"ladder": []}, "at least 1 item"),
    ({"ladder": [{"channel": "phone"}, {"channel": "phone"}]}, "name none twice"),
    ({"ladder": [{"channel": "pigeon"}]}, "'phone', 'message', 'letter' or 'visit'"),
    ({"legal_hours": {"hours": []}}, "at least 1 item"),
    ({"legal_hours": {"hours": [["21:00", "08:00"]]}}, "31:00|closes|48:00"),
    ({"legal_hours": {"days": []}}, "at least 1 item"),
    ({"progress": {"window": WINDOW | {"latest_after_seconds": 60}}}, "must each lie beyond"),
    ({"care": {"window": WINDOW | {"abandon_after_seconds": 120}}}, "must each lie beyond"),
    ({"care": {"tiers": []}}, "at least 1 item"),
    ({"supervise": {"per_ten_thousand": 0}}, "greater than or equal to 1"),
    ({"supervise": {"per_ten_thousand": 10_001}}, "less than or equal to 10000"),
    ({"limit": {"attempts": 0}}, "greater than or equal to 1"),
])  # fmt: skip
def test_what_cannot_work_is_refused(said: dict[str, Any], why: str):
    with pytest.raises(ValidationError, match=why):
        CallbackPolicy.model_validate(said)


def test_a_callback_may_be_told_two_hundred_times():
    assert CallbackPolicy(allowed_seconds=900, again_seconds=2109).allowed_seconds == 900


def test_the_default_set_writes_out_the_defaults():
    shipped = load("default", SERVICE)
    assert shipped.model_copy(update={"reference": CallbackPolicy().reference, "calendars": {}}) == CallbackPolicy()


def test_with_the_demos_numbers_a_callback_that_nobody_takes_is_over_within_half_a_minute():
    policy = load("demo", SERVICE)
    assert policy.abandon_after_seconds <= 30
    assert promised(policy).to_the_end().told[-1] == "Abandoned"


def rules(
    desk: str | None = "office", zone: str = "Asia/Shanghai", opens: str = "09:00", closes: str = "18:00", **more: Any
) -> CallbackPolicy:
    office = {"zone": zone, "weekly": {day: [[opens, closes]] for day in ("mon", "tue", "wed", "thu", "fri")}}
    return CallbackPolicy.model_validate({"calendars": {"office": office}, "desk": desk, **more})


@pytest.mark.parametrize("policy, fields", [
    (rules(), []),
    (rules(None), []),
    (rules("hotline"), ["desk"]),
    (rules(opens="20:59", closes="24:00"), []),
    (rules(opens="21:00", closes="24:00"), ["legal_hours"]),
    (rules(opens="00:00", closes="08:00"), ["legal_hours"]),
    (rules(opens="00:00", closes="08:01"), []),
    (rules(opens="00:00", closes="08:00", zone="Europe/London"), ["legal_hours"]),
    (rules(opens="21:00", closes="24:00", legal_hours=None), []),
    (rules(legal_hours={"days": ["sat", "sun"]}), ["legal_hours"]),
    (rules(legal_hours_by_country={"FR": {"days": ["sun"]}}), []),
])  # fmt: skip
def test_windows_that_can_never_meet_are_a_fault(policy: CallbackPolicy, fields: list[str]):
    assert [field for field, _ in policy.faults()] == fields


@pytest.mark.parametrize("hours, fields", [
    ({"weekly": {"mon": [["21:00", "32:00"]]}}, ["legal_hours"]),
    ({"weekly": {"mon": [["21:00", "32:01"]]}}, []),
    ({"weekly": {"mon": [["20:59", "32:00"]]}}, []),
    ({"weekly": {}, "overrides": {"2026-10-01": [["21:00", "24:00"]]}}, ["legal_hours"]),
    ({"weekly": {}, "overrides": {"2026-10-01": [["20:59", "24:00"]]}}, []),
])  # fmt: skip
def test_a_desk_that_works_at_night_or_on_one_holiday_only_must_meet_the_legal_hours_by_a_minute(hours: dict[str, Any], fields: list[str]):
    policy = CallbackPolicy.model_validate({"calendars": {"office": {"zone": "Asia/Shanghai"} | hours}, "desk": "office"})
    assert [field for field, _ in policy.faults()] == fields


def test_where_the_policy_says_the_customers_are_counts():
    """The desk's night in Shanghai is the afternoon in New York."""
    night = {"office": {"zone": "Asia/Shanghai", "weekly": {"tue": [["00:00", "06:00"]]}}}
    told = {"calendars": night, "desk": "office"}
    assert [field for field, _ in CallbackPolicy.model_validate(told).faults()] == ["legal_hours"]
    assert not list(CallbackPolicy.model_validate(told | {"zone": "America/New_York"}).faults())


def test_a_countrys_hours_that_no_zone_brings_together_with_the_desks_are_a_fault():
    wednesday = {"DE": {"days": ["wed"]}}
    far = {"office": {"zone": "UTC", "weekly": {"sat": [["12:00", "14:00"]]}}}
    policy = CallbackPolicy.model_validate({"calendars": far, "desk": "office", "legal_hours_by_country": wednesday})
    assert [field for field, _ in policy.faults()] == ["legal_hours_by_country.DE"]


@pytest.mark.parametrize("name", ["default", "demo", "telecom", "city", "retail-cn", "bank"])
def test_every_set_visits_who_is_vulnerable_before_it_writes_and_names_its_desk(name: str):
    policy = load(name, SERVICE)
    channels = [rung.channel for rung in policy.ladder_for_vulnerable]
    assert channels[:2] == ["phone", "visit"] and not list(policy.faults())
    assert name in ("default", "demo") or (policy.desk and policy.zone)


@pytest.mark.parametrize("name", ["default", "telecom", "city", "retail-cn", "bank"])
def test_the_clocks_whose_danger_is_told_are_routings(name: str):
    policy, clocks = load(name, SERVICE), load(name, routing.SERVICE).clocks
    assert policy.progress and set(policy.progress.clocks) <= set(clocks)
