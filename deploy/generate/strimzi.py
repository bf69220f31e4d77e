"""The topics and the users of Kafka as objects of Strimzi: the catalogue, and `access.py`, word for word."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from contracts.access import PRINCIPALS, Principal, Right
from contracts.catalogue import PARTITIONS, TOPICS, Topic
from deploy.generate.tenants import GENERATED

COPIES, NEEDED = 3, 2
"""Of each record: how many there are, and how many must have it before it counts as written."""
CLUSTER = "kafka"
"""The name of the `Kafka` object whose operators read these."""
HEADER = "# Written by `python -m deploy.generate` from contracts/catalogue.py and contracts/access.py.\n"
Object = dict[str, Any]
KUSTOMIZATION: Object = {
    "apiVersion": "kustomize.config.k8s.io/v1beta1",
    "kind": "Kustomization",
    "resources": ["kafka-topics.yaml", "kafka-users.yaml"],
}


def files(prefixes: Iterable[str]) -> dict[Path, str]:
    """Path from the repository's root → what is to stand there."""
    return {GENERATED / prefix / name: text for prefix in prefixes for name, text in _of(prefix)}


def _of(prefix: str) -> list[tuple[str, str]]:
    return [
        ("kafka-topics.yaml", _yaml([topic_object(each, prefix) for each in TOPICS.values()])),
        ("kafka-users.yaml", _yaml([user_object(each, prefix) for each in PRINCIPALS.values()])),
        ("kustomization.yaml", _yaml([KUSTOMIZATION])),
    ]


def topic_object(topic: Topic, prefix: str) -> Object:
    spec = {"partitions": PARTITIONS, "replicas": COPIES, "config": topic.config | {"min.insync.replicas": str(NEEDED)}}
    return _object("KafkaTopic", topic.under(prefix), spec)


def user_object(principal: Principal, prefix: str) -> Object:
    """With a password that Strimzi makes, in a Secret of the same name."""
    spec = {
        "authentication": {"type": "scram-sha-512"},
        "authorization": {"type": "simple", "acls": access_list(principal.rights, prefix)},
    }
    return _object("KafkaUser", principal.under(prefix), spec)


def access_list(rights: Sequence[Right], prefix: str) -> list[Object]:
    """One entry for what may be done to one topic or group."""
    grouped = groupby(sorted(rights), key=lambda right: (right.on, right.under(prefix), right.is_beginning))
    return [
        {
            "type": "allow",
            "resource": {"type": on, "name": name, "patternType": "prefix" if is_beginning else "literal"},
            "operations": [right.operation for right in found],
        }
        for (on, name, is_beginning), found in grouped
    ]


def _object(kind: str, name: str, spec: Object) -> Object:
    labels = {"strimzi.io/cluster": CLUSTER, "app.kubernetes.io/part-of": "redress"}
    return {"apiVersion": "kafka.strimzi.io/v1", "kind": kind, "metadata": {"name": name, "labels": labels}, "spec": spec}


def _yaml(objects: Sequence[Object]) -> str:
    return HEADER + yaml.safe_dump_all(objects, sort_keys=False, width=120, default_flow_style=False)
