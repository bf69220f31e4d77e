"""What departments do: they take work on, decline it, let it rest, and tell how far it is."""

from datetime import datetime

import pytest

from contracts.routing import (
    ClockMet,
    ClockPaused,
    ClockResumed,
    ClockStopped,
    ComplaintEscalated,
    ComplaintResolved,
    ComplaintSentToTriage,
    ProgressReported,
    WorkAccepted,
    WorkDeclined,
    WorkDone,
    WorkPaused,
    WorkRequested,
    WorkResumed,
)
from tests.core.routing.house import (
    House,
    accept,
    assign,
    both,
    called,
    decline,
    in_progress,
    pause,
    progress,
    resolution,
    resume,
    second,
    waiting,
    withdraw,
)


def resting(house: House) -> set[tuple[str, datetime, str]]:
    """The clocks that came to rest: since when, and why."""
    return {(each.clock, each.paused_at, each.reason) for each in house.run.all(ClockPaused)}


def test_a_department_takes_its_work_on() -> None:
    house = House().takes(accept(), at=10)
    said = house.last(WorkAccepted)
    assert (said.work, said.department, said.by.staff) == ("1-billing", "billing", "wang")
    met = house.last(ClockMet)
    assert (met.instance, met.work, met.used_seconds) == ("acceptance-1-billing", "1-billing", 10)


def test_progress_says_what_the_department_said() -> None:
    told = in_progress().until(500).takes(progress(is_told_to_customer=True, delay_cause="parts", next_update=second(900)), at=600)
    said = told.last(ProgressReported)
    assert (said.work, said.department, said.is_told_to_customer) == ("1-billing", "billing", True)
    assert (said.delay_cause, said.next_update, said.by.staff) == ("parts", second(900), "wang")


def test_progress_that_the_customer_was_told_is_a_first_answer_and_so_is_a_call() -> None:
    for house in (in_progress().takes(progress(is_told_to_customer=True), at=15), in_progress().hears(called(), at=15)):
        met = house.last(ClockMet)
        assert (house.told[-1], met.clock, met.used_seconds, met.due) == ("ClockMet", "first_answer", 15, second(60))
    assert in_progress().takes(progress(), at=15).told[-1] == "ProgressReported"
    assert in_progress().hears(called(), at=15).hears(called(), at=16).told.count("ClockMet") == 2, "acceptance and first answer, once each"


# -- declining ----------------------------------------------------------------------------------------------------------------------------


def test_declined_work_waits_in_triage_and_the_others_go_on() -> None:
    house = both("network").takes(decline(note="不是我们的。"), at=11)
    said, sent = house.last(WorkDeclined), house.last(ComplaintSentToTriage)
    assert (said.work, said.department, said.reason, said.by.department) == ("1-billing", "billing", "not_ours", "billing")
    assert (sent.reason, sent.work, sent.owner) == ("declined", "1-billing", "duty_desk")
    assert house.last(ClockStopped).instance == "acceptance-1-billing"
    assert house.complaint.stage == "in_progress"
    house.takes(progress("1-network"), at=12)
    assert house.told[-1] == "ProgressReported"


def test_declining_the_only_work_leaves_the_whole_complaint_in_triage() -> None:
    house = House().takes(decline(), at=10)
    assert house.complaint.stage == "triage"
    house.takes(assign("network"), at=11)
    asked = house.last(WorkRequested)
    assert (asked.work, asked.instead_of, asked.is_lead, house.complaint.stage) == ("1-network", "1-billing", True, "routed")


def test_work_may_be_declined_after_it_was_accepted() -> None:
    house = in_progress().takes(decline(), at=20)
    assert house.complaint.stage == "triage"
    assert house.takes(assign("network"), at=21).takes(accept("1-network"), at=22).complaint.stage == "in_progress"


def test_a_department_that_waits_alone_waits_also_when_the_other_declines() -> None:
    house = both("billing", "network").takes(pause("1-network"), at=11).takes(decline("1-billing"), at=12)
    assert house.complaint.stage == "waiting"
    assert resting(house) == {("resolution", second(12), "customer"), ("total_resolution", second(12), "customer")}
    house.takes(assign("safety", work="1-billing", lead="safety"), at=20)
    assert (house.complaint.stage, house.last(ClockResumed).paused_seconds) == ("in_progress", 8)


def test_a_second_decline_of_the_same_work_escalates_it() -> None:
    house = both("network").takes(decline(), at=11).takes(assign("safety", work="1-billing", lead="safety"), at=12)
    assert house.run.all(ComplaintEscalated) == []
    house.takes(decline("1-safety"), at=13)
    told = house.last(ComplaintEscalated)
    assert (told.reason, told.level, told.to, told.clock, told.escalated_at) == ("declined_twice", 1, "team_lead", None, second(13))


def test_each_department_declining_its_own_work_once_is_no_second_decline() -> None:
    house = both().takes(decline("1-billing"), at=11).takes(decline("1-network"), at=12)
    assert house.run.all(ComplaintEscalated) == []
    assert house.complaint.stage == "triage"


def test_work_that_rests_and_is_declined_rests_no_more() -> None:
    house = waiting().takes(decline(), at=25)
    assert house.last(WorkResumed).paused_seconds == 10
    assert house.complaint.stage == "triage" and not any(clock.paused_at for clock in house.complaint.clocks)


# -- resting ------------------------------------------------------------------------------------------------------------------------------


def test_work_that_rests_says_why_and_how_long() -> None:
    house = in_progress().takes(pause(), at=15)
    assert (house.last(WorkPaused).reason, house.complaint.stage) == ("customer", "waiting")
    house.takes(resume(), at=100.9)
    assert (house.last(WorkResumed).paused_seconds, house.complaint.stage) == (85, "in_progress")


def test_while_one_of_two_goes_on_no_clock_rests() -> None:
    house = both("billing", "network").takes(pause("1-network"), at=15)
    assert (house.complaint.stage, house.run.all(ClockPaused)) == ("in_progress", [])
    house.takes(pause("1-billing"), at=20)
    assert house.complaint.stage == "waiting"
    assert resting(house) == {("resolution", second(20), "customer"), ("total_resolution", second(20), "customer")}


def test_a_clock_rests_only_for_its_own_reasons() -> None:
    assert resting(in_progress().takes(pause(reason="parts"), at=15)) == {("resolution", second(15), "parts")}
    assert resting(in_progress().takes(pause(reason="weather"), at=15)) == set()


def test_the_promise_moves_with_what_rested() -> None:
    house = waiting().takes(resume(), at=115)
    assert house.complaint.promised_resolution == second(500)
    assert house.takes(progress(), at=500.9).story[-1] == "ProgressReported"
    assert house.takes(progress(), at=501).refusal == "delay_untold"


def test_while_it_rests_no_promise_is_missed() -> None:
    house = waiting().takes(progress(), at=5000)
    assert house.story[-1] == "ProgressReported"
    assert not house.takes(resolution(), at=5001).last(ComplaintResolved).is_late


def test_work_not_taken_on_yet_does_not_rest() -> None:
    house = both("billing").takes(pause("1-billing"), at=15)
    assert house.complaint.stage == "in_progress"


def test_progress_can_be_told_while_it_rests() -> None:
    assert waiting().takes(progress(is_told_to_customer=True), at=16).complaint.stage == "waiting"


def test_work_that_rests_goes_on_by_being_done_and_by_being_withdrawn() -> None:
    house = waiting().takes(resolution(), at=25)
    assert house.story[-3:] == ["WorkResumed", "WorkDone", "ComplaintResolved"]
    assert (house.last(WorkResumed).paused_seconds, house.last(WorkResumed).by) == (10, house.last(WorkDone).by)
    house = waiting().takes(withdraw(), at=25)
    assert house.story[-2:] == ["WorkResumed", "ComplaintWithdrawn"]
    assert house.last(WorkResumed).by is None


@pytest.mark.parametrize("reason", ["customer", "parts", "weather"])
def test_what_rests_can_rest_again_for_another_reason(reason: str) -> None:
    house = waiting().takes(resume(), at=20).takes(pause(reason=reason), at=30)
    assert (house.last(WorkPaused).reason, house.complaint.stage) == (reason, "waiting")
