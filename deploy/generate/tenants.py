"""The prefixes for which there are generated files: one directory each, so that a new tenant is one command and no list to keep."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
GENERATED = Path("deploy/k8s/generated")
NAME = re.compile(r"[a-z]([a-z0-9-]{0,38}[a-z0-9])?")
"""As the settings take a prefix, and Kubernetes a name: without `_`, and not ending with a hyphen."""


class BadTenant(Exception):
    """One sentence."""


def tenants(root: Path = ROOT) -> list[str]:
    return sorted(each.parent.name for each in (root / GENERATED).glob("*/kafka-users.yaml"))


def checked(prefix: str) -> str:
    if not NAME.fullmatch(prefix):
        raise BadTenant(f"{prefix!r} names no tenant: a lower-case letter, then up to 39 letters, digits or hyphens, the last no hyphen.")
    return prefix
