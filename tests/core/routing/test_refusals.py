"""Each reason for which routing refuses, raised."""

from collections.abc import Callable

import pytest

from contracts.common import CommandRefused
from contracts.model import Command
from contracts.routing import REASONS
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
    for n in range(5):
        house.takes(progress(note=LONG), at=11 + n)
    return house


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
    ("notes_full", with_many_notes, progress(note="。")),
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
    assert with_many_notes().takes(progress(), at=30).told[-1] == "ProgressReported"
