"""Two reports of one history: what would have gone otherwise, and why."""

from fractions import Fraction

import pytest

from contracts.model import Money
from contracts.routing import (
    ClockAimed,
    ClockBreached,
    ClockMet,
    ClockStarted,
    ClockStopped,
    ComplaintEscalated,
    RemedyDone,
    RemedyIssued,
    RemedyOption,
)
from services.backtest.report import Report, changes, compare
from services.backtest.report.comparison import Beside
from services.backtest.report.differences import Difference
from tests.core.backtest_report.history import Matter, at, facts_of_lives, heard, report_of

IT, NEXT = Matter(), Matter("T-2")
BEGUN = [(0, IT.registered()), (0, IT.routed()), (0, IT.clock(ClockStarted))]
MET = (9, IT.clock(ClockMet))
GIFT = Money(amount_minor=500, currency="CNY")


def differences(one, other, begun=BEGUN) -> list[Difference]:
    return [each for change in changes(heard(*begun, *one), heard(*begun, *other)) for each in change.differences]


def words(found: list[Difference]) -> list[tuple[str, str, str | None, str | None]]:
    return [(each.aspect, each.name, each.one and each.one.word, each.other and each.other.word) for each in found]


def test_of_a_set_with_itself_nothing_differs():
    report = report_of(facts_of_lives("demo", 1.0))
    found = compare(report, report)
    assert found.changed == 0 and found.gravest == () and found.complaints > 20
    assert not any(each.difference for each in found.figures)


def escalated(level: int, to: str) -> ComplaintEscalated:
    return ComplaintEscalated(
        **IT.who, round=1, level=level, to=to, reason="clock", clock="resolution", instance="resolution", escalated_at=at(0), policy="t/r@1"
    )  # fmt: skip


@pytest.mark.parametrize(("one", "other", "told"), [
    ([MET], [(602, IT.clock(ClockBreached))], [("clock", "resolution", "met", "breached")]),
    ([MET], [], [("clock", "resolution", "met", "running")]),
    ([MET], [(9, IT.clock(ClockStopped))], [("clock", "resolution", "met", "stopped")]),
    ([(0, IT.promised()), (9, IT.completed())], [(0, IT.promised()), (8, IT.broken()), (9, IT.completed(late=60))],
     [("call", "1-confirm", "kept", "late")]),
    ([(0, IT.promised()), (9, IT.completed())], [(0, IT.promised()), (8, IT.broken())], [("call", "1-confirm", "kept", "broken")]),
    ([(0, IT.promised()), (9, IT.given_up())], [(0, IT.promised()), (9, IT.called_off())],
     [("call", "1-confirm", "given_up", "called_off")]),
    ([(0, IT.promised())], [], [("call", "1-confirm", "open", None)]),
    ([(1, escalated(1, "team_lead"))], [(1, escalated(2, "head"))],
     [("escalation", "clock 1 resolution", "team_lead", None), ("escalation", "clock 2 resolution", None, "head")]),
    ([(1, IT.remedy(RemedyIssued, "compensation", GIFT))], [(1, IT.proposed(RemedyOption(kind="compensation", amount=GIFT)))],
     [("remedy", "1-goodwill", "compensation issued", "compensation proposed")]),
    ([(1, IT.resolved()), (2, IT.reopened())], [(1, IT.resolved())],
     [("reopening", "2", "dissatisfied", None), ("end", "", "open", "resolved")]),
    ([(1, IT.closed("confirmed"))], [(1, IT.closed("silence"))], [("end", "", "confirmed", "silence")]),
])  # fmt: skip
def test_what_differs_is_told_by_how_each_ended(one, other, told):
    assert words(differences(one, other)) == told


@pytest.mark.parametrize(("one", "other"), [
    ([(9, IT.clock(ClockMet))], [(99, IT.clock(ClockMet))]),
    ([(1, IT.raised(2)), MET], [(2, IT.raised(2)), MET]),
    ([(1, escalated(1, "team_lead"))], [(5, escalated(1, "team_lead"))]),
])  # fmt: skip
def test_the_same_end_at_another_instant_is_none_but_for_the_closing(one, other):
    assert differences(one, other) == []


def test_the_instant_of_the_closing_is_a_difference():
    (found,) = differences([(5, IT.closed())], [(6, IT.closed())])
    assert found.aspect == "end" and found.other.at - found.one.at == 1_000


@pytest.mark.parametrize("what", [{"late": 61}, {"cost": 1}])
def test_a_call_as_late_or_as_dear_is_the_same_one_later_or_dearer_is_not(what):
    one = [(0, IT.promised()), (1, IT.broken()), (9, IT.completed(late=60))]
    other = [(0, IT.promised()), (1, IT.broken()), (9, IT.completed(**{"late": 60} | what))]
    assert words(differences(one, other)) == [("call", "1-confirm", "late", "late")] and differences(one, one) == []


def test_the_worth_of_a_remedy_is_a_difference_also_once_it_is_done():
    def refunded(minor: int) -> list:
        return [(1, IT.remedy(RemedyIssued, "refund", Money(amount_minor=minor, currency="CNY"))), (2, IT.remedy(RemedyDone, "refund"))]

    (found,) = differences(refunded(1), refunded(2))
    assert (found.one.minor, found.other.minor) == (1, 2)


@pytest.mark.parametrize(("before", "after", "because"), [
    ({}, {}, ()),
    ({}, {"target": 300}, ("target",)),
    ({}, {"target": 2, "unit": "business_days"}, ("target",)),
    ({}, {"calendar": "office"}, ("calendar",)),
    ({}, {"target": 300, "calendar": "office"}, ("target", "calendar")),
])  # fmt: skip
def test_a_clocks_outcome_is_explained_by_what_it_was_aimed_at(before, after, because):
    one, other = [(9, IT.clock(ClockMet, **before))], [(9, IT.clock(ClockBreached, **after))]
    assert differences(one, other)[0].because == because


def test_a_clock_that_runs_has_the_aim_it_was_last_told():
    aimed = (5, IT.clock(ClockAimed, target=300, before=600, due_before=at(600), because="priority"))
    (found,) = differences([aimed, MET], [aimed])
    assert found.because == ("target",) and (found.one.aim.target, found.other.aim.target) == (600, 300)


def test_or_by_how_urgent_and_whose_it_was():
    one = [(0, IT.registered()), (0, IT.routed("repairs", 4)), (0, IT.clock(ClockStarted)), MET]
    other = [(0, IT.registered()), (0, IT.routed("network", 2)), (0, IT.clock(ClockStarted)), (9, IT.clock(ClockBreached))]
    assert differences(one, other, begun=[])[0].because == ("priority", "department")


def test_of_all_but_clocks_no_cause_is_guessed():
    one = [(0, IT.routed("repairs", 4)), (0, IT.promised()), (9, IT.completed()), (10, IT.closed())]
    other = [(0, IT.routed("network", 1)), (0, IT.promised()), (8, IT.broken()), (11, IT.closed())]
    found = differences(one, other, begun=[(0, IT.registered())])
    assert [(each.aspect, each.because) for each in found] == [("call", ()), ("end", ())]


def test_a_clock_of_the_same_kind_stands_beside_it_whatever_its_name():
    one = [(0, IT.clock(ClockStarted, "handling", kind="resolution")), (9, IT.clock(ClockMet, "handling"))]
    other = [(0, IT.clock(ClockStarted)), (9, IT.clock(ClockBreached))]
    (found,) = differences(one, other, begun=[(0, IT.registered())])
    assert words([found]) == [("clock", "resolution", "met", "breached")] and found.because == ("clock",)


def test_a_whole_time_that_counts_on_is_another_clock():
    again = [(20, IT.clock(ClockStarted, "total_resolution", instance="total_resolution.2"))]
    first = [(0, IT.clock(ClockStarted, "total_resolution")), (9, IT.clock(ClockMet, "total_resolution"))]
    assert words(differences(first, [*first, *again])) == [("clock", "total_resolution.2", None, "running")]


def test_who_is_asked_elsewhere_has_another_acceptance():
    def asked(department: str) -> list:
        work = f"1-{department}"
        started = IT.clock(ClockStarted, "acceptance", instance=f"acceptance-{work}", work=work)
        return [(0, IT.registered()), (0, IT.routed(department)), (0, IT.requested(department)), (0, started)]

    found = differences(asked("repairs"), asked("network"), begun=[])
    assert [each.name for each in found] == ["acceptance-1-repairs", "acceptance-1-network"]
    assert {each.because for each in found} == {("department",)}


def test_promises_that_turned_are_counted_both_ways():
    breached = (602, IT.clock(ClockBreached))
    worse, better = compare(heard(*BEGUN, MET), heard(*BEGUN, breached)), compare(heard(*BEGUN, breached), heard(*BEGUN, MET))
    assert worse.turned == (("resolution", 1, 0),) and better.turned == (("resolution", 0, 1),)
    neither = compare(heard(*BEGUN, MET), heard(*BEGUN, (9, IT.clock(ClockStopped))))
    assert neither.turned == () and neither.changed == 1


def test_the_gravest_come_first():
    mild = [(0, NEXT.registered()), (1, NEXT.closed("silence"))]
    one = heard(*BEGUN, MET, (0, NEXT.registered()), (1, NEXT.closed()))
    other = heard(*BEGUN, (602, IT.clock(ClockBreached)), *mild)
    assert [each.complaint_id for each in compare(one, other).gravest] == [IT.id, NEXT.id]


def test_a_complaint_that_only_one_knows_is_a_difference():
    found = compare(heard(*BEGUN), heard(*BEGUN, (0, NEXT.registered())))
    assert found.complaints == 2 and [each.complaint_id for each in found.gravest] == [NEXT.id]


def test_each_figure_stands_beside_the_other_with_what_it_has_more():
    found = {each[:2]: each for each in compare(heard(*BEGUN, MET), heard(*BEGUN, (602, IT.clock(ClockBreached)))).figures}
    assert found["clocks", "all kept"].difference == -100 and found["clocks", "all breached"].difference == 1
    assert found["clocks", "resolution used, p50"].difference is None, "of the other nothing was met"


@pytest.mark.parametrize(("unit", "one", "other", "difference"), [
    ("number", Fraction(2), Fraction(5), 3), ("percent", None, Fraction(5), None),
    ("score", Fraction(1, 2), Fraction(1, 4), Fraction(-1, 4)),
])  # fmt: skip
def test_where_there_is_nothing_to_reckon_with_there_is_no_difference(unit, one, other, difference):
    assert Beside("clocks", "kept", unit, one, other).difference == difference


def test_of_a_sum_that_only_one_has_the_other_has_nothing():
    gift = (5, IT.remedy(RemedyIssued, "compensation", GIFT))
    found = {each[:3]: each for each in compare(heard(*BEGUN), heard(*BEGUN, gift)).figures}
    assert found["remedies", "all issued", "CNY"][3:] == (0, 500)


def test_two_empty_histories_compare():
    assert compare(Report(), Report()).complaints == 0
