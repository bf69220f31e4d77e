"""What the engines have in common."""

from contracts.access import PRINCIPALS
from contracts.catalogue import TOPICS
from services.export.tables import EVENTS, TABLES

MADE = "-- Made of the contracts by `python -m deploy.generate`."
PREFIX = "redress"
"""The tenant's, as `REDRESS_TOPIC_PREFIX` has it where nothing else is said; another tenant replaces it in the files."""
BI = PRINCIPALS["bi"]


def topics() -> tuple[str, ...]:
    """Under the prefix."""
    return tuple(TOPICS[name].under(PREFIX) for name in EVENTS)


def group(engine: str) -> str:
    """A consumer group that whoever counts may use: theirs begin alike."""
    [right] = BI.groups
    return f"{right.under(PREFIX)}{engine}"


def types_by_name() -> dict[str, list[str]]:
    """A table's name → the types that it holds: four services say `command_refused`."""
    found: dict[str, list[str]] = {}
    for table in TABLES.values():
        found.setdefault(table.name, []).append(table.type)
    return found
