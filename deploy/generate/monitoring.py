"""What is built from deploy/monitoring: Grafana's dashboards out of the panels, and Kubernetes' PrometheusRule out of the rules."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from deploy.generate.dashboards import Board, dashboard

MONITORING = Path(__file__).parents[1] / "monitoring"
RULES, PANELS = MONITORING / "rules", MONITORING / "panels"
DASHBOARDS = Path("deploy/monitoring/dashboards")
OPERATOR = Path("deploy/k8s/generated/monitoring")
HEAD = "# Written by `python -m deploy.generate` from deploy/monitoring: change it there.\n"


def files() -> dict[Path, str]:
    """Path from the repository's root → all of the file."""
    return dashboards() | {
        OPERATOR / "prometheus-rule.yaml": _yaml(prometheus_rule()),
        OPERATOR / "kustomization.yaml": _yaml(_kustomization(resources=["prometheus-rule.yaml"])),
    }


def dashboards() -> dict[Path, str]:
    """Beside each other, and with a kustomization that makes a ConfigMap of each, as Grafana's sidecar looks for them."""
    boards = {f"{name}.json": dashboard(f"redress-{name}", Board.model_validate(board)) for name, board in _read(PANELS)}
    return {DASHBOARDS / name: _json(board) for name, board in boards.items()} | {
        DASHBOARDS / "kustomization.yaml": _yaml(_config_maps(boards))
    }


def prometheus_rule() -> dict[str, Any]:
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "redress", "labels": {"app.kubernetes.io/part-of": "redress"}},
        "spec": {"groups": [group for _, rules in _read(RULES) for group in rules["groups"]]},
    }


def _config_maps(names: Iterable[str]) -> dict[str, Any]:
    return _kustomization(
        configMapGenerator=[{"name": f"dashboard-{name.removesuffix('.json')}", "files": [name]} for name in names],
        generatorOptions={"disableNameSuffixHash": True, "labels": {"grafana_dashboard": "1"}},
    )


def _kustomization(**said: Any) -> dict[str, Any]:
    return {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"} | said


def _read(place: Path) -> list[tuple[str, Any]]:
    return [(source.stem, yaml.safe_load(source.read_text("utf-8"))) for source in sorted(place.glob("*.yaml"))]


def _yaml(value: Mapping[str, Any]) -> str:
    return HEAD + yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=140)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
