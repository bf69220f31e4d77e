"""§2.3: what each kind of clock measures, and from when."""

import pytest

from contracts.model import Command
from contracts.routing import (
    AcceptWork,
    ClockBreached,
    ClockMet,
    ClockPaused,
    ClockResumed,
    ClockStarted,
    ClockStopped,
    ComplaintEscalated,
    ComplaintResolved,
    ComplaintRouted,
)
from tests.core.routing.clockwork import clock, of, only, policy_with, said
from tests.core.routing.house import (
    CHIEF,
    COMPLAINT,
    House,
    accept,
    assign,
    both,
    called,
    confirmed,
    contact,
    contain,
    decline,
    extend,
    in_progress,
    in_triage,
    pause,
    progress,
    registered,
    reopen,
    resolution,
    second,
    set_priority,
    with_head,
    withdraw,
)


def test_the_working_is_shown_at_the_start() -> None:
    started = only(House(), ClockStarted)
    assert (started.clock, started.kind, started.instance) == ("resolution", "resolution", "resolution")
    assert (started.target, started.unit, started.calendar, started.due) == (400, "seconds", None, second(400))
    assert (started.started_from, started.registered_at) == (second(0), second(0))
    assert (started.warnings, started.escalations) == ((second(200), second(320)), (second(401), second(500)))
    assert started.policy == "test/routing@1"


def test_the_promise_is_the_due_of_the_resolution() -> None:
    assert House().last(ComplaintRouted).promised_resolution == second(400)


def test_acceptance_is_one_clock_for_each_work_from_when_it_was_asked_for() -> None:
    house = House(type="Both").takes(accept("1-network"), at=60.999)
    started = said(house, ClockStarted, "acceptance")
    assert [(each.instance, each.work, each.due) for each in started] == [
        ("acceptance-1-billing", "1-billing", second(60)),
        ("acceptance-1-network", "1-network", second(60)),
    ]
    assert [each.instance for each in said(house, ClockMet, "acceptance")] == ["acceptance-1-network"]
    house.until(61)
    assert [each.instance for each in said(house, ClockBreached, "acceptance")] == ["acceptance-1-billing"]


def test_a_departments_own_target_counts_for_its_acceptance() -> None:
    rules = policy_with(
        others={"signing": clock("60s", "acceptance")},
        departments={"billing": {}, "network": {"targets": {"acceptance": "30s"}}, "safety": {}, "press": {}},
    )
    started = said(House(rules, type="Both"), ClockStarted, "signing")
    assert [(each.instance, each.target) for each in started] == [("acceptance-1-billing", 60), ("acceptance-1-network", 30)]


def test_whose_triage_it_is_has_nothing_to_do_with_who_declined() -> None:
    rules = policy_with(
        others={"triage": clock("60s", "triage")},
        departments={"billing": {}, "network": {"targets": {"triage": "30s"}}, "safety": {}, "press": {}},
    )
    house = House(rules, type="Both").takes(decline("1-network"), at=20)
    assert only(house, ClockStarted, "triage").target == 60


def test_a_new_round_has_new_acceptances_and_none_of_the_old() -> None:
    house = in_progress().takes(resolution(), at=20).takes(reopen(), at=30)
    assert [each.instance for each in said(house, ClockStarted, "acceptance")] == ["acceptance-1-billing", "acceptance-2-billing"]
    assert [each.instance for each in house.complaint.clocks if each.kind == "acceptance"] == ["acceptance-2-billing"]


def test_a_declined_works_acceptance_stops_and_triage_has_a_clock_for_it() -> None:
    house = both("billing").takes(decline("1-network"), at=20)
    stopped = only(house, ClockStopped, "acceptance")
    assert (stopped.instance, stopped.reason, stopped.used_seconds) == ("acceptance-1-network", "declined", 20)
    started = only(house, ClockStarted, "triage")
    assert (started.instance, started.work, started.started_from) == ("triage-1-network", "1-network", second(20))
    house.takes(assign("safety", work="1-network"), at=30)
    assert only(house, ClockMet, "triage").used_seconds == 10


def test_a_whole_complaint_in_triage_has_a_clock_that_the_answer_meets() -> None:
    house = in_triage().takes(assign("billing"), at=50)
    assert only(house, ClockStarted, "triage").instance == "triage-1"
    assert only(house, ClockMet, "triage").used_seconds == 50


def test_a_danger_at_registration_counts_from_when_the_complaint_was_received() -> None:
    house = House(type="Internet", hazards=("fire",), received_at=second(-20)).takes(contain(), at=10)
    started = only(house, ClockStarted, "containment")
    assert (started.instance, started.started_from, started.due) == ("containment-1", second(-20), second(30))
    assert only(house, ClockMet, "containment").used_seconds == 30


def test_a_later_danger_counts_from_when_it_came_to_light() -> None:
    house = House(received_at=second(-20)).hears(contact("gas"), at=10).takes(contain(), at=20).hears(contact("fire"), at=40)
    started = said(house, ClockStarted, "containment")
    assert [(each.instance, each.started_from) for each in started] == [("containment-1", second(10)), ("containment-2", second(40))]


def test_a_danger_that_is_named_while_another_runs_has_no_clock_of_its_own() -> None:
    house = House().hears(contact("gas"), at=10).hears(contact("fire"), at=20)
    assert len(said(house, ClockStarted, "containment")) == 1


def test_containment_survives_withdrawal() -> None:
    house = House(hazards=("gas",)).takes(withdraw(), at=10).takes(contain(), at=20)
    assert of(house, "containment") == ["ClockStarted", "ClockMet"]
    late = House(hazards=("gas",)).takes(withdraw(), at=10).until(60)
    assert of(late, "containment") == ["ClockStarted", "ClockBreached", "ComplaintEscalated"]


def test_withdrawal_stops_all_others_neither_met_nor_breached() -> None:
    house = in_progress().takes(withdraw(), at=42.9).until(5000)
    assert {each.clock for each in house.run.all(ClockStopped)} == {"first_answer", "resolution", "total_resolution"}
    stopped = only(house, ClockStopped)
    assert (stopped.used_seconds, stopped.reason) == (42, "withdrawn")
    assert house.run.all(ClockBreached) == []


def test_a_command_that_came_before_the_registration_used_nothing() -> None:
    house = House(early={-60: withdraw()})
    assert [each.used_seconds for each in house.run.all(ClockStopped)] == [0, 0, 0, 0]


def test_total_resolution_rests_while_resolved_and_counts_all_rounds() -> None:
    house = in_progress().takes(resolution(), at=20).takes(reopen(), at=120).takes(accept("2-billing"), at=130)
    house.takes(resolution("2-billing"), at=150).hears(confirmed(round=2), at=1000)
    assert of(house, "total_resolution") == ["ClockStarted", "ClockPaused", "ClockResumed", "ClockPaused", "ClockMet"]
    assert [each.reason for each in said(house, ClockPaused, "total_resolution")] == ["resolved", "resolved"]
    assert only(house, ClockResumed, "total_resolution").due == second(900)
    met = only(house, ClockMet, "total_resolution")
    assert (met.used_seconds, met.paused_seconds) == (20 + 30, 100 + 850)


def test_reopening_leaves_the_first_resolution_alone() -> None:
    house = in_progress().takes(resolution(), at=20).takes(reopen(), at=30).until(5000)
    assert of(house, "resolution") == ["ClockStarted", "ClockMet"]
    assert only(house, ClockBreached, "total_resolution").breached_at == second(811)


def test_total_resolution_runs_while_the_head_has_it() -> None:
    house = with_head().until(5000)
    assert said(house, ClockResumed, "total_resolution")[-1].resumed_at == second(27)
    assert len(said(house, ClockBreached, "total_resolution")) == 1


def test_a_breached_total_resolution_raises_no_level_while_the_customer_has_the_word() -> None:
    rules = policy_with(others={"whole": clock("100s", "total_resolution", levels=[{"level": 3, "seconds": 50}])})
    house = in_progress(rules=rules).takes(resolution(), at=120).until(1000)
    assert of(house, "whole") == ["ClockStarted", "ClockBreached"]
    house.takes(reopen(), at=1010).until(1039)
    assert of(house, "whole") == ["ClockStarted", "ClockBreached"]
    assert only(house.until(1040), ComplaintEscalated, "whole").escalated_at == second(1040)


# -- the first answer ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "unit", "due"),
    [("90s", "seconds", 60), ("60s", "seconds", 60), ("30s", "seconds", 30), (None, "seconds", 60)],
)
def test_the_policy_may_tighten_intakes_promise_and_never_loosen_it(target: str | None, unit: str, due: int) -> None:
    house = House(policy_with(others={"first_answer": clock(target, "first_answer")} if target else {}))
    started = only(house, ClockStarted, "first_answer")
    assert (started.target, started.unit, started.due) == (due, unit, second(due))


def test_where_both_fall_due_together_the_policys_own_target_is_shown() -> None:
    house = House(policy_with(others={"first_answer": clock("60s", "first_answer", calendar="desk")}))
    assert only(house, ClockStarted, "first_answer").calendar == "desk"


def test_intakes_promise_counts_from_when_it_was_received_and_in_whole_seconds() -> None:
    told = registered(received_at=second(-10)).model_copy(update={"first_answer_due": second(60.75)})
    started = only(House(told=told), ClockStarted, "first_answer")
    assert (started.started_from, started.target, started.due) == (second(-10), 70, second(60))


def test_a_promise_that_lies_before_what_it_counts_from_is_missed_after_a_second() -> None:
    house = House(told=registered().model_copy(update={"first_answer_due": second(-5)})).until(10)
    assert only(house, ClockBreached, "first_answer").breached_at == second(2)


@pytest.mark.parametrize(
    "answer",
    [progress(is_told_to_customer=True), called(), resolution()],
    ids=["progress", "callback", "resolution"],
)
def test_it_is_met_by_the_first_word_that_reaches_the_customer(answer: object) -> None:
    house = in_progress()
    house = house.takes(answer, at=40) if answer != called() else house.hears(called(), at=40)  # type: ignore[arg-type]
    assert only(house, ClockMet, "first_answer").used_seconds == 40


def test_it_is_not_met_by_progress_that_stays_in_the_house() -> None:
    assert "ClockMet" not in of(in_progress().takes(progress(), at=40), "first_answer")


def test_a_callback_in_time_that_is_heard_late_still_meets_it() -> None:
    house = House().takes(accept(), at=62).hears(called(), at=65, dated=60)
    assert of(house, "first_answer") == ["ClockStarted", "ClockMet"]
    assert only(house, ClockMet, "first_answer").used_seconds == 60


def test_its_breach_is_told_after_the_late_word_had_its_time_with_its_own_instant() -> None:
    house = House().until(65)
    assert of(house, "first_answer") == ["ClockStarted"]
    house.until(66)
    breached = only(house, ClockBreached, "first_answer")
    assert (breached.breached_at, breached.used_seconds) == (second(61), 61)


def test_an_answer_after_the_breach_does_not_meet_it_though_nobody_told_yet() -> None:
    house = House().hears(called(), at=63, dated=61).until(66)
    assert of(house, "first_answer") == ["ClockStarted", "ClockBreached"]


@pytest.mark.parametrize("asked", [pause(), extend(90, "reply"), set_priority(1)], ids=["pause", "extension", "priority"])
def test_nothing_moves_a_clock_whose_breach_is_still_to_be_judged(asked: Command) -> None:
    reply = clock(
        {1: "900s", 2: "60s", 3: "60s", 4: "60s"}, "legal", met_by="answered", pauses_for=["customer"],
        extensions={"reasons": ["parts"], "approvers": ["head"], "at_most": 1000},
    )  # fmt: skip
    house = in_progress(rules=policy_with(others={"reply": reply})).takes(asked, at=62)
    assert of(house, "reply") == ["ClockStarted"]
    assert of(house.until(100), "reply") == ["ClockStarted", "ClockBreached"]


# -- legal ones and the choice of a complaint's clocks ---------------------------------------------------------------------------------


def test_a_legal_clock_may_run_from_the_first_acceptance_and_runs_once() -> None:
    house = both("billing", source="city").takes(accept("1-network"), at=30)
    started = only(house, ClockStarted, "statute")
    assert (started.kind, started.started_from, started.registered_at, started.unit) == ("legal", second(10), second(10), "business_days")
    house.takes(resolution("1-billing"), at=40).takes(resolution("1-network"), at=41)
    house.takes(reopen(), at=50).takes(accept("2-billing"), at=60)
    assert of(house, "statute") == ["ClockStarted", "ClockMet"]


def test_of_each_kind_the_first_that_fits_runs_and_every_legal_one_that_fits() -> None:
    rules = policy_with(
        clock("100s", when={"source": "mayor"}),
        {
            "ordinary": clock("200s", when={"channel": "phone"}),
            "other": clock("300s"),
            "law_one": clock("5 days", "legal", calendar="desk", when={"complaint_type": ["Bill", "Internet"]}),
            "law_two": clock("8 weeks", "legal", calendar="desk"),
            "law_three": clock("8 weeks", "legal", calendar="desk", when={"complaint_type": "Internet"}),
        },
    )
    started = {each.clock for each in House(rules).run.all(ClockStarted)}
    assert started == {"ordinary", "law_one", "law_two", "first_answer"}


def test_what_ends_a_complaint_leaves_no_clock_running() -> None:
    rules = policy_with(others={"unanswered": clock("1000s", "legal", met_by="accepted"), "whole": clock("1000s", "total_resolution")})
    house = in_progress(rules=rules).takes(resolution(), at=20).hears(confirmed(), at=30)
    assert all(each.is_over and each.next is None for each in house.complaint.clocks)
    assert house.last(ComplaintResolved).is_late is False


def test_an_acceptance_by_somebody_without_department_meets_it_too() -> None:
    house = House().takes(AcceptWork(complaint_id=COMPLAINT, work="1-billing", by=CHIEF), at=5)
    assert only(house, ClockMet, "acceptance").used_seconds == 5


def test_a_pause_of_the_work_leaves_the_houses_own_clocks_running() -> None:
    house = House(told=registered("Both")).takes(accept("1-billing"), at=5).takes(pause("1-billing"), at=6).until(100)
    assert [each.instance for each in said(house, ClockBreached, "acceptance")] == ["acceptance-1-network"]
    assert len(said(house, ClockBreached, "first_answer")) == 1
