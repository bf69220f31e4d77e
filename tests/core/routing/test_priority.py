"""How urgent, why, and how further contacts raise it."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts.ids import complaint_id
from contracts.intake import Severity
from contracts.model import Money
from contracts.routing import ComplaintRouted, ComplaintSentToTriage, PriorityChanged
from tests.core.routing.house import House, accept, contact, in_progress, in_triage, policy, reopened, resolved

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
    assert house.told[-4:] == ["PriorityChanged", "ComplaintReopened", "ComplaintRouted", "WorkRequested"]
    assert house.last(ComplaintRouted).priority == 1


@pytest.mark.parametrize("house", [House, in_triage, in_progress])
def test_a_customer_who_turns_out_to_be_vulnerable_is_as_urgent_as_one_who_was_from_the_start(house: Callable[[], House]) -> None:
    at_hand = house().hears(contact(is_vulnerable=True), at=20)
    changed = at_hand.last(PriorityChanged)
    assert (changed.before, changed.priority, changed.reason) == (4, 2, "vulnerable")
    at_hand.hears(contact(is_vulnerable=True), at=21)
    assert len(at_hand.run.all(PriorityChanged)) == 1


def test_a_contact_that_reopens_and_tells_so_makes_the_new_round_p2() -> None:
    assert resolved().hears(contact(is_vulnerable=True), at=30).last(ComplaintRouted).priority == 2
    assert resolved().hears(contact("fire", is_vulnerable=True), at=30).last(ComplaintRouted).priority == 1


def test_the_priority_stays_through_rounds() -> None:
    house = reopened(tier="key").hears(contact(), at=40).takes(accept("2-billing"), at=50)
    assert house.complaint.priority == 2


def _signs() -> dict[str, Any]:
    return policy().priority.model_dump()
