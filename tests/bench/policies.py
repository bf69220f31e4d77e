"""The two sets of policies that are measured, written into a directory of the bench.

`full` is the default set with every clock, table and rule that it has; `thin` is the least with which a complaint can be lived through.
Neither depends on the time of day at which the bench runs.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from services.platform.chassis.plain_yaml import read_yaml
from services.platform.chassis.policies import SHIPPED

ALL_DAY = [["00:00", "24:00"]]
KINDS = {"defective product": "quality", "wrong item": "contract", "late delivery": "transport", "slow repair": "service"}
"""The sender's words for the matters that the bench submits, and what the policies make of them."""
CALL_AFTER = 2
"""Seconds in the place of a day, between a resolution and its call: the timer that wakes it is played too."""


def full(directory: Path) -> Path:
    """All of the default set, but that customers may be called at any hour, and after seconds."""
    shutil.copytree(SHIPPED / "default", directory)
    said = read_yaml(directory / "callback.yaml")
    hours = said["legal_hours"] | {"hours": ALL_DAY}
    _write(directory, {"callback": said | {"legal_hours": hours, "earliest_after_seconds": CALL_AFTER}})
    return directory


def thin(directory: Path) -> Path:
    """One clock, one rule for each kind of matter, no tables of what is owed, no hours in which nobody may be called."""
    directory.mkdir()
    said = read_yaml(SHIPPED / "default" / "routing.yaml")
    kept = ("departments", "priority", "repeated_contact", "decline_reasons", "levels", "heads", "triage", "reopening",
            "max_backdating_seconds", "settle_seconds")  # fmt: skip
    routing = {name: said[name] for name in kept} | {
        "rules": [rule for rule in said["rules"] if "hazard" not in rule["when"]],
        "clocks": {"resolution": {"kind": "resolution", "targets": "120h"}},
        "causes": {"worn_part": {"gap": 3}},
    }
    callback = {"legal_hours": None, "progress": None, "care": None, "supervise": None, "earliest_after_seconds": CALL_AFTER}
    feedback = {
        "reminder_after_seconds": None, "questions": ["solved", "csat"], "relationship": {"sample_permille": 0},
        "listening_posts": ["complaint_line"],
    }  # fmt: skip
    intake = {"classes": [{"complaint_type": type, "classes": {"kind": kind}} for type, kind in KINDS.items()]}
    _write(directory, {"intake": intake, "routing": routing, "callback": callback, "feedback": feedback})
    return directory


def _write(directory: Path, files: Mapping[str, Mapping[str, Any]]) -> None:
    for name, said in files.items():
        (directory / f"{name}.yaml").write_text(yaml.safe_dump(said, allow_unicode=True, sort_keys=False), "utf-8")
