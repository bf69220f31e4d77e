"""How clocks ended, whose they were then, and how late what they measure came."""

import pytest

from contracts.routing import (
    ClockBreached,
    ClockExtended,
    ClockMet,
    ClockPaused,
    ClockStarted,
    ClockStopped,
    Contained,
    ContainmentRequested,
)
from services.backtest.report.clocks import ClockFigures
from tests.core.backtest_report.history import BY, Matter, at, heard

IT = Matter()


def clock(*told, name="resolution") -> ClockFigures:
    return dict(heard(*told).summary().clocks.by_clock)[name,]


def started(clock="resolution", **more):
    return 0, IT.clock(ClockStarted, clock, **more)


def test_each_clock_is_counted_by_what_it_said_at_its_end():
    found = clock(
        started(), started(instance="b"), started(instance="c"), started(instance="d"),
        (9, IT.clock(ClockMet)), (10, IT.clock(ClockBreached, instance="b")), (11, IT.clock(ClockStopped, instance="c")),
    )  # fmt: skip
    assert (found.started, found.met, found.breached, found.stopped, found.running) == (4, 1, 1, 1, 1)
    assert found.kept == (1, 2)


def test_what_happens_on_its_way_is_counted_and_ends_nothing():
    extended = IT.clock(ClockExtended, before=300, due_before=at(300), reason="parts", approver=BY, by=BY)
    found = clock(started(), (1, IT.clock(ClockPaused)), (2, extended))
    assert (found.paused, found.extended, found.running, found.kept.whole) == (1, 1, 1, 0)


def test_used_is_what_the_facts_of_those_met_tell():
    told = [(9, IT.clock(ClockMet, instance=f"{n}", used_seconds=n)) for n in (10, 30, 20)]
    found = clock(*told, (9, IT.clock(ClockBreached, used_seconds=601)))
    assert found.used == (3, 20, 30, 30)


@pytest.mark.parametrize(("kind", "came", "late"), [
    ("acceptance", [(700, IT.accepted("repairs"))], 100),
    ("acceptance", [(700, IT.accepted("network"))], None),
    ("first_answer", [(650, IT.progress()), (700, IT.resolved())], 50),
    ("first_answer", [(650, IT.progress(is_told=False)), (700, IT.resolved())], 100),
    ("first_answer", [(601, IT.completed("1-progress"))], 1),
    ("resolution", [(700, IT.resolved()), (800, IT.reopened()), (900, IT.resolved(round=2))], 100),
    ("resolution", [(700, IT.progress())], None),
    ("total_resolution", [(700, IT.resolved()), (900, IT.closed())], 300),
    ("total_resolution", [(700, IT.closed()), (800, IT.reopened()), (950, IT.closed(round=2))], 350),
    ("total_resolution", [(700, IT.closed()), (800, IT.reopened())], None),
    ("legal", [(700, IT.resolved()), (900, IT.closed())], None),
])  # fmt: skip
def test_late_is_from_the_due_until_what_it_measures_came(kind, came, late):
    asked = [(0, IT.routed()), (0, IT.requested("repairs"))]
    works = {"work": "1-repairs"} if kind == "acceptance" else {}
    found = clock(*asked, started(kind, **works), (602, IT.clock(ClockBreached, kind, **works)), *came, name=kind)
    assert found.late == ((1, late, late, late) if late is not None else (0, None, None, None))
    assert found.never_came == (late is None)


def test_a_call_that_came_before_the_late_verdict_ends_the_first_answer():
    """The breach is told a few seconds after it, for such a word to arrive."""
    told = started("first_answer"), (603, IT.completed("1-progress")), (606, IT.clock(ClockBreached, "first_answer"))
    assert clock(*told, name="first_answer").late.worst == 3


def test_both_ends_are_cut_to_whole_seconds_as_clocks_do():
    breached = (602, IT.clock(ClockBreached, due=600))
    assert clock(started(), breached, (700.999, IT.resolved())).late.worst == 100


def test_a_danger_ends_with_the_next_word_that_it_is_contained():
    asked = ContainmentRequested(**IT.who, round=1, department="safety", policy="test/routing@1")
    contained = Contained(**IT.who, round=1, measure="off", by=BY)
    found = heard(
        (0, IT.routed()), (0, asked), started("containment", instance="containment-1"), (100, contained),
        (200, asked), (200, IT.clock(ClockStarted, "containment", instance="containment-2", due=300)),
        (301, IT.clock(ClockBreached, "containment", instance="containment-2", due=300)), (400, contained),
    ).summary().clocks  # fmt: skip
    assert dict(found.by_clock)["containment",].late.worst == 100
    assert [name for name, _ in found.by_department] == [("safety",)]


@pytest.mark.parametrize(("work", "answer"), [
    (None, IT.routed("network")),
    ("1-repairs", IT.requested("network", instead_of="1-repairs")),
])  # fmt: skip
def test_triage_ends_with_who_owns_it_and_is_its_desks_meanwhile(work, answer):
    found = heard(
        (0, IT.routed()), (0, IT.requested("repairs")), (10, IT.in_triage(work=work)), (10, IT.clock(ClockStarted, "triage", work=work)),
        (601, IT.clock(ClockBreached, "triage", work=work)), (630, answer),
    ).summary().clocks  # fmt: skip
    assert found.all.late.worst == 30
    assert [name for name, _ in found.by_department] == [("duty_desk",)]


def test_a_clock_is_of_the_priority_and_the_lead_that_routing_had_told_before_it_ended():
    found = heard(
        (0, IT.routed("repairs", priority=4)), started(), started(instance="b"),
        (1, IT.clock(ClockMet)), (1, IT.raised(2)), (2, IT.routed("network", priority=2)), (2, IT.clock(ClockMet, instance="b")),
        (3, IT.raised(1)),
    ).summary().clocks  # fmt: skip
    assert [name for name, row in found.by_priority if row.met == 1] == [("P2",), ("P4",)]
    assert [name for name, row in found.by_department_and_clock if row.met == 1] == [("network", "resolution"), ("repairs", "resolution")]


def test_an_acceptance_is_the_asked_departments_not_the_leads():
    found = heard(
        (0, IT.routed("repairs")), (0, IT.requested("network")), started("acceptance", work="1-network"),
        (5, IT.clock(ClockMet, "acceptance", work="1-network")),
    ).summary().clocks  # fmt: skip
    assert [name for name, _ in found.by_department] == [("network",)]


def test_where_the_beginning_is_cut_off_it_is_nobodys_and_of_no_priority():
    found = heard((602, IT.clock(ClockBreached)), (700, IT.resolved())).summary().clocks
    assert [name for name, _ in (*found.by_department, *found.by_priority)] == [("(nobody)",), ("(not told)",)]


def test_before_anybody_leads_it_is_nobodys():
    found = heard((0, IT.in_triage()), started(), (601, IT.clock(ClockBreached))).summary().clocks
    assert [name for name, _ in found.by_department] == [("(nobody)",)]
