"""How urgent, why, and how further contacts raise it."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts.ids import complaint_id
from contracts.intake import ContactRepeated, Severity
from contracts.model import Money
from contracts.routing import ClockAimed, ClockStarted, ComplaintClosed, ComplaintRouted, ComplaintSentToTriage, PriorityChanged
from tests.core.routing.house import (
    NO_WAY,
    House,
    accept,
    closed,
    contact,
    expired,
    in_progress,
    in_triage,
    information,
    policy,
    profile,
    registered,
    reopen,
    reopened,
    repeats,
    resolution,
    resolved,
    second,
    set_priority,
)

ONE, TWO = (complaint_id("crm", "T-0"),), (complaint_id("crm", "T-0"), complaint_id("crm", "T-00"))


def yuan(amount: int, currency: str = "CNY") -> Severity:
    return Severity(amount_at_stake=Money(amount_minor=amount, currency=currency))


@pytest.mark.parametrize(
    ("facts", "priority", "reasons"),
    [
        ({}, 4, ("ordinary",)),
        ({"hazards": ["fire"]}, 1, ("hazard",)),
        ({"predecessors": ONE}, 2, ("repeat",)),
        ({"predecessors": TWO}, 1, ("many_repeats",)),
        ({"is_vulnerable": True}, 2, ("vulnerable",)),
        ({"severity": Severity(has_public_exposure=True)}, 2, ("public_exposure",)),
        ({"tier": "key"}, 3, ("key_tier",)),
        ({"tier": "suitable"}, 4, ("ordinary",)),
        ({"severity": yuan(49_999)}, 4, ("ordinary",)),
        ({"severity": yuan(50_000)}, 3, ("large_amount",)),
        ({"severity": yuan(10**9, "USD")}, 4, ("ordinary",)),
        ({"hazards": ["fire"], "tier": "key", "is_vulnerable": True}, 1, ("hazard", "vulnerable", "key_tier")),
    ],
)
def test_the_gravest_sign_decides_and_all_are_told(facts: dict[str, Any], priority: int, reasons: tuple[str]) -> None:
    """§2.2."""
    routed, triaged = House(**facts).last(ComplaintRouted), in_triage(**facts).last(ComplaintSentToTriage)
    assert (routed.priority, routed.priority_reasons) == (triaged.priority, triaged.priority_reasons) == (priority, reasons)


@pytest.mark.parametrize(
    ("facts", "hazards", "before", "after", "reason"),
    [
        ({}, (), 4, 3, "repeated_contact"),
        ({"tier": "key"}, (), 3, 2, "repeated_contact"),
        ({}, ("gas",), 4, 1, "new_hazard"),
        ({"is_vulnerable": True}, ("gas",), 2, 1, "new_hazard"),
    ],
)
def test_a_further_contact_raises_an_open_complaint(
    facts: dict[str, Any], hazards: tuple[str], before: int, after: int, reason: str
) -> None:
    for house in (House(**facts), in_triage(**facts), in_progress(**facts)):
        changed = house.hears(contact(*hazards), at=20).last(PriorityChanged)
        assert (changed.before, changed.priority, changed.reason) == (before, after, reason)
        assert (house.complaint.priority, house.complaint.priority_reasons[0]) == (after, reason)


def test_contacts_alone_raise_no_higher_than_p2_and_nothing_is_said_when_nothing_changes() -> None:
    house = House().hears(contact(), at=1).hears(contact(), at=2).hears(contact(), at=3)
    assert [each.priority for each in house.run.all(PriorityChanged)] == [3, 2]


def test_no_contact_makes_it_less_urgent() -> None:
    assert House(hazards=["fire"]).hears(contact(), at=1).complaint.priority == 1
    mild = policy(priority={**_signs(), "hazard": 3})
    assert House(mild, is_vulnerable=True).hears(contact("fire"), at=1).complaint.priority == 2


def test_a_hazard_that_was_named_before_is_not_new() -> None:
    house = House(policy(priority={**_signs(), "hazard": 2}), hazards=["gas"]).hears(contact("gas"), at=1)
    assert house.run.all(PriorityChanged) == []
    house.hears(contact("gas", "fire"), at=2).hears(contact("fire"), at=3)
    assert house.run.all(PriorityChanged) == []
    assert house.complaint.hazards == ("gas", "fire")


def test_a_new_hazard_of_a_contact_that_reopens_makes_the_new_round_p1() -> None:
    house = resolved().hears(contact("fire"), at=30)
    later = house.story[house.story.index("ComplaintResolved") + 1 :]
    assert later[1:] == ["PriorityChanged", "ComplaintReopened", "ComplaintEscalated", "ComplaintRouted", "WorkRequested"]
    assert (house.last(ComplaintRouted).priority, house.last(PriorityChanged).promised_resolution) == (1, None)


@pytest.mark.parametrize("house", [House, in_triage, in_progress])
def test_a_customer_who_turns_out_to_be_vulnerable_is_as_urgent_as_one_who_was_from_the_start(house: Callable[[], House]) -> None:
    at_hand = house().hears(contact(is_vulnerable=True), at=20)
    changed = at_hand.last(PriorityChanged)
    assert (changed.before, changed.priority, changed.reason) == (4, 2, "vulnerable")
    at_hand.hears(contact(is_vulnerable=True), at=21)
    assert len(at_hand.run.all(PriorityChanged)) == 1


@pytest.mark.parametrize(("word", "priority", "reason"), [
    (profile(is_vulnerable=True), 2, "vulnerable"), (profile(tier="key"), 3, "key_tier"), (repeats("T-0"), 2, "repeat"),
    (repeats("T-0", "T-00"), 1, "many_repeats"),
])  # fmt: skip
def test_what_is_learnt_while_nobody_works_on_it_counts_when_it_is_reopened(word: Any, priority: int, reason: str) -> None:
    for house in (resolved(), closed()):
        house.hears(word, at=30)
        assert (house.complaint.priority, house.run.all(PriorityChanged)) == (4, [])
        house.takes(reopen(), at=40)
        assert (house.last(PriorityChanged).priority, house.last(PriorityChanged).reason) == (priority, reason)
        assert house.last(ComplaintRouted).priority == priority


def test_what_a_person_set_stands_when_it_is_reopened() -> None:
    house = in_progress(is_vulnerable=True).takes(set_priority(4), at=20).takes(resolution(), at=21).takes(reopen(), at=40)
    assert (house.complaint.round, house.complaint.priority) == (2, 4)


def test_a_contact_that_reopens_and_tells_so_makes_the_new_round_p2() -> None:
    assert resolved().hears(contact(is_vulnerable=True), at=30).last(ComplaintRouted).priority == 2
    assert resolved().hears(contact("fire", is_vulnerable=True), at=30).last(ComplaintRouted).priority == 1


def test_the_priority_stays_through_rounds() -> None:
    house = reopened(tier="key").hears(contact(), at=40).takes(accept("2-billing"), at=50)
    assert house.complaint.priority == 2


@pytest.mark.parametrize(
    ("word", "priority", "reason"),
    [
        (information(is_chasing=True), 3, "repeated_contact"),
        (information("gas"), 1, "new_hazard"),
        (information(is_vulnerable=True), 2, "vulnerable"),
        (information(severity=Severity(has_public_exposure=True)), 2, "public_exposure"),
        (contact(severity=Severity(has_public_exposure=True)), 2, "public_exposure"),
        (information(severity=yuan(50_000)), 3, "large_amount"),
        (contact(severity=yuan(50_000)), 3, "large_amount"),
        (repeats("T-0"), 2, "repeat"),
        (repeats("T-0", "T-00"), 1, "many_repeats"),
        (profile(is_vulnerable=True), 2, "vulnerable"),
        (profile(tier="key"), 3, "key_tier"),
        (profile(tier="key", is_vulnerable=True), 2, "vulnerable"),
    ],
)
def test_whatever_comes_to_light_later_raises_it_as_it_would_have_from_the_start(word: Any, priority: int, reason: str) -> None:
    for house in (House(), in_triage(), in_progress()):
        changed = house.hears(word, at=20).last(PriorityChanged)
        assert (changed.before, changed.priority, changed.reason, changed.by) == (4, priority, reason, None)
        if not (isinstance(word, ContactRepeated) or reason == "repeated_contact"):
            house.hears(word, at=21)
        assert len(house.run.all(PriorityChanged)) == 1


@pytest.mark.parametrize("word", [information(), information(severity=yuan(49_999)), repeats(), profile(), profile(tier="suitable")])
def test_what_says_nothing_new_changes_nothing(word: Any) -> None:
    house = House()
    before = len(house.told)
    assert len(house.hears(word, at=20).told) == before


def test_late_news_of_fewer_or_of_less_never_lowers_it() -> None:
    house = House(predecessors=TWO, is_vulnerable=True).hears(repeats("T-0"), at=1).hears(profile(), at=2)
    assert (house.complaint.priority, house.run.all(PriorityChanged)) == (1, [])
    assert house.complaint.repeats == 2


def test_whether_silence_may_end_it_follows_the_profile_as_it_is_now() -> None:
    assert resolved(is_vulnerable=True).hears(profile(), at=30).hears(expired(), at=40).complaint.stage == "closed"
    assert resolved().hears(profile(is_vulnerable=True), at=30).hears(expired(), at=40).complaint.stage == "resolved"


@pytest.mark.parametrize(("reachable", "how"), [(True, "silence"), (False, "unreachable")])
def test_what_waits_for_a_person_is_answered_by_silence_when_its_customer_is_not_vulnerable_after_all(reachable: bool, how: str) -> None:
    house = resolved(is_vulnerable=True, **({} if reachable else {"reachable": NO_WAY}))
    house = house.hears(expired(), at=40) if reachable else house.until(20_000)
    assert house.complaint.waits_for_a_person
    house.hears(profile(is_vulnerable=True, tier="key"), at=20_001)
    assert house.complaint.stage == "resolved"
    assert house.hears(profile(), at=20_002).last(ComplaintClosed).how == how


def test_a_lesser_new_sign_is_a_reason_though_it_raises_nothing() -> None:
    house = House(hazards=["fire"]).hears(contact(is_vulnerable=True), at=1)
    assert (house.run.all(PriorityChanged), house.complaint.priority_reasons) == ([], ("hazard", "vulnerable"))


def test_a_contact_with_a_lesser_new_sign_counts_as_a_contact_all_the_same() -> None:
    house = House(tier="key").hears(contact(severity=yuan(50_000)), at=1)
    assert (house.last(PriorityChanged).priority, house.last(PriorityChanged).reason) == (2, "repeated_contact")
    assert house.complaint.priority_reasons == ("repeated_contact", "key_tier", "large_amount")


def test_clocks_and_promise_follow_a_contact() -> None:
    house = in_progress().hears(contact("gas"), at=20)
    aimed = {each.clock: (each.before, each.target, each.due, each.because) for each in house.run.all(ClockAimed)}
    assert aimed["resolution"] == (400, 100, second(100), "priority")
    assert house.last(PriorityChanged).promised_resolution == house.complaint.promised_resolution == second(100)


@pytest.mark.parametrize(("facts", "priority"), [({}, 1), ({}, 2), ({"hazards": ["fire"]}, 4)])
def test_a_person_sets_any_priority_with_a_reason_and_the_clocks_follow(facts: dict[str, Any], priority: int) -> None:
    """§2.2: a person may change it with a reason."""
    house = House(**facts).takes(set_priority(priority), at=20)
    changed = house.last(PriorityChanged)
    assert (changed.priority, changed.reason, changed.by and changed.by.staff) == (priority, "mayor_asked", "chief")
    assert changed.promised_resolution == second(priority * 100)
    assert house.complaint.priority_reasons[0] == "mayor_asked"


def test_what_a_person_lowered_rises_again_by_what_is_new_and_by_nothing_that_was_known() -> None:
    house = House(hazards=["fire"], tier="key").takes(set_priority(4), at=10)
    house.hears(information("fire"), at=11).hears(profile(tier="key"), at=12)
    assert house.complaint.priority == 4
    assert house.hears(contact("fire"), at=13).complaint.priority == 3
    assert house.hears(contact("fire", "gas"), at=14).complaint.priority == 1


def test_reasons_never_become_more_than_an_event_holds() -> None:
    house = House(type="Both", hazards=["fire"])
    for n in range(40):
        house.takes(set_priority(1 + n % 3 + 1, f"reason_{n}"), at=n + 1)
    house.hears(contact("gas"), at=50)
    assert len(house.complaint.priority_reasons) == 20
    assert house.complaint.priority_reasons[:2] == ("new_hazard", "reason_39")


def test_waiting_raises_it_one_step_at_each_point_and_moves_no_target() -> None:
    """§2.2: one step at policy points of its clock's age, at most to P2, never beyond."""
    house = in_progress().until(395)
    assert [(each.priority, each.reason) for each in house.run.all(PriorityChanged)] == [(3, "age"), (2, "age")]
    assert [each for each in house.run.all(ClockAimed) if each.clock == "resolution"] == []
    assert house.complaint.promised_resolution == second(400)


def test_what_was_old_when_it_came_is_routed_with_its_signs_and_then_rises() -> None:
    house = House(received_at=second(-260))
    assert house.last(ComplaintRouted).priority == 4
    changed = house.last(PriorityChanged)
    assert (changed.before, changed.priority, changed.reason) == (4, 3, "age")
    assert house.told.index("PriorityChanged") > house.told.index("ComplaintRouted")
    assert {each.target for each in house.run.all(ClockStarted) if each.clock == "resolution"} == {400}


@pytest.mark.parametrize("words", ["WORST COMPANY EVER!!!", "你们这帮骗子", "please, whenever you find the time"])
def test_tone_is_no_sign(words: str) -> None:
    """§1.8: what the customer calls it, and how loudly, decides nothing."""
    calm, loud = House(told=registered(descriptor="no light")), House(told=registered(descriptor=words))
    assert loud.last(ComplaintRouted) == calm.last(ComplaintRouted)


def _signs() -> dict[str, Any]:
    return policy().priority.model_dump()
