"""The house rules hold for every overlay, and each of them sees what it is there for."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.deploy import house_rules, network_rules, scaling_rules
from tests.deploy.house_rules import RULES, Rule
from tests.deploy.manifests import OVERLAYS, SERVICES, Object, container, name, of, one, overlay, pod

pytestmark = pytest.mark.tools

Objects = list[Object]
Change = Callable[[Objects], Any]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("of_overlay", OVERLAYS)
def test_a_house_rule_holds(of_overlay: str, rule: Rule) -> None:
    assert not list(rule(overlay(of_overlay)))


def _routing(objects: Objects) -> Object:
    return one(objects, "Deployment", "routing")


def _drop(kind: str, called: str) -> Change:
    return lambda objects: objects.remove(one(objects, kind, called))


def _in(kind: str, called: str, *path: Any, to: Any = None) -> Change:
    """Sets what stands at the path; removes it where nothing is given."""

    def change(objects: Objects) -> None:
        place: Any = one(objects, kind, called)
        for step in path[:-1]:
            place = place[step]
        if to is None:
            del place[path[-1]]
        else:
            place[path[-1]] = to

    return change


def _pod(*path: Any, to: Any = None) -> Change:
    return _in("Deployment", "routing", "spec", "template", "spec", *path, to=to)


def _container(*path: Any, to: Any = None) -> Change:
    return _pod("containers", 0, *path, to=to)


def _policy(called: str, *path: Any, to: Any = None) -> Change:
    return _in("NetworkPolicy", called, "spec", *path, to=to)


def _trigger(setting: str, to: Any = None) -> Change:
    return _in("ScaledObject", "routing", "spec", "triggers", 0, "metadata", setting, to=to)


def _hpa(*path: Any, to: Any) -> Change:
    """One that scales by the CPU, as no overlay of ours does, but for this."""

    def change(objects: Objects) -> None:
        down = {"stabilizationWindowSeconds": scaling_rules.LATE, "policies": scaling_rules.SLOWLY}
        spec = {"metrics": deepcopy(scaling_rules.BY_CPU), "behavior": {"scaleDown": down}}
        objects.append({"kind": "HorizontalPodAutoscaler", "metadata": {"name": "one"}, "spec": spec})
        _in("HorizontalPodAutoscaler", "one", "spec", *path, to=to)(objects)

    return change


BREAKS: dict[Rule, tuple[Change, ...]] = {
    house_rules.is_disrupted_one_at_a_time: (
        _drop("PodDisruptionBudget", "routing"),
        _in("PodDisruptionBudget", "routing", "spec", "unhealthyPodEvictionPolicy"),
        _in("PodDisruptionBudget", "routing", "spec", "selector", "matchLabels", to={"app.kubernetes.io/name": "rooting"}),
    ),
    network_rules.nothing_passes_by_default: (
        _drop("NetworkPolicy", "default-deny"),
        _policy("default-deny", "podSelector", to={"matchLabels": {"app.kubernetes.io/name": "intake"}}),
    ),
    network_rules.what_passes_is_named: (
        _policy("metrics", "ingress", 0, "from"),
        _policy("kafka", "egress", 0, "ports"),
        _policy("names", "egress", 0, "ports", 0, "endPort", to=65_535),
        _policy("metrics", "ingress", 0, "ports", 0, "protocol", to="UDP"),
        _policy("metrics", "ingress", 0, "from", 0, "namespaceSelector", to={}),
        _policy("names", "egress", 0, "to", 1, "ipBlock", "cidr", to="0.0.0.0/0"),
    ),
    network_rules.what_is_needed_passes_and_nothing_else: (
        _drop("NetworkPolicy", "names"),
        _policy("kafka", "egress", 0, "ports", 0, "port", to=9092),
        _policy("mongodb", "podSelector", "matchLabels", to={"app.kubernetes.io/name": "intake"}),
        _policy("names", "egress", 0, "ports", 0, "port", to=443),
        _drop("NetworkPolicy", "metrics"),
        _policy("metrics", "ingress", 0, "ports", 0, "port", to=22),
    ),
    network_rules.a_server_is_reached_by_its_name: (
        _policy("kafka", "ingress", 0, "ports", 0, "port", to=9093),
        _in("Service", "mongodb", "spec", "ports", 0, "port", to=27018),
    ),
    house_rules.asks_for_life_and_readiness: (
        _container("livenessProbe"),
        _container("livenessProbe", "httpGet", "path", to="/ready"),
        _container("livenessProbe", "failureThreshold", to=2),
        _container("livenessProbe", "timeoutSeconds"),
        _container("readinessProbe", "initialDelaySeconds", to=600),
        _container("ports", 0, "containerPort", to=8081),
    ),
    house_rules.spreads: (
        _pod("topologySpreadConstraints"),
        _pod("topologySpreadConstraints", 0, "labelSelector", "matchLabels", to={}),
        _pod("topologySpreadConstraints", 0, "whenUnsatisfiable", to="DoNotSchedule"),
        _pod("topologySpreadConstraints", 1, "matchLabelKeys"),
    ),
    house_rules.has_memory_enough_and_the_cpu_that_is_there: (
        _container("resources", "limits", "cpu", to="1"),
        _container("resources", "limits", "memory", to="256Mi"),
        _container("resources", "requests", "cpu"),
    ),
    house_rules.has_an_account_without_a_token: (
        _pod("automountServiceAccountToken"),
        _pod("serviceAccountName", to="intake"),
        _in("ServiceAccount", "routing", "automountServiceAccountToken", to=True),
    ),
    house_rules.is_given_time_to_end: (
        _pod("terminationGracePeriodSeconds"),
    ),
    house_rules.is_replaced_one_by_one: (
        _in("Deployment", "routing", "spec", "strategy", "rollingUpdate", "maxUnavailable", to=1),
        _in("Deployment", "routing", "spec", "minReadySeconds"),
        _in("Deployment", "canary", "spec", "replicas", to=2),
    ),
    house_rules.is_restricted: (
        _in("Namespace", "redress", "metadata", "labels", "pod-security.kubernetes.io/enforce", to="baseline"),
        _pod("securityContext", "runAsNonRoot"),
        _container("securityContext", "capabilities"),
        _container("securityContext", "allowPrivilegeEscalation", to=True),
        _container("securityContext", "readOnlyRootFilesystem"),
        _container("securityContext", "runAsUser", to=0),
        _container("securityContext", "seccompProfile", to={"type": "Unconfined"}),
        _pod("hostNetwork", to=True),
        _pod("volumes", 0, to={"name": "policies", "hostPath": {"path": "/etc"}}),
    ),
    house_rules.reads_its_secrets_alone: (
        _pod("securityContext", "fsGroup"),
        _pod("volumes", 1, "projected", "defaultMode", to=0o444),
    ),
    house_rules.is_told_apart: (
        _in("Deployment", "routing", "spec", "selector", "matchLabels", to={"app.kubernetes.io/part-of": "redress"}),
        _in("PodMonitor", "redress", "spec", "selector", "matchLabels", to={"app.kubernetes.io/name": "intake"}),
        _in("PodMonitor", "redress", "spec", "podMetricsEndpoints", 0, "port", to="metrics"),
        _in("PodMonitor", "redress", "spec", "podMetricsEndpoints", 0, "honorLabels"),
        _in("PodMonitor", "redress", "spec", "jobLabel"),
    ),
    house_rules.names_its_image: (
        _container("image", to="redress:latest"),
        _container("image", to="redress:0.0.9"),
        _container("image", to="redress"),
    ),
    scaling_rules.stays_within_the_partitions: (
        _in("ScaledObject", "routing", "spec", "maxReplicaCount", to=13),
        _in("ScaledObject", "routing", "spec", "scaleTargetRef", "name", to="rooting"),
        _in("Deployment", "routing", "spec", "replicas", to=2),
    ),
    scaling_rules.goes_down_late_and_slowly: (
        _in("ScaledObject", "routing", "spec", "advanced"),
        _hpa("behavior", "scaleDown", to={"stabilizationWindowSeconds": 0}),
    ),
    scaling_rules.goes_by_the_lag_that_it_can_see: (
        _trigger("allowIdleConsumers", to="true"),
        _trigger("version"),
        _trigger("tls", to="disable"),
        _trigger("lagThreshold", to="10"),
        _in("ScaledObject", "routing", "spec", "fallback"),
        _in("ScaledObject", "routing", "spec", "fallback", "behavior"),
    ),
    scaling_rules.goes_by_an_amount_of_the_cpu: (
        _hpa("metrics", 0, "resource", "target", to={"type": "Utilization", "averageUtilization": 70}),
    ),
    house_rules.is_told_what_it_can_be_told: (
        _container("env", 0, "name", to="REDRESS_KAFKA_USER"),
    ),
    house_rules.mounts_what_it_names: (
        _pod("volumes", 1, "projected", "sources", 0),
        _container("env", 0, to={"name": "REDRESS_KAFKA_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "a", "key": "b"}}}),
    ),
}


@pytest.mark.parametrize(
    ("rule", "change"),
    [pytest.param(rule, change, id=f"{rule.__name__}-{at}") for rule, changes in BREAKS.items() for at, change in enumerate(changes)],
)
def test_a_house_rule_sees_what_it_forbids(rule: Rule, change: Change) -> None:
    objects = deepcopy(list(overlay("dev" if rule is network_rules.a_server_is_reached_by_its_name else "production")))
    change(objects)
    assert list(rule(objects))


def test_every_house_rule_is_shown_to_fail() -> None:
    assert BREAKS.keys() == set(RULES)


def test_what_runs_first_is_confined_too() -> None:
    objects = deepcopy(list(overlay("dev")))
    (waiting,) = pod(one(objects, "Deployment", "routing"))["initContainers"]
    del waiting["securityContext"]
    assert list(house_rules.is_restricted(objects))


def test_a_service_that_leads_nowhere_is_seen() -> None:
    objects = deepcopy(list(overlay("dev")))
    one(objects, "Service", "kafka")["spec"]["selector"] = {"app.kubernetes.io/name": "kafak"}
    assert list(house_rules.is_told_apart(objects))


def test_what_is_deployed_is_the_four_services_and_the_canary() -> None:
    for each in OVERLAYS:
        commands = {name(found): container(found)["args"] for found in of(overlay(each), "Deployment")}
        assert commands == {service: ["service", service] for service in SERVICES} | {"canary": ["canary"]}


def test_everything_of_an_overlay_is_in_its_namespace() -> None:
    for each in OVERLAYS:
        (namespace,) = of(overlay(each), "Namespace")
        assert {found["metadata"].get("namespace") for found in overlay(each) if found is not namespace} == {name(namespace)}


def test_no_pod_has_a_volume_that_nobody_mounts() -> None:
    for each in OVERLAYS:
        for found in of(overlay(each), "Deployment"):
            assert {volume["name"] for volume in pod(found)["volumes"]} == {mount["name"] for mount in container(found)["volumeMounts"]}
