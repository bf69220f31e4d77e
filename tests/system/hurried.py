"""A shipped set of policies in a hurry: its rules as they are, at any hour of any day, and time says nothing unless a story asks."""

import shutil
from pathlib import Path
from typing import Any

import yaml

from services.platform.chassis.plain_yaml import read_yaml
from services.platform.chassis.policies import find_set

OPEN = {"zone": "Asia/Shanghai", "weekly": {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}}


def hurry(name: str, directory: Path) -> Path:
    """A copy of the set that is open all day and calls at any hour, and whose clocks neither warn nor climb; `change` is for the rest."""
    shutil.copytree(find_set(name), directory)
    said = policy(directory, "routing")
    change(directory, "routing", clocks={clock: _quiet(rule) for clock, rule in said["clocks"].items()})
    change(directory, "calendars", **dict.fromkeys(policy(directory, "calendars"), OPEN))
    change(directory, "callback", legal_hours=None)
    return directory


def at_once(name: str, directory: Path) -> Path:
    """The set with its days left as they are, so that no time runs out between two steps, but for the day before the confirming call."""
    hurry(name, directory)
    change(directory, "callback", earliest_after_seconds=2)
    return directory


def policy(directory: Path, file: str) -> dict[str, Any]:
    said: dict[str, Any] = read_yaml(directory / f"{file}.yaml")
    return said


def change(directory: Path, file: str, **said: Any) -> None:
    """These keys of the file say something else from now on; the others stay."""
    text = yaml.safe_dump(policy(directory, file) | said, allow_unicode=True, sort_keys=False)
    (directory / f"{file}.yaml").write_text(text, "utf-8")


def _quiet(clock: dict[str, Any]) -> dict[str, Any]:
    return {name: said for name, said in clock.items() if name not in ("warnings_percent", "levels")}
