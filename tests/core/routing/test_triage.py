"""What waits for a person: whose desk it is, how long it may wait, and what is told of it."""

import pytest

from contracts.routing import ClockBreached, ClockStarted, ComplaintEscalated, ComplaintSentToTriage
from tests.core.routing.house import House, assign, both, decline, in_triage, policy, second


@pytest.mark.parametrize("type", ["Unheard of", None])
def test_triage_has_an_owner_and_a_clock(type: str | None) -> None:
    """§2.1."""
    house = House(type=type, tier="key")
    told = house.last(ComplaintSentToTriage)
    assert (told.owner, told.reason, told.priority, told.priority_reasons, told.policy) == (
        "duty_desk", "no_rule", 3, ("key_tier",), "test/routing@1",
    )  # fmt: skip
    [clock] = [each for each in house.run.all(ClockStarted) if each.kind == "triage"]
    assert (clock.instance, clock.work, clock.started_from, clock.due) == ("triage-1", None, second(0), second(60))


def test_triage_that_does_not_answer_is_told_upwards_once() -> None:
    house = in_triage().until(130)
    [late] = [each for each in house.run.all(ClockBreached) if each.clock == "triage"]
    assert late.breached_at == second(61)
    [risen] = [each for each in house.run.all(ComplaintEscalated) if each.clock == "triage"]
    assert (risen.level, risen.to, risen.instance) == (1, "team_lead", "triage-1")


def test_declined_work_has_a_clock_of_its_own_that_counts_from_the_decline() -> None:
    house = both("billing").takes(decline("1-network"), at=20)
    told = house.last(ComplaintSentToTriage)
    assert (told.reason, told.work, told.candidates, told.owner) == ("declined", "1-network", (), "duty_desk")
    clock = house.last(ClockStarted)
    assert (clock.instance, clock.work, clock.due) == ("triage-1-network", "1-network", second(80))


def test_the_clocks_of_the_whole_complaint_run_while_it_waits_for_a_person() -> None:
    kinds = {each.kind for each in in_triage().run.all(ClockStarted)}
    assert kinds == {"first_answer", "resolution", "total_resolution", "triage"}


def test_what_nobody_owns_is_never_given_to_a_department_by_itself() -> None:
    house = in_triage().to_the_end()
    assert (house.complaint.stage, house.complaint.works, "WorkRequested" in house.told) == ("triage", (), False)


def test_a_set_without_a_clock_for_triage_still_has_an_owner() -> None:
    clocks = {name: rule.model_dump() for name, rule in policy().clocks.items() if name != "triage"}
    house = in_triage(rules=policy(clocks=clocks))
    assert house.last(ComplaintSentToTriage).owner == "duty_desk"
    assert house.takes(assign("billing"), at=10).complaint.stage == "routed"
