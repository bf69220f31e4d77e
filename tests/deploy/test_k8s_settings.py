"""What a container is told is what the program can be told: its settings, its policies, its files."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

from contracts.catalogue import OWNERS
from services.cli.registry import find_service
from services.platform.chassis.policies import SHIPPED, load
from services.platform.chassis.settings import Settings, read_settings
from services.platform.stack.containers import KAFKA_IMAGE, MONGODB_IMAGE
from services.platform.stack.kafka import settings as of_the_local_kafka
from services.platform.stack.mongodb import OPTIONS, REPLICA_SET
from tests.deploy.manifests import (
    K8S,
    OVERLAYS,
    SERVICES,
    Object,
    Objects,
    build,
    container,
    deployments,
    environment,
    mounted,
    name,
    of,
    one,
    overlay,
    pod,
)
from tests.deploy.tools import ROOT

pytestmark = pytest.mark.tools

EVERYWHERE = [(each, process) for each in OVERLAYS for process in (*SERVICES, "canary")]
ADDRESSES = {"controller.quorum.voters", "listeners", "advertised.listeners"}


def settings_of(process: Object, objects: Objects, home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """As the process reads them, with its secrets and policies under `home`.  Raises BadSettings."""
    for file in mounted(process):
        place = home / file.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("a secret of more than sixteen bytes\n", "utf-8")
    for variable, value in environment(process, objects).items():
        monkeypatch.setenv(variable, str(home / value.lstrip("/")) if value.startswith("/") else value)
    return read_settings()


@pytest.mark.parametrize(("each", "process"), EVERYWHERE)
def test_a_process_accepts_what_it_is_told(each: str, process: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    objects = overlay(each)
    settings = settings_of(one(objects, "Deployment", process), objects, tmp_path, monkeypatch)
    assert settings.http_host == "0.0.0.0" and "phone_region" in settings.model_fields_set
    assert settings.has_own_customer_key == (process == "intake")
    if each != "dev":
        assert settings.kafka_security_protocol == "SASL_SSL"
        assert settings.kafka_username == f"{settings.topic_prefix}-{process}"
        assert settings.mongodb_username == (None if process == "canary" else settings.kafka_username)
        assert settings.kafka_ssl_cafile and bool(settings.mongodb_tls_cafile) == (process != "canary")


@pytest.mark.parametrize(("each", "service"), [(each, service) for each in OVERLAYS for service in SERVICES])
def test_a_service_decides_by_the_rules_of_the_repository(
    each: str, service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same files, mounted so that the policy has the same name: `telecom/routing@…`."""
    objects = overlay(each)
    process = one(objects, "Deployment", service)
    settings = settings_of(process, objects, tmp_path, monkeypatch)
    (place,) = [tmp_path / mount["mountPath"].lstrip("/") for mount in container(process)["volumeMounts"] if mount["name"] == "policies"]
    (used,) = [volume["configMap"]["name"] for volume in pod(process)["volumes"] if volume["name"] == "policies"]
    place.mkdir(parents=True)
    for file, text in one(objects, "ConfigMap", used)["data"].items():
        (place / file).write_text(text, "utf-8")
    known = find_service(service, settings)
    assert load(settings.policies, known).reference == load(str(SHIPPED / place.name), known).reference


@pytest.mark.parametrize("directory", sorted(place.parent for place in SHIPPED.glob("*/Kustomization")), ids=lambda place: place.name)
def test_a_shipped_set_is_a_config_map_of_all_its_files(directory: Path) -> None:
    (policies,) = build(directory)
    assert policies["data"] == {file.name: file.read_text("utf-8") for file in directory.glob("*.yaml")}


def test_every_shipped_set_can_be_taken_by_an_overlay() -> None:
    assert {file.parent for file in SHIPPED.glob("*/Kustomization")} == {file.parent for file in SHIPPED.glob("*/routing.yaml")}


@pytest.mark.parametrize("each", ["production", "tenant"])
def test_what_scales_watches_the_groups_of_its_tenant(each: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    objects = overlay(each)
    for scaled in of(objects, "ScaledObject"):
        process = one(objects, "Deployment", scaled["spec"]["scaleTargetRef"]["name"])
        (trigger,) = scaled["spec"]["triggers"]
        settings = settings_of(process, objects, tmp_path, monkeypatch)
        assert trigger["metadata"]["consumerGroup"] == settings.group(name(process))
        assert "topic" not in trigger["metadata"]                    # all the group's topics
        assert settings.kafka_bootstrap_servers.split(":")[0].count(".") >= 2      # KEDA asks from its own namespace
        login = one(objects, "TriggerAuthentication", trigger["authenticationRef"]["name"])["spec"]
        given = {secret["parameter"]: (secret["name"], secret["key"]) for secret in login["secretTargetRef"]}
        own = {file.rpartition("/")[2]: source for file, source in mounted(process).items()}
        assert given == {"password": own["kafka-password"], "ca": own["kafka-ca.crt"]}
        assert [asked["name"] for asked in login["env"]] == ["REDRESS_KAFKA_USERNAME"]
    assert {name(scaled) for scaled in of(objects, "ScaledObject")} == set(OWNERS)


def test_every_secret_is_in_the_readme() -> None:
    readme = (K8S / "README.md").read_text("utf-8")
    for each in ("production", "tenant"):
        for process in deployments(overlay(each)):
            for file, (secret, key) in mounted(process).items():
                row = f"| `{secret.replace('acme', 'redress').replace(name(process), 'SERVICE')}` | `{key}` | `{file.rpartition('/')[2]}` |"
                assert row in readme, row


def test_the_kafka_of_dev_is_set_like_the_local_one() -> None:
    said = {variable["name"]: variable["value"] for variable in container(one(overlay("dev"), "StatefulSet", "kafka"))["env"]}
    for setting, value in of_the_local_kafka({"kafka": 9092, "kafka controller": 9093}).items():
        if setting not in ADDRESSES:
            assert said["KAFKA_" + setting.upper().replace(".", "_")] == value


def test_the_servers_of_dev_are_where_the_services_look_for_them() -> None:
    objects = overlay("dev")
    ours = environment(one(objects, "Deployment", "intake"), objects)
    kafka = container(one(objects, "StatefulSet", "kafka"))
    said = {variable["name"]: variable["value"] for variable in kafka["env"]}
    (controller,) = re.findall(r"CONTROLLER://([^,]+)", said["KAFKA_LISTENERS"])
    assert said["KAFKA_ADVERTISED_LISTENERS"] == f"PLAINTEXT://{ours['REDRESS_KAFKA_BOOTSTRAP_SERVERS']}"
    assert said["KAFKA_LISTENERS"].startswith(f"PLAINTEXT://0.0.0.0:{ours['REDRESS_KAFKA_BOOTSTRAP_SERVERS'].rpartition(':')[2]},")
    assert said["KAFKA_CONTROLLER_QUORUM_VOTERS"] == f"{said['KAFKA_NODE_ID']}@{controller}"
    assert kafka["volumeMounts"][0]["mountPath"] == said["KAFKA_LOG_DIRS"]
    assert container(one(objects, "StatefulSet", "mongodb"))["volumeMounts"][0]["mountPath"] == "/data/db"
    told = " ".join(container(one(objects, "Job", "replica-set"))["args"])
    (member,), (formed,) = re.findall(r'host: "([^"]+)"', told), re.findall(r'\{_id: "([^"]+)"', told)
    assert ours["REDRESS_MONGODB_URL"] == f"mongodb://{member}/?replicaSet={formed}" and formed == REPLICA_SET


def test_the_mongodb_of_dev_is_set_like_the_local_one() -> None:
    mongodb = container(one(overlay("dev"), "StatefulSet", "mongodb"))
    assert " ".join(OPTIONS).replace("=", " ") in " ".join(mongodb["command"]).replace("=", " ")


def test_the_image_is_of_the_version_of_the_program() -> None:
    for each in OVERLAYS:
        images = {container(process)["image"] for process in deployments(overlay(each))}
        assert images == {f"redress:{version('redress')}"}


@pytest.mark.parametrize(("server", "image"), [("kafka", KAFKA_IMAGE), ("mongodb", MONGODB_IMAGE)])
def test_the_servers_of_dev_are_those_of_compose_and_of_the_tests(server: str, image: str) -> None:
    used = container(one(overlay("dev"), "StatefulSet", server))["image"]
    assert used == yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text("utf-8"))["services"][server]["image"]
    assert used.partition("@")[0] == image


def test_processes_run_as_the_user_whom_the_image_knows() -> None:
    (user,) = re.findall(r"^USER (\d+):\d+$", (ROOT / "deploy" / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert {pod(each)["securityContext"]["runAsUser"] for found in OVERLAYS for each in deployments(overlay(found))} == {int(user)}
