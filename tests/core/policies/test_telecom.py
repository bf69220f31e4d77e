"""A telecom company: what customers of a real one wrote finds its desk; outages by day and night (§1.2, §2.1-2.3; §6)."""

from collections import Counter
from pathlib import Path

import pytest

from contracts.intake import Classes
from contracts.routing import ComplaintEscalated, ComplaintRouted, ExtendClock, PriorityChanged
from services.cli.replay.mapping import load_mapping
from services.routing.rules import Rule, When
from tests.cli.replay.support import commands, replayed
from tests.core.policies.lives import Life, intake_policy, routing_policy, staff

NEW_YORK = "America/New_York"
FILE = "Comcast_telecom_complaints_data.csv.gz"


@pytest.fixture(scope="module")
def told(shared_data: Path) -> list[Classes]:
    """What becomes of each of the file's narratives."""
    asked = commands(replayed(shared_data / FILE, load_mapping("comcast")))
    return [intake_policy("telecom").classify(each.command, "comcast") for each in asked]


def test_nearly_all_of_a_real_companys_complaints_are_classified_and_the_rest_is_not_guessed(told: list[Classes]) -> None:
    """1,908 of 2,224; most of the others say no more than the company's name."""
    assert len(told) == 2_224
    assert sum(classes.kind != "unclassified" for classes in told) >= 1_900


def test_they_are_about_what_such_complaints_are_about(told: list[Classes]) -> None:
    counts = Counter(classes.element for classes in told)
    assert counts["billing"] > counts["internet"] > counts["data_cap"] > counts["contract"] > counts["outage"] > counts["coverage"]


def test_whatever_is_classified_has_a_department(told: list[Classes]) -> None:
    rules = routing_policy("telecom").table
    for classes in set(told) - {Classes()}:
        known = {"class_kind": (classes.kind,), "element": (classes.element,), "failed_right": (classes.failed_right,)}
        assert isinstance(rules.decide(dict.fromkeys(When.model_fields, ()) | known), Rule), classes


def life(registered: str = "2026-01-30 16:00", **said: object) -> Life:
    return Life("telecom", NEW_YORK, registered, **said)


def test_a_dead_line_is_mended_by_the_clock_on_the_wall_and_a_bill_by_the_desks() -> None:
    """Friday 16:00: five hours of Friday, nine of Saturday, eight of Sunday, thirteen of each working day."""
    assert life(narrative="No internet since this morning").due("restoration") == "2026-01-31 16:00"
    bill = life(narrative="You charged me twice")
    assert bill.due("resolution") == "2026-02-04 20:00"
    assert life(narrative="You charged me twice", has_public_exposure=True).due("resolution") == "2026-02-01 12:00"


def test_a_whole_street_without_service_is_more_urgent_than_one_house() -> None:
    street = life(narrative="Outage in the whole street", has_public_exposure=True)
    assert street.last(ComplaintRouted).priority == 2 and street.due("restoration") == "2026-01-30 24:00"
    assert street.works == ("network_operations", "field_service")


def test_a_storm_gives_more_time_if_the_head_of_operations_says_so() -> None:
    told = life(narrative="Outage after the storm").accepts("1-network_operations", "2026-01-30 16:10")
    ask = {"clock": "restoration", "target": 172_800, "reason": "storm", "approver": staff("operations_head", "s2")}
    told.takes(ExtendClock, "2026-01-31 09:00", **ask, next_update=told.at("2026-02-01 09:00"))
    assert told.due("restoration") == "2026-02-01 16:00"


def test_a_bill_that_waits_rises_and_goes_up_the_ladder() -> None:
    """Twenty open hours are used up on Sunday at 16:00, thirty-three and a third on Tuesday morning."""
    told = life(narrative="You charged me twice").accepts("1-billing", "2026-01-30 17:00").until("2026-02-05 12:00")
    rises = [(each.message.priority, told.local(each.envelope.at)) for each in told.run.events if isinstance(each.message, PriorityChanged)]
    assert rises == [(3, "2026-02-01 16:00"), (2, "2026-02-02 19:20")]
    assert told.due("resolution") == "2026-02-04 20:00" and "resolution" in told.breached()
    assert [each.to for each in told.all(ComplaintEscalated) if each.clock == "resolution"] == ["team_lead", "operations_head"]
