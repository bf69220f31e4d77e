"""Every cell of the transition table, fired; and the README's picture of it."""

from collections.abc import Iterator

import pytest

from contracts.feedback import DissatisfactionReported, RecoveryConfirmed, SurveyExpired
from contracts.intake import ContactRepeated
from contracts.model import Command, Event, Message
from contracts.routing import COMMANDS, AcceptWork, AssignDepartments, ReopenComplaint, ReportProgress, ReportResolution, WithdrawComplaint
from services.platform.kernel.service import Woken
from services.routing.picture import README, redrawn
from services.routing.transitions import INSTEAD, REGISTRATION, STAGES, TABLE
from tests.core.routing.house import (
    IN,
    NO_WAY,
    House,
    accept,
    assign,
    confirmed,
    contact,
    dissatisfied,
    expired,
    progress,
    reopen,
    resolution,
    withdraw,
)

Arrow = tuple[str, type[Message | Woken], str, type[Event]]
CELLS = [(stage, cause) for cause in TABLE for stage in STAGES]
LATER = 20_000
"""Beyond every deadline and window."""


def arrows() -> Iterator[Arrow]:
    for stage, cause in CELLS:
        cell = TABLE[cause][stage]
        if not isinstance(cell, str):
            yield from ((stage, cause, after, event) for after, event in cell.items())


def example(cause: type[Message | Woken], stage: str) -> Message:
    round = 2 if stage == "reopened" else 1
    work = f"{round}-billing"
    return {
        AssignDepartments: assign("billing"), AcceptWork: accept(work), ReportProgress: progress(work), ReportResolution: resolution(work),
        ReopenComplaint: reopen(), WithdrawComplaint: withdraw(), ContactRepeated: contact(), RecoveryConfirmed: confirmed(round),
        SurveyExpired: expired(round), DissatisfactionReported: dissatisfied(round),
    }[cause]  # fmt: skip


def fire(house: House, cause: type[Message | Woken], stage: str, at: float = 40) -> House:
    if cause is Woken:
        return house.until(LATER)
    message = example(cause, stage)
    return house.takes(message, at) if isinstance(message, Command) else house.hears(message, at)


def prepared(stage: str, cause: type[Message | Woken], after: str) -> House:
    """A complaint in this state, for which the cause leads to the state after."""
    if (stage, cause) == ("in_progress", AcceptWork) or (cause, after) == (ReportResolution, "in_progress"):
        return House(type="Both").takes(accept("1-network" if cause is AcceptWork else "1-billing"), at=10)
    return IN[stage](reachable=NO_WAY) if cause is Woken else IN[stage]()


@pytest.mark.parametrize(("stage", "cause", "after", "event"), list(arrows()))
def test_every_allowed_step_is_taken_and_told(stage: str, cause: type[Message | Woken], after: str, event: type[Event]) -> None:
    house = prepared(stage, cause, after)
    assert house.complaint.stage == stage
    told = len(house.told)
    fire(house, cause, stage, at=LATER if (cause, after) == (ContactRepeated, "closed") else 40)
    assert event.__name__ in house.told[told:]
    assert house.complaint.stage == after


@pytest.mark.parametrize(("stage", "cause"), [(stage, cause) for stage, cause in CELLS if isinstance(TABLE[cause][stage], str)])
def test_every_other_command_is_refused_with_the_reason_and_changes_nothing(stage: str, cause: type[Command]) -> None:
    house = IN[stage]()
    before = house.complaint
    assert fire(house, cause, stage).refusal == TABLE[cause][stage]
    assert house.complaint == before


@pytest.mark.parametrize(("stage", "cause"), [(stage, cause) for stage, cause in CELLS if TABLE[cause][stage] == {} and cause is not Woken])
def test_what_is_heard_and_of_no_use_changes_nothing(stage: str, cause: type[Message]) -> None:
    house = IN[stage]()
    before, told = house.complaint, house.told
    fire(house, cause, stage)
    assert (house.complaint, house.told) == (before, told)


@pytest.mark.parametrize("stage", STAGES)
def test_time_ends_no_complaint_whose_customer_can_be_asked(stage: str) -> None:
    assert IN[stage]().until(LATER).complaint.stage == stage


def test_the_table_has_every_command_and_every_state() -> None:
    assert set(COMMANDS) == {cause for cause in TABLE if issubclass(cause, Command)}
    assert {House().complaint.stage, House(type=None).complaint.stage} == set(REGISTRATION)


def test_a_refusal_names_a_command_that_helps() -> None:
    words = {command.__name__ for command in COMMANDS} | {"SubmitComplaint"}
    assert set(INSTEAD.values()) <= words


def test_the_readme_shows_the_table_as_it_is() -> None:
    text = README.read_text(encoding="utf-8")
    assert redrawn(text) == text, "run: python -m services.routing.picture"
