"""A person's answer: which departments take a work over, under which names, and who leads."""

from typing import Any

import pytest

from contracts.common import CommandRefused
from contracts.routing import AssignDepartments, ClockAimed, ClockMet, ClockResumed, ClockStarted, ComplaintRouted, WorkRequested
from services.platform.kernel.service import Cause
from services.routing import SERVICE
from services.routing.state import Work
from tests.core.routing.house import (
    CHIEF,
    COMPLAINT,
    POLICY,
    RULES,
    House,
    accept,
    assign,
    both,
    decline,
    in_triage,
    pause,
    policy,
    second,
    with_head,
)

MANY = [f"d{n}" for n in range(21)]
ROOMY = {"departments": {name: {} for name in ("billing", "network", *MANY)}, "containment": None}


def answer(*departments: str, **more: Any) -> AssignDepartments:
    return AssignDepartments(complaint_id=COMPLAINT, departments=departments, by=CHIEF, **more)


def asked(house: House) -> list[tuple[str, bool, str | None]]:
    """The last answer's works."""
    told = house.story
    works = house.run.all(WorkRequested)[-told[::-1].index("ComplaintRouted") :]
    return [(each.work, each.is_lead, each.instead_of) for each in works]


def test_triage_is_answered_by_a_person_who_names_the_departments() -> None:
    house = in_triage().takes(assign("network", "billing", "network", lead="billing"), at=10)
    assert house.story == ["ComplaintSentToTriage", "ComplaintRouted", "WorkRequested", "WorkRequested"]
    routed = house.last(ComplaintRouted)
    assert (routed.departments, routed.lead, routed.by and routed.by.staff) == (("network", "billing"), "billing", "chief")
    assert (house.complaint.stage, asked(house)) == ("routed", [("1-network", False, None), ("1-billing", True, None)])


def test_triage_is_met_by_the_answer_and_each_department_has_its_time_to_accept() -> None:
    house = in_triage().takes(assign("network", "billing"), at=10)
    assert [(each.instance, each.used_seconds) for each in house.run.all(ClockMet)] == [("triage-1", 10)]
    accepting = [(each.instance, each.due) for each in house.run.all(ClockStarted) if each.kind == "acceptance"]
    assert accepting == [("acceptance-1-network", second(70)), ("acceptance-1-billing", second(70))]


def test_a_lead_with_a_target_of_its_own_moves_the_promise_and_the_routing_tells_the_new_one() -> None:
    house = in_triage().takes(assign("network"), at=10)
    aimed = house.last(ClockAimed)
    assert (aimed.clock, aimed.because, aimed.before, aimed.target) == ("resolution", "lead", 400, 600)
    assert house.last(ComplaintRouted).promised_resolution == aimed.due == second(600)
    assert in_triage().takes(assign("billing"), at=10).run.all(ClockAimed) == []


def test_another_department_takes_over_what_was_declined_and_the_others_go_on() -> None:
    house = both("billing").takes(decline("1-network"), at=20).takes(answer("safety", work="1-network"), at=30)
    assert house.story[-2:] == ["ComplaintRouted", "WorkRequested"]
    assert asked(house) == [("1-safety", False, "1-network")]
    assert (house.last(ComplaintRouted).departments, house.complaint.lead) == (("billing", "safety"), "billing")
    assert (house.complaint.stage, house.complaint.works[-1].declines) == ("in_progress", 1)
    assert house.last(ClockMet).instance == "triage-1-network"


def test_several_departments_may_take_over_one_work_and_the_lead_may_change() -> None:
    house = both("billing").takes(decline("1-network"), at=20)
    house.takes(answer("safety", "press", work="1-network", lead="safety"), at=30)
    assert asked(house) == [("1-safety", True, "1-network"), ("1-press", False, "1-network")]
    assert house.last(ComplaintRouted).lead == "safety"


def test_where_all_that_is_left_waits_in_triage_one_answer_is_for_all_of_it() -> None:
    house = both().takes(decline("1-network"), at=20).takes(decline("1-billing"), at=21)
    assert house.complaint.stage == "triage"
    house.takes(answer("safety", "press", lead="press"), at=30)
    assert asked(house) == [("1-safety", False, "1-billing"), ("1-press", True, "1-network")]
    assert (house.complaint.stage, [work.id for work in house.complaint.works]) == ("routed", ["1-safety", "1-press"])
    assert {each.instance for each in house.run.all(ClockMet)} == {"triage-1-billing", "triage-1-network"}


def test_a_department_that_has_done_or_declined_its_work_is_asked_again_under_another_name() -> None:
    house = House().takes(decline(), at=10).takes(answer("billing"), at=11)
    assert (asked(house), house.complaint.lead) == ([("1-billing.2", True, "1-billing")], "billing")
    house.takes(decline("1-billing.2"), at=12).takes(answer("network", lead="network"), at=13)
    house.takes(decline("1-network"), at=14).takes(answer("billing", lead="billing"), at=15)
    assert asked(house) == [("1-billing.3", True, "1-network")]


def test_no_name_is_given_twice_though_a_department_is_called_so() -> None:
    rules = policy(departments={"billing": {}, "billing.2": {}, "network": {}, "safety": {}, "press": {}})
    house = House(rules).takes(decline(), at=10).takes(answer("billing.2", "billing", lead="billing"), at=11)
    assert [work for work, *_ in asked(house)] == ["1-billing.2", "1-billing.3"]


def test_new_work_for_a_complaint_that_rests_sets_its_clocks_going() -> None:
    house = both("billing", "network").takes(decline("1-network"), at=20).takes(pause("1-billing"), at=21)
    assert house.complaint.stage == "waiting"
    house.takes(answer("safety", work="1-network"), at=31)
    assert house.complaint.stage == "in_progress"
    assert {each.clock for each in house.run.all(ClockResumed)} == {"resolution", "total_resolution"}
    assert house.last(ComplaintRouted).promised_resolution == second(410)


def test_the_head_has_it_done_anew_by_whom_the_head_names() -> None:
    house = with_head().takes(answer("network", "safety", lead="safety"), at=50)
    assert asked(house) == [("4-network", False, None), ("4-safety", True, None)]
    assert (house.complaint.stage, house.complaint.departments) == ("reopened", ("network", "safety"))


def half_declined() -> House:
    return both("billing").takes(decline("1-network"), at=20)


def leaderless() -> House:
    return both("network").takes(decline("1-billing"), at=20)


@pytest.mark.parametrize(
    ("house", "command", "reason", "see"),
    [
        (in_triage, answer("sales", "billing", lead="billing"), "unknown_department", "sales"),
        (in_triage, answer("billing", lead="network"), "lead_not_among_departments", None),
        (in_triage, answer("billing"), "lead_missing", None),
        (with_head, answer("billing"), "lead_missing", None),
        (in_triage, answer("billing", work="1-billing", lead="billing"), "unknown_work", None),
        (House, answer("network", lead="network"), "not_in_triage", None),
        (half_declined, answer("safety"), "not_in_triage", None),
        (half_declined, answer("safety", work="1-billing"), "not_in_triage", None),
        (half_declined, answer("safety", work="2-network"), "unknown_work", None),
        (half_declined, answer("safety", "billing", work="1-network"), "already_working", "billing"),
        (half_declined, answer("safety", work="1-network", lead="network"), "lead_not_among_departments", None),
        (leaderless, answer("safety", work="1-billing"), "lead_missing", None),
        (leaderless, answer("safety", work="1-billing", lead="billing"), "lead_not_among_departments", None),
    ],
)
def test_an_answer_that_leaves_it_without_an_owner_is_refused(house: Any, command: AssignDepartments, reason: str, see: str | None) -> None:
    at_hand = house().takes(command, at=50)
    assert (at_hand.refusal, at_hand.last(CommandRefused).see) == (reason, see)


def test_the_lead_whose_work_was_declined_gives_the_lead_to_one_who_is_asked_or_at_work() -> None:
    for lead in ("safety", "network"):
        house = leaderless().takes(answer("safety", work="1-billing", lead=lead), at=30)
        assert house.last(ComplaintRouted).lead == house.complaint.lead == lead


def test_a_round_has_twenty_works_at_a_time_those_that_were_replaced_left_out() -> None:
    house = in_triage(rules=policy(**ROOMY)).takes(answer(*MANY[:20], lead="d0"), at=10)
    house.takes(decline("1-d1"), at=11).takes(answer("billing", "network", work="1-d1"), at=12)
    assert house.refusal == "too_many_works"
    house.takes(answer("billing", work="1-d1"), at=13).takes(decline("1-billing"), at=14).takes(answer("d1", work="1-billing"), at=15)
    assert asked(house)[-1] == ("1-d1.2", False, "1-billing")


def test_work_that_everybody_declines_finds_a_new_department_however_often() -> None:
    """The longest ids still are codes."""
    long = "d" * 40
    rules = policy(departments={long: {}, **RULES["departments"]})
    work = Work(id=f"1000-{long}.999", department=long)
    complaint = House(rules).complaint.but(
        round=1000, round_began=second(0), stage="reopened", lead=long, works=(work,), asked={long: 999, "network": 998}
    )
    for command in (
        decline(work.id, by=long), answer("network", work=work.id, lead="network"),
        decline("1000-network.999", by="network"), answer(long, work="1000-network.999", lead=long),
    ):  # fmt: skip
        complaint, said = SERVICE.decide(complaint, Cause(command, COMPLAINT, "crm", second(9), second(9), COMPLAINT), rules)
    [started] = [event for event in said if isinstance(event, ClockStarted)]
    assert (started.work, started.instance) == (f"1000-{long}.1000", f"acceptance-1000-{long}.1000")
    assert len(complaint.works) == 1


def test_departments_that_the_policy_does_not_know_any_more_are_still_told() -> None:
    assert POLICY.target("resolution", 4, "gone").amount == 400


def test_a_new_round_begins_its_works_anew() -> None:
    house = in_triage(rules=policy(**ROOMY)).takes(answer(*MANY[:20], lead="d0"), at=10)
    house.takes(decline("1-d3"), at=11)
    assert house.takes(answer("d20", "billing", work="1-d3"), at=12).refusal == "too_many_works"
    assert house.takes(accept("1-d0"), at=13).complaint.stage == "in_progress"
