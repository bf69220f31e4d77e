"""Contain first (§2.4): a danger is somebody's before anything else is, and nothing is resolved until it is contained."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts.intake import Severity
from contracts.routing import (
    ClockBreached,
    ClockMet,
    ClockStarted,
    ClockWarned,
    ComplaintEscalated,
    Contained,
    ContainmentRequested,
    PriorityChanged,
)
from tests.core.routing.house import (
    House,
    accept,
    assign,
    closed,
    contact,
    contain,
    in_progress,
    in_triage,
    information,
    policy,
    resolution,
    resolved,
    second,
    withdraw,
)

EXPOSED = Severity(has_public_exposure=True)


def requested(house: House) -> list[tuple[str, tuple[str, ...], bool]]:
    return [(each.department, each.hazards, each.has_public_exposure) for each in house.run.all(ContainmentRequested)]


def running(house: House) -> list[tuple[str, int]]:
    """The instances of the clock against danger, and by when."""
    started = [each for each in house.run.all(ClockStarted) if each.kind == "containment"]
    return [(each.instance, int((each.due - second(0)).total_seconds())) for each in started]


@pytest.mark.parametrize("type", ["Bill", "Unheard of"])
def test_a_danger_is_told_before_anybody_owns_the_complaint(type: str) -> None:
    house = House(type=type, hazards=["fire"])
    assert house.story[:2] == ["ContainmentRequested", "ComplaintRouted" if type == "Bill" else "ComplaintSentToTriage"]
    assert (requested(house), running(house)) == ([("safety", ("fire",), False)], [("containment-1", 50)])
    assert house.complaint.danger == "uncontained"


@pytest.mark.parametrize(
    ("severity", "asked"),
    [
        (Severity(hazards=("gas",)), [("network", ("gas",), False)]),
        (Severity(hazards=("fire", "gas", "smoke")), [("safety", ("fire", "smoke"), False), ("network", ("gas",), False)]),
        (EXPOSED, [("press", (), True)]),
        (Severity(hazards=("fire",), has_public_exposure=True), [("safety", ("fire",), True)]),
        (Severity(), []),
    ],
)
def test_each_danger_has_its_department_and_one_to_people_goes_before_one_to_the_name(severity: Severity, asked: list[Any]) -> None:
    house = House(severity=severity)
    assert requested(house) == asked
    assert len(running(house)) == bool(asked)


def test_a_danger_that_was_received_before_counts_from_then() -> None:
    assert running(House(hazards=["fire"], received_at=second(-20))) == [("containment-1", 30)]


def test_contained_in_time_ends_its_clock_and_nothing_else() -> None:
    house = in_progress(hazards=["fire"]).takes(contain(), at=40)
    assert house.last(Contained).measure == "valve_shut"
    met = house.last(ClockMet)
    assert (met.instance, met.used_seconds) == ("containment-1", 40)
    assert (house.complaint.danger, house.complaint.stage) == ("contained", "in_progress")
    assert house.takes(contain(), at=41).refusal == "nothing_to_contain"


def test_a_danger_not_contained_in_time_is_told_upwards() -> None:
    house = House(hazards=["fire"]).until(51)
    assert [each.instance for each in house.run.all(ClockBreached)] == ["containment-1"]
    assert (house.last(ComplaintEscalated).level, house.last(ComplaintEscalated).to) == (2, "head")


def test_nothing_is_resolved_before_it_is_contained() -> None:
    house = in_progress(hazards=["fire"]).takes(resolution(), at=20)
    assert house.refusal == "not_contained"
    assert house.takes(contain(), at=21).takes(resolution(), at=22).complaint.stage == "resolved"


@pytest.mark.parametrize("word", [contact("gas"), information("gas")])
def test_a_danger_that_a_later_word_tells_of_is_contained_at_once(word: Any) -> None:
    house = in_triage().hears(word, at=30)
    assert house.story[1:] == ["ContainmentRequested", "PriorityChanged"]
    assert (requested(house), running(house)) == ([("network", ("gas",), False)], [("containment-1", 80)])
    assert house.last(PriorityChanged).priority == 1


def test_a_second_danger_is_told_too_and_runs_on_the_clock_of_the_first_until_that_is_contained() -> None:
    house = House(hazards=["fire"]).hears(contact("gas", "fire"), at=10)
    assert (requested(house)[1:], len(running(house))) == ([("network", ("gas",), False)], 1)
    house.takes(contain(), at=20).hears(information("flood"), at=30)
    assert (requested(house)[2:], running(house)[1:]) == ([("safety", ("flood",), False)], [("containment-2", 80)])
    assert house.complaint.danger == "uncontained"


def test_a_danger_that_was_named_before_is_not_told_again() -> None:
    house = House(hazards=["fire"]).takes(contain(), at=5).hears(contact("fire"), at=10).hears(information("fire"), at=11)
    assert len(requested(house)) == 1


def test_public_exposure_is_told_the_first_time_only() -> None:
    house = House().hears(information(severity=EXPOSED), at=10).takes(contain(), at=11).hears(contact(severity=EXPOSED), at=12)
    assert requested(house) == [("press", (), True)]


def test_containment_outlives_the_complaint() -> None:
    """§2.8: withdrawn, containment stands."""
    house = in_progress(hazards=["fire"]).takes(withdraw(), at=20)
    assert house.complaint.danger == "uncontained"
    house.takes(contain(), at=30)
    assert (house.last(ClockMet).instance, house.complaint.stage) == ("containment-1", "withdrawn")
    late = in_progress(hazards=["fire"]).takes(withdraw(), at=20).until(60)
    assert "containment-1" in [each.instance for each in late.run.all(ClockBreached)]


def test_a_danger_of_what_was_thought_resolved_is_contained_first() -> None:
    house = resolved().hears(contact("fire"), at=30)
    later = house.story[house.story.index("ComplaintResolved") + 1 :]
    assert later[:3] == ["ContainmentRequested", "PriorityChanged", "ComplaintReopened"]


@pytest.mark.parametrize("over", [resolved, closed])
def test_exposure_that_is_told_of_what_was_resolved_reopens_nothing_and_is_contained_at_once(over: Callable[[], House]) -> None:
    house = over()
    stage = house.complaint.stage
    house.hears(information(severity=EXPOSED), at=40)
    assert (house.complaint.stage, house.complaint.danger) == (stage, "uncontained")
    assert (house.story[-1], requested(house), running(house)) == ("ContainmentRequested", [("press", (), True)], [("containment-1", 90)])
    house.takes(contain(), at=50)
    assert (house.complaint.stage, house.complaint.danger, house.last(ClockMet).instance) == (stage, "contained", "containment-1")
    assert house.takes(contain(), at=51).refusal == "nothing_to_contain"
    assert over().hears(information(severity=EXPOSED), at=40).until(200).last(ClockBreached).breached_at == second(91)


def test_a_danger_that_a_contact_tells_of_in_the_second_of_the_registration_counts_from_the_contact() -> None:
    house = House(received_at=second(-200)).hears(contact("fire"), at=0.5)
    assert running(house) == [("containment-1", 50)]


def test_where_the_policy_contains_nothing_a_hazard_is_a_sign_like_others() -> None:
    house = House(policy(containment=None), hazards=["fire"]).takes(assign("billing"), at=1).takes(accept(), at=2)
    assert requested(house) == [] and house.complaint.danger is None
    assert house.takes(resolution(), at=3).complaint.stage == "resolved"


def test_what_is_late_already_when_it_comes_is_told_in_the_order_in_which_it_came_true() -> None:
    house = House(hazards=["fire"], received_at=second(-130))
    assert house.told[:2] == ["ContainmentRequested", "ComplaintRouted"]
    late = [
        (each.message.breached_at if isinstance(each.message, ClockBreached) else each.message.warned_at)
        for each in house.run.events
        if isinstance(each.message, ClockBreached | ClockWarned)
    ]
    assert len(late) >= 4 and late == sorted(late)
    started = house.told.index("WorkRequested")
    assert all(house.told.index(name) > started for name in ("ClockBreached", "ClockWarned", "ComplaintEscalated"))
