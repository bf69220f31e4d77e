"""The operator's pod beside production: as confined as a service, with the operator's rights, and where the services are."""

from pathlib import Path

import pytest

from contracts.access import PRINCIPALS
from tests.deploy import house_rules, network_rules
from tests.deploy.manifests import (
    K8S,
    SECRETS,
    Object,
    build,
    container,
    deployments,
    environment,
    labels,
    mounted,
    of,
    one,
    open_ports,
    overlay,
    pod,
    selects,
)
from tests.deploy.test_k8s_settings import settings_of

pytestmark = pytest.mark.tools

WHO = "operator"
OF_SERVICES = {"REDRESS_HTTP_HOST", "REDRESS_HTTP_PORT", "REDRESS_POLICIES", "REDRESS_PHONE_REGION"}


def operator() -> tuple[Object, list[Object]]:
    """The pod as that of a Job, which is what the rules know, and all that is in its namespace."""
    built = build(K8S / "overlays" / "production" / WHO)
    (bare,) = of(built, "Pod")
    job = {"kind": "Job", "metadata": bare["metadata"], "spec": {"template": bare}}
    return job, [job, *(each for each in built if each is not bare), *overlay("production")]


@pytest.mark.parametrize(
    "rule",
    [
        house_rules.is_restricted,
        network_rules.nothing_passes_by_default,
        network_rules.what_passes_is_named,
        house_rules.has_memory_enough_and_the_cpu_that_is_there,
        house_rules.has_an_account_without_a_token,
        house_rules.names_its_image,
        house_rules.is_told_what_it_can_be_told,
        house_rules.is_told_apart,
    ],
    ids=lambda rule: rule.__name__,
)
def test_a_house_rule_holds_with_it(rule: house_rules.Rule) -> None:
    assert not list(rule(operator()[1]))


def test_it_has_the_operator_s_rights_and_asks_where_the_services_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job, objects = operator()
    told, routing = environment(job, objects), environment(one(objects, "Deployment", "routing"), objects)
    assert {name for name in told if told[name] != routing[name]} == {"REDRESS_KAFKA_USERNAME", "REDRESS_MONGODB_USERNAME"}
    assert routing.keys() - told.keys() == OF_SERVICES
    settings = settings_of(job, objects, tmp_path, monkeypatch)
    assert settings.kafka_username == settings.mongodb_username == f"{settings.topic_prefix}-{WHO}"
    assert WHO in PRINCIPALS
    assert {file for name, file in told.items() if name.endswith("FILE")} == set(mounted(job))
    assert {secret for secret, _ in mounted(job).values()} == {"redress-operator", "mongodb-operator", "kafka-ca", "mongodb-ca"}


def test_it_reaches_names_kafka_and_mongodb_and_nobody_reaches_it() -> None:
    job, objects = operator()
    assert open_ports("Egress", job, objects) == {53, 9093, 27017}
    assert open_ports("Ingress", job, objects) == set()


def test_it_is_not_forgotten_and_writes_nowhere_but_to_its_own_place() -> None:
    job, objects = operator()
    assert pod(job)["activeDeadlineSeconds"] <= 8 * 3_600 and pod(job)["restartPolicy"] == "Never"
    assert {mount["mountPath"] for mount in container(job)["volumeMounts"]} == {"/tmp", SECRETS}
    assert not [each for each in deployments(objects) if selects(each["spec"]["selector"], labels(job))]
