"""A routing table learnt from the morning: the rows of the NYC file created before noon say which agency works on which type.

Every row of a type that the morning knows must go to the file's agency, every row of any other type to triage.
"""

import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import yaml

from services.cli.replay.mapping import load_mapping
from services.cli.replay.rows import Broken, open_table
from services.platform.chassis.plain_yaml import read_yaml
from services.platform.chassis.policies import find_set

FILE = "nyc311_2018-10-21.csv.gz"
NOON = datetime(2018, 10, 21, 12)


class Learnt(NamedTuple):
    """`agency_of`: complaint type → department, of the morning.  `expected`: source_ref → department, or None for triage.

    `closed`: those that the file says are closed.
    """

    agency_of: Mapping[str, str]
    expected: Mapping[str, str | None]
    closed: frozenset[str]


class Request(NamedTuple):
    key: str
    type: str
    agency: str
    created: datetime
    is_closed: bool


def requests(file: Path) -> list[Request]:
    with open_table(file, load_mapping("nyc311").format) as table:
        return [_request(row.cells) for row in table.rows() if not isinstance(row, Broken)]


def learn(file: Path) -> Learnt:
    rows = requests(file)
    agency_of = {row.type: row.agency for row in rows if row.created < NOON}
    return Learnt(agency_of, {row.key: agency_of.get(row.type) for row in rows}, frozenset(row.key for row in rows if row.is_closed))


def routing_rules(agency_of: Mapping[str, str], likewise: str = "default") -> dict[str, object]:
    """A routing policy with one rule for each type; all else as in the set `likewise`."""
    rules = [
        {"when": {"source": "nyc311", "complaint_type": type}, "departments": [agency], "lead": agency}
        for type, agency in agency_of.items()
    ]
    departments: dict[str, dict[str, object]] = {agency: {} for agency in sorted(set(agency_of.values()))}
    own = {"departments": departments, "rules": rules, "containment": None}
    return read_yaml(find_set(likewise) / "routing.yaml") | own


def write_policies(file: Path, directory: Path, likewise: str = "default") -> Learnt:
    """Fills the directory with a policy set (REDRESS_POLICIES names it by its path): `likewise`, with the morning's routing table."""
    learnt = learn(file)
    shutil.copytree(find_set(likewise), directory, dirs_exist_ok=True)
    text = yaml.safe_dump(routing_rules(learnt.agency_of, likewise), allow_unicode=True, sort_keys=False)
    (directory / "routing.yaml").write_text(text, "utf-8")
    return learnt


def _request(cells: Mapping[str, str]) -> Request:
    created = datetime.strptime(cells["Created Date"], "%m/%d/%y %H:%M")
    return Request(cells["Unique Key"], cells["Complaint Type"], cells["Agency"].lower(), created, bool(cells["Closed Date"]))
