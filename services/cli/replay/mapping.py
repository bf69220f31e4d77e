"""A mapping: how the rows of somebody else's file become commands.  It is data, a YAML file; `mappings/README.md` shows two whole.

    mapping = load_mapping("nyc311")             # one that comes with Redress, or the path of a file; raises BadMapping

`source`           the system that the rows come from, as the commands' envelope names it
`source_ref`       what that system calls the complaint: a text with columns in braces, filled in every row
`row_id`           where several rows are of one complaint: what tells this row from the complaint's others
`format`           encoding (a byte order mark is welcome) and delimiter; gzip is recognised by itself
`zone`             the IANA zone of every date that has none of its own
`at`               when a row's commands came, for a backtest
`values`           texts with a name, to be used in braces like columns
`where`            which rows are meant; the others are counted
`emit`             the commands that each row becomes, in order: see `mapping_emit.Emit`

A field's value is a text (`1-{agency}`: columns and named values in braces; braces themselves are doubled), a number, true or false,
a list of values, or one of the forms of `mapping_forms.Value`.  A value that says nothing leaves its field out.  `complaint_id`, and the
`source_ref` of a SubmitComplaint, are filled by themselves.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, ValidationError, model_validator

from contracts.model import Label, Part
from services.cli.errors import CommandError
from services.cli.replay.mapping_emit import At, Emit
from services.cli.replay.mapping_forms import UNIX, AnyValue, Conditions, Format, Template, Value, Zone, in_braces
from services.platform.chassis.plain_yaml import BadYaml, read_yaml

SHIPPED = Path(__file__).parent / "mappings"


class BadMapping(CommandError):
    """`problems`: a sentence for each, naming the file and the field."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _not_empty(emits: tuple[Emit, ...]) -> tuple[Emit, ...]:
    """Asked only where each can be read: `min_length` would call a list empty for a mistake in its one command."""
    if not emits:
        raise ValueError("must have at least one command")
    return emits


class MappingFile(Part):
    """The whole file."""

    source: Label
    source_ref: Template
    row_id: Template | None = None
    format: Format = Format()
    zone: Zone | None = None
    at: At | None = None
    values: Mapping[str, AnyValue] = {}
    where: Conditions = {}
    emit: Annotated[tuple[Emit, ...], AfterValidator(_not_empty)]

    @model_validator(mode="after")
    def _values_stand_in_order(self) -> Self:
        """So that each can be filled in by those above it, and none by itself."""
        for name, value in self.values.items():
            if value.date or value.number or value.constant is not None:
                raise ValueError(f"values.{name}: must be a text; dates and numbers belong to fields")
            if below := sorted(value.filled_by & self._from(name)):
                raise ValueError(f"values.{name}: must be made of columns and of values above it, which {below[0]} is not")
            if value.before == name:
                raise ValueError(f"values.{name}: must have before of another one: it says itself what it said before")
        return self

    def _from(self, name: str) -> set[str]:
        names = list(self.values)
        return set(names[names.index(name) :])

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if named := sorted(set(self.where) & set(self.values)):
            raise ValueError(f"where: must name columns, and {named[0]} is a named value")
        if turning := sorted(self.in_course & set(in_braces(self.source_ref))):
            raise ValueError(f"source_ref: must not depend on other rows, as {turning[0]} does")
        names = [emit.id_part for emit in self.emit]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"emit: {', '.join(twice)} comes twice: give each a name of its own")
        for place, value in self._dated_or_filled:
            if value.is_in_course:
                raise ValueError(f"{place}: must have no before, count or numbered, which belong to values")
            if value.date and not value.zone and not self.zone and value.date not in UNIX:
                raise ValueError("zone: is needed, since a date has none of its own")
        return self

    @property
    def _dated_or_filled(self) -> Iterator[tuple[str, Value]]:
        if self.at:
            yield "at", self.at
        for number, emit in enumerate(self.emit):
            yield from ((f"emit.{number}.{place}", value) for place, value in emit.values)

    @cached_property
    def columns(self) -> frozenset[str]:
        """The columns that the file must have."""
        texts = {name for text in (self.source_ref, self.row_id or "") for name in in_braces(text)}
        values = (*self.values.values(), *([self.at] if self.at else []))
        said = {name for emit in self.emit for name in emit.columns} | {name for value in values for name in value.columns}
        return frozenset((texts | said | set(self.where)) - set(self.values))

    @cached_property
    def in_course(self) -> frozenset[str]:
        """The named values that say something else after other rows of the complaint, by themselves or by what fills them."""
        found = set[str]()
        for name, value in self.values.items():
            if value.is_in_course or value.filled_by & found:
                found.add(name)
        return frozenset(found)

    @cached_property
    def remembered(self) -> frozenset[str]:
        """The columns and named values that are compared with what they said of the complaint before."""
        before = {value.before for value in self.values.values() if value.before}
        return frozenset(before.union(*(emit.changed for emit in self.emit)))


def load_mapping(name: str) -> MappingFile:
    """The mapping of this name or path; raises BadMapping."""
    file = find_mapping(name)
    try:
        said = read_yaml(file)
    except BadYaml as error:
        raise BadMapping(str(error)) from None
    if not isinstance(said, dict):
        raise BadMapping(f"{file} must hold fields and their values.")
    try:
        return MappingFile.model_validate(said)
    except ValidationError as error:
        raise BadMapping(*dict.fromkeys(f"{file}: {_sentence(fault)}" for fault in error.errors(include_url=False))) from None


def shipped() -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in SHIPPED.glob("*.yaml")))


def find_mapping(name: str) -> Path:
    """Its file; raises BadMapping."""
    if name in shipped():
        return SHIPPED / f"{name}.yaml"
    if not Path(name).is_file():
        raise BadMapping(f"There is no mapping {name}: name a YAML file, or one of {', '.join(shipped())}.")
    return Path(name)


def _sentence(fault: Any) -> str:
    """`emit.0.fields.channel: must have …`; the union's own names within a path say nothing to a reader."""
    path = ".".join(str(step) for step in fault["loc"] if not _is_union_step(step)) or "the whole"
    demand = fault["msg"].removeprefix("Value error, ").rstrip(".")
    return f"{path}: {demand[:1].lower()}{demand[1:]}."


def _is_union_step(step: Any) -> bool:
    return isinstance(step, str) and ("[" in step or step == "Value")
