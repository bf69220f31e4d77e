"""What checkov finds in what is built is what its baseline justifies, and the baseline justifies nothing that it does not find."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.manifests import K8S, OVERLAYS, overlay
from tests.deploy.tools import run

pytestmark = pytest.mark.tools

BASELINE = K8S / ".checkov.yaml"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    directory = tmp_path_factory.mktemp("built")
    for each in OVERLAYS:
        (directory / f"{each}.yaml").write_text(yaml.safe_dump_all(overlay(each)), "utf-8")
    looked = run("checkov", "--directory", directory, "--framework", "kubernetes", "--skip-download", "--output", "json")
    results: dict[str, Any] = json.loads(looked.stdout)["results"]
    return results


def test_each_finding_is_justified_and_each_justification_is_of_use(found: dict[str, Any]) -> None:
    assert {finding["check_id"] for finding in found["failed_checks"]} == set(yaml.safe_load(BASELINE.read_text("utf-8"))["skip-check"])


def test_checkov_looked_at_every_overlay(found: dict[str, Any]) -> None:
    assert {Path(finding["file_path"]).stem for finding in found["passed_checks"]} == set(OVERLAYS)


def test_each_justification_has_a_reason() -> None:
    for line in BASELINE.read_text("utf-8").splitlines():
        assert not line.strip().startswith("- CKV") or len(line.partition("#")[2]) > 20, line
