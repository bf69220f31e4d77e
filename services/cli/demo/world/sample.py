"""The demonstration's own complaints: some 350, half of them Chinese, written for this project; `complaints.csv` has one a row.

Nobody in it exists.  Numbers are from ranges that are kept for fiction (+1 … 555 01xx) or that nobody can be given (+86 10 0…), addresses
are at example.com, example.net and example.org.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from contracts.intake import SubmitComplaint

FILE = Path(__file__).with_name("complaints.csv")


class Entry(NamedTuple):
    """What the call centre will hand in; `again` is the reference of the entry that the customer calls about once more."""

    command: SubmitComplaint
    again: str | None


def entries(most: int | None = None) -> tuple[Entry, ...]:
    """The sample in its order, or its beginning."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(_entry(row) for row in csv.DictReader(file))[:most]


def _entry(row: dict[str, str]) -> Entry:
    return Entry(SubmitComplaint.model_validate(dict(_fields(row))), row["again"] or None)


def _fields(row: dict[str, str]) -> Iterator[tuple[str, Any]]:
    """The columns are the command's fields and its customer's; an empty cell says nothing."""
    for name in ("channel", "kind", "complaint_type", "narrative"):
        yield name, row[name] or None
    yield "source_ref", row["ref"]
    yield "hazards", tuple(row["hazards"].split())
    yield "has_public_exposure", bool(row["exposure"])
    yield "product", _said({"category": row["category"], "order_no": row["order_no"]})
    yield "expectation", _said({"core": row["expected"] and int(row["expected"])})
    yield "customer", _said({name: row[name] for name in ("name", "phone", "email", "post", "language")}) | _said(
        {name: bool(row[name]) for name in ("vulnerable", "do_not_call")}
    )
    if row["amount"]:
        minor, currency = row["amount"].split()
        yield "amount_at_stake", {"amount_minor": int(minor), "currency": currency}


def _said(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}
