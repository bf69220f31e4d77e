"""The generated files under `deploy/`, read back."""

import json
from typing import Any

import yaml

from deploy.generate.mongodb import PLACE
from deploy.generate.tenants import GENERATED, ROOT

Json = dict[str, Any]


def kafka_users(prefix: str) -> list[Json]:
    return list(yaml.safe_load_all((ROOT / GENERATED / prefix / "kafka-users.yaml").read_text("utf-8")))


def mongodb_commands(prefix: str) -> list[Json]:
    commands: list[Json] = json.loads((ROOT / PLACE / f"{prefix}.json").read_text("utf-8"))
    return commands
