"""A complaint's story, from records: what happened, in order, and what it lives on in.  Pure."""

import heapq
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from pydantic_core import from_json

from contracts.catalogue import OWNERS
from contracts.ids import complaint_id, reference_number
from services.cli.errors import CommandError
from services.platform.kernel.record import Record

Told = Mapping[str, Any]
MERGED, LINKED = "intake.submission_merged.v1", "intake.customers_linked.v1"
SERVICES = tuple(OWNERS)
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("OIL", "011")


class Wanted(NamedTuple):
    """What somebody asks for: a complaint's id, or the end of one that a reference number tells."""

    id: str | None
    ending: str

    def is_met_by(self, id: str) -> bool:
        return id == self.id if self.id else id.endswith(self.ending)


def wanted(text: str) -> Wanted:
    """Reads an id or a reference number, however it was typed; raises CommandError where it is neither."""
    id = text.strip().lower()
    if _ID.fullmatch(id):
        return Wanted(id, id[20:])
    ending = _ending(re.sub(r"[\s-]", "", text.upper()))
    if ending is None:
        raise CommandError(f"{text!r} is neither a complaint's id nor a reference number like 8YFA-MW4F-467Z-D.")
    return Wanted(None, ending)


def _ending(symbols: str) -> str | None:
    """The end of the id that a reference number tells, written as in the id; None where the check symbol does not fit."""
    told, check = symbols[:12].translate(_READ_AS), symbols[12:]
    if len(symbols) != 13 or not set(told) <= set(_SYMBOLS):
        return None
    bits = 0
    for symbol in told:
        bits = bits << 5 | _SYMBOLS.index(symbol)
    digits = f"{bits:015x}"
    made = reference_number(f"00000000-0000-0000-0{digits[:3]}-{digits[3:]}")
    return f"{digits[:3]}-{digits[3:]}" if made[-1] == check.translate(_READ_AS) or made[-1] == check else None


class Story(NamedTuple):
    """`events` in the order in which they happened and led to each other; each is said once."""

    id: str
    events: tuple[Told, ...]

    @property
    def reference(self) -> str:
        return reference_number(self.id)

    @property
    def names(self) -> frozenset[str]:
        """What a record that is about the complaint calls it."""
        return frozenset({self.id, self.reference})

    @property
    def lives_on_in(self) -> str | None:
        """The complaint that this one was recognised as a repeat of, unless it was registered after all."""
        merged = [event for event in self.events if event["type"] == MERGED]
        registered = any(event["type"] == "intake.complaint_registered.v1" for event in self.events)
        return str(merged[-1]["into"]) if merged and not registered else None

    @property
    def customers(self) -> tuple[str, ...]:
        """The keys by which its customer was known, in order."""
        return tuple(dict.fromkeys(str(event["customer"]) for event in self.events if event.get("customer")))


def told(value: bytes | None) -> Told:
    """What a record says, or nothing where it is no JSON object."""
    try:
        said = from_json(value or b"")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def story(id: str, records: Iterable[Record]) -> Story:
    """Of all events in these records the ones about the complaint, refusals that point to it and linked files that hold it included."""
    ours: dict[str, Told] = {}
    for record in records:
        event = told(record.value)
        if _is_event(event) and _tells_of(id, event):
            ours.setdefault(event["id"], event)
    return Story(id, tuple(in_order(list(ours.values()))))


def _tells_of(id: str, event: Told) -> bool:
    if event.get("complaint_id") == id:
        return True
    if event["type"] == LINKED:
        return id in event.get("complaints", ())
    return _is_refusal(event) and event.get("see") in Story(id, ()).names


def is_about(id: str, key: bytes | None, value: bytes | None) -> bool:
    """Whether a record, which nobody could act on perhaps, names the complaint."""
    if key == id.encode():
        return True
    said = told(value)
    names = said.get("source"), said.get("source_ref")
    if all(isinstance(name, str) for name in names) and complaint_id(*map(str, names)) == id:
        return True
    return id in (said.get("complaint_id"), said.get("document"))


def _is_event(event: Told) -> bool:
    return all(isinstance(event.get(field), str) for field in ("type", "id", "at", "cause")) and isinstance(event.get("seq"), int)


def _is_refusal(event: Told) -> bool:
    return str(event["type"]).endswith(".command_refused.v1")


def in_order(events: Sequence[Told]) -> list[Told]:
    """By `at`; at one instant causes before what they led to, and each service's events by `seq`."""
    by_id = {event["id"]: event for event in events}
    before = _befores(events, by_id)
    after = defaultdict[str, list[str]](list)
    for id, causes in before.items():
        for cause in causes:
            after[cause].append(id)
    ready = [_place(event) for event in events if not before[event["id"]]]
    heapq.heapify(ready)
    ordered: list[Told] = []
    while ready:
        *_, id = heapq.heappop(ready)
        ordered.append(by_id.pop(id))
        for next_ in after[id]:
            before[next_].discard(id)
            if not before[next_]:
                heapq.heappush(ready, _place(by_id[next_]))
    return [*ordered, *sorted(by_id.values(), key=_place)]              # a circle is nobody's fact, but it is shown


def _befores(events: Sequence[Told], by_id: Mapping[str, Told]) -> dict[str, set[str]]:
    """Event → what it must follow: its cause, and the one before it of the same service and document: in intake the customer's file."""
    before = {event["id"]: {event["cause"]} & by_id.keys() for event in events}
    lines = defaultdict[tuple[str, str], list[Told]](list)
    for event in events:
        lines[_service(event), str(event.get("customer" if _service(event) == "intake" else "complaint_id"))].append(event)
    for line in lines.values():
        line.sort(key=lambda event: (event["seq"], event["at"]))
        for earlier, later in pairwise(line):
            before[later["id"]].add(earlier["id"])
    return before


def _place(event: Told) -> tuple[str, int, int, str]:
    service = _service(event)
    return event["at"], SERVICES.index(service) if service in SERVICES else len(SERVICES), event["seq"], event["id"]


def _service(event: Told) -> str:
    return str(event["type"]).partition(".")[0]
