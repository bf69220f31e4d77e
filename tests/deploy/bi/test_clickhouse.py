"""The tables and views for ClickHouse, made in ClickHouse, over the events of whole lives: only Kafka is not there."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from services.export.columns import Column
from services.export.tables import TABLES
from tests.deploy.bi.counted.life import Told, day, share
from tests.deploy.bi.lives import ROOT, of_customers, records
from tests.deploy.tools import FETCHED, run

PLACE = ROOT / "deploy" / "bi" / "clickhouse"
KAFKA = re.compile(r"\(data String\)\nENGINE = Kafka\(.*?\);", re.DOTALL)
NO_KAFKA = "(data String, _topic String, _error String) ENGINE = Null;"
SAMPLE = (
    "clock_met", "complaint_registered", "callback_completed", "remedy_proposed", "feedback_received", "clock_started", "command_refused",
)  # fmt: skip
PROGRAM = Path(__file__).with_name("in_clickhouse.py")
pytestmark = pytest.mark.tools


class Answers(NamedTuple):
    told: Told
    rows: dict[str, list[list[Any]]]


def statements() -> list[str]:
    text = "\n".join((PLACE / name).read_text("utf-8") for name in ("tables.sql", "views.sql"))
    return [each for each in KAFKA.sub(NO_KAFKA, text).split(";\n") if each.strip()]


INCOMPLETE = {"type": "routing.clock_warned.v1", "id": "00000000-0000-4000-8000-000000000000", "at": "2026-03-02T09:00:00.000Z"}
NO_EVENTS = ({}, {"type": "routing.clock_met.v1"}, INCOMPLETE | {"at": "soon"}, INCOMPLETE | {"id": ""}, INCOMPLETE)
"""All but the last are left out; it is a row, of what it tells."""
NAMES = {each.name for each in TABLES.values()}
QUERIES = {
    "events": "SELECT id FROM redress.events FINAL WHERE seq > 0 ORDER BY id",
    "sla_by_day": "SELECT toString(ended_on), clock, met, breached, stopped, kept_share FROM redress.sla_by_day",
    "cost": "SELECT toString(ended_on), outcome, cost_currency, callbacks, toString(cost_minor) FROM redress.callback_cost_by_day",
    "incomplete": "SELECT id, seq, instance, toUnixTimestamp64Milli(due) FROM redress.clock_warned FINAL WHERE seq = 0",
    **{name: f"SELECT * FROM redress.{name} FINAL ORDER BY id" for name in SAMPLE},
    "counts": " UNION ALL ".join(f"SELECT '{name}', count() FROM redress.{name} FINAL WHERE seq > 0" for name in NAMES),
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory) -> Answers:
    place, topics = tmp_path_factory.mktemp("clickhouse"), records("demo", 1.0)
    told = [(json.dumps(each), "routing.events.v1") for each in NO_EVENTS] + [((each.value or b"").decode(), each.topic) for each in topics]
    lines = (json.dumps({"data": data, "topic": topic}) for data, topic in told)
    (place / "events.jsonl").write_text("\n".join(lines), "utf-8")
    asked = {"statements": statements(), "queries": list(QUERIES.values())}
    program = str(FETCHED / "venv" / "bin" / "python")
    done = run(program, PROGRAM, place / "data", place / "events.jsonl", given=json.dumps(asked))
    assert done.returncode == 0, done.stderr
    return Answers(Told(of_customers(topics)), dict(zip(QUERIES, json.loads(done.stdout), strict=True)))


def test_every_event_is_there_once(answers):
    """A canary's too: only the tables by type leave them out."""
    told = {json.loads(record.value or b"")["id"] for record in records("demo", 1.0)}
    assert [id for (id,) in answers.rows["events"]] == sorted(told)


def test_each_table_holds_its_type(answers):
    told = Counter(TABLES[each["type"]].name for each in answers.told.events)
    assert {name: int(count) for name, count in answers.rows["counts"] if int(count)} == told


@pytest.mark.parametrize("name", SAMPLE)
def test_a_row_holds_what_the_event_tells(answers, name):
    said = sorted((each for each in answers.told.events if TABLES[each["type"]].name == name), key=lambda each: str(each["id"]))
    assert answers.rows[name] == [[at_path(each, column) for column in TABLES[each["type"]].columns] for each in said]


def at_path(event: dict[str, Any], column: Column) -> Any:
    """As ClickHouse writes it in JSON."""
    if column.name == "service":
        return event["type"].split(".")[0]
    found: Any = event
    for step in column.path:
        found = None if found is None else found.get(step)
    match column.kind:
        case "instant" if found:
            return written(found)
        case "instants":
            return [written(each) for each in found]
        case "texts" | "integers":
            return found or []
        case "json":
            return "" if found is None else json.dumps(found, separators=(",", ":"), ensure_ascii=False)
        case _:
            return found


def written(instant: str) -> str:
    return instant.replace("T", " ").removesuffix("Z")


def test_the_views_count_as_the_events_do(answers):
    ends: Counter[tuple[str, str, str]] = Counter()
    for each in answers.told.of("clock_met", "clock_breached", "clock_stopped"):
        ends[day(each["at"]), each["clock"], each["type"].split(".")[1]] += 1
    rows = {(ended, clock): (ends[ended, clock, "clock_met"], ends[ended, clock, "clock_breached"]) for ended, clock, _ in ends}
    found = {(ended, clock): (met, breached, kept) for ended, clock, met, breached, _, kept in answers.rows["sla_by_day"]}
    assert found == {row: (met, breached, share(met, met + breached)) for row, (met, breached) in rows.items()}
    cost: Counter[tuple[str, str, str]] = Counter()
    for each in answers.told.of("callback_completed", "callback_abandoned", "callback_cancelled"):
        if minor := (each.get("cost") or {}).get("amount_minor"):
            cost[day(each["at"]), each["type"].split(".")[1].removeprefix("callback_"), each["cost"]["currency"]] += minor
    assert cost and {(ended, outcome, currency): int(minor) for ended, outcome, currency, _, minor in answers.rows["cost"]} == cost


def test_what_is_no_event_stops_nothing(answers):
    assert answers.rows["incomplete"] == [[INCOMPLETE["id"], 0, "", 0]]
