"""What stands in the ready files for ClickHouse, Flink and Kafka Connect names topics, groups and fields that there are."""

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest

from contracts.access import PRINCIPALS, may
from contracts.catalogue import TOPICS
from contracts.envelope import EventHead
from contracts.generate.example import example
from contracts.generate.words import words
from contracts.wire import event_headers
from deploy.generate.bi.common import BI, PREFIX
from services.export.tables import EVENTS, TABLES
from tests.deploy.bi.lives import ROOT

PLACE = ROOT / "deploy" / "bi"
CONNECT = sorted((PLACE / "connect").glob("*.json"))
HEADERS = {name for name, _ in event_headers(json.dumps(example(next(word for word in words() if word.topic.kind == "events"))).encode())}
TYPE = re.compile(r"'(\w+\.\w+\.v\d+)'")


def text(name: str) -> str:
    return (PLACE / name).read_text("utf-8")


def may_join(group: str) -> bool:
    return group.startswith(f"{PREFIX}.") and may(BI, "group", group.removeprefix(f"{PREFIX}."), "Read")


def are_all_events(topics: list[str]) -> bool:
    return sorted(topics) == sorted(TOPICS[name].under(PREFIX) for name in EVENTS)


def test_clickhouse_reads_the_events_in_a_group_of_its_own_as_the_user_for_bi():
    found = dict(re.findall(r"(kafka_\w+) = '(.*?)'", text("clickhouse/tables.sql")))
    assert are_all_events(found["kafka_topic_list"].split(",")) and may_join(found["kafka_group_name"])
    users = [each.text for each in ElementTree.fromstring(text("clickhouse/kafka.xml")).iter("kafka_sasl_username")]
    assert users == [PRINCIPALS["bi"].under(PREFIX)]


def test_flink_reads_each_topic_of_events_in_a_group_of_its_own():
    found = re.findall(r"'(topic|properties.group.id)' = '(.*?)'", text("flink/tables.sql"))
    assert are_all_events([value for name, value in found if name == "topic"])
    assert all(may_join(value) for name, value in found if name != "topic")


def test_flinks_views_name_fields_of_events_and_types_that_there_are():
    views = text("flink/views.sql")
    made = {"window_start", "window_end"} | set(re.findall(r"(?:AS|VIEW) `(\w+)`", views))
    tables = set(re.findall(r"`(\w+)`", text("flink/tables.sql")))
    assert set(re.findall(r"`(\w+)`", views)) <= made | tables
    assert set(TYPE.findall(views)) <= TABLES.keys()


def test_flink_has_every_field_of_every_event():
    for table in TABLES.values():
        topic = text("flink/tables.sql").split(f"CREATE TABLE `{table.type.partition('.')[0]}_topic`")[1].split("WATERMARK")[0]
        assert {column.path[0] for column in table.columns} - {"service"} <= set(re.findall(r"`(\w+)`", topic))


@pytest.mark.parametrize("file", CONNECT, ids=lambda file: file.stem)
def test_a_connector_reads_the_events_in_a_group_of_its_own(file):
    config: dict[str, Any] = json.loads(file.read_text("utf-8"))["config"]
    assert are_all_events(config["topics"].split(","))
    assert may_join(config["consumer.override.group.id"])
    assert set(config.get("transforms.head.headers", "ce_id").split(",")) <= HEADERS
    assert config.get("timestamp.field", "at") in EventHead.model_fields


@pytest.mark.parametrize("file", CONNECT, ids=lambda file: file.stem)
def test_a_connector_names_every_step_and_what_it_makes(file):
    config: dict[str, Any] = json.loads(file.read_text("utf-8"))["config"]
    steps = [step for step in config.get("transforms", "").split(",") if step]
    assert {name.split(".")[1] for name in config if name.startswith("transforms.")} == set(steps)
    single = {config.get("transforms.wrap.field"), config.get("transforms.place.topic.field")}
    made = single | set(config.get("transforms.head.fields", "").split(","))
    keys = {config[name] for name in ("pk.fields", "iceberg.tables.default-id-columns", "transforms.instant.field") if name in config}
    assert keys <= made
