"""Each reason for which routing refuses, raised."""

from collections.abc import Callable

import pytest

from contracts.common import CommandRefused
from contracts.ids import complaint_id, reference_number
from contracts.intake import Classes
from contracts.model import Command, Staff
from contracts.routing import REASONS, WorkDone
from services.platform.kernel.notes import MOST_BYTES
from services.routing import SERVICE
from tests.core.routing import remedy_refusals
from tests.core.routing.house import (
    CHIEF,
    HEAD,
    POLICY,
    RULES,
    House,
    accept,
    assign,
    both,
    choose,
    close,
    closed,
    contain,
    decline,
    erased,
    expired,
    extend,
    give,
    in_progress,
    in_triage,
    information,
    merged_away,
    pause,
    policy,
    progress,
    reopen,
    resolution,
    resolved,
    resume,
    second,
    set_priority,
    waiting,
    with_head,
    withdraw,
    withdrawn,
)

LONG = "长" * 20_000
MANY = [f"part_{n}" for n in range(20)]
DESKS = [f"desk_{n}" for n in range(21)]


def half_done() -> House:
    return both("billing", "network").takes(resolution("1-billing", answer_parts=MANY), at=11)


def half_declined() -> House:
    return both("network").takes(decline("1-billing"), at=11)


def asked_of_many() -> House:
    """Twenty departments, one of which declines."""
    house = in_triage(rules=policy(departments=RULES["departments"] | {desk: {} for desk in DESKS}))
    return house.takes(assign(*DESKS[:20]), at=10).takes(decline("1-desk_3"), at=11)


def of_quality() -> House:
    return in_progress(classes=Classes(kind="quality"))


def finally_closed() -> House:
    return with_head().takes(close(), at=28)


def visited_in_vain() -> House:
    return resolved(is_vulnerable=True).hears(expired(), at=30)


def in_danger() -> House:
    return in_progress(hazards=["fire"])


def with_head_in_danger() -> House:
    return with_head().hears(information("fire"), at=28)


def extended(times: int) -> House:
    house = in_progress()
    for n in range(times):
        house.takes(extend(500 + n), at=11 + n)
    return house


def with_many_notes() -> House:
    house = in_progress()
    for n in range(3):
        house.takes(progress(note=LONG), at=11 + n)
    return house


def action(due: float) -> dict[str, object]:
    return {"code": "check_added", "owner": "billing", "due": second(due)}


def late() -> House:
    return in_progress().until(401)


CASES: list[tuple[str, Callable[[], House], Command]] = [
    ("unknown_department", in_triage, assign("billing", "sales")),
    ("unknown_department", half_declined, assign("sales", work="1-billing")),
    ("lead_missing", in_triage, assign("billing").model_copy(update={"lead": None})),
    ("lead_missing", half_declined, assign("safety", work="1-billing")),
    ("lead_not_among_departments", in_triage, assign("billing", lead="network")),
    ("lead_not_among_departments", half_declined, assign("safety", work="1-billing", lead="press")),
    ("not_in_triage", House, assign("billing")),
    ("not_in_triage", half_declined, assign("safety", work="1-network", lead="safety")),
    ("not_in_triage", in_progress, assign("safety")),
    ("already_working", half_declined, assign("network", work="1-billing", lead="network")),
    ("unknown_work", House, accept("1-safety")),
    ("unknown_work", House, accept("2-billing")),
    ("unknown_work", in_progress, progress("1-network")),
    ("unknown_work", in_progress, resolution("billing", by="billing")),
    ("unknown_work", half_declined, assign("safety", work="1-press", lead="safety")),
    ("work_of_another_department", House, accept(by="network")),
    ("work_of_another_department", House, decline(by="network")),
    ("work_of_another_department", in_progress, progress(by="network")),
    ("work_of_another_department", in_progress, pause(by="network")),
    ("work_of_another_department", waiting, resume(by="network")),
    ("work_of_another_department", in_progress, resolution(by="network")),
    ("already_accepted", in_progress, accept()),
    ("already_accepted", waiting, accept()),
    ("not_accepted", House, progress()),
    ("not_accepted", House, pause()),
    ("not_accepted", House, resume()),
    ("not_accepted", House, resolution()),
    ("not_accepted", lambda: both("network"), progress("1-billing")),
    ("work_done", half_done, accept("1-billing")),
    ("work_done", half_done, decline("1-billing")),
    ("work_done", half_done, progress("1-billing")),
    ("work_done", half_done, pause("1-billing")),
    ("work_done", half_done, resolution("1-billing")),
    ("work_in_triage", half_declined, accept("1-billing")),
    ("work_in_triage", half_declined, decline("1-billing")),
    ("work_in_triage", half_declined, resolution("1-billing")),
    ("unknown_reason", House, decline(reason="too_hard")),
    ("unknown_reason", in_progress, pause(reason="holiday")),
    ("already_paused", waiting, pause()),
    ("already_paused", lambda: both("billing", "network").takes(pause(), at=11), pause()),
    ("not_paused", in_progress, resume()),
    ("in_triage", in_triage, accept()),
    ("in_triage", lambda: House().takes(decline(), at=10), decline()),
    ("with_head", with_head, accept("4-billing")),
    ("with_head", with_head, resolution("3-billing")),
    ("resolved", resolved, progress()),
    ("closed", closed, withdraw()),
    ("withdrawn", withdrawn, reopen()),
    ("merged", merged_away, accept()),
    ("merged", merged_away, withdraw()),
    ("merged", merged_away, reopen()),
    ("erased", lambda: withdrawn().hears(erased(False), at=20), reopen()),
    ("erased", lambda: closed().hears(erased(False), at=31), reopen()),
    ("erased", lambda: closed().hears(erased(False), at=31), withdraw()),
    ("nothing_to_reopen", in_progress, reopen()),
    ("nothing_to_reopen", with_head, reopen()),
    ("past_reopening", lambda: closed().until(5020), reopen()),
    ("rounds_used_up", finally_closed, reopen()),
    ("nothing_to_close", in_progress, close()),
    ("nothing_to_close", resolved, close()),
    ("nothing_to_close", lambda: resolved(is_vulnerable=True), close()),
    ("not_the_role", with_head, close(by=CHIEF)),
    ("not_the_role", visited_in_vain, close(by=CHIEF)),
    ("delay_untold", late, progress()),
    ("delay_untold", late, progress(delay_cause="parts")),
    ("delay_untold", late, progress(next_update=second(9000))),
    ("delay_untold", in_progress, extend(next_update=None)),
    ("next_update_past", in_progress, progress(next_update=second(1))),
    ("next_update_past", in_progress, extend(next_update=second(1))),
    ("unknown_clock", in_progress, extend(clock="lunar")),
    ("unknown_clock", in_progress, extend(clock="statute")),
    ("not_extendable", in_progress, extend(clock="first_answer")),
    ("not_extendable", in_progress, extend(reason="bad_mood")),
    ("not_extendable", lambda: extended(times=2), extend(900)),
    ("not_the_role", in_progress, extend(approver=Staff(staff="li", role="agent"))),
    ("extension_too_long", in_progress, extend(1001)),
    ("extension_too_short", in_progress, extend(400)),
    ("clock_ended", lambda: House().until(401), extend()),
    ("approver_missing", in_progress, extend(approver=None)),
    ("approver_is_sender", in_progress, extend(by=HEAD)),
    ("nothing_to_contain", in_progress, contain()),
    ("nothing_to_contain", lambda: in_danger().takes(contain(), at=11), contain()),
    ("nothing_to_contain", withdrawn, contain()),
    ("not_contained", in_danger, resolution()),
    ("not_contained", with_head_in_danger, close()),
    ("unknown_cause", in_progress, resolution(cause="bad_luck")),
    ("answer_incomplete", of_quality, resolution()),
    ("answer_incomplete", of_quality, resolution(answer_parts=["apology", "prevention"])),
    ("too_many_answer_parts", half_done, resolution("1-network", answer_parts=["one_more"])),
    ("too_many_works", asked_of_many, assign("desk_3", "desk_20", work="1-desk_3")),
    ("action_missing", in_progress, resolution(no_action_because=None)),
    ("action_contradicts", in_progress, resolution(corrective_action=action(9000), no_action_because="single_case")),
    ("action_past", in_progress, resolution(corrective_action=action(10))),
    ("same_priority", House, set_priority(4)),
    ("notes_full", with_many_notes, progress(note=LONG)),
    ("notes_full", with_many_notes, pause(note=LONG)),
    ("notes_full", with_many_notes, decline(note=LONG)),
    ("notes_full", with_many_notes, extend(note=LONG)),
    ("notes_full", with_many_notes, resolution(explanation=LONG)),
    ("notes_full", with_many_notes, withdraw(note=LONG)),
    ("notes_full", lambda: with_many_notes().takes(resolution(), at=20), reopen(note=LONG)),
    *remedy_refusals.CASES,
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
    assert "CommandRefused" not in in_progress().takes(command, at=5000).told


def test_somebody_without_a_department_may_speak_for_any() -> None:
    assert House().takes(accept().model_copy(update={"by": CHIEF}), at=1).story[-1] == "WorkAccepted"


def test_the_parts_of_all_answers_together_may_be_twenty() -> None:
    assert half_done().takes(resolution("1-network", answer_parts=MANY[::-1]), at=19).story[-1] == "ComplaintResolved"


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
        (half_declined, accept("1-billing"), "AssignDepartments"),
        (with_head, accept("4-billing"), "AssignDepartments"),
        (finally_closed, withdraw(), "SubmitComplaint"),
        (finally_closed, reopen(), "SubmitComplaint"),
        (merged_away, accept(), reference_number(complaint_id("crm", "T-0"))),
        (House, decline(reason="too_hard"), "not_ours, no_such_place"),
        (in_progress, pause(reason="holiday"), "customer, parts, weather"),
        (with_head, close(by=CHIEF), "head"),
        (of_quality, resolution(answer_parts=["prevention"]), "explanation, apology"),
        (in_danger, resolution(), "ReportContained"),
        (House, accept(by="network"), "billing"),
        (in_progress, resolution(cause="bad_luck"), ", ".join(POLICY.causes)),
        (lambda: in_progress().takes(give(), at=20), choose(remedy="9-late"), "1-goodwill"),
    ],
)
def test_a_refusal_says_where_to_go_and_sends_nobody_where_nothing_can_be_done(
    house: Callable[[], House], command: Command, see: str
) -> None:
    at_hand = house()
    now = at_hand.run.now
    assert now is not None
    assert at_hand.takes(command, at=(now - second(0)).total_seconds() + 1).last(CommandRefused).see == see


@pytest.mark.parametrize("due", [20, 20.001, 9000])
def test_a_corrective_action_is_still_to_come(due: float) -> None:
    house = in_progress().takes(resolution(corrective_action=action(due)), at=20)
    done = house.last(WorkDone)
    assert done.corrective_action is not None and done.corrective_action.due == second(due) and done.no_action_because is None
