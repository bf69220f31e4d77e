"""Where two documents part, told without a customer's data: types, fields' names, and values only of what events carry."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from pydantic import BaseModel
from pydantic_core import from_json

from services.platform.kernel.dead import DEAD
from services.platform.kernel.document import Answer, Document, Entry, Snapshot

NOTHING = "nothing"
PLAIN = ("seq", "at", "time", "wakes", "asked", "parked", "length", "next_ordinal", "next_taken", "next_size")
"""Fields of a document that say nothing of a customer."""
OF_PRUNING = frozenset({"next_ordinal", "next_taken", "next_size"})


class Difference(NamedTuple):
    """`ordinal`: the entry where the document parts from its causes; None where every entry is equal and what they lead to is not.
    `folded` and `stored` are words for a reader."""

    ordinal: int | None
    part: str
    folded: str
    stored: str


def document_differences(folded: Document, stored: Document, without: Iterable[str] = ()) -> Iterator[Difference]:
    """Of all but the journal, and what follows from it; `without`: fields of which the fold cannot know."""
    for name in PLAIN:
        if name not in without and (one := getattr(folded, name)) != (other := getattr(stored, name)):
            yield Difference(None, name, said(one), said(other))
    yield from map(_of_document, state_differences(folded.state, stored.state))
    yield from waiting_differences(folded, stored)


def state_differences(folded: Any, stored: Any) -> Iterator[tuple[str, str, str]]:
    """The fields of a state that differ, by name; their values may be a customer's."""
    if folded == stored:
        return
    if folded is None or stored is None:
        yield "state", NOTHING if folded is None else "a state", NOTHING if stored is None else "a state"
        return
    for place in fields_apart(folded, stored, "state"):
        yield place, "one value", "another"


def fields_apart(one: Any, other: Any, place: str) -> Iterator[str]:
    """Down to the fields that our models name, and positions; what a map calls its keys is data."""
    if one == other:
        return
    if isinstance(one, BaseModel) and type(one) is type(other):
        for name in type(one).model_fields:
            yield from fields_apart(getattr(one, name), getattr(other, name), f"{place}.{name}")
    elif isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        for n, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from fields_apart(left, right, f"{place}.{n}")
    else:
        yield place


def waiting_differences(folded: Document, stored: Document) -> Iterator[Difference]:
    if folded.waiting != stored.waiting:
        numbers = [", ".join(str(each.ordinal) for each in document.waiting) or "none" for document in (folded, stored)]
        told = numbers if numbers[0] != numbers[1] else [f"{numbers[0]}, as their records are", f"{numbers[1]}, otherwise"]
        yield Difference(None, "waiting", *told)


def snapshot_differences(folded: Snapshot, stored: Snapshot) -> Iterator[Difference]:
    for name in Snapshot._fields:
        if getattr(folded, name) != getattr(stored, name):
            yield Difference(None, f"snapshot {stored.ordinal}: {name}", "one value", "another")


def entry_differences(folded: Entry, stored: Entry) -> Iterator[Difference]:
    """`policy` and `build` are what the fold was told, so they are alike."""
    for name in ("name", "fingerprint", "partition", "offset", "instant", "appended", "attempt", "answered_by", "is_dead"):
        if (one := getattr(folded, name)) != (other := getattr(stored, name)):
            yield Difference(stored.ordinal, name, *(("its cause's", "another") if name == "name" else (said(one), said(other))))
    for n, (left, right) in enumerate(zip_longest(folded.answers, stored.answers), 1):
        if left != right:
            yield from answer_differences(stored.ordinal, n, left, right)


def answer_differences(ordinal: int, n: int, folded: Answer | None, stored: Answer | None) -> Iterator[Difference]:
    place = f"answer {n}"
    kinds = kind_of(folded), kind_of(stored)
    if folded is None or stored is None or kinds[0] != kinds[1]:
        yield Difference(ordinal, place, *kinds)
        return
    place = f"{place}, {kinds[0]}"
    if folded.key != stored.key:
        yield Difference(ordinal, f"{place}: key", "one", "another")
    if folded.headers != stored.headers:
        yield Difference(ordinal, f"{place}: headers", "one value", "another")
    if folded.value != stored.value:
        yield from _value_differences(ordinal, place, folded, stored)


def _value_differences(ordinal: int, place: str, folded: Answer, stored: Answer) -> Iterator[Difference]:
    one, other = fields_of(folded), fields_of(stored)
    apart = [name for name in one if one[name] != other.get(name, NOTHING)] if folded.to == "events" and other else []
    for name in apart:
        yield Difference(ordinal, f"{place}: {name}", said(one[name]), said(other.get(name)))
    if not apart:
        yield Difference(ordinal, f"{place}: value", f"{len(folded.value or b'')} bytes", f"{len(stored.value or b'')} bytes, others")


def fields_of(answer: Answer) -> dict[str, Any]:
    """What it says; nothing where it is no JSON object."""
    try:
        told = from_json(answer.value or b"")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def kind_of(answer: Answer | None) -> str:
    if answer is None:
        return NOTHING
    if answer.dead:
        return f"dead letter ({reason_of(answer.headers)})"
    told = fields_of(answer).get("type")
    return told if isinstance(told, str) else "something unreadable"


def reason_of(headers: Sequence[tuple[str, bytes]]) -> str:
    return next((value.decode("ascii", "replace") for name, value in headers if name == f"{DEAD}reason"), "without a reason")


def said(value: Any) -> str:
    """A value of an event, or of a field that holds no customer's data."""
    if isinstance(value, bytes):
        return value.hex()
    return NOTHING if value is None else str(value)[:80]


def _of_document(told: tuple[str, str, str]) -> Difference:
    return Difference(None, *told)
