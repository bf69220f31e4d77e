"""Every cell of the transition table, fired; and the README's picture of it."""

from collections.abc import Iterator

import pytest

from contracts.callback import CallbackBroken, CallbackCompleted
from contracts.feedback import DissatisfactionReported, RecoveryConfirmed, SurveyExpired
from contracts.intake import ContactRepeated, CustomerProfileChanged, InformationAdded, RepeatFactsChanged, Severity
from contracts.model import Command, Event, Message
from contracts.routing import (
    COMMANDS,
    AcceptWork,
    ApproveRemedy,
    AssignDepartments,
    ChooseRemedy,
    CloseComplaint,
    ConfirmRemedyDone,
    ContainmentRequested,
    DeclineWork,
    ExtendClock,
    PauseWork,
    ProposeRemedy,
    RejectRemedy,
    ReopenComplaint,
    ReportContained,
    ReportProgress,
    ReportRemedyFailed,
    ReportResolution,
    ResumeWork,
    SetPriority,
    WithdrawComplaint,
)
from services.platform.kernel.service import Woken
from services.routing.picture import README, redrawn
from services.routing.transitions import INSTEAD, REGISTRATION, STAGES, TABLE
from tests.core.routing.house import (
    IN,
    NO_WAY,
    House,
    accept,
    approve,
    assign,
    called,
    choose,
    close,
    confirmed,
    contact,
    contain,
    decline,
    dissatisfied,
    done,
    expired,
    extend,
    failed,
    give,
    information,
    merged_away,
    not_called,
    pause,
    profile,
    progress,
    registered,
    reject,
    reopen,
    repeats,
    resolution,
    resume,
    set_priority,
    with_head,
    withdraw,
)
from tests.core.routing.prepared import PREPARED, closed_in_its_last_round, in_danger, in_its_last_round, with_remedies

Arrow = tuple[str, type[Message | Woken], str, type[Event]]
CELLS = [(stage, cause) for cause in TABLE for stage in STAGES]
OF_REMEDIES = (ChooseRemedy, ApproveRemedy, RejectRemedy, ConfirmRemedyDone, ReportRemedyFailed)
LATER = 20_000
"""Beyond every deadline and window."""


def arrows() -> Iterator[Arrow]:
    for stage, cause in CELLS:
        cell = TABLE[cause][stage]
        if not isinstance(cell, str):
            yield from ((stage, cause, after, event) for after, event in cell.items())


def example(cause: type[Message | Woken], house: House) -> Message:
    """About the department billing, in the present round."""
    round = house.complaint.round
    work = f"{round}-billing"
    declined = next((work.id for work in house.complaint.works if work.is_declined), None)
    return {
        AssignDepartments: assign("safety", lead="safety", work=declined), AcceptWork: accept(work), DeclineWork: decline(work),
        ReportProgress: progress(work), PauseWork: pause(work), ResumeWork: resume(work), ExtendClock: extend(1000, "total_resolution"),
        ReportContained: contain(), ReportResolution: resolution(work), ReopenComplaint: reopen(), CloseComplaint: close(),
        WithdrawComplaint: withdraw(), SetPriority: set_priority(2), ContactRepeated: contact(),
        InformationAdded: information(is_chasing=True), RepeatFactsChanged: repeats("T-0"), CustomerProfileChanged: profile("key"),
        CallbackCompleted: called(round=round), CallbackBroken: not_called(round),
        RecoveryConfirmed: confirmed(round), SurveyExpired: expired(round),
        DissatisfactionReported: dissatisfied(round), ProposeRemedy: give(), ChooseRemedy: choose(), ApproveRemedy: approve("1-goodwill.2"),
        RejectRemedy: reject("1-goodwill.2"), ConfirmRemedyDone: done(), ReportRemedyFailed: failed(),
    }[cause]  # fmt: skip


def fire(house: House, cause: type[Message | Woken], at: float = 40, is_exposing: bool = False) -> House:
    if cause is Woken:
        return house.until(LATER)
    message = information(severity=Severity(has_public_exposure=True)) if is_exposing else example(cause, house)
    return house.takes(message, at) if isinstance(message, Command) else house.hears(message, at)


def at_hand(stage: str, cause: type[Message | Woken], after: str) -> House:
    """A complaint in this state, for which the cause leads to the state after."""
    if (made := PREPARED.get((stage, cause, after))) is not None:
        return made()
    if cause in OF_REMEDIES:
        return with_remedies(stage)
    if cause is ReportContained or (cause is Woken and stage in ("closed", "withdrawn")):
        return in_danger(stage)
    if after == "with_head":
        return {"resolved": in_its_last_round, "closed": closed_in_its_last_round, "with_head": with_head}[stage]()
    return IN[stage](reachable=NO_WAY) if cause is Woken else IN[stage]()


@pytest.mark.parametrize(("stage", "cause", "after", "event"), list(arrows()))
def test_every_allowed_step_is_taken_and_told(stage: str, cause: type[Message | Woken], after: str, event: type[Event]) -> None:
    house = at_hand(stage, cause, after)
    assert house.complaint.stage == stage
    told = len(house.told)
    is_beyond = (cause, stage, after) == (ContactRepeated, "closed", "closed")
    fire(house, cause, at=LATER if is_beyond else 40, is_exposing=event is ContainmentRequested)
    assert event.__name__ in house.told[told:]
    assert house.complaint.stage == after


@pytest.mark.parametrize(("stage", "cause"), [(stage, cause) for stage, cause in CELLS if isinstance(TABLE[cause][stage], str)])
def test_every_other_command_is_refused_with_the_reason_and_changes_nothing(stage: str, cause: type[Command]) -> None:
    house = IN[stage]()
    before = house.complaint
    assert fire(house, cause).refusal == TABLE[cause][stage]
    assert house.complaint == before


@pytest.mark.parametrize(("stage", "cause"), [(stage, cause) for stage, cause in CELLS if TABLE[cause][stage] == {} and cause is not Woken])
def test_what_is_heard_and_of_no_use_says_nothing_and_leaves_it_where_it_stands(stage: str, cause: type[Message]) -> None:
    house = IN[stage]()
    told = house.told
    fire(house, cause)
    assert (house.complaint.stage, house.told) == (stage, told)


@pytest.mark.parametrize("stage", STAGES)
def test_time_ends_no_complaint_whose_customer_can_be_asked(stage: str) -> None:
    assert IN[stage]().until(LATER).complaint.stage == stage


def test_what_was_merged_is_a_complaint_once_intake_registers_it_after_all() -> None:
    house = merged_away()
    assert (house.told, house.complaint.stage) == ([], "merged")
    house.hears(registered(), at=5)
    assert house.story == ["ComplaintRouted", "WorkRequested"]


def test_the_table_has_every_command_and_every_state() -> None:
    assert set(COMMANDS) == {cause for cause in TABLE if issubclass(cause, Command)}
    assert {House().complaint.stage, House(type=None).complaint.stage} == set(REGISTRATION)
    assert {made().complaint.stage for made in IN.values()} == set(STAGES)


def test_a_refusal_names_a_command_that_helps() -> None:
    words = {command.__name__ for command in COMMANDS} | {"SubmitComplaint"}
    assert set(INSTEAD.values()) <= words


def test_the_readme_shows_the_table_as_it_is() -> None:
    text = README.read_text(encoding="utf-8")
    assert redrawn(text) == text, "run: python -m services.routing.picture"
