"""What stands under deploy/monitoring, read for its tests."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from deploy.generate.monitoring import MONITORING, RULES, dashboards
from deploy.generate.promql import named
from services.platform.chassis import metrics

TESTS, RUNBOOKS = MONITORING / "tests", MONITORING / "runbooks"
LIST = Path(metrics.__file__).with_name("METRICS.md")
LISTED = re.compile(r"^\| `(redress_\w+)` \| (counter|gauge|histogram) \| ([a-z_, ]*)\|", re.MULTILINE)
SAMPLES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}
PROCESS = ("process_start_time_seconds", "process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds")
FOREIGN = dict.fromkeys(PROCESS, frozenset[str]()) | {"ALERTS": frozenset({"alertname", "alertstate", "severity"})}
"""Told by Prometheus' client library, and by Prometheus itself."""
TARGET = frozenset({"namespace", "job", "instance"})
"""Attached to each series by whoever scrapes."""


class Query(NamedTuple):
    where: str
    expression: str


@cache
def rules() -> list[dict[str, Any]]:
    found = [yaml.safe_load(file.read_text("utf-8")) for file in sorted(RULES.glob("*.yaml"))]
    return [rule for each in found for group in each["groups"] for rule in group["rules"]]


@cache
def alerts() -> dict[str, dict[str, Any]]:
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


@cache
def queries() -> tuple[Query, ...]:
    """Of all rules, all panels and all annotations, as Prometheus gets them."""
    return (*rule_queries(), *panel_queries(), *annotation_queries())


def rule_queries() -> list[Query]:
    return [Query(rule.get("alert") or rule["record"], rule["expr"]) for rule in rules()]


def panel_queries() -> Iterator[Query]:
    for path, text in dashboards().items():
        if path.suffix == ".json":
            board = json.loads(text)
            yield from (Query(f"{path.stem}: {p['title']}", t["expr"]) for p in board["panels"] for t in p.get("targets", ()))


def annotation_queries() -> Iterator[Query]:
    for path, text in dashboards().items():
        if path.suffix == ".json":
            yield from (Query(f"{path.stem}: {each['name']}", each["expr"]) for each in json.loads(text)["annotations"]["list"])


@cache
def known() -> dict[str, frozenset[str]]:
    """Sample name → labels: what the code tells (its list is held against it elsewhere), what the rules record, and a few of others."""
    ours = {
        name + suffix: frozenset(each.strip() for each in f"service,{labels},{'le' * (suffix == '_bucket')}".split(",")) - {""}
        for name, kind, labels in LISTED.findall(LIST.read_text("utf-8"))
        for suffix in SAMPLES[kind]
    }
    return FOREIGN | ours | recorded(ours)


def recorded(ours: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """By what a record is grouped, or what it is labelled with; nothing else is left of it."""
    return {rule["record"]: named(rule["expr"]).grouped | set(rule.get("labels", ())) for rule in rules() if "record" in rule}


def faults(query: Query) -> Iterator[str]:
    """A sentence for each name in it that nobody tells."""
    asked = named(query.expression)
    for selector in asked.selectors:
        if selector.metric not in known():
            yield f"{query.where}: nobody tells {selector.metric}."
        elif strange := selector.labels - known()[selector.metric] - TARGET:
            yield f"{query.where}: {selector.metric} has no label {', '.join(sorted(strange))}."
    there = TARGET.union(*(known().get(selector.metric, frozenset()) for selector in asked.selectors))
    if strange := asked.grouped - there:
        yield f"{query.where}: nothing in it has a label {', '.join(sorted(strange))}."
