"""Rules and dashboards ask for nothing that nobody tells."""

import json
import re

import pytest

from contracts.catalogue import OWNERS
from deploy.generate.monitoring import dashboards
from deploy.generate.promql import named, narrowed
from tests.deploy.monitoring import TARGET, Query, alerts, faults, known, panel_queries, queries, rule_queries, rules


def test_every_metric_and_label_in_rules_and_dashboards_exists():
    assert [fault for query in queries() for fault in faults(query)] == []


@pytest.mark.parametrize(
    ("expression", "fault"),
    [
        ("sum(redress_laag)", "X: nobody tells redress_laag."),
        ("rate(redress_messages[5m])", "X: nobody tells redress_messages."),
        ('redress_lag{reason="x"}', "X: redress_lag has no label reason."),
        ("sum by (reason) (redress_lag)", "X: nothing in it has a label reason."),
        ("time() - service:redress_lag:max", "X: nobody tells service:redress_lag:max."),
        ('service:redress_lag:sum{topic="x"}', "X: service:redress_lag:sum has no label topic."),
    ],
)
def test_a_name_that_nobody_tells_is_found(expression: str, fault: str):
    assert list(faults(Query("X", expression))) == [fault]


def test_everything_recorded_is_asked_for():
    asked = {selector.metric for query in queries() for selector in named(query.expression).selectors}
    assert {rule["record"] for rule in rules() if "record" in rule} - asked == set()


def test_the_service_whose_absence_calls_somebody_is_each_of_ours():
    expression = alerts()["RedressServiceAbsent"]["expr"]
    assert [service for service in OWNERS if f'absent_over_time(redress_build_info{{service="{service}"}}' not in expression] == []


def test_rules_keep_tenants_apart():
    """Each is by namespace, or of what is recorded by namespace."""
    by = {rule["record"] for rule in rules() if "record" in rule and "namespace" in named(rule["expr"]).grouped}
    mixed = {
        query.where
        for query in rule_queries()
        if "namespace" not in (asked := named(query.expression)).grouped and not by & {each.metric for each in asked.selectors}
    }
    assert mixed == {"redress:promises_objective:ratio", "priority:redress_stuck_after_seconds:max"}


def test_nothing_in_a_rule_adds_up_or_joins_across_tenants():
    """But for what is the same for all: the objective, and when a complaint of a priority is stuck."""
    clauses = {
        (query.where, clause.group(0))
        for query in rule_queries()
        for clause in re.finditer(r"\b(?:by|on|ignoring|without) \(([^)]*)\)", query.expression)
        if "namespace" not in re.split(r",\s*", clause.group(1))
    }
    settings = {(name, "on ()") for name in ("RedressPromiseBurnFast", "RedressPromiseBurnSlow")}
    assert clauses == settings | {(name, "on (priority)") for name in ("RedressGraveComplaintStuck", "RedressComplaintStuck")}
    assert [query.where for query in rule_queries() if re.search(r"\b(?:sum|min|max|avg|count) *\(", query.expression)] == []


def test_the_line_on_the_dashboard_is_the_objective():
    (objective,) = [rule["expr"] for rule in rules() if rule.get("record") == "redress:promises_objective:ratio"]
    (panel,) = [panel for panel in BOARDS["1-customers"]["panels"] if panel["title"] == "Promises broken, of those that came due"]
    (line,) = [step["value"] for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"] if step["color"] == "red"]
    assert objective == f"vector({1 - line:g})"


@pytest.mark.parametrize(
    ("panel", "alert"),
    [
        ("Age of what is in hand", "RedressFarBehind"), ("Since the last progress", "RedressConsumerNotProgressing"),
        ("Timers, noticed late by", "RedressTimersLate"), ("The oldest that is open", "RedressDeadLettersExpiring"),
        ("Share that is refused", "RedressRefusalsSurge"),
    ],
)  # fmt: skip
def test_a_panel_is_red_from_where_its_alert_calls(panel: str, alert: str):
    (shown,) = [each for board in BOARDS.values() for each in board["panels"] if each["title"] == panel]
    (red,) = [step["value"] for step in shown["fieldConfig"]["defaults"]["thresholds"]["steps"] if step["color"] == "red"]
    assert re.search(rf"> {red:g}\b", alerts()[alert]["expr"])


@pytest.mark.parametrize(
    ("expression", "metrics", "grouped"),
    [
        ('sum by (a, b) (rate(x_total{l="{y} z", m=~"u|v"}[5m])) > bool 1', {"x_total": {"l", "m"}}, {"a", "b"}),
        ("a / on (x) group_left (y) b and c or vector(0)", {"a": set(), "b": set(), "c": set()}, {"x", "y"}),
        ("histogram_quantile(0.9, sum(h_bucket) by (le)) offset 5m", {"h_bucket": set()}, {"le"}),
        ("time() - 3e5 * (1 - set:x:ratio)  # not y", {"set:x:ratio": set()}, set()),
        ("count_over_time(a[1h:5m]) unless ignoring (b) absent(c{})", {"a": set(), "c": set()}, {"b"}),
    ],
)
def test_an_expression_is_taken_apart(expression: str, metrics: dict[str, set[str]], grouped: set[str]):
    found = named(expression)
    assert {each.metric: set(each.labels) for each in found.selectors} == metrics
    assert found.grouped == grouped


def test_a_query_is_narrowed_at_each_of_its_metrics():
    assert narrowed('rate(a{b="c"}[5m]) / time() + d', 'n="1"') == 'rate(a{n="1", b="c"}[5m]) / time() + d{n="1"}'


# -- dashboards -------------------------------------------------------------------------------------------------------------------------


BOARDS = {path.stem: json.loads(text) for path, text in dashboards().items() if path.suffix == ".json"}


def test_there_is_a_dashboard_for_each_question():
    titles = ["1 · Are customers hurt?", "2 · Flow", "3 · Is anything stuck?", "4 · Bad data", "5 · Outcomes", "6 · Platform"]
    assert [board["title"] for board in BOARDS.values()] == titles


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
def test_panels_stand_beside_each_other_and_say_how_they_are_read(board: dict):
    taken = [(x, y) for p in board["panels"] for x in _span(p, "x", "w") for y in _span(p, "y", "h")]
    assert len(taken) == len(set(taken)) and max(x for x, _ in taken) < 24
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    assert [panel["title"] for panel in board["panels"] if panel["type"] != "row" and not panel["description"].endswith(".")] == []


def _span(panel: dict, from_: str, size: str) -> range:
    return range(panel["gridPos"][from_], panel["gridPos"][from_] + panel["gridPos"][size])


def test_a_legend_names_what_its_query_leaves_of_the_labels():
    lacking = {
        (panel["title"], label)
        for board in BOARDS.values()
        for panel in board["panels"]
        for target in panel.get("targets", ())
        for label in set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])) - left(target["expr"])
    }
    assert lacking == set()


def left(expression: str) -> frozenset[str]:
    asked = named(expression)
    return asked.grouped if " by (" in expression else asked.grouped.union(TARGET, *(known()[each.metric] for each in asked.selectors))


def test_every_query_of_a_dashboard_can_be_narrowed_to_a_tenant():
    whole = [
        query.where
        for query in panel_queries()
        if any("namespace" not in each.labels for each in named(query.expression).selectors) or not named(query.expression).selectors
    ]
    assert whole == []
