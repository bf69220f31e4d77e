"""The outside tools that look at files under deploy/: from PATH, else from where `make tools` puts them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FETCHED = ROOT / ".redress" / "tools"
PLACES = os.pathsep.join((os.environ.get("PATH", os.defpath), str(FETCHED / "bin"), str(FETCHED / "venv" / "bin")))


def tool(name: str) -> str:
    """The program's path; the test fails where there is none."""
    return shutil.which(name, path=PLACES) or pytest.fail(f"There is no `{name}` here: `make tools` fetches it.", pytrace=False)


def run(name: str, *arguments: str | Path, given: str | None = None) -> subprocess.CompletedProcess[str]:
    """What the tool says of the project, whose root it works in; whether it succeeded is for the test to judge.  `given`: its stdin."""
    return subprocess.run([tool(name), *arguments], cwd=ROOT, input=given, capture_output=True, text=True, check=False)
