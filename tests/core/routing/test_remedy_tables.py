"""Which tables are a complaint's: those that fit its registration, and those that fit what comes to light later."""

from typing import Any

import pytest

from contracts.intake import Severity
from contracts.model import Event
from tests.core.routing.house import House, contact, in_progress, information, owed, policy, profile, repeats, resolution


def for_whom(**when: Any) -> House:
    """A table for these complaints; ours is of the city, bought by a general customer, and there is no sign at it."""
    table = {"when": when, "grants": [{"basis": "a", "options": [{"kind": "repair"}]}]}
    return in_progress(rules=policy(entitlements={"other": table | {"when": {"source": "crm"}}, "graver": table}), source="city")


@pytest.mark.parametrize(
    ("when", "news"),
    [
        ({"hazard": "fire"}, contact("fire")),
        ({"hazard": "fire"}, information("fire")),
        ({"sign": "exposure"}, information(severity=Severity(has_public_exposure=True))),
        ({"sign": "repeat"}, repeats("T-0")),
        ({"sign": "vulnerable"}, profile(is_vulnerable=True)),
        ({"tier": "key"}, profile("key")),
        ({"tier": "key", "source": "city"}, profile("key")),
        ({"hazard": "fire", "source": "city", "channel": "phone"}, contact("fire")),
    ],
)
def test_what_comes_to_light_later_brings_the_tables_that_are_for_it(when: dict[str, str], news: Event) -> None:
    house = for_whom(**when).takes(owed("graver"), at=11)
    assert house.refusal == "unknown_entitlement"
    assert house.hears(news, at=12).takes(owed("graver"), at=13).story[-1] == "RemedyProposed"
    assert house.takes(owed("other"), at=14).refusal == "unknown_entitlement"


def test_news_of_another_kind_brings_none() -> None:
    house = for_whom(hazard="fire", source="crm").hears(contact("fire"), at=12)
    assert house.takes(owed("graver"), at=13).refusal == "unknown_entitlement"


def test_what_a_complaint_fell_under_it_keeps() -> None:
    house = for_whom(tier="general").hears(profile("key"), at=12)
    assert house.takes(owed("graver"), at=13).story[-1] == "RemedyProposed"


def test_what_is_told_of_a_resolved_complaint_counts_when_it_is_worked_on_again() -> None:
    house = for_whom(sign="exposure").takes(resolution(), at=20)
    house.hears(information(severity=Severity(has_public_exposure=True)), at=21)
    assert house.complaint.entitlements == ("graver",)
