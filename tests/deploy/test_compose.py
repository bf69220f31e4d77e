"""deploy/compose.yaml as Docker would read it, against the services' own settings and the stack that tests run on."""

import json
import re
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.catalogue import OWNERS
from services.cli import GROUPS
from services.platform.chassis.policies import find_set
from services.platform.chassis.settings import PREFIX, read_settings
from services.platform.stack.containers import KAFKA_IMAGE, MONGODB_IMAGE
from services.platform.stack.kafka import settings as kafka_settings
from services.platform.stack.mongodb import OPTIONS, REPLICA_SET
from tests.deploy.composed import FILE, FORMED, KAFKA, MEMBER, SERVICES, WHOLE, variables
from tests.deploy.instructions import last, stages
from tests.deploy.tools import ROOT, run

DRAIN = 25
"""Seconds in which a service finishes what is in hand."""
JOBS = {"topics", "redress"}
"""They end by themselves."""

OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("redress:")}
OTHERS = {name: service for name, service in SERVICES.items() if name not in OURS}


def seconds(span: str) -> int:
    return int(span.removesuffix("s"))


def profiles(service: Mapping[str, Any]) -> set[str]:
    return set(service.get("profiles", ()))


def test_minimal_is_the_stack_its_topics_and_the_four_services_and_full_has_the_canary_and_monitoring_too() -> None:
    assert {name for name, service in SERVICES.items() if not profiles(service)} == {"kafka", "mongodb", "topics", *OWNERS}
    assert {name for name, service in SERVICES.items() if "full" in profiles(service)} == {"canary", "prometheus", "grafana"}


def test_a_service_is_the_command_of_its_name() -> None:
    assert {name: SERVICES[name]["command"] for name in OWNERS} == {name: ["service", name] for name in OWNERS}


@pytest.mark.parametrize("name", OURS)
def test_ours_run_a_command_that_exists(name: str) -> None:
    (command, *_) = OURS[name]["command"]
    assert command == "--help" or (command in GROUPS and find_spec(f"services.cli.{command}"))


@pytest.mark.parametrize("name", OURS)
def test_what_is_set_are_settings_and_valid_ones(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in OURS[name]["environment"].items():
        assert variable.startswith(PREFIX)
        monkeypatch.setenv(variable, secret(OURS[name], value))
    settings = read_settings()
    assert {variable.removeprefix(PREFIX).lower() for variable in OURS[name]["environment"]} <= settings.model_fields_set
    assert find_set(settings.policies).is_dir()


def secret(service: Mapping[str, Any], value: str) -> str:
    """A setting; where it names a secret's place, the file that is mounted there."""
    places = {mounted["target"]: WHOLE["secrets"][mounted["source"]]["file"] for mounted in service.get("secrets", ())}
    return str(FILE.parent / places[value]) if value in places else value


def test_only_intake_has_the_key_that_customers_are_known_by() -> None:
    assert [name for name, service in SERVICES.items() if service.get("secrets")] == ["intake"]


def test_the_key_that_comes_with_it_says_that_it_is_nobody_s_secret() -> None:
    assert "public" in (FILE.parent / WHOLE["secrets"]["customer-key"]["file"]).read_text("utf-8")


def test_one_image_runs_all_of_ours_and_one_place_builds_it() -> None:
    assert len({service["image"] for service in OURS.values()}) == 1
    (built,) = [service["build"] for service in SERVICES.values() if "build" in service]
    assert (FILE.parent / built["context"] / built["dockerfile"]).resolve() == ROOT / "deploy" / "Dockerfile"


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_not_ours_is_pinned_by_version_and_digest(name: str) -> None:
    assert re.fullmatch(r"[a-z/]+:v?\d+\.\d+[\w.]*@sha256:[0-9a-f]{64}", OTHERS[name]["image"])


@pytest.mark.parametrize("name", SERVICES)
def test_nobody_has_more_rights_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"] and service["security_opt"] == ["no-new-privileges:true"]
    assert not service.keys() & {"privileged", "cap_add", "network_mode", "pid", "ipc", "devices", "userns_mode"}
    assert service["mem_limit"] and service["pids_limit"]
    assert service.get("read_only") or name == "kafka", "only Kafka's image writes its settings beside its program"
    assert all("docker.sock" not in volume for volume in service.get("volumes", ()))


@pytest.mark.parametrize("name", SERVICES)
def test_only_this_machine_reaches_it(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", ()))


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_asked_to_end_gets_longer_than_the_service_takes(name: str) -> None:
    assert seconds(SERVICES[name]["stop_grace_period"]) > DRAIN + 5


@pytest.mark.parametrize("name", SERVICES)
def test_health_is_asked_of_all_that_stay(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    assert ("disable" in check) == (name in JOBS)
    assert name in JOBS or check["test"][0] == "CMD"
    assert name in JOBS or name in OTHERS or check["test"] == ["CMD", "redress", "probe", "ready"]


def test_ours_are_asked_where_the_image_listens_and_only_those_that_stay_come_back() -> None:
    assert "REDRESS_HTTP_PORT=8080" in last(stages(ROOT / "deploy" / "Dockerfile")[-1], "ENV").rest
    assert {name for name, service in SERVICES.items() if service["restart"] == "no"} == JOBS


@pytest.mark.parametrize("name", [*OWNERS, "canary"])
def test_a_service_starts_when_its_topics_are_there_and_both_servers_answer(name: str) -> None:
    awaited = {other: wait["condition"] for other, wait in SERVICES[name]["depends_on"].items()}
    assert awaited == {"topics": "service_completed_successfully", "kafka": "service_healthy", "mongodb": "service_healthy"}


def test_what_is_mounted_from_here_is_here_and_cannot_be_changed() -> None:
    mounts = [volume for service in SERVICES.values() for volume in service.get("volumes", ())]
    files = [volume.split(":") for volume in mounts if volume.startswith(".")]
    assert all((FILE.parent / here).exists() and mode == "ro" for here, _, mode in files)
    assert {volume.split(":")[0] for volume in mounts if not volume.startswith(".")} == WHOLE["volumes"].keys()


def test_kafka_and_mongodb_are_those_of_the_tests() -> None:
    assert SERVICES["kafka"]["image"].startswith(f"{KAFKA_IMAGE}@")
    assert SERVICES["mongodb"]["image"].startswith(f"{MONGODB_IMAGE}@")


def test_kafka_is_set_up_as_the_tests_set_it_up_but_for_where_it_listens() -> None:
    """Limits above all: a broker that takes smaller records would stop a service at its first large dead letter."""
    wanted = kafka_settings({"kafka": 19_092, "kafka controller": 9_093})
    there = {"KAFKA_" + name.upper().replace(".", "_"): value for name, value in wanted.items()}
    elsewhere = {name for name in there if "LISTENER" in name or "VOTERS" in name}
    assert {name: KAFKA[name] for name in there.keys() - elsewhere} == {name: there[name] for name in there.keys() - elsewhere}
    assert KAFKA["KAFKA_LOG_DIRS"] == mounts("kafka")["kafka"]


def test_kafka_and_mongodb_are_where_ours_look_for_them() -> None:
    said = WHOLE["x-settings"]
    listens = {address.rpartition(":")[2] for address in KAFKA["KAFKA_LISTENERS"].split(",") if "://:" in address}
    inside, published = (address.partition("://")[2] for address in KAFKA["KAFKA_ADVERTISED_LISTENERS"].split(","))
    assert inside == said["REDRESS_KAFKA_BOOTSTRAP_SERVERS"] == f"kafka:{SERVICES['kafka']['healthcheck']['test'][-1]}"
    assert SERVICES["kafka"]["ports"] == [f"{published}:{published.rpartition(':')[2]}"]
    (controller,) = re.findall(r"CONTROLLER://([^,]+)", KAFKA["KAFKA_LISTENERS"])
    assert KAFKA["KAFKA_CONTROLLER_QUORUM_VOTERS"] == f"{KAFKA['KAFKA_NODE_ID']}@{controller}"
    assert listens == {inside.rpartition(":")[2], published.rpartition(":")[2]}
    assert said["REDRESS_MONGODB_URL"] == f"mongodb://{MEMBER}/?replicaSet={REPLICA_SET}" and MEMBER == "mongodb:27017"
    assert mounts("mongodb")["mongodb"] == "/data/db"


def test_who_would_change_to_its_user_by_itself_is_started_as_that_user() -> None:
    """The image's entry does so for root, by a capability that nobody has here."""
    assert SERVICES["mongodb"]["user"] == "999:999" and SERVICES["mongodb"]["tmpfs"] == ["/tmp"]


def test_who_looks_at_the_dashboards_cannot_sign_in() -> None:
    said = variables(FILE.parent / SERVICES["grafana"]["env_file"])
    assert (said["GF_AUTH_ANONYMOUS_ENABLED"], said["GF_AUTH_ANONYMOUS_ORG_ROLE"]) == ("true", "Viewer")
    assert (said["GF_AUTH_DISABLE_LOGIN_FORM"], said["GF_AUTH_BASIC_ENABLED"]) == ("true", "false")


def test_mongodb_is_set_up_as_the_tests_set_it_up() -> None:
    options = [word for word in SERVICES["mongodb"]["command"] if word not in {"mongod", "--bind_ip_all"}]
    assert options == [word for word in OPTIONS if word != "--quiet"]
    assert FORMED == REPLICA_SET


def test_prometheus_asks_all_of_ours_that_stay_where_they_listen() -> None:
    config = yaml.safe_load((FILE.parent / "monitoring" / "prometheus.yaml").read_text("utf-8"))
    (targets,) = [found for job in config["scrape_configs"] for found in job["dns_sd_configs"]]
    assert set(targets["names"]) == OURS.keys() - JOBS and targets["port"] == 8080
    assert mounts("prometheus")[f"./monitoring/{config['rule_files'][0].split('/')[0]}"] == "/etc/prometheus/rules"


def test_grafana_finds_prometheus_and_the_dashboards() -> None:
    provisioning = FILE.parent / "monitoring" / "provisioning"
    (source,) = yaml.safe_load(next((provisioning / "datasources").glob("*.yaml")).read_text("utf-8"))["datasources"]
    (provider,) = yaml.safe_load(next((provisioning / "dashboards").glob("*.yaml")).read_text("utf-8"))["providers"]
    assert source["url"] == "http://prometheus:9090"
    assert provider["options"]["path"] == mounts("grafana")["./monitoring/dashboards"]


def mounts(service: str) -> dict[str, str]:
    return dict(volume.split(":")[:2] for volume in SERVICES[service]["volumes"])


@pytest.mark.tools
def test_compose_itself_can_read_it() -> None:
    done = run("compose-spec", "-format", "json", FILE)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["services"].keys() >= OWNERS.keys()


@pytest.mark.tools
def test_compose_itself_refuses_a_key_that_is_none(tmp_path: Path) -> None:
    wrong = tmp_path / "compose.yaml"
    wrong.write_text(FILE.read_text("utf-8").replace("stop_grace_period", "stop_grace", 1), "utf-8")
    assert "stop_grace" in run("compose-spec", wrong).stderr
