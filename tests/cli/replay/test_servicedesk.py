"""The event log of a service desk, by the mapping that comes with Redress: tickets live in virtual time as their file says."""

import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.common import CommandRefused
from contracts.routing import ComplaintReopened, ComplaintResolved, PriorityChanged, WorkDeclined, WorkPaused, WorkRequested
from services.cli.backtest import history
from services.cli.registry import NAMES, find_service
from services.cli.replay.commands import outcomes
from services.cli.replay.mapping import load_mapping
from services.platform.chassis.policies import practice
from services.platform.chassis.settings import read_settings
from services.platform.kernel.run import Run
from services.platform.kernel.service import Practice
from services.routing.policy import DepartmentRules
from tests.cli.replay.support import commands, findings, replayed, table_of, write

SERVICEDESK = load_mapping("servicedesk")
HEADER = (
    "number,incident_state,reassignment_count,reopen_count,sys_updated_at,opened_at,resolved_at,closed_at,made_sla,assignment_group,priority\n"
)


def ticket(number: str, *events: str, priority: str = "4 - Low") -> str:
    """Rows of one ticket: `day time,state,group` of a March, with `/n` behind the state where it was reopened n times."""
    rows = []
    for event in events:
        moment, state, group = event.split(",")
        (day, time), (state, _, reopened) = moment.split(), state.partition("/")
        rows.append(f"{number},{state},0,{reopened or 0},0{day}/03/2026 {time},02/03/2026 09:00,?,?,true,{group},{priority}\n")
    return "".join(rows)


@cache
def practices() -> tuple[Practice, ...]:
    """All four services under the default policies, and the file's groups among the departments."""
    default = read_settings(policies="default")
    named = {name: practice(find_service(name, default), default) for name in NAMES}
    known = named["routing"].policy
    departments = known.departments | {"network": DepartmentRules(), "servers-2": DepartmentRules()}
    named["routing"] = replace(named["routing"], policy=known.model_copy(update={"departments": departments}))
    return tuple(named.values())


@pytest.fixture
def run() -> Run:
    return Run(practices())


def play(run: Run, directory: Path, *tickets: str) -> Run:
    """To the instant of the last row."""
    with history.of_file(write(directory, HEADER + "".join(tickets)), "servicedesk") as told:
        commands = list(told.commands())
    assert told.is_whole
    for timed in commands:
        run.send(timed.service, timed.command, at=timed.at, id=timed.id, source=timed.source, key=timed.key)
    run.until(max(timed.at for timed in commands))
    return run


def facts(run: Run) -> list[str]:
    """Routing's, as `day time name`."""
    told = (event for event in run.events if event.envelope.source == "routing" and event.envelope.at)
    return [f"{event.envelope.at:%-d %H:%M} {type(event.message).__name__}" for event in told]


def refusals(run: Run) -> list[tuple[str, str]]:
    return [(told.command_type, told.reason) for told in run.all(CommandRefused)]


def test_a_ticket_is_opened_assigned_taken_on_and_resolved_when_the_file_says(run: Run, tmp_path: Path) -> None:
    play(run, tmp_path, ticket("INC1", "2 09:10,New,Network", "2 09:30,Active,Network", "3 10:00,Resolved,Network",
                               "8 10:00,Closed,Network"))  # fmt: skip
    told = facts(run)
    for line in ("2 09:00 ComplaintSentToTriage", "2 09:10 WorkRequested", "2 09:30 WorkAccepted", "3 10:00 ComplaintResolved"):
        assert line in told
    assert refusals(run) == []


def test_what_a_ticket_waits_for_lets_its_work_rest(run: Run, tmp_path: Path) -> None:
    play(run, tmp_path, ticket("INC1", "2 09:10,Active,Network", "2 10:00,Awaiting User Info,Network",
                               "2 10:30,Awaiting User Info,Network", "2 11:00,Awaiting Vendor,Network",
                               "2 12:00,Active,Network", "2 13:00,Awaiting Evidence,Network", "2 14:00,Resolved,Network"))  # fmt: skip
    assert [fact for fact in facts(run) if "WorkPaused" in fact or "WorkResumed" in fact] == [
        "2 10:00 WorkPaused", "2 11:00 WorkResumed", "2 11:00 WorkPaused", "2 12:00 WorkResumed",
        "2 13:00 WorkPaused", "2 14:00 WorkResumed",
    ]  # fmt: skip
    assert [paused.reason for paused in run.all(WorkPaused)] == ["awaiting_customer", "awaiting_parts", "awaiting_customer"]
    assert refusals(run) == []


def test_a_ticket_that_goes_to_and_fro_between_groups_has_a_work_for_each_turn(run: Run, tmp_path: Path) -> None:
    play(run, tmp_path, ticket("INC1", "2 09:10,New,Network", "2 10:00,Active,Servers 2", "2 11:00,Active,Network",
                               "2 12:00,Awaiting Vendor,Servers 2", "2 13:00,Resolved,Servers 2"))  # fmt: skip
    assert [told.work for told in run.all(WorkRequested)] == ["1-network", "1-servers-2", "1-network.2", "1-servers-2.2"]
    assert [told.work for told in run.all(WorkDeclined)] == ["1-network", "1-servers-2", "1-network.2"]
    assert len(run.all(ComplaintResolved)) == 1 and refusals(run) == []


def test_a_ticket_that_is_reopened_begins_a_round_with_works_of_its_own(run: Run, tmp_path: Path) -> None:
    play(run, tmp_path, ticket("INC1", "2 09:10,Active,Network", "2 10:00,Resolved,Network", "3 09:00,Active/1,Network",
                               "3 10:00,Active/1,Servers 2", "3 11:00,Resolved/1,Servers 2", "4 11:00,Closed/1,Servers 2"))  # fmt: skip
    assert [told.reason for told in run.all(ComplaintReopened)] == ["reopened"]
    assert [told.work for told in run.all(WorkRequested)] == ["1-network", "2-network", "2-servers-2"]
    assert [fact for fact in facts(run) if "ComplaintResolved" in fact] == ["2 10:00 ComplaintResolved", "3 11:00 ComplaintResolved"]
    assert refusals(run) == []


def test_a_tickets_priority_is_what_the_file_says(run: Run, tmp_path: Path) -> None:
    first, then = ticket("INC1", "2 09:10,New,Network", priority="2 - High"), ticket("INC1", "2 09:20,New,Network")
    play(run, tmp_path, first, then, ticket("INC2", "2 09:10,New,Network"))
    assert [told.priority for told in run.all(PriorityChanged)][:2] == [2, 4]
    assert refusals(run) == []


def test_rows_that_say_nothing_new_become_nothing_and_a_repeated_one_is_told(tmp_path: Path) -> None:
    rows = ticket("INC1", *["2 09:10,New,?"] * 2, "2 09:20,New,?", "2 09:30,-100,?")
    results = replayed(write(tmp_path, HEADER + rows), SERVICEDESK)
    assert [len(outcome.commands) for outcome in results] == [1, 0, 0, 0]
    assert [finding.kind for finding in findings(results)] == ["repeated"]


STATES = ["New", "Active", "Awaiting Vendor", "Awaiting User Info", "Resolved", "Closed", "?"]
CELLS = st.tuples(
    st.sampled_from(["INC1", "INC2"]), st.sampled_from(STATES),
    st.integers(1, 9), st.sampled_from(["Network", "Servers 2", "?"]), st.integers(0, 2), st.sampled_from(["4 - Low", "2 - High", "none"]),
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(CELLS, max_size=25))
def test_whatever_a_log_says_it_says_the_same_again_each_command_once_and_no_ticket_goes_back_in_time(cells: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        text = "".join(ticket(id, f"{day} 09:00,{state}/{n},{desk}", priority=p) for id, state, day, desk, n, p in cells)
        table = table_of(write(Path(place), HEADER + text), SERVICEDESK)
    live, again = (list(outcomes(table, SERVICEDESK)) for _ in range(2))
    dated = list(outcomes(table, SERVICEDESK, with_instants=True))
    assert live == again and len(live) == len(cells)
    assert [one.wire() for one in commands(live)] == [one.wire() for one in commands(dated)], "the instants change nothing else"
    assert len({one.id for one in commands(live)}) == len(commands(live))
    assert {finding.kind for finding in findings(live)} <= {"unreadable", "repeated"}
    for number in ("INC1", "INC2"):
        mine = [outcome for outcome, (id, *_) in zip(dated, cells, strict=True) if id == number]
        came = [one.at for one in commands(mine) if one.at]
        assert came == sorted(came)
