"""What a row says: its columns, the mapping's named values, and the names by which it is known.  Pure."""

from typing import NamedTuple

from services.cli.replay.course import Course
from services.cli.replay.doubts import Unfit
from services.cli.replay.findings import Lost
from services.cli.replay.mapping import MappingFile
from services.cli.replay.mapping_emit import Emit
from services.cli.replay.mapping_forms import Value
from services.cli.replay.mapping_values import Cells, evaluate, fill, holds


class Words(NamedTuple):
    """A row's.  `cells`: column or named value → text.  `id`: its own name among the complaint's rows; empty where rows have none."""

    row: int
    source_ref: str
    cells: Cells
    id: str = ""


def named(row: int, cells: Cells, mapping: MappingFile) -> Words:
    """What it says whatever other rows say; raises Lost where that does not name a complaint."""
    cells = dict(cells)
    for name, value in mapping.values.items():
        if name not in mapping.in_course:
            cells[name] = _said(name, value, cells, Course(), mapping.zone)
    if not (source_ref := fill(mapping.source_ref, cells)):
        raise Lost("source_ref", "is empty, so that the row has no name")
    return Words(row, source_ref, cells)


def in_course(words: Words, mapping: MappingFile, course: Course) -> tuple[Words, Course]:
    """With what it says after the complaint's rows so far, and the course with its turns; raises Lost where it has no name among them."""
    cells = dict(words.cells)
    for name, value in mapping.values.items():
        if name in mapping.in_course:
            cells[name], course = _turned(name, value, cells, course, mapping.zone)
    if mapping.row_id and not (id := fill(mapping.row_id, cells)):
        raise Lost("row_id", "is empty, so that the row has no name among its complaint's")
    return words._replace(cells=cells, id=id if mapping.row_id else ""), course


def is_meant(emit: Emit, words: Words, course: Course) -> bool:
    """Whether this command comes of the row, after what the complaint's rows said before."""
    if not holds(emit.when, words.cells) or (emit.changed and not course.has_changed(emit.changed, words.cells)):
        return False
    return emit.once is None or (bool(text := fill(emit.once, words.cells)) and (emit.id_part, text) not in course.once)


def carried_on(course: Course, emits: list[Emit], words: Words, mapping: MappingFile) -> Course:
    """The course after a row that was sent as these commands."""
    once = {(emit.id_part, fill(emit.once, words.cells)) for emit in emits if emit.once}
    course = course.having_said(mapping.remembered, words.cells)
    return course._replace(once=course.once | once) if once else course


def _turned(name: str, value: Value, cells: Cells, course: Course, zone: str | None) -> tuple[str, Course]:
    """The value's text after the complaint's rows so far, this one included."""
    if value.count:
        course = course.with_condition(name, holds(value.count, cells))
        return str(value.count_from + course.count(name)), course
    text = _said(name, value, cells, course, zone)
    if not (value.numbered and text):
        return text, course
    course = course.with_turn(name, text)
    return course.turn(name), course


def _said(name: str, value: Value, cells: Cells, course: Course, zone: str | None) -> str:
    try:
        said = evaluate(value, cells, zone, course.said)
    except Unfit as fault:
        raise Lost(name, str(fault)) from None
    return "" if said is None else str(said)
