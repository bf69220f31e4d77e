"""deploy/compose.yaml as Docker would read it where the environment says nothing."""

import re
from pathlib import Path
from typing import Any

import yaml

from tests.deploy.tools import ROOT

FILE = ROOT / "deploy" / "compose.yaml"


def filled(text: str) -> str:
    """With the defaults of what the environment may say."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


def variables(file: Path) -> dict[str, str]:
    lines = [line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


WHOLE: dict[str, Any] = yaml.safe_load(filled(FILE.read_text("utf-8")))
SERVICES: dict[str, dict[str, Any]] = WHOLE["services"]
KAFKA: dict[str, str] = variables(FILE.parent / SERVICES["kafka"]["env_file"]) | SERVICES["kafka"]["environment"]
"""What Kafka's image is told."""
((MEMBER, FORMED),) = [
    (host, name)
    for name, host in re.findall(r'_id: "([^"]+)", members: .*host: "([^"]+)"', (FILE.parent / "compose" / "primary.js").read_text("utf-8"))
]
"""Of the replica set."""
