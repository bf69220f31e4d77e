"""Sets of policies with faults made to order, and what `redress policy check` says of them."""

import json
import shutil
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from services.cli import execute
from services.platform.chassis.policies import SHIPPED

Edit = tuple[str, str, str]
"""A file, what stands in it once, and what is to stand there."""


class Answer(NamedTuple):
    code: int
    said: str
    """On stdout, each run of blanks as one."""
    faults: list[str]
    """On stderr, a line each."""


def altered(directory: Path, *edits: Edit, of: str = "city") -> Path:
    """A copy of a shipped set with these changes."""
    place = directory / "mine"
    shutil.copytree(SHIPPED / of, place)
    for name, old, new in edits:
        file = place / f"{name}.yaml"
        text = file.read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}.yaml of {of}"
        file.write_text(text.replace(old, new), "utf-8")
    return place


def checked(name: str | Path, *options: str, columns: int = 250) -> Answer:
    """On a terminal that is wide enough for every sentence."""
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err, patch.dict("os.environ", COLUMNS=str(columns)):
        code = execute(["policy", "check", str(name), *options])
    return Answer(code, " ".join(out.getvalue().split()), err.getvalue().splitlines())


@cache
def shipped(name: str) -> Answer:
    """What is said of a set that comes with Redress; it does not change."""
    return checked(name)


@cache
def shipped_for_machines(name: str) -> tuple[int, Any]:
    return for_machines(name)


def for_machines(name: str | Path) -> tuple[int, Any]:
    answer = checked(name, "--json")
    return answer.code, json.loads(answer.said)


def fields(faults: Sequence[str], directory: Path) -> list[str]:
    """`routing.yaml: clocks.triage` of each fault."""
    assert all(fault.startswith(f"{directory}/") for fault in faults), faults
    return [": ".join(fault.removeprefix(f"{directory}/").split(": ", 2)[:2]) for fault in faults]
