"""How a service's documents stand, counted by their facets: what Prometheus is told of them now and then."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

FACETS = ("state", "priority", "since", "due")
INDEX = [(f"facets.{name}", 1) for name in FACETS]
"""All that is asked is in it, so that no document is read to be counted."""
PIPELINE: list[Mapping[str, Any]] = [
    {"$group": {
        "_id": {"state": "$facets.state", "priority": "$facets.priority"},
        "documents": {"$sum": 1},
        "since": {"$min": "$facets.since"},
        "due": {"$min": "$facets.due"},
        "overdue": {"$sum": {"$cond": [{"$and": [{"$gt": ["$facets.due", None]}, {"$lt": ["$facets.due", "$$NOW"]}]}, 1, 0]}},
    }},
]  # fmt: skip
WAITING: Mapping[str, Any] = {"waiting.ordinal": {"$gte": 0}}
PARKED: Mapping[str, Any] = {"book.parked": {"$type": "string"}}
"""Of few documents: each has an index of its own, in which no others are."""
COUNT_WAITING: list[Mapping[str, Any]] = [{"$match": WAITING}, {"$group": {"_id": None, "count": {"$sum": {"$size": "$waiting"}}}}]


class Standing(NamedTuple):
    """Documents of one state and priority; "" where there is no priority."""

    state: str
    priority: str
    documents: int
    since: datetime | None = None
    """The earliest."""
    due: datetime | None = None
    """The earliest."""
    overdue: int = 0
    """Whose due is over."""


def counted(rows: Iterable[Mapping[str, Any]]) -> list[Standing]:
    """What the pipeline found, less what is not to be counted."""
    return [
        Standing(
            row["_id"]["state"], row["_id"].get("priority") or "", row["documents"], _utc(row["since"]), _utc(row["due"]), row["overdue"]
        )
        for row in rows
        if row["_id"].get("state")
    ]


def _utc(instant: datetime | None) -> datetime | None:
    return instant and instant.replace(tzinfo=UTC)
