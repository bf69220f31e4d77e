"""The heart of a replay, pure: rows → commands and findings.

A command's id is derived from the source, its `source_ref` and the command's name, so that a file replayed twice sends the same bytes
twice, and registers nothing new.  A row is sent whole or not at all, and whatever is not as it should be is a finding.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any, Literal, NamedTuple

from pydantic import ValidationError

from contracts.ids import complaint_id, derived_id
from contracts.model import Command
from contracts.wire import Wire, write_command
from services.cli.replay.mapping import FILLED, Emit, MappingFile
from services.cli.replay.mapping_forms import FieldValue
from services.cli.replay.mapping_values import AmbiguousValue, Cells, Unfit, evaluate, fill, holds
from services.cli.replay.rows import Broken, Row

Kind = Literal["unreadable", "ambiguous", "repeated"]


class Finding(NamedTuple):
    """`unreadable`: the row was not sent.  `ambiguous`: sent without the field.  `repeated`: sent under the ids of an earlier row."""

    row: int
    kind: Kind
    field: str
    why: str

    def __str__(self) -> str:
        return f"row {self.row}: {self.field + ': ' if self.field else ''}{self.why}"


class Asked(NamedTuple):
    """A command and its envelope."""

    name: str
    service: str
    command: Command
    id: str
    source: str
    key: str | None

    def wire(self) -> Wire:
        return write_command(self.service, self.command, id=self.id, source=self.source, key=self.key)


class Outcome(NamedTuple):
    """What came of one row; `meant` is false where the mapping's `where` leaves it out."""

    row: int
    commands: tuple[Asked, ...] = ()
    findings: tuple[Finding, ...] = ()
    meant: bool = True

    @property
    def is_readable(self) -> bool:
        return all(finding.kind != "unreadable" for finding in self.findings)


class _Unreadable(Exception):
    def __init__(self, field: str, why: str) -> None:
        self.field, self.why = field, why


def outcomes(rows: Iterable[Row | Broken], mapping: MappingFile, only: frozenset[str] = frozenset()) -> Iterator[Outcome]:
    """One for each row, in the file's order; `only` these commands (`intake.SubmitComplaint`), or all."""
    seen: dict[bytes, int] = {}
    for row in rows:
        if isinstance(row, Broken):
            yield Outcome(row.number, findings=(Finding(row.number, "unreadable", "", row.why),))
        elif not holds(mapping.where, row.cells):
            yield Outcome(row.number, meant=False)
        else:
            yield _outcome(row, mapping, only, seen)


def _outcome(row: Row, mapping: MappingFile, only: frozenset[str], seen: dict[bytes, int]) -> Outcome:
    findings: list[Finding] = []
    try:
        cells = {**row.cells, **{name: _named(name, mapping, row.cells) for name in mapping.values}}
        source_ref = fill(mapping.source_ref, cells)
        if not source_ref:
            raise _Unreadable("source_ref", "is empty, so that the row has no name")
        emits = [emit for emit in mapping.emit if holds(emit.when, cells) and (not only or emit.command in only)]
        commands = tuple(_asked(emit, source_ref, mapping, cells, row.number, findings) for emit in emits)
    except _Unreadable as fault:
        return Outcome(row.number, findings=(Finding(row.number, "unreadable", fault.field, fault.why),))
    mark = blake2b(source_ref.encode(), digest_size=16).digest()
    if (first := seen.setdefault(mark, row.number)) != row.number:
        findings.append(Finding(row.number, "repeated", "source_ref", f"row {first} has the same; unless it says the same, it is refused"))
    return Outcome(row.number, commands, tuple(findings))


def _named(name: str, mapping: MappingFile, cells: Cells) -> str:
    try:
        said = evaluate(mapping.values[name], cells, mapping.zone)
    except Unfit as fault:
        raise _Unreadable(name, str(fault)) from None
    return "" if said is None else str(said)


def _asked(emit: Emit, source_ref: str, mapping: MappingFile, cells: Cells, row: int, findings: list[Finding]) -> Asked:
    said = _filled(emit, mapping.source, source_ref)
    for path, value in emit.fields.items():
        try:
            _put(said, path.split("."), _evaluated(value, cells, mapping.zone))
        except AmbiguousValue as doubt:
            findings.append(Finding(row, "ambiguous", path, str(doubt)))
        except Unfit as fault:
            raise _Unreadable(path, str(fault)) from None
    try:
        command = emit.model.model_validate(said)
    except ValidationError as error:
        raise _fault(error, emit) from None
    id = derived_id("replay", mapping.source, source_ref, emit.id_part)
    return Asked(emit.command, emit.service, command, id, mapping.source, _key(emit, mapping.source, cells))


def _filled(emit: Emit, source: str, source_ref: str) -> dict[str, Any]:
    """The fields that name the complaint."""
    if emit.model in FILLED:
        return {FILLED[emit.model]: source_ref}
    return {"complaint_id": complaint_id(source, source_ref)} if "complaint_id" in emit.model.model_fields else {}


def _evaluated(value: FieldValue, cells: Cells, zone: str | None) -> Any:
    if isinstance(value, tuple):
        return [said for one in value if (said := evaluate(one, cells, zone)) is not None]
    return evaluate(value, cells, zone)


def _put(fields: dict[str, Any], path: list[str], said: Any) -> None:
    if said is not None:
        *outer, name = path
        for step in outer:
            fields = fields.setdefault(step, {})
        fields[name] = said


def _key(emit: Emit, source: str, cells: Mapping[str, str]) -> str | None:
    """The same for one customer and tells nobody which: a hash.  Where the row does not say, the complaint's own."""
    text = fill(emit.key, cells) if emit.key else ""
    return derived_id("key", source, text) if text else None


def _fault(error: ValidationError, emit: Emit) -> _Unreadable:
    """The contract's word on the first field that it refuses; never the value, which may be a customer's."""
    fault = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(map(str, fault["loc"])) or emit.command
    demand = fault["msg"].removeprefix("Value error, ")
    return _Unreadable(field, f"does not fit {emit.command}: {demand[:1].lower()}{demand[1:]}")
