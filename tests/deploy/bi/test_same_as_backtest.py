"""Where `redress backtest` tells the same figure, it is the same: both define it in the same words."""

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import duckdb
import pytest

from contracts.model import Event
from contracts.wire import read
from services.backtest.fact import Fact
from services.backtest.report import Summary
from services.platform.kernel.record import Record
from tests.cli.export.topics import export
from tests.core.backtest_report.history import report_of
from tests.deploy.bi import edges
from tests.deploy.bi.lives import is_canary, records, views

PRIORITY = "coalesce('P' || priority, '(not told)')"
SPREAD = "count({0}), quantile_disc({0}, 0.5), quantile_disc({0}, 0.9), max({0})"
HISTORIES = {"demo": lambda: records("demo", 1.0), "edges": edges.records}


class Both(NamedTuple):
    views: duckdb.DuckDBPyConnection
    summary: Summary

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return self.views.execute(sql).fetchall()


@pytest.fixture(scope="module", params=HISTORIES)
def both(request, tmp_path_factory) -> Both:
    place, topics = tmp_path_factory.mktemp("export"), HISTORIES[request.param]()
    export(place, topics)
    return Both(views(place), report_of(facts(topics)).summary())


def facts(topics: Sequence[Record]) -> list[Fact]:
    """Of customers' complaints, each once."""
    found = {}
    for record in topics:
        envelope, message = read(record.topic, record.value)
        assert envelope.at is not None and record.value is not None and isinstance(message, Event)
        if not is_canary(json.loads(record.value)):
            found[envelope.id] = Fact(envelope.source, envelope.at, message, record.value)
    return list(found.values())


def test_complaints(both):
    course = both.summary.course
    [(at_first, resolved)] = both.ask("SELECT sum(at_first_contact), sum(resolved) FROM first_contact_resolution")
    assert (at_first, resolved) == course.repeats.first_contact
    assert both.ask("SELECT sum(reopened), sum(resolved) FROM reopen_rate") == [course.rounds.reopened]
    assert dict(both.ask("SELECT reason, sum(reopenings) FROM reopen_reasons GROUP BY reason")) == dict(course.rounds.by_reason)
    assert both.ask("SELECT sum(kept), sum(resolutions) FROM promised_resolutions") == [course.rounds.resolutions]
    repeats = course.repeats
    told = ("repeats", "contacts_repeated", "chases", "contacts_returned", "same_cause", "resolutions_that_tell_the_cause")
    assert both.ask(f"SELECT {', '.join(f'sum({name})' for name in told)} FROM repeat_rate") == [
        (repeats.complaints, repeats.contacts, repeats.chases, repeats.returned, *repeats.same_cause)
    ]  # fmt: skip
    assert dict(both.ask("SELECT state, count(*) FROM complaints GROUP BY state")) == dict(course.volumes.by_end)
    for name, times in zip(("answer", "resolution", "closing"), course.times, strict=True):
        assert both.ask(f"SELECT {SPREAD.format(f'seconds_until_{name}')} FROM complaints") == [times]


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        ("clock", "by_clock"), ("department", "by_department"), (PRIORITY, "by_priority"),
        ("department, clock", "by_department_and_clock"), (f"{PRIORITY}, clock", "by_priority_and_clock"),
    ],
)  # fmt: skip
def test_clocks(both, columns, rows):
    counts = "sum(met), sum(breached), sum(stopped), sum(never_came)"
    found = both.ask(f"SELECT {columns}, {counts} FROM sla_outcomes GROUP BY ALL")
    told = {
        (*name, each.met, each.breached, each.stopped, each.never_came)
        for name, each in getattr(both.summary.clocks, rows)
        if each.met or each.breached or each.stopped
    }
    assert set(found) == told


def test_how_late_clocks_were(both):
    assert both.ask(f"SELECT {SPREAD.format('late_seconds')} FROM clock_outcomes") == [both.summary.clocks.all.late]


def test_calls(both):
    counts = "sum(promised), sum(kept), sum(late), sum(broken), sum(abandoned), sum(cancelled), sum(impossible), sum(moved), sum(open)"
    found = both.ask(f"SELECT purpose, {counts} FROM callback_punctuality GROUP BY purpose")
    assert set(found) == {
        (
            purpose, each.promised, each.kept, each.late, each.broken, each.abandoned, each.cancelled, each.impossible, each.moved,
            each.open,
        )
        for (purpose,), each in both.summary.callbacks.by_purpose
    }  # fmt: skip
    cost = both.ask("SELECT cost_currency, sum(cost_minor) FROM callback_lateness_cost GROUP BY cost_currency ORDER BY ALL")
    assert tuple(cost) == both.summary.callbacks.all.cost


def test_remedies(both):
    sums = "SELECT ground, causes, currency, sum(issued_minor), sum(done_minor)"
    told = {
        (*name, currency, minor, dict(each.sums_done).get(currency, 0))
        for name, each in both.summary.remedies.by_cause
        for currency, minor in each.sums_issued
    }
    assert set(both.ask(f"{sums} FROM remedy_spend_by_cause WHERE currency IS NOT NULL GROUP BY ALL")) == told


NET = "WHERE segment = '(all)' AND measure = 'net_promoter_score'"


def test_opinions(both):
    asked = "SELECT \"group\", sum(answers), sum(csat_sum), sum(csat_told), sum(gap_sum), sum(gap_told), sum(solved), sum(solved_told)"
    found = {name: tuple(int(each or 0) for each in row) for name, *row in both.ask(f"{asked} FROM satisfaction_by_group GROUP BY ALL")}
    for each in both.summary.satisfaction.opinions:
        assert found[each.group] == (each.answers, *dict(each.means)["csat"], *each.gap, *dict(each.shares)["solved"])
    net = {group: score for group in ("recovered", "control") for (score,) in both.ask(f"SELECT {group} FROM recovered_v_control {NET}")}
    for each in both.summary.satisfaction.opinions:
        if (promoters := each.promoters_less_detractors).value is not None and each.group in net:
            assert net[each.group] == pytest.approx(100 * promoters.value)
    csat = {name: Fraction(mean).limit_denominator(100) for name, mean in both.ask("SELECT dimension, csat FROM satisfaction_by_dimension")}
    assert csat == {name: mean.value for name, mean in both.summary.satisfaction.csat_by_dimension}
    surveys = both.ask("SELECT kind, requested, answered, reminded, declined, expired, cancelled FROM survey_response ORDER BY kind")
    assert surveys == [tuple(each) for each in both.summary.satisfaction.surveys]
    house = {(group, name): gap for group, name, gap in both.ask("SELECT \"group\", dimension, gap * 10000 FROM house_by_dimension")}
    for each in both.summary.satisfaction.relationship:
        assert {name: house[each.group, name] for name, _ in each.gaps} == {name: pytest.approx(mean.value) for name, mean in each.gaps}
