"""What is built is what Kubernetes and the operators take, to the last field."""

from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from tests.deploy.custom_resources import faults, is_custom
from tests.deploy.manifests import K8S, OVERLAYS, Object, build, of, one, overlay
from tests.deploy.tools import run

pytestmark = pytest.mark.tools

BUILDS = sorted(file.parent.relative_to(K8S) for file in K8S.glob("overlays/**/kustomization.yaml"))


def written(objects: list[Object], file: Path) -> Path:
    file.write_text(yaml.safe_dump_all(objects), "utf-8")
    return file


@pytest.mark.parametrize("each", BUILDS, ids=str)
def test_kubernetes_takes_every_object_to_the_last_field(each: Path, tmp_path: Path) -> None:
    own = [found for found in build(K8S / each) if not is_custom(found)]
    checked = run("kubernetes-validate", "--strict", "--quiet", written(own, tmp_path / "objects.yaml"))
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


@pytest.mark.parametrize("each", BUILDS, ids=str)
def test_operators_take_every_object_to_the_last_field(each: Path) -> None:
    assert not [fault for found in build(K8S / each) if is_custom(found) for fault in faults(found)]


def test_a_misspelt_field_of_kubernetes_is_seen(tmp_path: Path) -> None:
    routing = deepcopy(one(overlay("dev"), "Deployment", "routing"))
    routing["spec"]["template"]["spec"]["containers"][0]["livenessProbe"]["failureTreshold"] = 3
    assert run("kubernetes-validate", "--strict", "--quiet", written([routing], tmp_path / "objects.yaml")).returncode


def test_a_misspelt_field_of_an_operator_is_seen_however_deep() -> None:
    scaled = deepcopy(one(overlay("production"), "ScaledObject", "routing"))
    scaled["spec"]["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]["scaleDown"]["stabilisationWindowSeconds"] = 900
    (fault,) = faults(scaled)
    assert "stabilisationWindowSeconds" in fault


def test_an_operator_that_nobody_knows_is_seen() -> None:
    (monitor,) = of(overlay("production"), "PodMonitor")
    assert list(faults(deepcopy(monitor) | {"apiVersion": "monitoring.coreos.com/v2"}))


def test_every_overlay_is_built() -> None:
    assert {str(each) for each in BUILDS} >= {f"overlays/{each}" for each in OVERLAYS}
