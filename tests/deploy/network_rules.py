"""What the network lets through: what is needed, and nothing else."""

from collections.abc import Iterator
from ipaddress import ip_network
from urllib.parse import urlsplit

from tests.deploy.manifests import (
    SERVICES,
    Object,
    Objects,
    container,
    deployments,
    environment,
    labels,
    name,
    of,
    open_ports,
    policies_for,
    selects,
    workloads,
)

NAMES = 53
ON_THE_NODE = ip_network("169.254.0.0/16")
"""Where a node answers for names by itself."""


def nothing_passes_by_default(objects: Objects) -> Iterator[str]:
    for each in workloads(objects):
        for direction in ("Ingress", "Egress"):
            if not any(not policy["spec"]["podSelector"] for policy in policies_for(direction, each, objects)):
                yield f"{name(each)}: {direction} is not denied by default."


def what_passes_is_named(objects: Objects) -> Iterator[str]:
    """Both ends, and each port by itself."""
    for policy in of(objects, "NetworkPolicy"):
        for direction, other in (("ingress", "from"), ("egress", "to")):
            for rule in policy["spec"].get(direction, ()):
                if not rule.get(other) or not rule.get("ports") or not all(map(_is_one, rule["ports"])):
                    yield f"NetworkPolicy {name(policy)}: a rule of {direction} must name both ends and each port."
                if wide := [peer for peer in rule.get(other, ()) if not _is_named(peer)]:
                    yield f"NetworkPolicy {name(policy)}: {wide} is anybody."


def _is_one(port: Object) -> bool:
    return "endPort" not in port and (port["protocol"] == "TCP" or port["port"] == NAMES)


def _is_named(peer: Object) -> bool:
    """Some namespaces, pods of one's own, or the node."""
    if "ipBlock" in peer:
        return ip_network(peer["ipBlock"]["cidr"]).subnet_of(ON_THE_NODE)
    return "namespaceSelector" not in peer or bool(peer["namespaceSelector"].get("matchLabels"))


def what_is_needed_passes_and_nothing_else(objects: Objects) -> Iterator[str]:
    for each in deployments(objects):
        said = environment(each, objects)
        mongodb = {urlsplit(said["REDRESS_MONGODB_URL"]).port or 27017}
        needs = {NAMES, *(int(place.rpartition(":")[2]) for place in said["REDRESS_KAFKA_BOOTSTRAP_SERVERS"].split(","))}
        needs |= mongodb if name(each) in SERVICES else set()
        lets = open_ports("Egress", each, objects)
        if missing := needs - lets:
            yield f"{name(each)}: the network lets nothing out to port {', '.join(map(str, sorted(missing)))}."
        if beyond := lets - needs - mongodb:
            yield f"{name(each)}: nobody asked for the way out to port {', '.join(map(str, sorted(beyond)))}."
        if open_ports("Ingress", each, objects) != {int(said["REDRESS_HTTP_PORT"])}:
            yield f"{name(each)}: Prometheus must reach its metrics, and nothing else be reached."


def a_server_is_reached_by_its_name(objects: Objects) -> Iterator[str]:
    for service in of(objects, "Service"):
        for each in workloads(objects):
            if selects({"matchLabels": service["spec"]["selector"]}, labels(each)):
                ports = {port["port"] for port in service["spec"]["ports"]}
                if ports != {port["containerPort"] for port in container(each)["ports"]} or ports != open_ports("Ingress", each, objects):
                    yield f"Service {name(service)}: its ports, the container's and those that the network opens are not the same."


NETWORK_RULES = (
    nothing_passes_by_default,
    what_passes_is_named,
    what_is_needed_passes_and_nothing_else,
    a_server_is_reached_by_its_name,
)
