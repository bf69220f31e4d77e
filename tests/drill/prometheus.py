"""A real Prometheus as a process on loopback, with our rules, which scrapes the services of one deployment each second."""

import json
import os
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from deploy.generate.monitoring import RULES
from services.platform.stack.ports import free_port
from services.platform.stack.server import GUARD
from tests.deploy.tools import tool

STARTING = 30.0
ANSWERING = 10.0


@dataclass
class Prometheus:
    port: int

    def ask(self, expression: str) -> list[dict[str, Any]]:
        """Its series at this moment."""
        found = self._get("query", query=expression)
        return list(found["result"]) if found["resultType"] == "vector" else [found]

    def rules(self) -> list[dict[str, Any]]:
        return [rule for group in self._get("rules")["groups"] for rule in group["rules"]]

    def targets(self) -> dict[str, str]:
        """Address → its health, and why it is ill."""
        return {each["labels"]["instance"]: each["health"] + each["lastError"] for each in self._get("targets")["activeTargets"]}

    def is_ready(self) -> bool:
        try:
            return bool(self._get("targets"))
        except OSError:
            return False

    def _get(self, what: str, **asked: str) -> Any:
        url = f"http://127.0.0.1:{self.port}/api/v1/{what}?{urllib.parse.urlencode(asked)}"
        with urllib.request.urlopen(url, timeout=ANSWERING) as answer:
            return json.load(answer)["data"]


@contextmanager
def prometheus(directory: Path, ports: Iterable[int]) -> Iterator[Prometheus]:
    """It ends with the block, and with this process, however that ends."""
    served = Prometheus(free_port())
    configuration = directory / "prometheus.yaml"
    configuration.write_text(yaml.safe_dump(_configuration(ports)), "utf-8")
    command = [
        sys.executable, "-I", "-S", str(GUARD), str(os.getpid()), tool("prometheus"), f"--config.file={configuration}",
        f"--storage.tsdb.path={directory / 'data'}", f"--web.listen-address=127.0.0.1:{served.port}", "--log.level=warn",
    ]  # fmt: skip
    with (directory / "prometheus.log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            deadline = time.monotonic() + STARTING
            while not served.is_ready():
                assert process.poll() is None and time.monotonic() < deadline, (directory / "prometheus.log").read_text("utf-8")
                time.sleep(0.1)
            yield served
        finally:
            process.terminate()


def _configuration(ports: Iterable[int]) -> dict[str, Any]:
    targets = [f"127.0.0.1:{port}" for port in ports]
    return {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "2s"},
        "rule_files": [str(RULES / "*.yaml")],
        "scrape_configs": [{"job_name": "redress", "honor_labels": True, "static_configs": [{"targets": targets}]}],
    }
