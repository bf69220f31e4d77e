"""§2.2: which of the policy's clocks are a complaint's: chosen at its registration, again when it turns out graver, and never lost."""

from typing import Any

import pytest

from contracts.intake import Classes, Severity
from contracts.model import Event
from contracts.routing import ClockBreached, ClockPaused, ClockStarted, ClockStopped, PriorityChanged
from services.routing.policy import RoutingPolicy
from tests.core.routing.clockwork import clock, only, policy_with, said
from tests.core.routing.house import (
    RULES,
    House,
    accept,
    assign,
    contact,
    decline,
    extend,
    in_progress,
    information,
    pause,
    policy,
    profile,
    reopen,
    repeats,
    resolution,
    second,
    set_priority,
)

FOUR = {1: "100s", 2: "200s", 3: "300s", 4: "400s"}
GRAVE = {"when": {"sign": "hazard"}}
URGENT: dict[str, Any] = {
    "urgent": clock("40s", **GRAVE, warnings_percent=[50], levels=[{"level": 3, "seconds": 0}], pauses_for=["parts"]),
    "handling": clock(FOUR, pauses_for=["customer"]),
    "urgent_acceptance": clock("5s", "acceptance", **GRAVE),
    "acceptance": clock("60s", "acceptance"),
    "urgent_triage": clock("6s", "triage", **GRAVE),
    "triage": clock("60s", "triage"),
}


def rules(**clocks: Any) -> RoutingPolicy:
    return policy_with(clocks=URGENT | clocks)


def clocks_of(house: House, kind: str) -> list[str]:
    return [each.clock for each in house.run.all(ClockStarted) if each.kind == kind]


def test_a_danger_that_is_told_later_has_the_clocks_of_one_that_was_told_at_once() -> None:
    house = House(rules()).hears(information("gas"), at=10).takes(decline(), at=12)
    assert clocks_of(house, "triage") == ["urgent_triage"]
    house.takes(assign("network"), at=13)
    assert clocks_of(house, "acceptance") == ["acceptance", "urgent_acceptance"]


def test_the_graver_promise_takes_the_place_of_the_running_one_from_the_original_start() -> None:
    house = House(rules(), received_at=second(-8)).hears(contact("gas"), at=10)
    stopped, started = only(house, ClockStopped, "handling"), only(house, ClockStarted, "urgent")
    assert (stopped.reason, stopped.used_seconds) == ("graver", 18)
    assert (started.instance, started.started_from, started.due) == ("urgent", second(-8), second(32))
    assert house.last(PriorityChanged).promised_resolution == house.complaint.promised_resolution == second(32)
    assert only(house.until(500), ClockBreached, "urgent").breached_at == second(33)
    assert said(house, ClockBreached, "handling") == []


def test_clocks_of_other_kinds_that_run_stay_as_they_are() -> None:
    house = House(rules()).hears(contact("gas"), at=10)
    assert clocks_of(house, "acceptance") == ["acceptance"]
    assert said(house, ClockStopped, "acceptance") == []


def test_a_promise_is_never_loosened_by_what_makes_it_graver() -> None:
    house = House(rules(urgent=clock("150s", **GRAVE))).hears(contact("gas"), at=10)
    assert (said(house, ClockStopped, "handling"), clocks_of(house, "resolution")) == ([], ["handling"])
    assert house.complaint.promised_resolution == second(100)


@pytest.mark.parametrize(("target", "due"), [("40s", 70), ("150s", 130)])
def test_the_promise_of_a_later_round_follows_what_is_tighter_too(target: str, due: int) -> None:
    house = in_progress(rules=rules(urgent=clock(target, **GRAVE))).takes(resolution(), at=20).takes(reopen(), at=30)
    house.hears(contact("gas"), at=31)
    assert house.last(PriorityChanged).promised_resolution == house.complaint.promised_resolution == second(due)


def test_what_somebody_approved_is_not_taken_back() -> None:
    extendable = clock(FOUR, extensions={"reasons": ["parts"], "approvers": ["head"], "at_most": 1000})
    house = in_progress(rules=rules(handling=extendable)).takes(extend(500, "handling"), at=11).hears(contact("gas"), at=12)
    assert (clocks_of(house, "resolution"), house.complaint.promised_resolution) == (["handling"], second(500))


def test_what_is_missed_already_stays_missed() -> None:
    house = House(rules()).hears(contact("gas"), at=101)
    assert only(house, ClockBreached, "handling").due == second(100)
    assert clocks_of(house, "resolution") == ["handling"]


def test_what_rested_before_is_not_counted_by_the_graver_one_and_what_it_may_not_rest_for_counts_from_now_on() -> None:
    house = in_progress(rules=rules()).takes(pause(), at=15).hears(contact("gas"), at=20)
    assert only(house, ClockStarted, "urgent").due == second(45)
    assert said(house, ClockPaused, "urgent") == []
    assert only(house.until(100), ClockBreached, "urgent").breached_at == second(46)


def test_a_long_rest_does_not_hide_that_it_is_graver() -> None:
    house = in_progress(rules=rules()).takes(pause(), at=15).hears(contact("gas"), at=900)
    stopped = only(house, ClockStopped, "handling")
    assert (stopped.used_seconds, stopped.due, only(house, ClockStarted, "urgent").due) == (15, second(985), second(925))


def test_it_goes_on_resting_where_the_graver_one_may() -> None:
    house = in_progress(rules=rules(urgent=clock("40s", **GRAVE, pauses_for=["customer"]))).takes(pause(), at=15)
    house.hears(contact("gas"), at=20).until(900)
    assert (only(house, ClockPaused, "urgent").paused_at, said(house, ClockBreached, "urgent")) == (second(20), [])


def test_a_point_of_age_that_raised_it_does_so_once() -> None:
    house = House(policy_with(clocks=URGENT | {"urgent": clock("90s", **GRAVE)}, ageing={"after_seconds": [20, 60], "at_most": 2}))
    house.until(30).hears(contact("gas"), at=40).takes(set_priority(4), at=45).until(59)
    assert house.complaint.priority == 4
    assert house.until(60).complaint.priority == 3


@pytest.mark.parametrize(
    ("sign", "told"),
    [
        ("exposure", information(severity=Severity(has_public_exposure=True))),
        ("vulnerable", profile(is_vulnerable=True)),
        ("repeat", repeats("T-0")),
    ],
)
def test_every_sign_chooses_anew(sign: str, told: Event) -> None:
    house = House(rules(urgent=clock("40s", when={"sign": sign}))).hears(told, at=10)
    assert (clocks_of(house, "resolution"), house.complaint.promised_resolution) == (["handling", "urgent"], second(40))


def test_another_tier_chooses_anew_also_where_it_raises_nothing() -> None:
    house = House(rules(urgent=clock("40s", when={"tier": "gold"}))).hears(profile("gold"), at=10)
    assert (house.complaint.priority, house.complaint.promised_resolution) == (4, second(40))


def test_what_else_a_clock_asks_for_is_remembered() -> None:
    both = {"source": "crm", "sign": "hazard", "class_kind": "quality", "region": "north"}
    for region, expected in (("north", ["handling", "urgent"]), ("south", ["handling"])):
        house = House(rules(urgent=clock("40s", when=both)), region=region, classes=Classes(kind="quality"))
        assert clocks_of(house.hears(contact("gas"), at=10), "resolution") == expected


def test_nothing_is_remembered_that_no_clock_asks_for() -> None:
    assert House(region="north").complaint.facts == {"source": "crm"}


def test_a_law_that_speaks_of_the_danger_counts_from_the_receipt_too() -> None:
    house = House(rules(safety_law=clock("90s", "legal", **GRAVE)), received_at=second(-10)).hears(contact("gas"), at=10)
    assert only(house, ClockStarted, "safety_law").due == second(80)
    assert len(said(house.hears(contact("fire"), at=11), ClockStarted, "safety_law")) == 1


def test_what_came_to_light_after_the_resolution_counts_for_a_new_round() -> None:
    house = in_progress(rules=rules()).takes(resolution(), at=20).hears(contact("gas"), at=30)
    assert (house.complaint.promised_resolution, clocks_of(house, "acceptance")) == (second(70), ["acceptance", "urgent_acceptance"])
    exposed = in_progress(rules=rules(urgent=clock("40s", when={"sign": "exposure"}))).takes(resolution(), at=20)
    exposed.hears(information(severity=Severity(has_public_exposure=True)), at=21).takes(reopen(), at=30)
    assert exposed.complaint.promised_resolution == second(70)


# -- another policy --------------------------------------------------------------------------------------------------------------------


def renamed(**changes: Any) -> RoutingPolicy:
    """All clocks are called otherwise."""
    clocks = {f"{name}_2026": rule for name, rule in RULES["clocks"].items()}
    return policy(reference="test/routing@2", clocks=clocks, **changes)


@pytest.mark.parametrize("how", ["keep", "follow"])
def test_a_clock_that_is_called_otherwise_in_a_new_policy_still_starts(how: str) -> None:
    house = House().under(renamed(open_complaints=how)).hears(contact("fire"), at=5).takes(decline(), at=10)
    started = [(each.clock, each.instance) for each in house.run.all(ClockStarted)]
    assert started[-2:] == [("containment_2026", "containment-1"), ("triage_2026", "triage-1-billing")]
    house.takes(assign("billing"), at=11)
    assert house.last(ClockStarted).clock == "acceptance_2026"


def test_what_ran_under_its_old_name_does_not_run_again_under_the_new_one() -> None:
    house = in_progress(source="city").under(renamed()).hears(contact("fire"), at=20)
    house.takes(decline(), at=21).takes(assign("billing"), at=22).takes(accept("1-billing.2"), at=23)
    kinds = [each.kind for each in house.run.all(ClockStarted)]
    assert [kinds.count(kind) for kind in ("resolution", "total_resolution", "first_answer", "legal")] == [1, 1, 1, 1]


def test_a_law_whose_time_had_not_begun_begins_under_its_new_name() -> None:
    house = House(source="city").under(renamed()).takes(accept(), at=10)
    assert house.last(ClockStarted).clock == "statute_2026"


def test_another_policy_alone_makes_nothing_graver() -> None:
    tighter = {"quick": clock("10s"), **RULES["clocks"]}
    house = House().under(policy(reference="test/routing@2", clocks=tighter)).takes(set_priority(3), at=5)
    assert said(house, ClockStopped) == []
