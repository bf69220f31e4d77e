"""§2.2 and §2.3: priority, lead and policy move targets; age raises the complaint and moves none; each level and warning comes once."""

from typing import Any

import pytest

from contracts.model import Event
from contracts.routing import (
    ClockAimed,
    ClockBreached,
    ClockStarted,
    ClockWarned,
    ComplaintEscalated,
    ComplaintResolved,
    ComplaintRouted,
    PriorityChanged,
)
from services.platform.kernel.service import Cause, Woken
from services.routing import SERVICE
from services.routing.policy import RoutingPolicy
from services.routing.state import Complaint
from tests.core.routing.clockwork import clock, of, only, policy_with, said, stamps
from tests.core.routing.house import (
    COMPLAINT,
    House,
    accept,
    assign,
    contact,
    in_progress,
    in_triage,
    reopen,
    resolution,
    second,
    set_priority,
    withdraw,
)


def asked(complaint: Complaint, message: Any, at: float, rules: RoutingPolicy) -> tuple[Complaint, list[Event]]:
    """Under another policy than the one before."""
    complaint, events = SERVICE.decide(complaint, Cause(message, COMPLAINT, "routing", second(at), second(at), COMPLAINT), rules)
    return complaint, list(events)


# -- priority and lead -----------------------------------------------------------------------------------------------------------------


def test_a_higher_priority_takes_its_target_from_the_original_start() -> None:
    house = House().hears(contact(), at=100)
    aimed = only(house, ClockAimed)
    assert (aimed.because, aimed.before, aimed.target, aimed.due_before, aimed.due) == ("priority", 400, 300, second(400), second(300))
    assert house.last(PriorityChanged).promised_resolution == house.complaint.promised_resolution == second(300)
    assert only(house.until(5000), ClockBreached).breached_at == second(301)


def test_what_was_warned_of_is_not_warned_of_again() -> None:
    house = House().until(244).hears(contact(), at=245).until(5000)
    assert [(each.percent, each.warned_at) for each in said(house, ClockWarned)] == [(50, second(200)), (80, second(240))]
    assert stamps(house, ClockWarned) == [second(200), second(245)]


def test_a_higher_priority_that_makes_it_late_tells_the_true_instant_once() -> None:
    house = House().hears(contact("fire"), at=150)
    assert of(house) == ["ClockStarted", "ClockAimed", "ClockWarned", "ClockWarned", "ClockBreached", "ComplaintEscalated"]
    assert only(house, ClockBreached).breached_at == only(house, ComplaintEscalated).escalated_at == second(101)
    assert only(house.until(5000), ClockBreached).due == second(100)


def test_a_lower_priority_by_a_person_gives_more_time_and_un_breaches_nothing() -> None:
    house = House(hazards=("fire",)).takes(set_priority(4), at=90).until(5000)
    assert only(house, ClockAimed).due == second(400)
    assert only(house, ClockBreached).breached_at == second(401)
    late = House(hazards=("fire",)).takes(set_priority(4), at=101).until(5000)
    assert (said(late, ClockAimed), only(late, ClockBreached).due) == ([], second(100))


def test_the_lead_that_triage_names_may_have_a_target_of_its_own() -> None:
    house = in_triage().takes(assign("network"), at=100)
    aimed = only(house, ClockAimed)
    assert (aimed.because, aimed.target, aimed.due) == ("lead", 600, second(600))
    assert house.last(ComplaintRouted).promised_resolution == second(600)
    assert of(in_triage().takes(assign("billing"), at=100)) == ["ClockStarted"]


def test_a_clock_that_ended_keeps_its_target() -> None:
    house = House().hears(contact(), at=500)
    assert (said(house, ClockAimed), house.last(PriorityChanged).promised_resolution) == ([], None)
    assert (only(house, ClockBreached).due, house.complaint.promised_resolution) == (second(400), second(400))


def test_late_news_of_a_contact_undoes_no_breach() -> None:
    house = House().hears(contact(), at=900, dated=399).until(5000)
    assert [each.due for each in said(house, ClockBreached)] == [second(400)]


# -- later rounds have a promise and no clock of their own -----------------------------------------------------------------------------


def test_the_promise_of_a_later_round_counts_from_its_beginning() -> None:
    house = in_progress().takes(resolution(), at=20).takes(reopen(), at=30.5)
    assert house.last(ComplaintRouted).promised_resolution == second(430)
    house.takes(accept("2-billing"), at=40).takes(resolution("2-billing"), at=431)
    assert (house.last(ComplaintResolved).promised_resolution, house.last(ComplaintResolved).is_late) == (second(430), True)
    assert of(house) == ["ClockStarted", "ClockMet"]


@pytest.mark.parametrize(("at", "is_late"), [(430, False), (430.999, False), (431, True)])
def test_it_is_judged_alike(at: float, is_late: bool) -> None:
    house = in_progress().takes(resolution(), at=20).takes(reopen(), at=30.5).takes(accept("2-billing"), at=40)
    assert house.takes(resolution("2-billing"), at=at).last(ComplaintResolved).is_late is is_late


def test_it_follows_the_priority() -> None:
    house = in_progress().takes(resolution(), at=20).takes(reopen(), at=30.5).hears(contact(), at=40)
    assert house.last(PriorityChanged).promised_resolution == house.complaint.promised_resolution == second(330)


# -- ageing ----------------------------------------------------------------------------------------------------------------------------


def test_age_raises_it_a_step_at_each_point_and_never_beyond_what_the_policy_says() -> None:
    house = House().until(5000)
    changes = house.run.all(PriorityChanged)
    assert [(each.before, each.priority, each.reason, each.by) for each in changes] == [(4, 3, "age", None), (3, 2, "age", None)]
    ages = [told.envelope.at for told in house.run.events if isinstance(told.message, PriorityChanged)]
    assert ages == [second(250), second(350)]
    assert house.complaint.priority_reasons[0] == "age"


def test_age_moves_no_target() -> None:
    house = House().until(5000)
    assert said(house, ClockAimed) == []
    assert [each.promised_resolution for each in house.run.all(PriorityChanged)] == [None, None]
    assert only(house, ClockBreached).due == second(400)


def test_a_lead_that_comes_after_a_point_of_age_has_the_target_of_what_the_complaint_was_before() -> None:
    house = in_triage().until(260).takes(assign("network"), at=270)
    assert only(house, ClockAimed).target == 600


def test_a_sign_that_comes_after_a_point_of_age_counts_in_full() -> None:
    house = House().until(260).hears(contact(), at=270)
    assert (house.complaint.priority, only(house, ClockAimed).target) == (2, 200)
    assert only(house, ClockBreached).breached_at == second(201)


def test_age_counts_while_the_first_resolution_is_awaited() -> None:
    assert in_progress().takes(resolution(), at=300).until(5000).complaint.priority == 3
    assert House().takes(withdraw(), at=300).until(5000).complaint.priority == 3


def test_what_a_person_lowered_ages_again_from_the_next_point() -> None:
    house = House().until(260).takes(set_priority(4), at=270).until(5000)
    changes = [(each.reason, each.priority) for each in house.run.all(PriorityChanged)]
    assert changes == [("age", 3), ("mayor_asked", 4), ("age", 3), ("age", 2)]


# -- levels ----------------------------------------------------------------------------------------------------------------------------


def test_the_complaints_level_is_the_highest_that_any_clock_reached() -> None:
    house = House().until(61)
    assert (only(house, ComplaintEscalated, "acceptance").level, house.complaint.level) == (1, 1)
    house.until(5000)
    assert house.complaint.level == 2
    assert [each.level for each in said(house, ComplaintEscalated)] == [1, 2]


def test_a_lesser_level_that_comes_later_lowers_nothing() -> None:
    rules = policy_with(
        clock("100s", levels=[{"level": 3, "seconds": 0}]),
        {"whole": clock("200s", "total_resolution", levels=[{"level": 1, "seconds": 0}])},
    )
    house = House(rules).until(500)
    assert [each.level for each in house.run.all(ComplaintEscalated)] == [3, 1]
    assert house.complaint.level == 3


def test_a_level_beyond_the_last_is_the_last_ones() -> None:
    rules = policy_with(clock("400s", levels=[{"level": 9, "seconds": 0}]))
    assert only(House(rules).until(500), ComplaintEscalated).to == "director"


# -- another policy --------------------------------------------------------------------------------------------------------------------

NEW: dict[str, Any] = {"reference": "test/routing@2"}
LATER = {"calendar": "desk", "warnings_percent": [50], "levels": [{"level": 3, "seconds": 0}]}


def test_an_open_complaint_keeps_what_it_began_with() -> None:
    house = House()
    complaint, events = asked(house.complaint, accept(), 10, policy_with(clock("100s"), **NEW))
    assert "ClockAimed" not in [type(each).__name__ for each in events]
    _, events = asked(complaint, Woken(), 401, policy_with(clock("100s"), **NEW))
    assert [(each.due, each.policy) for each in events if isinstance(each, ClockBreached) and each.clock == "resolution"] == [
        (second(400), "test/routing@1")
    ]


def test_where_open_complaints_follow_the_next_cause_aims_them() -> None:
    rules = policy_with(clock("100s", **LATER), open_complaints="follow", **NEW)
    complaint, events = asked(House().complaint, accept(), 10, rules)
    aimed = [each for each in events if isinstance(each, ClockAimed) and each.clock == "resolution"]
    assert [(each.because, each.before, each.target, each.due, each.calendar, each.policy) for each in aimed] == [
        ("policy", 400, 100, second(100), "desk", "test/routing@2")
    ]
    assert complaint.promised_resolution == second(100)
    again, events = asked(complaint, set_priority(3), 20, rules)
    assert [each for each in events if isinstance(each, ClockAimed)] == []
    assert again.promised_resolution == second(100)


def test_a_target_that_stays_follows_in_its_warnings_and_levels() -> None:
    rules = policy_with(clock("400s", warnings_percent=[75], levels=[{"level": 3, "seconds": 0}]), open_complaints="follow", **NEW)
    complaint, events = asked(House().complaint, accept(), 10, rules)
    assert [each for each in events if isinstance(each, ClockAimed) and each.clock == "resolution"] == []
    _, events = asked(complaint, Woken(), 401, rules)
    assert [each.percent for each in events if isinstance(each, ClockWarned)] == [75]
    assert [each.level for each in events if isinstance(each, ComplaintEscalated)] == [3]


def test_what_the_new_policy_makes_late_breaches_at_once() -> None:
    rules = policy_with(clock("100s"), open_complaints="follow", **NEW)
    _, events = asked(House().until(150).complaint, contact(), 150, rules)
    assert [each.breached_at for each in events if isinstance(each, ClockBreached) and each.clock == "resolution"] == [second(101)]


def test_a_new_target_rests_on_the_policy_that_brought_it() -> None:
    complaint, _ = asked(House().complaint, contact(), 10, policy_with(clock({1: "100s", 2: "200s", 3: "300s", 4: "400s"}), **NEW))
    _, events = asked(complaint, Woken(), 301, policy_with(reference="test/routing@3"))
    assert [each.policy for each in events if isinstance(each, ClockBreached) and each.clock == "resolution"] == ["test/routing@2"]


@pytest.mark.parametrize("how", ["keep", "follow"])
def test_a_clock_that_the_new_policy_does_not_know_runs_on_and_breaks_as_promised(how: str) -> None:
    rules = policy_with(clocks={"other": clock("100s")}, open_complaints=how, **NEW)
    complaint, events = asked(House().complaint, contact(), 10, rules)
    assert [each for each in events if isinstance(each, ClockAimed) and each.clock == "resolution"] == []
    _, events = asked(complaint, Woken(), 401, rules)
    assert [each.due for each in events if isinstance(each, ClockBreached) and each.clock == "resolution"] == [second(400)]


def test_a_name_that_means_another_kind_now_is_another_clock() -> None:
    swapped = {"resolution": clock("10s", "total_resolution"), "promise": clock("50s")}
    rules = policy_with(clocks=swapped, open_complaints="follow", **NEW)
    _, events = asked(House().complaint, contact(), 20, rules)
    assert [each for each in events if isinstance(each, ClockAimed) and each.clock == "resolution"] == []


def test_a_clock_that_was_told_of_shows_all_that_it_will_say() -> None:
    started = only(House(), ClockStarted)
    house = House().until(5000)
    assert tuple(each.warned_at for each in said(house, ClockWarned)) == started.warnings
    assert tuple(each.escalated_at for each in said(house, ComplaintEscalated)) == started.escalations
