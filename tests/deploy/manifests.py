"""What kustomize makes of deploy/k8s, and how to ask it: objects are plain dictionaries, as Kubernetes gets them."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.deploy.tools import ROOT, run

K8S = ROOT / "deploy" / "k8s"
OVERLAYS = ("dev", "production", "tenant")
SERVICES = ("intake", "routing", "callback", "feedback")
SECRETS = "/run/secrets/redress"

Object = dict[str, Any]
Objects = Sequence[Object]


class BuildFailed(Exception):
    """What kustomize says."""


@cache
def build(directory: Path) -> tuple[Object, ...]:
    """Raises BuildFailed.  The same objects each time: a test that changes them takes a deep copy."""
    built = run("kustomize", "build", directory)
    if built.returncode:
        raise BuildFailed(built.stderr)
    return tuple(yaml.safe_load_all(built.stdout))


def overlay(name: str) -> tuple[Object, ...]:
    return build(K8S / "overlays" / name)


def of(objects: Objects, *kinds: str) -> list[Object]:
    return [each for each in objects if each["kind"] in kinds]


def name(each: Object) -> str:
    return str(each["metadata"]["name"])


def one(objects: Objects, kind: str, called: str) -> Object:
    return next(each for each in of(objects, kind) if name(each) == called)


def deployments(objects: Objects) -> list[Object]:
    return of(objects, "Deployment")


def workloads(objects: Objects) -> list[Object]:
    """Everything that makes pods."""
    return of(objects, "Deployment", "StatefulSet", "Job", "CronJob", "DaemonSet")


def pod(workload: Object) -> Object:
    found: Object = workload["spec"]["template"]["spec"]
    return found


def containers(workload: Object) -> list[Object]:
    """All, those that run first included."""
    return [*pod(workload).get("initContainers", ()), *pod(workload)["containers"]]


def container(workload: Object) -> Object:
    """The one that stays."""
    (found,) = pod(workload)["containers"]
    return dict(found)


def labels(workload: Object) -> Mapping[str, str]:
    found: Mapping[str, str] = workload["spec"]["template"]["metadata"]["labels"]
    return found


def selects(selector: Object | None, of_pod: Mapping[str, str]) -> bool:
    """Whether a label selector matches; an empty one matches all, none matches nothing."""
    if selector is None:
        return False
    assert not selector.get("matchExpressions"), "these tests do not know matchExpressions"
    return all(of_pod.get(key) == value for key, value in (selector.get("matchLabels") or {}).items())


def environment(workload: Object, objects: Objects) -> dict[str, str]:
    """The container's variables, as the kubelet makes them of the ConfigMaps and of what is said one by one."""
    said: dict[str, str] = {}
    for source in container(workload).get("envFrom", ()):
        said |= one(objects, "ConfigMap", source["configMapRef"]["name"])["data"]
    return said | {variable["name"]: variable["value"] for variable in container(workload).get("env", ()) if "value" in variable}


def projected(workload: Object) -> list[Object]:
    """What puts Secrets together to a directory."""
    return [volume["projected"] for volume in pod(workload).get("volumes", ()) if "projected" in volume]


def mounted(workload: Object) -> dict[str, tuple[str, str]]:
    """The files of Secrets in the container: path → (Secret, key)."""
    places = {mount["name"]: mount["mountPath"] for mount in container(workload).get("volumeMounts", ())}
    return {
        f"{places[volume['name']]}/{item['path']}": (source["secret"]["name"], item["key"])
        for volume in pod(workload).get("volumes", ())
        for source in volume.get("projected", {}).get("sources", ())
        for item in source["secret"]["items"]
    }


def policies_for(direction: str, workload: Object, objects: Objects) -> Iterator[Object]:
    """The NetworkPolicies that hold for its pods in this direction: `Ingress` or `Egress`."""
    for policy in of(objects, "NetworkPolicy"):
        if direction in policy["spec"]["policyTypes"] and selects(policy["spec"]["podSelector"], labels(workload)):
            yield policy


def open_ports(direction: str, workload: Object, objects: Objects) -> set[int]:
    """Which ports some policy lets through, wherever to or from."""
    return {
        port["port"]
        for policy in policies_for(direction, workload, objects)
        for rule in policy["spec"].get(direction.lower(), ())
        for port in rule.get("ports", ())
    }
