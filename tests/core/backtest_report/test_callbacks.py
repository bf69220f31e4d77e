"""Promised calls: kept, late, broken, and their cost."""

import pytest

from contracts.callback import CallbackAttempted, CallbackImpossible, CallbackRescheduled
from contracts.model import Money
from services.backtest.report.callbacks import CallbackFigures
from tests.core.backtest_report.history import BY, Matter, at, heard

IT = Matter()


def calls(*told) -> CallbackFigures:
    return heard(*told).summary().callbacks.all


@pytest.mark.parametrize(("late", "kept", "came_late"), [(0, 1, 0), (1, 0, 1)])
def test_kept_is_not_a_second_late(late, kept, came_late):
    found = calls((0, IT.promised()), (9, IT.completed(late=late)))
    assert (found.kept, found.late, found.open) == (kept, came_late, 0)


def test_what_was_broken_and_came_late_is_both_and_late_by_what_its_completion_tells():
    found = calls((0, IT.promised()), (1, IT.broken()), (9, IT.completed(late=90, cost=7)))
    assert (found.broken, found.late, found.kept) == (1, 1, 0) and found.in_time == (0, 1)
    assert found.late_by == (1, 90, 90, 90) and found.cost == (("CNY", 7),)


def test_what_was_called_off_in_time_is_neither_kept_nor_broken():
    found = calls((0, IT.promised()), (1, IT.called_off()))
    assert (found.cancelled, found.in_time.whole, found.open) == (1, 0, 0)


def test_the_cost_is_told_by_the_fact_that_ended_the_call_and_by_no_other():
    tried = CallbackAttempted(
        **IT.call("1-confirm"), attempt=1, outcome="no_answer", by=BY, late_by_seconds=50, cost=Money(amount_minor=3, currency="CNY")
    )
    found = calls(
        (0, IT.promised()), (1, IT.broken()), (2, tried), (3, IT.given_up(late=80, cost=8)),
        (4, IT.promised("1-progress")), (5, IT.called_off("1-progress", cost=2)),
    )  # fmt: skip
    assert found.cost == (("CNY", 10),) and (found.abandoned, found.late_by.number) == (1, 0)


def test_what_cost_nothing_is_no_sum_in_any_currency():
    assert calls((0, IT.promised()), (9, IT.completed(cost=0))).cost == ()


def test_an_open_promise_is_open_broken_or_not():
    found = calls((0, IT.promised()), (1, IT.broken()), (2, IT.promised("1-progress")))
    assert (found.open, found.broken) == (2, 1)


def test_a_promise_that_is_moved_stays_one():
    moved = CallbackRescheduled(
        **IT.call("1-confirm"), purpose="confirm", earliest=at(9), latest=at(99), latest_before=at(10), reason="wish", by=BY
    )
    found = calls((0, IT.promised()), (1, moved), (2, IT.completed()))
    assert (found.promised, found.moved, found.kept) == (1, 1, 1)


def test_calls_stand_by_their_purpose_also_where_the_fact_does_not_tell_it():
    found = heard((0, IT.promised("1-care")), (1, IT.called_off("1-care")), (2, IT.promised()), (3, IT.completed())).summary().callbacks
    assert [(name, row.promised, row.cancelled) for name, row in found.by_purpose] == [(("care",), 1, 1), (("confirm",), 1, 0)]


@pytest.mark.parametrize(("goes_on", "impossible"), [(True, 0), (False, 1)])
def test_impossible_is_only_what_ends_so(goes_on, impossible):
    never = CallbackImpossible(**IT.call("1-confirm"), purpose="confirm", channel="phone", reason="no_phone", goes_on=goes_on)
    found = heard((0, never)).summary().callbacks
    assert found.all.impossible == impossible and found.why_not == ((("no_phone", 1),) if impossible else ())


def test_attempts_are_counted_by_outcome_and_reasons_by_word():
    outcomes = ("no_answer", "lost", "no_answer")
    tried = [(n, CallbackAttempted(**IT.call("1-confirm"), attempt=1, outcome=each, by=BY)) for n, each in enumerate(outcomes)]
    found = heard((0, IT.promised()), *tried, (9, IT.given_up(reason="no_answer"))).summary().callbacks
    assert found.attempts == (("no_answer", 2), ("lost", 1)) and found.why_not == (("no_answer", 1),)
