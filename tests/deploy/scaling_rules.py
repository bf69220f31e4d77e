"""How many processes there are: from two to one for each partition, by the lag or by the CPU, and never in small steps."""

from collections.abc import Iterator

from contracts.catalogue import PARTITIONS
from tests.deploy.manifests import Objects, deployments, name, of

LEAST = 2
LATE, SLOWLY = 900, [{"type": "Pods", "value": 1, "periodSeconds": 300}]
"""How one may be taken away: each step is a rebalance, in which the whole group stands still."""
BY_LAG = {
    "allowIdleConsumers": "false",
    "offsetResetPolicy": "earliest",
    "version": "3.6.0",
    "sasl": "scram_sha512",
    "tls": "enable",
}
"""Kafka 4 speaks nothing older than 2.1; where nothing is committed a service begins at the earliest."""
BLIND = {"replicas": LEAST, "behavior": "currentReplicasIfHigher"}
BY_CPU = [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "AverageValue", "averageValue": "700m"}}}]
"""Of the one core that a process decides on.  A share would be one of what is requested, which is what idling takes."""


def stays_within_the_partitions(objects: Objects) -> Iterator[str]:
    for each in of(objects, "ScaledObject", "HorizontalPodAutoscaler"):
        most = each["spec"].get("maxReplicaCount", each["spec"].get("maxReplicas"))
        least = each["spec"].get("minReplicaCount", each["spec"].get("minReplicas"))
        if (least, most) != (LEAST, PARTITIONS):
            yield f"{each['kind']} {name(each)}: scales from {LEAST} to {PARTITIONS}, the number of partitions."
        target = each["spec"]["scaleTargetRef"]["name"]
        if not any(name(found) == target and "replicas" not in found["spec"] for found in deployments(objects)):
            yield f"{each['kind']} {name(each)}: must scale a Deployment that fixes no number of its own."


def goes_down_late_and_slowly(objects: Objects) -> Iterator[str]:
    for each in of(objects, "ScaledObject", "HorizontalPodAutoscaler"):
        of_keda = each["spec"].get("advanced", {}).get("horizontalPodAutoscalerConfig", {})
        down = each["spec"].get("behavior", of_keda.get("behavior", {})).get("scaleDown", {})
        if (down.get("stabilizationWindowSeconds"), down.get("policies")) != (LATE, SLOWLY):
            yield f"{each['kind']} {name(each)}: must take one away at a time, after {LATE} s."


def goes_by_the_lag_that_it_can_see(objects: Objects) -> Iterator[str]:
    for each in of(objects, "ScaledObject"):
        (trigger,) = each["spec"]["triggers"]
        said = trigger["metadata"]
        if trigger["type"] != "kafka" or not said.items() >= BY_LAG.items() or int(said.get("lagThreshold", 0)) < 1_000:
            yield f"ScaledObject {name(each)}: must see the lag as {BY_LAG}, and not take a second's work for a backlog."
        if not each["spec"].get("fallback", {}).items() >= BLIND.items():
            yield f"ScaledObject {name(each)}: must leave things as they are while it cannot see the lag."


def goes_by_an_amount_of_the_cpu(objects: Objects) -> Iterator[str]:
    for each in of(objects, "HorizontalPodAutoscaler"):
        if each["spec"].get("metrics") != BY_CPU:
            yield f"HorizontalPodAutoscaler {name(each)}: must go by {BY_CPU}."


SCALING_RULES = (
    stays_within_the_partitions,
    goes_down_late_and_slowly,
    goes_by_the_lag_that_it_can_see,
    goes_by_an_amount_of_the_cpu,
)
