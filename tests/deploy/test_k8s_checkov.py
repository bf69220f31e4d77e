"""What checkov finds in what is built is what its baseline justifies, and the baseline justifies nothing that it does not find."""

import json
from pathlib import Path

import pytest
import yaml

from tests.deploy.manifests import K8S, OVERLAYS, overlay
from tests.deploy.tools import run

pytestmark = pytest.mark.tools

BASELINE = K8S / ".checkov.yaml"


def test_each_finding_is_justified_and_each_justification_is_of_use(tmp_path: Path) -> None:
    for each in OVERLAYS:
        (tmp_path / f"{each}.yaml").write_text(yaml.safe_dump_all(overlay(each)), "utf-8")
    looked = run("checkov", "--directory", tmp_path, "--framework", "kubernetes", "--skip-download", "--output", "json")
    found = json.loads(looked.stdout)["results"]
    assert {finding["check_id"] for finding in found["failed_checks"]} == set(yaml.safe_load(BASELINE.read_text("utf-8"))["skip-check"])
    assert {Path(finding["file_path"]).stem for finding in found["passed_checks"]} == set(OVERLAYS)


def test_each_justification_has_a_reason() -> None:
    for line in BASELINE.read_text("utf-8").splitlines():
        assert not line.strip().startswith("- CKV") or len(line.partition("#")[2]) > 20, line
