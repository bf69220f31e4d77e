"""§2.4: open complaints keep what they began with, whatever the policy says since, or follow it where it says so."""

from typing import Any

import pytest

from contracts.model import Command
from contracts.routing import (
    ClockAimed,
    ClockBreached,
    ClockExtended,
    ClockResumed,
    ClockStarted,
    ClockWarned,
    ComplaintEscalated,
    PriorityChanged,
)
from services.platform.kernel.service import Practice
from services.routing import SERVICE
from services.routing.policy import RoutingPolicy
from tests.core.routing.clockwork import CALENDARS, clock, day, of, only, policy_with, said
from tests.core.routing.house import (
    RULES,
    START,
    House,
    accept,
    assign,
    contact,
    decline,
    extend,
    in_progress,
    in_triage,
    pause,
    policy,
    reopen,
    resolved,
    resume,
    second,
)

LONGER: dict[str, Any] = {"resolution": RULES["clocks"]["resolution"] | {"targets": {1: "500s", 2: "600s", 3: "700s", 4: "800s"}}}
V1 = policy()
V2 = policy(reference="test/routing@2", clocks=RULES["clocks"] | LONGER)
RENAMED = {"office": CALENDARS["desk"], **{name: rules for name, rules in CALENDARS.items() if name != "desk"}}


def under(house: House, rules: RoutingPolicy, *earlier: RoutingPolicy) -> House:
    """From now on the house has this policy, and knows the earlier ones."""
    house.run.practices["routing"] = Practice(SERVICE, rules.knowing(earlier))
    return house


def seconds(date: str, time: str) -> float:
    return (day(date, time) - START).total_seconds()


def test_another_lead_has_its_target_of_the_version_that_the_complaint_began_with() -> None:
    house = under(in_triage(), V2, V1).takes(assign("network"), at=20)
    assert (only(house, ClockAimed).target, only(house, ClockAimed).policy) == (600, "test/routing@1")
    assert of(under(in_triage(), V2, V1).takes(assign("billing"), at=20)) == ["ClockStarted"]


def test_another_priority_has_its_target_of_that_version_too() -> None:
    house = under(House(), V2, V1).hears(contact(), at=70).until(5000)
    assert (only(house, ClockAimed).target, only(house, ClockAimed).because) == (300, "priority")
    assert only(house, ClockBreached).breached_at == second(301)
    assert house.run.all(PriorityChanged)[0].promised_resolution == second(300)


def test_where_open_complaints_follow_it_has_that_of_the_new_one() -> None:
    follows = V2.model_copy(update={"open_complaints": "follow"})
    house = under(House(), follows, V1).hears(contact(), at=70)
    assert [(each.target, each.policy, each.because) for each in said(house, ClockAimed)] == [
        (800, "test/routing@2", "policy"), (700, "test/routing@2", "priority"),
    ]  # fmt: skip


def test_a_later_round_is_promised_as_the_first_was() -> None:
    house = under(resolved(), V2, V1).takes(reopen(), at=30)
    assert house.complaint.promised_resolution == second(430)
    house.hears(contact(), at=40)
    assert house.complaint.promised_resolution == second(330)


def test_it_is_extended_as_that_version_allows() -> None:
    strict = policy(reference="test/routing@2", clocks=RULES["clocks"] | {"resolution": clock("400s")})
    house = under(in_progress(), strict, V1).takes(extend(500), at=20)
    assert (only(house, ClockExtended).target, only(house, ClockExtended).policy) == (500, "test/routing@1")


def test_it_rests_for_the_reasons_of_that_version() -> None:
    restless = policy(reference="test/routing@2", clocks=RULES["clocks"] | {"resolution": clock("400s")})
    house = under(in_progress(), restless, V1).takes(pause(), at=20).takes(resume(), at=50)
    assert only(house, ClockResumed).due == second(430)


def test_its_warnings_and_levels_are_those_of_that_version_whoever_has_them() -> None:
    new = policy(reference="test/routing@2", clocks=RULES["clocks"] | {"resolution": clock("400s")}, levels={1: "nobody"})
    house = under(in_progress(), new, V1).takes(pause(), at=20).takes(resume(), at=50).until(5000)
    assert [each.percent for each in said(house, ClockWarned)] == [50, 80]
    assert [(each.level, each.to, each.policy) for each in said(house, ComplaintEscalated)] == [
        (1, "team_lead", "test/routing@1"), (2, "head", "test/routing@1"),
    ]  # fmt: skip


def test_what_starts_later_is_of_the_present_version() -> None:
    new = policy(reference="test/routing@2", clocks=RULES["clocks"] | {"triage": clock("90s", "triage")})
    house = under(House(), new, V1).takes(decline(), at=20)
    started = only(house, ClockStarted, "triage")
    assert (started.target, started.policy) == (90, "test/routing@2")


EXTENDED = {"extensions": {"reasons": ["parts"], "approvers": ["head"], "at_most": 400_000}, "pauses_for": ["customer"]}


@pytest.mark.parametrize(
    ("calendar", "calendars"),
    [("office", RENAMED), ("desk", CALENDARS | {"desk": CALENDARS["desk"] | {"holidays": {"2026-03-03": "Founder's Day"}}})],
    ids=["renamed", "edited"],
)
def test_it_counts_the_calendar_as_it_was(calendar: str, calendars: dict[str, Any]) -> None:
    old = policy_with(clock("16h", calendar="desk", **EXTENDED))
    new = policy_with(clock("16h", calendar=calendar, **EXTENDED), reference="test/routing@2", calendars=calendars)
    steps: list[tuple[Command, float]] = [
        (pause(), seconds("2026-03-03", "10:00:00")), (resume(), seconds("2026-03-03", "11:00:00")),
        (extend(20 * 3600, next_update=second(10**6)), seconds("2026-03-03", "12:00:00")),
    ]  # fmt: skip
    stayed, changed = in_progress(rules=old), under(in_progress(rules=old), new, old)
    for house in (stayed, changed):
        for step, at in steps:
            house.takes(step, at=at)
        house.until(20 * 86_400)
    assert [each.model_dump() for each in changed.run.all(ClockBreached)] == [each.model_dump() for each in stayed.run.all(ClockBreached)]
    breached = only(changed, ClockBreached)
    assert (breached.used_seconds, breached.breached_at) == (20 * 3600 + 1, day("2026-03-04", "14:00:01"))


def test_a_version_that_is_not_known_here_gives_way_to_the_present_one_and_no_due_comes_sooner() -> None:
    new = policy_with(clock("16h", calendar="office", **EXTENDED), reference="test/routing@2", calendars=RENAMED)
    house = under(in_progress(rules=policy_with(clock("16h", calendar="desk", **EXTENDED))), new)
    house.takes(pause(), at=100).takes(resume(), at=200).until(20 * 86_400)
    assert only(house, ClockResumed).due == day("2026-03-03", "17:00:00")
    assert only(house, ClockBreached).policy == "test/routing@2"


def test_clocks_of_two_versions_in_one_complaint_are_each_their_own() -> None:
    third = policy(reference="test/routing@3", clocks=RULES["clocks"] | {"triage": clock("30s", "triage"), "resolution": clock("9s")})
    second_one = policy(reference="test/routing@2", clocks=RULES["clocks"] | {"triage": clock("90s", "triage")})
    house = under(House(), second_one, V1).takes(decline(), at=20)
    under(house, third, V1, second_one).until(5000)
    assert {name: only(house, ClockBreached, name).target for name in ("triage", "resolution")} == {"triage": 90, "resolution": 400}


def test_what_a_policy_knows_of_others_is_no_part_of_it() -> None:
    knowing = V2.knowing([V1, V2])
    assert (knowing.under("test/routing@1"), knowing.under("test/routing@2"), knowing.under("other")) == (V1, knowing, knowing)
    assert knowing == V2 and knowing.model_dump() == V2.model_dump() and repr(knowing) == repr(V2)
    assert V2.under("test/routing@1") is V2
    renamed = knowing.model_copy(update={"reference": "test/routing@3"})
    assert renamed.under("test/routing@1") is V1 and renamed.knowing([V2]).under("test/routing@1") is V1


def test_accepting_under_another_version_moves_nothing() -> None:
    assert said(under(House(), V2, V1).takes(accept(), at=10), ClockAimed) == []
