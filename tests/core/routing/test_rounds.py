"""Reopening: new rounds, one level higher each, until they are used up and it is the head's."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts.common import CommandRefused
from contracts.routing import (
    ClockMet,
    ClockPaused,
    ClockResumed,
    ComplaintClosed,
    ComplaintEscalated,
    ComplaintReopened,
    ComplaintRouted,
    ContactReturned,
    PriorityChanged,
    WorkRequested,
)
from tests.core.routing.house import (
    CHIEF,
    HEAD,
    NO_WAY,
    RULES,
    House,
    accept,
    assign,
    both,
    close,
    closed,
    confirmed,
    contact,
    decline,
    dissatisfied,
    expired,
    information,
    policy,
    profile,
    progress,
    reopen,
    reopened,
    repeats,
    resolution,
    resolved,
    second,
    with_head,
    withdraw,
    withdrawn,
)

WINDOW_ENDS = 20 + 5000
"""`resolved()` is resolved at 20; the window is 5000 seconds, and another service's word has 5 to arrive."""


def test_reopening_begins_a_new_round_one_level_higher_with_the_same_departments() -> None:
    house = both("network", "billing").takes(resolution("1-network"), at=13).takes(resolution("1-billing"), at=14)
    house.takes(reopen(by=CHIEF), at=30)
    assert house.story[-5:] == ["ComplaintReopened", "ComplaintEscalated", "ComplaintRouted", "WorkRequested", "WorkRequested"]
    again, higher, routed = house.last(ComplaintReopened), house.last(ComplaintEscalated), house.last(ComplaintRouted)
    assert (again.round, again.level, again.reason, again.is_with_head, again.by) == (2, 1, "not_fixed", False, CHIEF)
    assert (higher.level, higher.to, higher.reason, higher.escalated_at) == (1, "team_lead", "reopened", second(30))
    assert (routed.round, routed.departments, routed.lead) == (2, ("billing", "network"), "billing")
    assert routed.promised_resolution == second(430)
    assert [each.work for each in house.run.all(WorkRequested)[2:]] == ["2-billing", "2-network"]
    house.takes(accept("1-billing"), at=31)
    assert house.refusal == "unknown_work"


@pytest.mark.parametrize(
    ("reopens", "reason"), [(lambda house, at: house.hears(dissatisfied(), at), "dissatisfied"),
                            (lambda house, at: house.hears(contact(), at), "contact_repeated"),
                            (lambda house, at: house.hears(information(is_chasing=True), at), "chased"),
                            (lambda house, at: house.hears(information("fire"), at), "new_hazard"),
                            (lambda house, at: house.takes(reopen(), at), "not_fixed")]
)  # fmt: skip
def test_who_is_not_satisfied_reopens_it_resolved_or_closed_within_the_window(
    reopens: Callable[[House, float], House], reason: str
) -> None:
    for house, at in ((resolved(), 40), (resolved(), WINDOW_ENDS), (closed(), 40), (closed(), WINDOW_ENDS)):
        assert reopens(house, at).last(ComplaintReopened).reason == reason
        assert house.complaint.stage == "reopened"
    beyond = reopens(closed(), WINDOW_ENDS + 0.001)
    assert beyond.complaint.stage == "closed"


@pytest.mark.parametrize(
    "reopens",
    [
        lambda house: house.hears(dissatisfied(), 90_000),
        lambda house: house.hears(contact(), 90_000),
        lambda house: house.hears(information(is_chasing=True), 90_000),
    ],
)
def test_what_the_customer_says_while_it_is_resolved_counts_however_late(reopens: Callable[[House], House]) -> None:
    assert reopens(resolved()).complaint.stage == "reopened"


def test_information_that_neither_chases_nor_tells_of_a_danger_is_only_learnt() -> None:
    house = resolved().hears(information(is_vulnerable=True), at=30)
    assert (house.complaint.stage, house.complaint.is_vulnerable, house.story[-1]) == ("resolved", True, "ComplaintResolved")
    assert house.hears(expired(), at=40).complaint.waits_for_a_person


@pytest.mark.parametrize("at", [WINDOW_ENDS + 0.001, WINDOW_ENDS + 3, WINDOW_ENDS + 4.999, 90_000])
@pytest.mark.parametrize("facts", [{}, {"reachable": NO_WAY}])
def test_a_command_reopens_nothing_once_the_window_is_over_closed_or_not(at: float, facts: dict[str, Any]) -> None:
    house = resolved(**facts).takes(reopen(), at=at)
    assert (house.refusal, house.last(CommandRefused).see) == ("past_reopening", "SubmitComplaint")
    assert resolved(**facts).takes(reopen(), at=WINDOW_ENDS).complaint.stage == "reopened"


def test_a_vulnerable_customers_complaint_is_reopenable_as_long_as_it_waits_and_exactly_its_window_once_closed() -> None:
    assert resolved(is_vulnerable=True).takes(reopen(), at=90_000).complaint.stage == "reopened"
    assert closed(is_vulnerable=True).takes(reopen(), at=WINDOW_ENDS + 0.001).refusal == "past_reopening"


@pytest.mark.parametrize("word", [confirmed, expired, dissatisfied])
def test_a_word_about_another_round_changes_nothing(word: Callable[[int], Any]) -> None:
    again = reopened().takes(accept("2-billing"), at=40).takes(resolution("2-billing"), at=50)
    for round in (1, 3):
        told = again.told
        assert again.hears(word(round), at=60 + round).told == told
    assert again.hears(word(2), at=70).told != told


def test_the_window_counts_from_the_last_resolution() -> None:
    house = reopened().takes(accept("2-billing"), at=3000).takes(resolution("2-billing"), at=4000).hears(confirmed(2), at=4001)
    assert house.last(ComplaintClosed).reopenable_until == second(9000)
    assert house.takes(reopen(), at=9000).complaint.round == 3


def test_the_instant_of_a_contact_counts_not_when_it_is_heard() -> None:
    assert closed().hears(contact(), at=WINDOW_ENDS + 400, dated=WINDOW_ENDS).complaint.stage == "reopened"


def test_a_contact_about_what_is_over_for_good_is_handed_back() -> None:
    for house in (closed(), withdrawn()):
        before = house.complaint
        house.hears(contact(submission="T-9"), at=WINDOW_ENDS + 1)
        assert house.told[-1] == "ContactReturned"
        assert house.last(ContactReturned).submission == contact(submission="T-9").submission
        assert house.complaint == before


def test_a_new_round_asks_a_department_once_however_many_tasks_it_had() -> None:
    house = both("network").takes(resolution("1-network"), at=11).takes(decline(), at=12)
    house.takes(assign("network", work="1-billing", lead="network"), at=13)
    work = house.last(WorkRequested).work
    assert work == "1-network.2"
    house.takes(accept(work), at=14).takes(resolution(work), at=15).takes(reopen(), at=16)
    assert [each.work for each in house.run.all(WorkRequested)][-1] == "2-network"
    assert house.last(ComplaintRouted).departments == ("network",)


def test_a_later_rounds_promise_follows_the_priority() -> None:
    house = reopened().hears(contact(), at=40)
    assert (house.last(PriorityChanged).priority, house.last(PriorityChanged).promised_resolution) == (3, second(330))
    assert house.complaint.promised_resolution == second(330)


def test_a_later_rounds_promise_is_counted_in_the_clocks_hours_and_not_missed_while_they_are_closed() -> None:
    """From 30 seconds past nine to five o'clock; the desk opens again after 16 hours."""
    desk = RULES["clocks"] | {"resolution": {"kind": "resolution", "targets": f"{8 * 3600 - 30}s", "calendar": "desk"}}
    house = reopened(rules=policy(clocks=desk)).takes(accept("2-billing"), at=40)
    closes, opens = 8 * 3600, 24 * 3600
    assert house.complaint.promised_resolution == second(closes)
    for at in (closes, closes + 1, opens, opens + 0.9):
        assert house.takes(progress("2-billing"), at=at).story[-1] == "ProgressReported"
    assert house.takes(progress("2-billing"), at=opens + 1).refusal == "delay_untold"


# -- the clocks of the whole --------------------------------------------------------------------------------------------------------------


def test_the_first_resolution_counts_once_and_the_total_rests_while_it_is_resolved() -> None:
    house = resolved()
    assert {each.clock for each in house.run.all(ClockMet)} == {"acceptance", "first_answer", "resolution"}
    assert (house.last(ClockPaused).clock, house.last(ClockPaused).reason) == ("total_resolution", "resolved")
    house.takes(reopen(), at=30)
    resumed = house.last(ClockResumed)
    assert (resumed.clock, resumed.paused_seconds, resumed.due) == ("total_resolution", 10, second(810))
    house.takes(accept("2-billing"), at=40).takes(resolution("2-billing"), at=50).hears(confirmed(2), at=70)
    met = house.last(ClockMet)
    assert (met.clock, met.used_seconds, met.paused_seconds) == ("total_resolution", 40, 30)
    assert [each.clock for each in house.run.all(ClockMet)].count("resolution") == 1


# -- with the head ------------------------------------------------------------------------------------------------------------------------


def test_after_three_rounds_it_is_the_heads() -> None:
    house = with_head()
    again = house.last(ComplaintReopened)
    assert house.story[-2:] == ["ComplaintReopened", "ComplaintEscalated"]
    assert (again.round, again.is_with_head, again.level) == (4, True, 3)
    assert [(each.round, each.level) for each in house.run.all(ComplaintReopened)] == [(2, 1), (3, 2), (4, 3)]
    assert (house.last(ComplaintEscalated).reason, house.last(ComplaintEscalated).to) == ("rounds_used_up", "director")
    assert house.complaint.works == ()


@pytest.mark.parametrize("rounds", [1, 2, 5])
def test_how_many_rounds_there_are_is_the_policys(rounds: int) -> None:
    house = with_head(policy(reopening={"window_seconds": 5000, "max_rounds": rounds}))
    assert [each.is_with_head for each in house.run.all(ComplaintReopened)] == [*(rounds - 1) * [False], True]


def test_the_head_re_routes_it_and_it_may_be_solved_after_all() -> None:
    house = with_head().takes(assign("network", "safety", lead="safety"), at=28)
    assert (house.complaint.stage, house.complaint.round) == ("reopened", 4)
    assert [each.work for each in house.run.all(WorkRequested)[-2:]] == ["4-network", "4-safety"]
    for work in ("4-network", "4-safety"):
        house.takes(accept(work), at=30).takes(resolution(work), at=30)
    assert house.complaint.stage == "resolved"
    house.takes(reopen(), at=31)
    assert (house.complaint.stage, house.complaint.round) == ("with_head", 5)


def test_the_head_closes_with_a_final_position_and_nothing_reopens_it() -> None:
    house = with_head().takes(close(note="已尽力。"), at=28)
    end = house.last(ComplaintClosed)
    assert (end.how, end.final_position, end.by, end.reopenable_until) == ("final_position", "no_further_remedy", HEAD, second(28))
    assert house.last(ClockMet).clock == "total_resolution"
    assert house.takes(reopen(), at=29).refusal == "rounds_used_up"
    told = house.told
    assert house.hears(dissatisfied(4), at=30).hears(information(is_chasing=True), at=31).told == told
    assert house.hears(contact(), at=32).told[-1] == "ContactReturned"


def test_what_is_with_the_head_can_be_withdrawn_and_still_rises() -> None:
    assert with_head().takes(withdraw(), at=28).complaint.stage == "withdrawn"
    assert with_head().hears(contact(), at=28).last(PriorityChanged).priority == 3


@pytest.mark.parametrize("house", [resolved, closed])
def test_late_news_of_what_was_before_reopens_nothing_and_is_learnt(house: Callable[[], House]) -> None:
    at_hand = house()
    told = at_hand.told
    at_hand.hears(repeats("T-0", "T-00"), at=40).hears(profile("key", is_vulnerable=True), at=41)
    assert (at_hand.told, at_hand.complaint.repeats, at_hand.complaint.is_vulnerable) == (told, 2, True)
