"""The heart of a replay, pure: rows → commands and findings.

A command's id is derived from the source, its `source_ref`, the row's own name where rows have one, and the command's name, so that a
file replayed twice sends the same bytes twice, and registers nothing new.  A row is sent whole or not at all, and whatever is not as it
should be is a finding.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple

from pydantic import ValidationError

from contracts.ids import complaint_id, derived_id
from contracts.model import Command
from contracts.wire import Wire, write_command
from services.cli.replay.course import Course
from services.cli.replay.dating import instants
from services.cli.replay.doubts import AmbiguousValue, Unfit
from services.cli.replay.findings import LOST, Finding, Lost
from services.cli.replay.mapping import MappingFile
from services.cli.replay.mapping_emit import FILLED, Emit
from services.cli.replay.mapping_forms import FieldValue
from services.cli.replay.mapping_values import Cells, evaluate, fill, holds
from services.cli.replay.rows import Broken, Row
from services.cli.replay.words import Words, carried_on, in_course, is_meant, named

__all__ = ["Asked", "Finding", "Outcome", "outcomes"]


class Asked(NamedTuple):
    """A command and its envelope.  `at`: when it came, where instants were asked for."""

    name: str
    service: str
    command: Command
    id: str
    source: str
    key: str | None
    at: datetime | None = None

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
        return all(finding.kind not in LOST for finding in self.findings)


class _Past:
    """Of the rows so far: each name with the row that had it first, and each complaint's course.  Kept by digests: files are long."""

    def __init__(self) -> None:
        self.names: dict[bytes, int] = {}
        self.courses: dict[bytes, Course] = {}


def outcomes(
    rows: Iterable[Row | Broken], mapping: MappingFile, only: frozenset[str] = frozenset(), with_instants: bool = False
) -> Iterator[Outcome]:
    """One for each row, in the file's order; `only` these commands (`intake.SubmitComplaint`), or all.

    `with_instants`: each command comes at its own instant, by the file; a row that has none is not taken.
    """
    past = _Past()
    for row in rows:
        if isinstance(row, Broken):
            yield Outcome(row.number, findings=(Finding(row.number, "unreadable", "", row.why),))
        elif not holds(mapping.where, row.cells):
            yield Outcome(row.number, meant=False)
        else:
            try:
                yield _outcome(row, mapping, only, with_instants, past)
            except Lost as fault:
                yield Outcome(row.number, findings=(Finding(row.number, fault.kind, fault.field, fault.why),))


def _outcome(row: Row, mapping: MappingFile, only: frozenset[str], with_instants: bool, past: _Past) -> Outcome:
    """Raises Lost."""
    words = named(row.number, row.cells, mapping)
    mark = _mark(words.source_ref)
    before = past.courses.get(mark, Course())
    words, course = in_course(words, mapping, before)
    name = _mark(words.source_ref, words.id)
    findings = _repeated(words, past.names.get(name))
    if findings and words.id:
        return Outcome(row.number, findings=findings)
    emits = [emit for emit in mapping.emit if (not only or emit.command in only) and is_meant(emit, words, before)]
    doubts: list[Finding] = []
    commands = [_asked(emit, words, mapping, doubts) for emit in emits]
    if with_instants and emits:
        came = instants(emits, words, mapping, before.at, doubts)
        commands = [one._replace(at=at) for one, at in zip(commands, came, strict=True)]
        course = course._replace(at=came[-1])
    past.names.setdefault(name, row.number)
    if (after := carried_on(course, emits, words, mapping)) is not before:
        past.courses[mark] = after
    return Outcome(row.number, tuple(commands), (*doubts, *findings))


def _mark(*names: str) -> bytes:
    return blake2b("\0".join(filter(None, names)).encode(), digest_size=16).digest()


def _repeated(words: Words, first: int | None) -> tuple[Finding, ...]:
    if first is None:
        return ()
    if words.id:
        return (Finding(words.row, "repeated", "row_id", f"row {first} has the same, so this is not sent again"),)
    return (Finding(words.row, "repeated", "source_ref", f"row {first} has the same; unless it says the same, it is refused"),)


def _asked(emit: Emit, words: Words, mapping: MappingFile, findings: list[Finding]) -> Asked:
    said = _filled(emit, mapping.source, words.source_ref)
    for path, value in emit.fields.items():
        try:
            _put(said, path.split("."), _evaluated(value, words.cells, mapping.zone))
        except AmbiguousValue as doubt:
            findings.append(Finding(words.row, "ambiguous", path, str(doubt)))
        except Unfit as fault:
            raise Lost(path, str(fault)) from None
    try:
        command = emit.model.model_validate(said)
    except ValidationError as error:
        raise _fault(error, emit) from None
    name = fill(emit.once, words.cells) if emit.once else words.id
    id = derived_id("replay", mapping.source, words.source_ref, *filter(None, [name]), emit.id_part)
    return Asked(emit.command, emit.service, command, id, mapping.source, _key(emit, mapping.source, words.cells))


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


def _key(emit: Emit, source: str, cells: Cells) -> str | None:
    """The same for one customer and tells nobody which: a hash.  Where the row does not say, the complaint's own."""
    text = fill(emit.key, cells) if emit.key else ""
    return derived_id("key", source, text) if text else None


def _fault(error: ValidationError, emit: Emit) -> Lost:
    """The contract's word on the first field that it refuses; never the value, which may be a customer's."""
    fault = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(map(str, fault["loc"])) or emit.command
    demand = fault["msg"].removeprefix("Value error, ")
    return Lost(field, f"does not fit {emit.command}: {demand[:1].lower()}{demand[1:]}")
