"""Whatever stands in a policy file: it is a policy, or its faults are sentences; never an exception."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.catalogue import OWNERS
from services.callback.policy import CallbackPolicy
from services.feedback.policy import FeedbackPolicy
from services.intake.policy import IntakePolicy
from services.platform.chassis.plain_yaml import read_yaml
from services.platform.chassis.policies import SHIPPED
from services.platform.chassis.policy_faults import CALENDARS, examine
from services.platform.kernel.service import Policy
from services.routing.policy import RoutingPolicy

RULES: dict[str, type[Policy]] = {"intake": IntakePolicy, "routing": RoutingPolicy, "callback": CallbackPolicy, "feedback": FeedbackPolicy}
JARGON = ("Input", "input", "Extra", "Field required", "Value error", "pydantic", "unable to", "valid ", "instance of", "parse")
ODD = st.sampled_from(
    [None, True, False, 0, -1, 1, 1.5, 10**30, "", " ", "x", "X Y", "24:00", "3 business days", "2026-02-30", "true", [], {}, [[]],
     [1, "a"], {"a": 1}, {"": None}, {"zone": "UTC"}, ["x"] * 600, {"kind": "legal", "targets": "1h"}, "\u202e", "\ud7ff"]
)  # fmt: skip


def said(service: str) -> dict[str, Any]:
    told: dict[str, Any] = read_yaml(SHIPPED / "city" / f"{service}.yaml")
    shared = {CALENDARS: read_yaml(SHIPPED / "city" / f"{CALENDARS}.yaml")}
    return told | (shared if CALENDARS in RULES[service].model_fields else {})


SAID = {service: said(service) for service in OWNERS}


def places(told: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Of everything in it."""
    inside = told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ()
    for step, each in inside:
        yield (*place, step)
        yield from places(each, (*place, step))


PLACES = {service: list(places(told)) for service, told in SAID.items()}


@pytest.mark.parametrize("service", OWNERS)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_anything_at_any_place_is_a_policy_or_told_in_words(service: str, data: st.DataObject) -> None:
    told = deepcopy(SAID[service])
    for _ in range(data.draw(st.integers(1, 3))):
        _put(told, data.draw(st.sampled_from(PLACES[service])), deepcopy(data.draw(ODD)))
    policy, faults, _ = examine(told, RULES[service])
    assert policy or faults
    assert all(sentence.endswith(".") and not any(word in sentence for word in JARGON) for _, sentence in faults), faults


def _put(told: Any, place: tuple[Any, ...], value: Any) -> None:
    for step in place[:-1]:
        if not _holds(told, step):
            return
        told = told[step]
    if _holds(told, place[-1]):
        told[place[-1]] = value


def _holds(told: Any, step: Any) -> bool:
    """Still: something before may have been put in its place."""
    return step in told if isinstance(told, dict) else isinstance(told, list) and isinstance(step, int) and step < len(told)


@pytest.mark.parametrize("service", OWNERS)
@given(name=st.sampled_from(["Bad Name", "x" * 200, "", 7, None, True]), data=st.data())
@settings(max_examples=15, deadline=None)
def test_any_name_of_anything_is_taken_or_told_in_words(service: str, name: Any, data: st.DataObject) -> None:
    told = deepcopy(SAID[service])
    holders = [place for place in PLACES[service] if isinstance(_at(told, place), dict)] or [()]
    holder = _at(told, data.draw(st.sampled_from(holders)))
    holder[name] = next(iter(holder.values()), 1)
    policy, faults, _ = examine(told, RULES[service])
    assert policy or faults
    assert all(sentence.endswith(".") and not any(word in sentence for word in JARGON) for _, sentence in faults), faults


def _at(told: Any, place: tuple[Any, ...]) -> Any:
    for step in place:
        told = told[step]
    return told


@pytest.mark.parametrize("service", OWNERS)
def test_every_field_that_is_taken_away_is_missed_or_has_a_default(service: str) -> None:
    for name in SAID[service]:
        policy, faults, _ = examine({field: value for field, value in SAID[service].items() if field != name}, RULES[service])
        assert policy or [fault.sentence for fault in faults if fault.place == (name,)] == ["is missing."]


def test_a_list_where_targets_go_by_priority_is_told_in_words() -> None:
    told = deepcopy(SAID["routing"])
    next(iter(told["clocks"].values()))["targets"] = []
    faults = examine(told, RULES["routing"]).faults
    assert faults and all(fault.sentence.endswith(".") for fault in faults)
