"""Each reason for which routing refuses, raised."""

from collections.abc import Callable

import pytest

from contracts.common import CommandRefused
from contracts.model import Command
from contracts.routing import REASONS, WorkDone
from services.platform.kernel.notes import MOST_BYTES
from services.routing import SERVICE
from tests.core.routing.house import (
    CHIEF,
    House,
    accept,
    assign,
    closed,
    in_progress,
    in_triage,
    progress,
    reopen,
    resolution,
    resolved,
    second,
    withdraw,
    withdrawn,
)

LONG = "长" * 20_000
MANY = [f"part_{n}" for n in range(20)]


def both_accepted() -> House:
    return House(type="Both").takes(accept("1-billing"), at=1).takes(accept("1-network"), at=2)


def half_done() -> House:
    return both_accepted().takes(resolution("1-billing", answer_parts=MANY), at=3)


def with_many_notes() -> House:
    house = in_progress()
    for n in range(3):
        house.takes(progress(note=LONG), at=11 + n)
    return house


def action(due: float) -> dict[str, object]:
    return {"code": "check_added", "owner": "billing", "due": second(due)}


CASES: list[tuple[str, Callable[[], House], Command]] = [
    ("unknown_department", in_triage, assign("billing", "sales")),
    ("lead_not_among_departments", in_triage, assign("billing", lead="network")),
    ("not_in_triage", House, assign("billing")),
    ("unknown_work", House, accept("1-safety")),
    ("unknown_work", House, accept("2-billing")),
    ("unknown_work", in_progress, progress("1-network")),
    ("unknown_work", in_progress, resolution("billing", by="billing")),
    ("work_of_another_department", House, accept(by="network")),
    ("work_of_another_department", in_progress, progress(by="network")),
    ("work_of_another_department", in_progress, resolution(by="network")),
    ("already_accepted", in_progress, accept()),
    ("not_accepted", House, progress()),
    ("not_accepted", House, resolution()),
    ("not_accepted", lambda: House(type="Both").takes(accept("1-network"), at=1), progress("1-billing")),
    ("work_done", half_done, accept("1-billing")),
    ("work_done", half_done, progress("1-billing")),
    ("work_done", half_done, resolution("1-billing")),
    ("in_triage", in_triage, accept()),
    ("resolved", resolved, progress()),
    ("closed", closed, withdraw()),
    ("withdrawn", withdrawn, reopen()),
    ("nothing_to_reopen", in_progress, reopen()),
    ("past_reopening", lambda: closed().until(5020), reopen()),
    ("delay_untold", lambda: in_progress().until(401), progress()),
    ("delay_untold", lambda: in_progress().until(401), progress(delay_cause="parts")),
    ("delay_untold", lambda: in_progress().until(401), progress(next_update=second(9000))),
    ("next_update_past", in_progress, progress(next_update=second(1))),
    ("too_many_answer_parts", half_done, resolution("1-network", answer_parts=["one_more"])),
    ("action_missing", in_progress, resolution(no_action_because=None)),
    ("action_contradicts", in_progress, resolution(corrective_action=action(9000), no_action_because="single_case")),
    ("action_past", in_progress, resolution(corrective_action=action(10))),
    ("notes_full", with_many_notes, progress(note=LONG)),
    ("notes_full", with_many_notes, resolution(explanation=LONG)),
    ("notes_full", with_many_notes, withdraw(note=LONG)),
    ("notes_full", lambda: with_many_notes().takes(resolution(), at=20), reopen(note=LONG)),
]


@pytest.mark.parametrize(("reason", "house", "command"), CASES)
def test_a_command_that_breaks_a_rule_is_refused_with_its_reason_and_changes_nothing(
    reason: str, house: Callable[[], House], command: Command
) -> None:
    at_hand = house()
    before, now = at_hand.complaint, at_hand.run.now
    assert now is not None
    at_hand.takes(command, at=(now - second(0)).total_seconds() + 1)
    assert at_hand.refusal == reason
    assert at_hand.complaint == before


def test_every_listed_reason_is_raised_above() -> None:
    assert {reason for reason, _, _ in CASES} == set(REASONS)


def test_a_refusal_says_which_command_it_is_about_and_what_to_send_instead() -> None:
    house = House()
    sent = house.run.send("routing", progress(), at=second(1), source="crm")
    told = house.until(1).last(CommandRefused)
    assert (told.command_id, told.command_type, told.command_source) == (sent, "routing.report_progress.v1", "crm")
    assert (told.reason, told.see) == ("not_accepted", "AcceptWork")


@pytest.mark.parametrize(
    "command",
    [
        progress(delay_cause="parts", next_update=second(9000)),
        resolution(),
        withdraw(),
    ],
)
def test_what_is_late_is_accepted_with_its_reasons(command: Command) -> None:
    assert in_progress().takes(command, at=5000).told[-1] != "CommandRefused"


def test_somebody_without_a_department_may_speak_for_any() -> None:
    assert House().takes(accept().model_copy(update={"by": CHIEF}), at=1).told[-1] == "WorkAccepted"


def test_the_parts_of_all_answers_together_may_be_twenty() -> None:
    assert half_done().takes(resolution("1-network", answer_parts=MANY[::-1]), at=9).told[-1] == "ComplaintResolved"


def test_what_was_refused_for_its_note_is_accepted_without() -> None:
    assert with_many_notes().takes(progress(note=LONG), at=30).takes(progress(), at=31).told[-1] == "ProgressReported"
    assert with_many_notes().takes(progress(note="。"), at=30).told[-1] == "ProgressReported", "a short one still finds room"


def test_the_notes_together_are_counted_in_bytes_as_the_dossier_writes_them() -> None:
    house = in_progress()
    for _ in range(500):
        house.run.send("routing", progress(note='"' * 200), at=second(20))
    (dossier,) = SERVICE.dossiers(house.until(20).complaint).values()
    assert dossier is not None and house.refusal == "notes_full"
    size = len(dossier.model_dump_json().encode())
    assert MOST_BYTES - 1000 < size < MOST_BYTES + 1000, "each of the marks is written as two"


@pytest.mark.parametrize(
    ("house", "command", "see"),
    [
        (closed, withdraw(), "ReopenComplaint"),
        (lambda: closed().until(5020), accept(), "SubmitComplaint"),
        (resolved, accept(), "ReopenComplaint"),
        (lambda: resolved().until(5020), accept(), "SubmitComplaint"),
        (lambda: closed().until(5020), reopen(), "SubmitComplaint"),
        (withdrawn, reopen(), "SubmitComplaint"),
        (in_triage, accept(), "AssignDepartments"),
    ],
)
def test_a_refusal_sends_nobody_where_nothing_can_be_done_any_more(house: Callable[[], House], command: Command, see: str) -> None:
    at_hand = house()
    now = at_hand.run.now
    assert now is not None
    assert at_hand.takes(command, at=(now - second(0)).total_seconds() + 1).last(CommandRefused).see == see


@pytest.mark.parametrize("due", [20, 20.001, 9000])
def test_a_corrective_action_is_still_to_come(due: float) -> None:
    house = in_progress().takes(resolution(corrective_action=action(due)), at=20)
    done = house.last(WorkDone)
    assert done.corrective_action is not None and done.corrective_action.due == second(due) and done.no_action_because is None
