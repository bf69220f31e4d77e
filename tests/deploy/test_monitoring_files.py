"""What is built from rules and panels, and what mounts them, is as Prometheus, its operator, kustomize and Grafana take it."""

import pytest
import yaml

from deploy.generate.monitoring import DASHBOARDS, MONITORING, prometheus_rule
from tests.deploy.custom_resources import faults
from tests.deploy.tools import run


def test_the_rules_are_as_the_prometheus_operator_wants_them_with_nothing_unknown():
    rule = prometheus_rule()
    assert list(faults(rule)) == []
    rule["spec"]["groups"][0]["rules"][0]["severity"] = "page"
    assert list(faults(rule))


@pytest.mark.tools
def test_prometheus_takes_its_configuration():
    checked = run("promtool", "check", "config", MONITORING / "prometheus.yaml")
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.tools
def test_each_dashboard_becomes_a_config_map_that_grafana_s_sidecar_looks_for():
    built = run("kustomize", "build", str(DASHBOARDS))
    assert built.returncode == 0, built.stderr
    maps = list(yaml.safe_load_all(built.stdout))
    assert {key for each in maps for key in each["data"]} == {file.name for file in (MONITORING / "dashboards").glob("*.json")}
    assert {each["metadata"]["labels"]["grafana_dashboard"] for each in maps} == {"1"}


def test_grafana_finds_its_source_and_its_dashboards():
    (source,) = yaml.safe_load((MONITORING / "provisioning" / "datasources" / "prometheus.yaml").read_text("utf-8"))["datasources"]
    (provider,) = yaml.safe_load((MONITORING / "provisioning" / "dashboards" / "redress.yaml").read_text("utf-8"))["providers"]
    assert (source["type"], source["isDefault"], provider["type"]) == ("prometheus", True, "file")
