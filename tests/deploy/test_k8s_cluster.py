"""The overlays and the servers know each other: addresses, users, topics and databases are the same on both sides."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from contracts.catalogue import TOPICS
from services.platform.stack.kafka import LARGEST_BATCH
from tests.deploy.manifests import K8S, SERVICES, Object, build, deployments, environment, name, of, one, overlay, policies_for, selects
from tests.deploy.tools import ROOT

pytestmark = pytest.mark.tools

ELSEWHERE = ("production", "tenant")


def servers() -> tuple[Object, ...]:
    return build(K8S / "overlays" / "cluster")


def rights(each: str) -> tuple[Object, ...]:
    return build(K8S / "overlays" / each / "kafka")


def said(each: str) -> dict[str, str]:
    return environment(one(overlay(each), "Deployment", "intake"), overlay(each))


@pytest.mark.parametrize("each", ELSEWHERE)
def test_a_tenants_topics_are_all_of_the_catalogues_under_its_prefix(each: str) -> None:
    prefix = said(each)["REDRESS_TOPIC_PREFIX"]
    assert {name(topic) for topic in of(rights(each), "KafkaTopic")} == {topic.under(prefix) for topic in TOPICS.values()}


@pytest.mark.parametrize("each", ELSEWHERE)
def test_each_process_logs_in_as_somebody_whom_kafka_and_mongodb_know(each: str) -> None:
    users = {name(user) for user in of(rights(each), "KafkaUser")}
    commands = json.loads((ROOT / "deploy" / "mongodb" / f"{said(each)['REDRESS_TOPIC_PREFIX']}.json").read_text("utf-8"))
    of_mongodb = {command["createUser"] for command in commands if "createUser" in command}
    for process in deployments(overlay(each)):
        its = environment(process, overlay(each))
        assert its["REDRESS_KAFKA_USERNAME"] in users
        assert name(process) not in SERVICES or its["REDRESS_MONGODB_USERNAME"] in of_mongodb


@pytest.mark.parametrize("each", ELSEWHERE)
def test_the_addresses_are_those_of_the_kafka_that_has_the_topics(each: str) -> None:
    (kafka,) = of(servers(), "Kafka")
    (listener,) = kafka["spec"]["kafka"]["listeners"]
    assert {where(found) for found in rights(each)} == {(name(kafka), kafka["metadata"]["namespace"])}
    assert {where(pool) for pool in of(servers(), "KafkaNodePool")} == {(name(kafka), kafka["metadata"]["namespace"])}
    address = f"{name(kafka)}-kafka-bootstrap.{kafka['metadata']['namespace']}.svc:{listener['port']}"
    assert said(each)["REDRESS_KAFKA_BOOTSTRAP_SERVERS"] == address
    assert (listener["tls"], listener["authentication"]["type"]) == (True, "scram-sha-512")
    assert kafka["spec"]["kafka"]["authorization"] == {"type": "simple"}


def where(found: Object) -> tuple[str, str]:
    """Whose it is: the Kafka and its namespace."""
    return found["metadata"]["labels"]["strimzi.io/cluster"], found["metadata"]["namespace"]


@pytest.mark.parametrize("each", ELSEWHERE)
def test_the_address_is_that_of_the_mongodb(each: str) -> None:
    (mongodb,) = of(servers(), "MongoDBCommunity")
    url = urlsplit(said(each)["REDRESS_MONGODB_URL"])
    assert url.hostname == f"{name(mongodb)}-svc.{mongodb['metadata']['namespace']}.svc"
    assert parse_qs(url.query)["replicaSet"] == [name(mongodb)]
    assert mongodb["spec"]["security"]["tls"]["enabled"]


@pytest.mark.parametrize(("server", "kind"), [("kafka", "Kafka"), ("mongodb", "MongoDBCommunity")])
def test_the_network_is_open_to_where_the_servers_are(server: str, kind: str) -> None:
    (found,) = of(servers(), kind)
    (rule,) = one(overlay("production"), "NetworkPolicy", server)["spec"]["egress"]
    (to,) = rule["to"]
    assert to.get("podSelector") == ({"matchLabels": {"strimzi.io/cluster": name(found)}} if kind == "Kafka" else None)
    assert to["namespaceSelector"] == {"matchLabels": {"kubernetes.io/metadata.name": found["metadata"]["namespace"]}}


@pytest.mark.parametrize("each", ELSEWHERE)
def test_kafka_lets_the_tenants_namespace_in(each: str) -> None:
    (listener,) = one(servers(), "Kafka", "kafka")["spec"]["kafka"]["listeners"]
    (namespace,) = of(overlay(each), "Namespace")
    assert any(selects(peer["namespaceSelector"], namespace["metadata"]["labels"]) for peer in listener["networkPolicyPeers"])


def test_a_topic_keeps_what_two_of_three_brokers_have() -> None:
    config: dict[str, Any] = one(servers(), "Kafka", "kafka")["spec"]["kafka"]["config"]
    brokers = one(servers(), "KafkaNodePool", "brokers")["spec"]["replicas"]
    for topic in of(rights("production"), "KafkaTopic"):
        assert topic["spec"]["replicas"] == config["default.replication.factor"] == brokers == 3
        assert topic["spec"]["config"]["min.insync.replicas"] == str(config["min.insync.replicas"]) == "2"
    assert config["message.max.bytes"] == config["replica.fetch.max.bytes"] == LARGEST_BATCH


@pytest.mark.parametrize("each", ELSEWHERE)
def test_the_topics_are_looked_at_as_what_they_were_made(each: str) -> None:
    """Else `redress topics --check` would find a difference in each."""
    assert {topic["spec"]["replicas"] for topic in of(rights(each), "KafkaTopic")} == {int(said(each)["REDRESS_REPLICATION_FACTOR"])}


def test_whoever_may_come_to_kafka_signs_in_and_nobody_goes_past_the_rights() -> None:
    spec = one(servers(), "Kafka", "kafka")["spec"]
    assert all(listener["tls"] and listener["authentication"] for listener in spec["kafka"]["listeners"])
    assert spec["kafka"]["authorization"].keys() == {"type"}, "no superusers"
    assert spec["kafka"]["config"]["auto.create.topics.enable"] is False
    assert spec["entityOperator"].keys() == {"topicOperator", "userOperator"}


def test_what_the_servers_keep_outlives_them_and_a_majority_can_be_lost_to_one() -> None:
    for pool in of(servers(), "KafkaNodePool"):
        assert pool["spec"]["replicas"] % 2 and not any(volume["deleteClaim"] for volume in pool["spec"]["storage"]["volumes"])
    (mongodb,) = of(servers(), "MongoDBCommunity")
    assert mongodb["spec"]["members"] == 3


def test_mongodb_asks_for_passwords_keeps_what_apply_js_makes_and_runs_no_scripts() -> None:
    (mongodb,) = of(servers(), "MongoDBCommunity")
    assert mongodb["spec"]["security"]["authentication"] == {"modes": ["SCRAM"], "ignoreUnknownUsers": True}
    assert mongodb["spec"]["additionalMongodConfig"]["security.javascriptEnabled"] is False


@pytest.mark.parametrize("each", ELSEWHERE)
def test_the_canary_has_no_way_to_mongodb(each: str) -> None:
    canary = one(overlay(each), "Deployment", "canary")
    assert "mongodb" not in {name(policy) for policy in policies_for("Egress", canary, overlay(each))}


def test_two_tenants_share_nothing() -> None:
    ours, theirs = ({name(found) for found in rights(each)} for each in ELSEWHERE)
    assert not ours & theirs
    assert len({name(each) for tenant in ELSEWHERE for each in of(overlay(tenant), "Namespace")}) == len(ELSEWHERE)


def test_generated_files_are_all_taken_by_an_overlay() -> None:
    taken = {place for file in K8S.glob("**/kustomization.yaml") for place in resources(file)}
    assert {place for place in (K8S / "generated").iterdir() if place.is_dir()} <= taken


def resources(file: Path) -> list[Path]:
    return [(file.parent / each).resolve() for each in yaml.safe_load(file.read_text("utf-8")).get("resources", ())]
