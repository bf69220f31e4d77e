"""In time or not: every fact at its own instant and once, ever.  The ordinary target is 400 seconds; it warns at 200 and 320."""

from datetime import datetime

import pytest

from contracts.model import Event
from contracts.routing import (
    ClockBreached,
    ClockMet,
    ClockStarted,
    ClockStopped,
    ClockWarned,
    ComplaintResolved,
    ComplaintRouted,
    PriorityChanged,
)
from services.platform.kernel.service import Cause, Woken
from services.routing import SERVICE
from tests.core.routing.house import (
    COMPLAINT,
    House,
    accept,
    assign,
    contact,
    in_progress,
    in_triage,
    policy,
    registered,
    reopen,
    resolution,
    second,
    withdraw,
)


def stamps(house: House, kind: type[Event]) -> list[datetime]:
    """When routing said so."""
    return [told.envelope.at for told in house.run.events if isinstance(told.message, kind) and told.envelope.at]


def told_with_the_last(house: House) -> int:
    """How many events the cause of the last one led to."""
    causes = [told.envelope.cause for told in house.run.events]
    return causes.count(causes[-1])


def test_the_working_is_shown_at_the_start() -> None:
    started = House().last(ClockStarted)
    assert (started.clock, started.unit, started.target_seconds) == ("resolution", "elapsed_seconds", 400)
    assert (started.started_from, started.registered_at, started.due) == (second(0), second(0), second(400))
    assert (started.warnings, started.policy) == ((second(200), second(320)), "test/routing@1")


def test_the_promise_is_the_due() -> None:
    assert House().last(ComplaintRouted).promised_resolution == second(400)


def test_warnings_and_breach_come_at_their_own_instants_and_once() -> None:
    house = House().until(100_000)
    assert house.told[3:] == ["ClockWarned", "ClockWarned", "ClockBreached"]
    assert stamps(house, ClockWarned) == [each.warned_at for each in house.run.all(ClockWarned)] == [second(200), second(320)]
    assert [each.used_seconds for each in house.run.all(ClockWarned)] == [200, 320]
    breached = house.last(ClockBreached)
    assert stamps(house, ClockBreached) == [breached.breached_at] == [second(401)]
    assert (breached.used_seconds, breached.target_seconds, breached.due) == (401, 400, second(400))


@pytest.mark.parametrize(
    ("at", "is_met", "used"),
    [(21, True, 21), (399, True, 399), (400, True, 400), (400.999, True, 400), (401, False, 401), (5000, False, 401)],
)
def test_exactly_on_target_is_met_and_a_second_later_is_not(at: float, is_met: bool, used: int) -> None:
    house = in_progress().takes(resolution(), at=at)
    outcomes = [*house.run.all(ClockMet), *house.run.all(ClockBreached)]
    assert [(type(each), each.used_seconds) for each in outcomes] == [(ClockMet if is_met else ClockBreached, used)]
    assert house.last(ComplaintResolved).is_late is not is_met
    if is_met:
        assert house.last(ClockMet).met_at == second(at)


def test_a_clock_that_was_met_neither_warns_nor_breaches() -> None:
    house = in_progress().takes(resolution(), at=250).until(3000)
    assert house.told[-4:] == ["ClockWarned", "WorkDone", "ClockMet", "ComplaintResolved"]


def test_a_breach_is_for_ever() -> None:
    house = in_progress().takes(resolution(), at=401).takes(reopen(), at=402)
    house.takes(accept("2-billing"), at=403).takes(resolution("2-billing"), at=404).until(3000)
    assert house.run.all(ClockMet) == []
    assert len(house.run.all(ClockBreached)) == len(house.run.all(ClockStarted)) == 1


def test_a_new_round_has_a_new_promise_and_no_clock() -> None:
    house = in_progress().takes(resolution(), at=20).takes(reopen(), at=30.5)
    assert house.last(ComplaintRouted).promised_resolution == second(430)
    house.takes(accept("2-billing"), at=40).takes(resolution("2-billing"), at=431)
    assert (house.last(ComplaintResolved).promised_resolution, house.last(ComplaintResolved).is_late) == (second(430), True)
    assert [name for name in house.told if name.startswith("Clock")] == ["ClockStarted", "ClockMet"]


@pytest.mark.parametrize(("at", "is_late"), [(430, False), (430.999, False), (431, True)])
def test_the_promise_of_a_new_round_is_judged_alike(at: float, is_late: bool) -> None:
    house = in_progress().takes(resolution(), at=20).takes(reopen(), at=30.5).takes(accept("2-billing"), at=40)
    assert house.takes(resolution("2-billing"), at=at).last(ComplaintResolved).is_late is is_late


def test_a_higher_priority_re_aims_the_promise_of_a_later_round_from_where_that_began() -> None:
    house = in_progress().takes(resolution(), at=20).takes(reopen(), at=30.5).hears(contact(), at=40)
    assert house.last(PriorityChanged).promised_resolution == house.complaint.promised_resolution == second(330)
    house.hears(contact("fire"), at=50)
    assert house.last(PriorityChanged).promised_resolution == house.complaint.promised_resolution == second(130)
    house.takes(accept("2-billing"), at=60).takes(resolution("2-billing"), at=131)
    assert house.last(ComplaintResolved).is_late
    assert [name for name in house.told if name.startswith("Clock")] == ["ClockStarted", "ClockMet"]


def test_a_later_rounds_promise_that_was_missed_or_kept_stays() -> None:
    missed = in_progress().takes(resolution(), at=20).takes(reopen(), at=30).hears(contact(), at=431)
    assert (missed.last(PriorityChanged).promised_resolution, missed.complaint.promised_resolution) == (None, second(430))
    kept = in_progress().takes(resolution(), at=20).takes(reopen(), at=30).takes(accept("2-billing"), at=40)
    kept.takes(resolution("2-billing"), at=50).hears(contact("fire"), at=60)
    assert kept.last(PriorityChanged).promised_resolution is None
    assert kept.last(ComplaintRouted).promised_resolution == second(160)


@pytest.mark.parametrize(
    ("received", "starts"),
    [(None, 0), (0, 0), (-1, -1), (-1000, -1000), (-1000.001, 0), (-1001, 0), (0.5, 0), (3600, 0)],
)
def test_it_counts_from_when_it_was_received_as_far_as_the_policy_believes_that(received: float | None, starts: int) -> None:
    told = registered(received_at=None if received is None else second(received))
    assert House(told=told).last(ClockStarted).started_from == second(starts)


def test_a_registration_past_its_due_breaches_at_once_with_its_true_due() -> None:
    house = House(received_at=second(-700))
    assert house.told == ["ComplaintRouted", "ClockStarted", "WorkRequested", "ClockWarned", "ClockWarned", "ClockBreached"]
    assert [each.warned_at for each in house.run.all(ClockWarned)] == [second(-500), second(-380)]
    breached = house.last(ClockBreached)
    assert (breached.due, breached.breached_at, breached.used_seconds) == (second(-300), second(-299), 401)
    assert stamps(house, ClockBreached) == [second(0)]
    assert told_with_the_last(house) == 6
    assert house.until(10_000).told[6:] == []


@pytest.mark.parametrize(("received", "facts"), [(-399, 2), (-400, 2), (-401, 3), (-319, 1), (-320, 2), (-200, 1), (-199, 0)])
def test_a_backdated_registration_tells_what_is_true_by_then(received: int, facts: int) -> None:
    assert len(House(received_at=second(received)).told) == 3 + facts


def test_time_is_measured_in_whole_seconds() -> None:
    house = House(received_at=second(-0.4))
    started = house.last(ClockStarted)
    assert (started.started_from, started.due) == (second(-1), second(399))
    assert house.until(5000).last(ClockBreached).breached_at == second(400)


def test_a_share_that_falls_between_seconds_is_used_up_in_the_next() -> None:
    house = House(policy(resolution_seconds={1: 3, 2: 3, 3: 3, 4: 3}, warnings_percent=[50, 99])).until(100)
    assert [(each.warned_at, each.used_seconds) for each in house.run.all(ClockWarned)] == [(second(2), 2), (second(3), 3)]
    assert house.last(ClockBreached).breached_at == second(4)


@pytest.mark.parametrize(
    ("type", "hazards", "target"), [("Bill", (), 400), ("Internet", (), 600), ("Bill", ("fire",), 100), ("Both", (), 400)]
)
def test_the_target_is_that_of_the_priority_or_the_leads_own(type: str, hazards: tuple[str], target: int) -> None:
    assert House(type=type, hazards=hazards).last(ClockStarted).target_seconds == target


def test_the_clock_runs_in_triage_and_the_answer_may_bring_the_leads_own_target() -> None:
    house = in_triage().takes(assign("network"), at=250)
    assert house.last(ComplaintRouted).promised_resolution == second(600)
    assert house.until(5000).last(ClockBreached).breached_at == second(601)
    assert [each.warned_at for each in house.run.all(ClockWarned)] == [second(200), second(480)]


def test_a_triage_answer_after_the_due_leaves_the_breach_alone() -> None:
    house = in_triage().takes(assign("network"), at=450).until(5000)
    assert [each.due for each in house.run.all(ClockBreached)] == [second(400)] == [house.last(ComplaintRouted).promised_resolution]


def test_a_target_that_a_triage_answer_makes_shorter_may_be_past_already() -> None:
    house = in_triage(hazards=["fire"]).takes(assign("network"), at=70)
    assert house.told[-3:] == ["WorkRequested", "ClockWarned", "ClockBreached"]
    assert house.last(ClockBreached).breached_at == second(51)
    assert told_with_the_last(house) == 4
    assert [each.warned_at for each in house.run.all(ClockWarned)] == [second(50), second(40)]


def test_a_higher_priority_has_its_own_target_from_the_original_start() -> None:
    house = House().hears(contact(), at=100)
    assert house.last(PriorityChanged).promised_resolution == second(300)
    house.until(5000)
    assert [each.warned_at for each in house.run.all(ClockWarned)] == [second(150), second(240)]
    assert house.last(ClockBreached).breached_at == second(301)


def test_a_higher_priority_that_makes_it_late_tells_the_true_instant_once() -> None:
    house = House().hears(contact("fire"), at=150).until(5000)
    assert house.told[3:] == ["PriorityChanged", "ClockWarned", "ClockWarned", "ClockBreached"]
    assert told_with_the_last(house) == 4
    assert house.last(ClockBreached).breached_at == second(101)


def test_a_new_target_rests_on_the_policy_that_brought_it() -> None:
    cause = Cause(contact(), COMPLAINT, "intake", second(10), second(10), COMPLAINT)
    complaint, _ = SERVICE.decide(House().complaint, cause, policy(reference="test/routing@2"))
    cause = Cause(Woken(), COMPLAINT, "routing", second(301), second(301), COMPLAINT)
    _, events = SERVICE.decide(complaint, cause, policy(reference="test/routing@3"))
    assert [event.policy for event in events if isinstance(event, ClockBreached)] == ["test/routing@2"]


def test_a_clock_that_ended_keeps_its_target() -> None:
    house = House().hears(contact(), at=500)
    assert house.last(PriorityChanged).promised_resolution is None
    assert (house.last(ClockBreached).due, house.complaint.promised_resolution) == (second(400), second(400))


def test_withdrawal_stops_it_neither_met_nor_breached() -> None:
    house = in_progress().takes(withdraw(), at=42.9).until(5000)
    assert house.told[-2:] == ["ClockStopped", "ComplaintWithdrawn"]
    assert (house.last(ClockStopped).used_seconds, house.last(ClockStopped).reason) == (42, "withdrawn")


def test_a_clock_that_ended_is_not_stopped() -> None:
    assert "ClockStopped" not in in_progress().takes(withdraw(), at=401).told


def test_a_command_that_came_before_the_registration_used_nothing() -> None:
    house = House(early={-60: withdraw()})
    assert house.told == ["ComplaintRouted", "ClockStarted", "WorkRequested", "ClockStopped", "ComplaintWithdrawn"]
    assert house.last(ClockStopped).used_seconds == 0


def test_late_news_of_a_contact_undoes_no_breach() -> None:
    house = House().hears(contact(), at=900, dated=399).until(5000)
    assert [each.due for each in house.run.all(ClockBreached)] == [second(400)]
    assert house.last(PriorityChanged).promised_resolution is None
