"""Whole lives: resolved, closed, reopened, withdrawn, forgotten."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts.callback import CallbackBroken
from contracts.common import CommandRefused
from contracts.intake import Reachable
from contracts.model import Event
from contracts.routing import (
    ComplaintClosed,
    ComplaintReopened,
    ComplaintResolved,
    ComplaintRouted,
    ComplaintWithdrawn,
    ContactReturned,
    ProgressReported,
    WorkDone,
    WorkRequested,
)
from services.platform.kernel.run import Run
from services.platform.kernel.service import Cause, Practice
from services.routing import SERVICE
from services.routing.state import Complaint
from tests.core.routing.house import (
    CHIEF,
    COMPLAINT,
    NO_WAY,
    POLICY,
    WHO,
    House,
    accept,
    assign,
    closed,
    confirmed,
    contact,
    dissatisfied,
    erased,
    expired,
    in_progress,
    policy,
    progress,
    reopen,
    reopened,
    resolution,
    resolved,
    second,
    withdraw,
    withdrawn,
)

WINDOW_ENDS = 20 + 5000
"""`resolved()` is resolved at 20; the window is 5000 seconds, and another service's word has 5 to arrive."""


def test_a_complaint_goes_from_call_to_closed() -> None:
    house = House().takes(accept(), at=10).takes(progress(is_told_to_customer=True), at=15)
    house.takes(resolution(finding="partly", answer_parts=["apology"]), at=20).hears(confirmed(), at=30).to_the_end()
    assert house.told == [
        "ComplaintRouted", "ClockStarted", "WorkRequested", "WorkAccepted", "ProgressReported",
        "WorkDone", "ClockMet", "ComplaintResolved", "ComplaintClosed",
    ]  # fmt: skip
    assert all(told.message.model_dump().items() >= (WHO | {"round": 1}).items() for told in house.run.events)
    assert (house.last(ComplaintClosed).how, house.last(ComplaintClosed).reopenable_until) == ("confirmed", second(WINDOW_ENDS))


def test_a_complaint_goes_through_triage() -> None:
    house = House(type="Unheard of").takes(assign("network"), at=5).takes(accept("1-network"), at=10)
    house.takes(resolution("1-network"), at=20).hears(confirmed(), at=30)
    assert house.complaint.stage == "closed"


def test_progress_says_what_the_department_said() -> None:
    told = in_progress().until(500).takes(progress(is_told_to_customer=True, delay_cause="parts", next_update=second(900)), at=600)
    said = told.last(ProgressReported)
    assert (said.work, said.department, said.is_told_to_customer) == ("1-billing", "billing", True)
    assert (said.delay_cause, said.next_update, said.by.staff) == ("parts", second(900), "wang")


# -- several departments ------------------------------------------------------------------------------------------------------------------


def test_it_is_resolved_when_the_last_department_is_done() -> None:
    house = House(type="Both").takes(accept("1-network"), at=1).takes(accept("1-billing"), at=2)
    house.takes(resolution("1-network", "not_upheld", "delivery", answer_parts=["apology", "explanation"]), at=3)
    assert (house.complaint.stage, house.told[-1]) == ("in_progress", "WorkDone")
    house.takes(resolution("1-billing", "partly", "communication", answer_parts=["explanation", "prevention"]), at=4)
    done, found = house.run.all(WorkDone), house.last(ComplaintResolved)
    assert [(each.work, each.finding) for each in done] == [("1-network", "not_upheld"), ("1-billing", "partly")]
    assert (found.finding, found.causes, found.lead) == ("partly", ("communication", "delivery"), "billing")
    assert found.answer_parts == ("explanation", "prevention", "apology")


@pytest.mark.parametrize(
    ("one", "other", "finding"),
    [
        ("upheld", "partly", "upheld"),
        ("not_upheld", "upheld", "upheld"),
        ("partly", "undetermined", "partly"),
        ("undetermined", "not_upheld", "undetermined"),
        ("not_upheld", "not_upheld", "not_upheld"),
    ],
)
def test_the_gravest_finding_is_the_complaints(one: str, other: str, finding: str) -> None:
    house = House(type="Both").takes(accept("1-network"), at=1).takes(accept("1-billing"), at=2)
    house.takes(resolution("1-network", one), at=3).takes(resolution("1-billing", other), at=4)
    assert house.last(ComplaintResolved).finding == finding
    assert house.last(ComplaintResolved).causes == ("delivery",)


def test_a_department_may_accept_after_another_is_done() -> None:
    house = House(type="Both").takes(accept("1-network"), at=1).takes(resolution("1-network"), at=2)
    house.takes(accept("1-billing"), at=3).takes(resolution("1-billing"), at=4)
    assert house.told[-1] == "ComplaintResolved"


# -- closing ------------------------------------------------------------------------------------------------------------------------------


def test_silence_closes() -> None:
    assert resolved().hears(expired(), at=100).last(ComplaintClosed).how == "silence"


def test_silence_never_closes_a_vulnerable_customers_complaint_and_a_person_ends_it() -> None:
    house = resolved(is_vulnerable=True).hears(expired(), at=100).until(100_000)
    assert house.complaint.stage == "resolved"
    assert house.takes(reopen(by=CHIEF), at=100_001).complaint.stage == "reopened"
    assert resolved(is_vulnerable=True).hears(expired(), at=100).takes(withdraw(), at=100_000).complaint.stage == "withdrawn"


def test_a_vulnerable_customers_confirmation_closes() -> None:
    assert resolved(is_vulnerable=True).hears(confirmed(), at=100).complaint.stage == "closed"


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


def test_a_word_within_the_window_that_is_under_way_for_a_while_comes_before_the_closing() -> None:
    house = resolved(reachable=NO_WAY).hears(confirmed(), at=WINDOW_ENDS + 4, dated=WINDOW_ENDS).to_the_end()
    assert [each.how for each in house.run.all(ComplaintClosed)] == ["confirmed"]


@pytest.mark.parametrize("word", [confirmed, expired, dissatisfied])
def test_a_word_about_another_round_changes_nothing(word: Callable[[int], Event]) -> None:
    again = reopened().takes(accept("2-billing"), at=40).takes(resolution("2-billing"), at=50)
    for round in (1, 3):
        told = again.told
        assert again.hears(word(round), at=60 + round).told == told
    assert again.hears(word(2), at=70).told != told


# -- reopening ----------------------------------------------------------------------------------------------------------------------------


def test_reopening_begins_a_new_round_one_level_higher_with_the_same_departments() -> None:
    house = House(type="Both").takes(accept("1-network"), at=1).takes(accept("1-billing"), at=2)
    house.takes(resolution("1-network"), at=3).takes(resolution("1-billing"), at=4).takes(reopen(), at=30)
    assert house.told[-4:] == ["ComplaintReopened", "ComplaintRouted", "WorkRequested", "WorkRequested"]
    again, routed = house.last(ComplaintReopened), house.last(ComplaintRouted)
    assert (again.round, again.level, again.reason) == (2, 1, "not_fixed")
    assert (routed.round, routed.departments, routed.lead) == (2, ("billing", "network"), "billing")
    assert [each.work for each in house.run.all(WorkRequested)[2:]] == ["2-billing", "2-network"]
    house.takes(accept("1-billing"), at=31)
    assert house.refusal == "unknown_work"


@pytest.mark.parametrize(
    ("reopens", "reason"), [(lambda house, at: house.hears(dissatisfied(), at), "dissatisfied"),
                            (lambda house, at: house.hears(contact(), at), "contact_repeated"),
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


@pytest.mark.parametrize("reopens", [lambda house: house.hears(dissatisfied(), 90_000), lambda house: house.hears(contact(), 90_000)])
def test_what_the_customer_says_while_it_is_resolved_counts_however_late(reopens: Callable[[House], House]) -> None:
    assert reopens(resolved()).complaint.stage == "reopened"


@pytest.mark.parametrize("at", [WINDOW_ENDS + 0.001, WINDOW_ENDS + 3, WINDOW_ENDS + 4.999, 90_000])
@pytest.mark.parametrize("facts", [{}, {"reachable": NO_WAY}])
def test_a_command_reopens_nothing_once_the_window_is_over_closed_or_not(at: float, facts: dict[str, Any]) -> None:
    house = resolved(**facts).takes(reopen(), at=at)
    assert (house.refusal, house.last(CommandRefused).see) == ("past_reopening", "SubmitComplaint")
    assert resolved(**facts).takes(reopen(), at=WINDOW_ENDS).complaint.stage == "reopened"


def test_a_vulnerable_customers_complaint_is_reopenable_as_long_as_it_waits_and_exactly_its_window_once_closed() -> None:
    assert resolved(is_vulnerable=True).takes(reopen(), at=90_000).complaint.stage == "reopened"
    assert closed(is_vulnerable=True).takes(reopen(), at=WINDOW_ENDS + 0.001).refusal == "past_reopening"


# -- what a later contact says of the customer --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("house", [House, in_progress, resolved, closed])
def test_who_is_vulnerable_by_a_later_contact_is_not_closed_on_silence(house: Callable[[], House]) -> None:
    at_hand = house().hears(contact(is_vulnerable=True), at=31).hears(contact(is_vulnerable=False), at=32)
    work = f"{at_hand.complaint.round}-billing"
    if not at_hand.complaint.works[0].is_accepted:
        at_hand.takes(accept(work), at=40)
    at_hand.takes(resolution(work), at=50).hears(expired(at_hand.complaint.round), at=60)
    assert (at_hand.complaint.stage, at_hand.complaint.is_vulnerable) == ("resolved", True)


@pytest.mark.parametrize("way", ["phone", "mail", "post"])
def test_who_can_be_reached_by_a_later_contact_is_not_given_up(way: str) -> None:
    house = in_progress(reachable=NO_WAY).hears(contact(reachable=Reachable(**{way: True})), at=11).takes(resolution(), at=20)
    assert house.until(90_000).complaint.stage == "resolved"
    unsaid = in_progress(reachable=NO_WAY).hears(contact(reachable=NO_WAY), at=11).hears(contact(), at=12).takes(resolution(), at=20)
    assert unsaid.until(90_000).complaint.stage == "closed"


def test_an_erased_customer_is_reached_by_no_later_contact() -> None:
    house = in_progress().hears(erased(), at=11).hears(contact(reachable=Reachable(phone=True)), at=12).takes(resolution(), at=20)
    assert house.to_the_end().last(ComplaintClosed).how == "unreachable"


def test_a_contact_that_is_handed_back_says_nothing_of_this_complaint() -> None:
    before = withdrawn().complaint
    assert withdrawn().hears(contact(is_vulnerable=True), at=20).complaint == before


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


def test_levels_rise_with_rounds() -> None:
    house = resolved()
    for round in range(2, 6):
        house.hears(dissatisfied(round - 1), at=100 * round).takes(accept(f"{round}-billing"), at=100 * round + 1)
        house.takes(resolution(f"{round}-billing"), at=100 * round + 2)
    assert [(each.round, each.level) for each in house.run.all(ComplaintReopened)] == [(2, 1), (3, 2), (4, 3), (5, 4)]


# -- withdrawing --------------------------------------------------------------------------------------------------------------------------


def test_withdrawal_says_who_and_why_and_nothing_comes_after_it() -> None:
    house = in_progress().takes(withdraw(by=CHIEF), at=20).to_the_end()
    gone = house.last(ComplaintWithdrawn)
    assert (house.told[-1], gone.reason, gone.by) == ("ComplaintWithdrawn", "changed_mind", CHIEF)


def test_a_withdrawn_unreachable_complaint_is_not_closed_as_well() -> None:
    assert resolved(reachable=NO_WAY).takes(withdraw(), at=30).to_the_end().told[-1] == "ComplaintWithdrawn"


# -- the dossier --------------------------------------------------------------------------------------------------------------------------


def noted() -> House:
    house = in_progress().takes(progress(note="等零件"), at=11).takes(resolution(explanation="A valve was worn."), at=20)
    return house.takes(reopen(note="It leaks again."), at=30).takes(withdraw(note="Moved away."), at=40)


def test_what_people_wrote_is_kept_in_the_dossier_and_on_no_event() -> None:
    house = noted()
    (dossier,) = SERVICE.dossiers(house.complaint).values()
    assert dossier is not None
    assert [(note["text"], note["at"]) for note in dossier.model_dump()["notes"]] == [
        ("等零件", second(11)), ("A valve was worn.", second(20)), ("It leaks again.", second(30)), ("Moved away.", second(40)),
    ]  # fmt: skip
    said = b"".join(record.value or b"" for record in house.run.log if record.topic == "routing.events.v1").decode()
    assert not any(words in said for words in ("等零件", "valve", "leaks", "Moved"))


def test_where_nobody_wrote_there_is_no_dossier() -> None:
    assert SERVICE.dossiers(resolved().complaint) == {}


def test_erasure_empties_the_notes_for_ever() -> None:
    house = noted().hears(erased(), at=50)
    assert SERVICE.dossiers(house.complaint) == {COMPLAINT: None}
    house = in_progress().takes(progress(note="等零件"), at=11).hears(erased(), at=12).takes(progress(note="等零件"), at=13)
    assert house.told[-1] == "ProgressReported"
    assert SERVICE.dossiers(house.complaint) == {COMPLAINT: None}
    assert "零件" not in house.complaint.model_dump_json()


def test_erasure_gives_up_the_commands_that_wait() -> None:
    """Their raw records may hold the customer's words."""
    run = Run([Practice(SERVICE, POLICY)])
    run.send("routing", withdraw(note="It is my mother's."), at=second(-20))
    run.tell("intake", erased(), at=second(-10))
    run.until(second(0))
    assert [each.reason for each in run.all(CommandRefused)] == ["erased"]


# -- what the platform asks ---------------------------------------------------------------------------------------------------------------


def test_complaints_are_counted_by_state_and_priority() -> None:
    assert SERVICE.facets(closed(tier="key").complaint) == {"state": "closed", "priority": "P3"}


def test_the_state_survives_being_stored() -> None:
    for house in (noted(), closed(hazards=["fire"]), reopened(), House(type=None)):
        assert Complaint.model_validate_json(house.complaint.model_dump_json()) == house.complaint
        assert Complaint.model_validate(house.complaint.model_dump()) == house.complaint


def test_a_department_that_the_policy_no_longer_knows_can_still_be_asked_again() -> None:
    before, now = resolved().complaint, policy(departments={"network": {}, "safety": {}}, rules=[])
    cause = Cause(reopen(), COMPLAINT, "crm", second(30), second(30), COMPLAINT)
    after, events = SERVICE.decide(before, cause, now)
    assert [type(event) for event in events] == [ComplaintReopened, ComplaintRouted, WorkRequested]
    assert (after.departments, after.promised_resolution) == (("billing",), second(430))


def test_events_of_no_use_do_not_even_reach_the_document() -> None:
    house = in_progress()
    before = house.run.document("routing", COMPLAINT)
    house.hears(CallbackBroken(**WHO, round=1, callback="1-confirm", purpose="confirm", broken_at=second(9)), at=11)
    after = house.run.document("routing", COMPLAINT)
    assert before and after and (before.length, before.version) == (after.length, after.version)
