"""All the ways in which a complaint ends."""

import pytest

from contracts.routing import ClockMet, ClockStopped, ComplaintClosed, ComplaintEscalated, ComplaintWithdrawn, Contained
from tests.core.routing.house import (
    CHIEF,
    HEAD,
    IN,
    NO_WAY,
    House,
    accept,
    close,
    confirmed,
    contain,
    erased,
    expired,
    in_progress,
    in_triage,
    reopen,
    resolution,
    resolved,
    second,
    waiting,
    with_head,
    withdraw,
)

WINDOW_ENDS = 20 + 5000
OPEN = ["triage", "routed", "reopened", "in_progress", "waiting", "with_head"]


def test_confirmation_closes_and_meets_the_clock_of_the_whole() -> None:
    house = resolved().hears(confirmed(), at=30)
    end, met = house.last(ComplaintClosed), house.last(ClockMet)
    assert (end.how, end.reopenable_until, end.final_position) == ("confirmed", second(WINDOW_ENDS), None)
    assert (met.clock, met.used_seconds, met.paused_seconds, met.met_at) == ("total_resolution", 20, 10, second(30))


def test_silence_closes() -> None:
    assert resolved().hears(expired(), at=100).last(ComplaintClosed).how == "silence"


def test_silence_never_closes_a_vulnerable_customers_complaint_and_somebody_higher_hears_of_it_once() -> None:
    house = resolved(is_vulnerable=True).hears(expired(), at=100).hears(expired(), at=101).until(100_000)
    assert (house.complaint.stage, house.complaint.waits_for_a_person) == ("resolved", True)
    (told,) = house.run.all(ComplaintEscalated)
    assert (told.reason, told.level, told.to) == ("vulnerable_silence", 1, "team_lead")


def test_a_person_ends_what_waits_for_one() -> None:
    for command, stage in ((reopen(by=CHIEF), "reopened"), (withdraw(), "withdrawn"), (close(), "closed")):
        house = resolved(is_vulnerable=True).hears(expired(), at=100).takes(command, at=4000)
        assert (house.complaint.stage, house.complaint.waits_for_a_person) == (stage, False)


def test_what_the_head_closed_after_a_visit_in_vain_can_still_be_reopened_in_its_window() -> None:
    house = resolved(is_vulnerable=True).hears(expired(), at=100).takes(close(), at=4000)
    end = house.last(ComplaintClosed)
    assert (end.how, end.final_position, end.by, end.reopenable_until) == (
        "final_position", "no_further_remedy", HEAD, second(WINDOW_ENDS),
    )  # fmt: skip
    assert house.takes(reopen(), at=WINDOW_ENDS).complaint.stage == "reopened"


def test_a_new_round_does_not_wait_for_a_person() -> None:
    house = resolved(is_vulnerable=True).hears(expired(), at=100).takes(reopen(), at=110)
    house.takes(accept("2-billing"), at=111).takes(resolution("2-billing"), at=112)
    assert house.takes(close(), at=113).refusal == "nothing_to_close"


def test_a_vulnerable_customers_confirmation_closes() -> None:
    assert resolved(is_vulnerable=True).hears(confirmed(), at=100).complaint.stage == "closed"
    assert resolved(is_vulnerable=True).hears(expired(), at=90).hears(confirmed(), at=100).complaint.stage == "closed"


def test_without_any_way_to_ask_it_is_closed_after_the_window_as_unreachable() -> None:
    house = resolved(reachable=NO_WAY).until(WINDOW_ENDS + 4.999)
    assert house.complaint.stage == "resolved"
    house.to_the_end()
    assert house.last(ComplaintClosed).how == "unreachable"
    assert house.run.events[-1].envelope.at == second(WINDOW_ENDS + 5)


def test_an_erased_customer_cannot_be_asked_either() -> None:
    assert resolved().hears(erased(), at=100).to_the_end().last(ComplaintClosed).how == "unreachable"
    late = resolved().hears(expired(round=2), at=50).hears(erased(), at=9000).to_the_end()
    assert late.last(ComplaintClosed).how == "unreachable"


def test_one_that_is_forgotten_after_the_window_is_closed_after_it_was_forgotten() -> None:
    house = resolved().hears(erased(), at=9000).until(9004)
    assert house.complaint.stage == "resolved"
    house.to_the_end()
    assert (house.last(ComplaintClosed).how, house.run.events[-1].envelope.at) == ("unreachable", second(9005))


@pytest.mark.parametrize("forgotten_at", [110, 9000])
def test_a_vulnerable_customers_complaint_that_waits_for_a_person_goes_on_waiting_when_the_customer_is_forgotten(forgotten_at: int) -> None:
    house = resolved(is_vulnerable=True).hears(expired(), at=100).hears(erased(), at=forgotten_at).to_the_end()
    assert (house.complaint.stage, house.complaint.waits_for_a_person) == ("resolved", True)
    assert house.takes(close(), at=20_000).complaint.stage == "closed"


def test_nothing_closes_a_vulnerable_customers_complaint_by_itself_also_where_there_is_no_way_to_ask() -> None:
    house = resolved(is_vulnerable=True, reachable=NO_WAY).to_the_end()
    assert (house.complaint.stage, house.complaint.waits_for_a_person) == ("resolved", True)
    (told,) = house.run.all(ComplaintEscalated)
    assert (told.reason, told.escalated_at) == ("vulnerable_silence", second(WINDOW_ENDS + 5))


def test_a_word_within_the_window_that_is_under_way_for_a_while_comes_before_the_closing() -> None:
    house = resolved(reachable=NO_WAY).hears(confirmed(), at=WINDOW_ENDS + 4, dated=WINDOW_ENDS).to_the_end()
    assert [each.how for each in house.run.all(ComplaintClosed)] == ["confirmed"]


@pytest.mark.parametrize("stage", [*OPEN, "resolved"])
def test_nothing_is_told_of_what_is_withdrawn_any_more(stage: str) -> None:
    house = IN[stage](reachable=NO_WAY).takes(withdraw(by=CHIEF), at=40)
    gone = house.last(ComplaintWithdrawn)
    assert (gone.reason, gone.by) == ("changed_mind", CHIEF)
    told = house.told
    assert house.to_the_end().told == told


def test_withdrawal_stops_the_clocks_neither_met_nor_breached() -> None:
    house = in_progress().takes(withdraw(), at=20)
    assert {(each.clock, each.reason, each.used_seconds) for each in house.run.all(ClockStopped)} == {
        ("first_answer", "withdrawn", 20), ("resolution", "withdrawn", 20), ("total_resolution", "withdrawn", 20),
    }  # fmt: skip
    assert stopped(waiting()) == {"first_answer", "resolution", "total_resolution"}
    assert stopped(with_head()) == {"total_resolution"}
    assert stopped(in_triage()) == {"triage", "first_answer", "resolution", "total_resolution"}


def stopped(house: House) -> set[str]:
    """The clocks that a withdrawal stops."""
    return {each.clock for each in house.takes(withdraw(), at=40).run.all(ClockStopped)}


def test_a_danger_is_contained_although_the_complaint_is_withdrawn() -> None:
    house = House(hazards=["fire"]).takes(withdraw(), at=10)
    assert "containment" not in {each.clock for each in house.run.all(ClockStopped)}
    house.takes(contain(), at=40)
    assert (house.last(Contained).measure, house.last(ClockMet).clock, house.complaint.stage) == ("valve_shut", "containment", "withdrawn")
    late = House(hazards=["fire"]).takes(withdraw(), at=10).until(100)
    assert [name for name in late.told if name in ("ClockBreached", "ComplaintEscalated")] == ["ClockBreached", "ComplaintEscalated"]


def test_it_is_contained_also_when_the_customer_was_forgotten() -> None:
    house = House(hazards=["fire"]).takes(withdraw(), at=10).hears(erased(False), at=11)
    assert house.takes(contain(note="阀门已关。"), at=12).story[-1] == "Contained"
    assert house.complaint.notes == ()
    assert house.takes(contain(), at=13).refusal == "nothing_to_contain"
