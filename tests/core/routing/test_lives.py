"""Whole lives; what a later contact says of the customer; the dossier; what the platform asks."""

from collections.abc import Callable

import pytest

from contracts.callback import CallbackRescheduled
from contracts.common import CommandRefused
from contracts.intake import Reachable
from contracts.routing import (
    ClockResumed,
    ClockStarted,
    ComplaintClosed,
    ComplaintEscalated,
    ComplaintReopened,
    ComplaintRouted,
    WorkRequested,
)
from services.platform.kernel.run import Run
from services.platform.kernel.service import Cause, Practice
from services.routing import SERVICE
from services.routing.state import Complaint
from tests.core.routing.house import (
    COMPLAINT,
    IN,
    NO_WAY,
    POLICY,
    WHO,
    House,
    accept,
    assign,
    clerk,
    closed,
    confirmed,
    contact,
    decline,
    erased,
    expired,
    in_progress,
    not_called,
    pause,
    policy,
    progress,
    reopen,
    resolution,
    resolved,
    second,
    withdraw,
    withdrawn,
)


def test_a_complaint_goes_from_call_to_closed() -> None:
    house = House().takes(accept(), at=10).takes(progress(is_told_to_customer=True), at=15)
    house.takes(resolution(finding="partly", answer_parts=["apology"]), at=20).hears(confirmed(), at=30).to_the_end()
    assert house.story == [
        "ComplaintRouted", "WorkRequested", "WorkAccepted", "ProgressReported", "WorkDone", "ComplaintResolved", "ComplaintClosed",
    ]  # fmt: skip
    assert all(told.message.model_dump().items() >= (WHO | {"round": 1}).items() for told in house.run.events)
    assert (house.last(ComplaintClosed).how, house.last(ComplaintClosed).reopenable_until) == ("confirmed", second(5020))


def test_a_complaint_goes_through_triage() -> None:
    house = House(type="Unheard of").takes(assign("network"), at=5).takes(accept("1-network"), at=10)
    house.takes(resolution("1-network"), at=20).hears(confirmed(), at=30)
    assert house.complaint.stage == "closed"


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


# -- the dossier --------------------------------------------------------------------------------------------------------------------------


def noted() -> House:
    house = in_progress().takes(progress(note="等零件"), at=11).takes(pause(note="Nobody is at home."), at=12)
    house.takes(resolution(explanation="A valve was worn."), at=20).takes(reopen(note="It leaks again."), at=30)
    return house.takes(decline("2-billing", note="管道归水务局。"), at=35).takes(withdraw(note="Moved away."), at=40)


def test_what_people_wrote_is_kept_in_the_dossier_and_on_no_event() -> None:
    house = noted()
    (dossier,) = SERVICE.dossiers(house.complaint).values()
    assert dossier is not None
    assert [(note["text"], note["at"]) for note in dossier.model_dump()["notes"]] == [
        ("等零件", second(11)), ("Nobody is at home.", second(12)), ("A valve was worn.", second(20)), ("It leaks again.", second(30)),
        ("管道归水务局。", second(35)), ("Moved away.", second(40)),
    ]  # fmt: skip
    said = b"".join(record.value or b"" for record in house.run.log if record.topic == "routing.events.v1").decode()
    assert not any(words in said for words in ("等零件", "Nobody", "valve", "leaks", "水务局", "Moved"))


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
    for house in (noted(), House(hazards=["fire"]), *(made() for made in IN.values())):
        assert Complaint.model_validate_json(house.complaint.model_dump_json()) == house.complaint
        assert Complaint.model_validate(house.complaint.model_dump()) == house.complaint


def test_a_department_that_the_policy_no_longer_knows_can_still_be_asked_again() -> None:
    before, now = resolved().complaint, policy(departments={"network": {}, "safety": {}, "press": {}}, rules=[])
    cause = Cause(reopen(), COMPLAINT, "crm", second(30), second(30), COMPLAINT)
    after, events = SERVICE.decide(before, cause, now)
    assert {type(event) for event in events} == {
        ComplaintReopened, ComplaintEscalated, ClockResumed, ComplaintRouted, WorkRequested, ClockStarted,
    }  # fmt: skip
    assert (after.departments, after.promised_resolution) == (("billing",), second(430))


def test_events_of_no_use_do_not_even_reach_the_document() -> None:
    house = in_progress()
    before = house.run.document("routing", COMPLAINT)
    moved = {"earliest": second(9), "latest": second(19), "latest_before": second(10), "reason": "wish", "by": clerk("1-desk", None)}
    house.hears(CallbackRescheduled(**WHO, round=1, callback="1-confirm", purpose="confirm", **moved), at=11)
    after = house.run.document("routing", COMPLAINT)
    assert before and after and (before.length, before.version) == (after.length, after.version)


@pytest.mark.parametrize(("house", "round", "told"), [(in_progress, 1, 1), (resolved, 1, 1), (in_progress, 2, 0), (withdrawn, 1, 0)])
def test_a_missed_callback_reaches_the_supervisor_at_once_and_the_complaints_own_level_stays(house, round: int, told: int) -> None:
    """§3.6"""
    now = house()
    level = now.complaint.level
    escalated = [event for event in now.hears(not_called(round), at=41).run.all(ComplaintEscalated) if event.reason == "callback_broken"]
    assert [(event.level, event.to, event.instance, event.escalated_at) for event in escalated] == [
        (1, POLICY.whose(1), f"{round}-confirm", second(9)),
    ] * told  # fmt: skip
    assert now.complaint.level == level


def test_whose_a_missed_callback_is_the_policy_says() -> None:
    house = in_progress(rules=policy(broken_callback_level=2)).hears(not_called(), at=41)
    assert [event.level for event in house.run.all(ComplaintEscalated) if event.reason == "callback_broken"] == [2]


def test_what_was_to_make_up_for_it_and_was_missed_too_is_no_second_matter_of_that_round() -> None:
    house = in_progress().hears(not_called(), at=41).hears(not_called(), at=50)
    assert [event.reason for event in house.run.all(ComplaintEscalated)].count("callback_broken") == 1
