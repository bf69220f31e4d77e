"""The generated files under deploy/ are what the code says, fit the schemas of those who read them, and say what the table says."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.access import PRINCIPALS, Right
from contracts.catalogue import OWNERS, PARTITIONS, TOPICS
from deploy.generate import mongodb, strimzi
from deploy.generate.__main__ import generated, main, stale, write
from deploy.generate.tenants import GENERATED, ROOT, tenants
from services.platform.chassis.settings import read_settings
from services.platform.chassis.topics import wanted_config
from tests.deploy.custom_resources import faults

PREFIXES = tenants()


def objects(prefix: str, name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((ROOT / GENERATED / prefix / name).read_text("utf-8")))


def test_every_generated_file_is_fresh():
    assert stale(ROOT, generated(PREFIXES)) == []


def test_there_is_one_for_the_usual_prefix_and_one_for_the_example_of_a_tenant():
    assert {"redress", "acme"} <= set(PREFIXES)


def test_a_file_that_was_edited_and_one_that_is_missing_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    write(tmp_path, generated(["redress"]))
    users = tmp_path / GENERATED / "redress" / "kafka-users.yaml"
    users.write_text(users.read_text("utf-8").replace("Read", "All", 1), "utf-8")
    (tmp_path / "deploy/mongodb/redress.json").unlink()
    assert main(["--check"], tmp_path) == 1
    told = capsys.readouterr().err
    assert "generated/redress/kafka-users.yaml is not" in told and "mongodb/redress.json is not" in told and "topics" not in told


def test_a_new_tenant_is_one_command_and_is_checked_from_then_on(tmp_path: Path):
    assert main(["globex"], tmp_path) == 0
    assert tenants(tmp_path) == ["globex"]
    assert main(["--check"], tmp_path) == 0
    assert "globex.intake.events.v1" in (tmp_path / GENERATED / "globex" / "kafka-topics.yaml").read_text("utf-8")


@pytest.mark.parametrize("prefix", ["Acme", "a_b", "a-", "9a", "", "a" * 41])
def test_a_name_that_kubernetes_would_not_take_is_refused_in_a_sentence(prefix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main([prefix], tmp_path) == 2
    assert "names no tenant" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("name", ["kafka-topics.yaml", "kafka-users.yaml"])
def test_the_objects_are_as_strimzi_wants_them_with_nothing_unknown(name: str, prefix: str):
    for each in objects(prefix, name):
        assert list(faults(each)) == []
        assert each["metadata"]["labels"]["strimzi.io/cluster"] == strimzi.CLUSTER


def test_a_field_that_strimzi_does_not_know_would_be_found():
    (user, *_) = objects("redress", "kafka-users.yaml")
    user["spec"]["authorization"]["acls"][0]["operation"] = "Read"
    assert list(faults(user))


@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_topics_are_the_catalogue_s_in_three_copies(prefix: str):
    found = {each["metadata"]["name"]: each["spec"] for each in objects(prefix, "kafka-topics.yaml")}
    assert set(found) == {topic.under(prefix) for topic in TOPICS.values()}
    for topic in TOPICS.values():
        spec = found[topic.under(prefix)]
        assert (spec["partitions"], spec["replicas"]) == (PARTITIONS, 3)
        assert spec["config"] == wanted_config(topic, 3)
        assert spec["config"]["min.insync.replicas"] == "2"


@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_users_rights_are_the_table_s_and_no_others(prefix: str):
    found = {each["metadata"]["name"]: granted(each) for each in objects(prefix, "kafka-users.yaml")}
    assert found == {
        each.under(prefix): {(r.on, r.under(prefix), r.is_beginning, r.operation) for r in each.rights} for each in PRINCIPALS.values()
    }


@pytest.mark.parametrize("prefix", PREFIXES)
def test_everybody_signs_in_by_a_password_and_may_do_only_what_is_listed(prefix: str):
    for each in objects(prefix, "kafka-users.yaml"):
        assert each["spec"]["authentication"] == {"type": "scram-sha-512"}
        assert each["spec"]["authorization"].keys() == {"type", "acls"} and each["spec"]["authorization"]["type"] == "simple"


def granted(user: dict[str, Any]) -> set[tuple[str, str, bool, str]]:
    return {
        (entry["resource"]["type"], entry["resource"]["name"], entry["resource"]["patternType"] == "prefix", operation)
        for entry in user["spec"]["authorization"]["acls"]
        for operation in entry["operations"]
        if entry["type"] == "allow"
    }


def test_a_right_is_one_entry_and_those_to_one_topic_are_together():
    rights = (Right("topic", "a", "Write"), Right("group", "b.", "Read", is_beginning=True), Right("topic", "a", "Read"))
    assert strimzi.access_list(rights, "p") == [
        {"type": "allow", "resource": {"type": "group", "name": "p.b.", "patternType": "prefix"}, "operations": ["Read"]},
        {"type": "allow", "resource": {"type": "topic", "name": "p.a", "patternType": "literal"}, "operations": ["Read", "Write"]},
    ]


@pytest.mark.parametrize("service", OWNERS)
def test_a_service_s_role_in_mongodb_reaches_its_own_database_only(service: str):
    database = read_settings(topic_prefix="acme").database(service)
    (role,) = [each for each in mongodb.commands("acme") if each.get("createRole") == f"acme-{service}"]
    assert {right["resource"]["db"] for right in role["privileges"]} == {database}
    assert role["roles"] == []


@pytest.mark.parametrize("service", OWNERS)
def test_a_service_neither_deletes_nor_drops_in_mongodb_and_is_given_collections_by_name(service: str):
    (role,) = [each for each in mongodb.commands("acme") if each.get("createRole") == f"acme-{service}"]
    given = {right["resource"]["collection"]: set(right["actions"]) for right in role["privileges"]}
    assert given.pop("") == {"listCollections"}
    assert given.keys() == {"documents", "policies", "bookmarks"}
    assert set().union(*given.values()) == {"find", "insert", "update", "createIndex", "collMod"}


def test_a_user_of_mongodb_has_the_role_of_its_name_and_no_other_and_signs_in_by_the_stronger_way():
    for each in mongodb.commands("acme"):
        if name := each.get("createUser"):
            assert (each["roles"], each["mechanisms"]) == ([name], ["SCRAM-SHA-256"])


def test_the_operator_only_reads_in_mongodb_and_nobody_else_outside_is_there():
    commands = mongodb.commands("acme")
    (role,) = [each for each in commands if each.get("createRole") == "acme-operator"]
    assert {action for right in role["privileges"] for action in right["actions"]} == {"find"}
    assert {right["resource"]["collection"] for right in role["privileges"]} == {"documents", "policies"}
    users = [each["createUser"] for each in commands if "createUser" in each]
    assert users == [*(f"acme-{service}" for service in OWNERS), "acme-operator"]
    assert not [each for each in commands if "pwd" in each]
