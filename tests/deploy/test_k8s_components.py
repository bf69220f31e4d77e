"""The components go together as the README says, and not otherwise."""

import os
from pathlib import Path

import pytest
import yaml

from tests.deploy.custom_resources import faults, is_custom
from tests.deploy.house_rules import RULES
from tests.deploy.manifests import K8S, BuildFailed, build, of, overlay
from tests.deploy.tools import ROOT

pytestmark = pytest.mark.tools

TOGETHER = (
    ("tls",),
    ("hpa",),
    ("hpa", "tls"),
    ("tls", "keda"),
    ("podmonitor",),
    ("tls", "podmonitor"),
    ("hpa", "podmonitor"),
    ("tls", "hpa", "podmonitor"),
    ("podmonitor", "keda", "tls"),
    ("rules", "dashboards"),
    ("tls", "keda", "podmonitor", "rules", "dashboards"),
)


def outside(components: tuple[str, ...], directory: Path) -> Path:
    """An overlay of one's own, which lies elsewhere and names what it takes."""
    directory.mkdir()
    there = Path(os.path.relpath(ROOT, directory.resolve()))
    settings = [
        "REDRESS_KAFKA_BOOTSTRAP_SERVERS=kafka-kafka-bootstrap.kafka.svc:9093",
        "REDRESS_MONGODB_URL=mongodb://mongodb.mongodb.svc:27017/?replicaSet=rs0",
        "REDRESS_TOPIC_PREFIX=complaints",
        "REDRESS_POLICIES=/etc/redress/policies/city",
    ]
    own = {
        "namespace": "complaints",
        "resources": [str(there / "deploy/k8s/base"), str(there / "services/policies/city")],
        "configMapGenerator": [{"name": "settings", "behavior": "merge", "literals": settings}],
        "components": [str(there / "deploy/k8s/components" / part) for part in ("policies", "elsewhere", *components)],
    }
    (directory / "kustomization.yaml").write_text(yaml.safe_dump(own), "utf-8")
    return directory


@pytest.mark.parametrize("components", TOGETHER, ids="+".join)
def test_components_go_together(components: tuple[str, ...], tmp_path: Path) -> None:
    objects = build(outside(components, tmp_path / "overlay"))
    assert not [fault for rule in RULES for fault in rule(objects)]
    assert not [fault for each in objects if is_custom(each) for fault in faults(each)]


@pytest.mark.parametrize("components", [("tls", "hpa", "keda"), ("tls", "keda", "hpa")], ids="+".join)
def test_what_two_would_scale_is_not_built(components: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(BuildFailed, match="replicas"):
        build(outside(components, tmp_path / "overlay"))


def test_without_a_scaler_there_are_two_of_each_service(tmp_path: Path) -> None:
    counts = {each["metadata"]["name"]: each["spec"].get("replicas") for each in of(build(outside((), tmp_path / "overlay")), "Deployment")}
    assert counts == {"intake": 2, "routing": 2, "callback": 2, "feedback": 2, "canary": 1}


def test_the_alerts_are_taken_once_and_not_by_each_tenant() -> None:
    assert [len(of(overlay(each), "PrometheusRule")) for each in ("production", "tenant")] == [1, 0]


def test_what_components_read_has_no_default_that_an_old_kustomize_could_read_in_its_place() -> None:
    """Before 5.1 they ran ahead of the overlay's settings: then there must be nothing to find."""
    (settings,) = of(build(K8S / "base"), "ConfigMap")
    assert set(settings["data"]) == {"REDRESS_HTTP_HOST", "REDRESS_HTTP_PORT"}


def test_every_component_is_tried() -> None:
    tried = {each for several in TOGETHER for each in several} | {"policies", "elsewhere"}
    assert {place.name for place in (K8S / "components").iterdir()} == tried
