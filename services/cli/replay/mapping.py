"""A mapping: how the rows of somebody else's file become commands.  It is data, a YAML file; `mappings/README.md` shows one whole.

    mapping = load_mapping("nyc311")             # one that comes with Redress, or the path of a file; raises BadMapping

`source`           the system that the rows come from, as the commands' envelope names it
`source_ref`       what that system calls the complaint: a text with columns in braces, filled in every row
`format`           encoding (a byte order mark is welcome) and delimiter; gzip is recognised by itself
`zone`             the IANA zone of every date that has none of its own
`values`           texts with a name, to be used in braces like columns
`where`            which rows are meant; the others are counted
`emit`             the commands that each row becomes, in order: `command`, `when`, `fields`, `key`; `name` where one command comes twice

A field's value is a text (`1-{agency}`: columns and named values in braces; braces themselves are doubled), a number, true or false,
a list of values, or one of the forms of `mapping_forms.Value`.  A value that says nothing leaves its field out.  `complaint_id`, and the
`source_ref` of a SubmitComplaint, are filled by themselves.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Self, get_args

from pydantic import AfterValidator, BaseModel, ValidationError, model_validator

from contracts.catalogue import OWNERS
from contracts.intake import SubmitComplaint
from contracts.model import Command, Label, Part
from services.cli.errors import CommandError
from services.cli.replay.mapping_forms import AnyValue, Conditions, FieldValue, Format, Template, Value, Zone, in_braces
from services.platform.chassis.plain_yaml import BadYaml, read_yaml

SHIPPED = Path(__file__).parent / "mappings"


class BadMapping(CommandError):
    """`problems`: a sentence for each, naming the file and the field."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _command(name: str) -> str:
    if name not in COMMANDS:
        raise ValueError(f"must be one of {', '.join(COMMANDS)}, not {name!r}")
    return name


class Emit(Part):
    """One command that a row becomes."""

    command: Annotated[str, AfterValidator(_command)]
    """`routing.AcceptWork`: the service and the command."""
    name: Label | None = None
    """Tells this command of a row from another of the same class; goes into its id."""
    when: Conditions = {}
    fields: Mapping[str, FieldValue] = {}
    """Dotted for a part: `customer.country`."""
    key: Template | None = None
    """For intake: what is the same for one customer; its hash becomes the record's key.  None: the complaint."""

    @model_validator(mode="after")
    def _fits_the_command(self) -> Self:
        for path in self.fields:
            if not _has_field(self.model, path.split(".")):
                raise ValueError(f"{self.command} has no field {path}")
            if inner := [other for other in self.fields if other.startswith(f"{path}.")]:
                raise ValueError(f"must fill either {path} or {inner[0]}, not both")
        if self.key and self.service != "intake":
            raise ValueError("must have no key: only intake's commands may choose one")
        return self

    @property
    def service(self) -> str:
        return self.command.partition(".")[0]

    @property
    def model(self) -> type[Command]:
        return COMMANDS[self.command]

    @property
    def id_part(self) -> str:
        return self.name or self.command

    @property
    def columns(self) -> Iterator[str]:
        yield from self.when
        yield from in_braces(self.key or "")
        for value in self.fields.values():
            for one in value if isinstance(value, tuple) else (value,):
                for template in one.templates:
                    yield from in_braces(template)


def _not_empty(emits: tuple[Emit, ...]) -> tuple[Emit, ...]:
    """Asked only where each can be read: `min_length` would call a list empty for a mistake in its one command."""
    if not emits:
        raise ValueError("must have at least one command")
    return emits


class MappingFile(Part):
    """The whole file."""

    source: Label
    source_ref: Template
    format: Format = Format()
    zone: Zone | None = None
    values: Mapping[str, AnyValue] = {}
    where: Conditions = {}
    emit: Annotated[tuple[Emit, ...], AfterValidator(_not_empty)]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        for name, value in self.values.items():
            if value.date or value.number or value.constant is not None:
                raise ValueError(f"values.{name}: must be a text; dates and numbers belong to fields")
            if inner := set(self.values) & {column for template in value.templates for column in in_braces(template)}:
                raise ValueError(f"values.{name}: must be made of columns, and {', '.join(sorted(inner))} is another named value")
        if named := sorted(set(self.where) & set(self.values)):
            raise ValueError(f"where: must name columns, and {named[0]} is a named value")
        names = [emit.id_part for emit in self.emit]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"emit: {', '.join(twice)} comes twice: give each a name of its own")
        if not self.zone and any(value.date and not value.zone for emit in self.emit for value in _flat(emit)):
            raise ValueError("zone: is needed, since a date has none of its own")
        return self

    @cached_property
    def columns(self) -> frozenset[str]:
        """The columns that the file must have."""
        said = {*in_braces(self.source_ref), *self.where, *(column for emit in self.emit for column in emit.columns)}
        inner = {column for value in self.values.values() for template in value.templates for column in in_braces(template)}
        return frozenset((said | inner) - set(self.values))


COMMANDS: Mapping[str, type[Command]] = {
    f"{owner.name}.{command.__name__}": command for owner in OWNERS.values() for command in owner.words.COMMANDS
}
FILLED: Mapping[type[Command], str] = {SubmitComplaint: "source_ref"}
"""Which field of a command is filled from the row's `source_ref` itself; the others that have one get a `complaint_id`."""


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


def _flat(emit: Emit) -> Iterator[Value]:
    for value in emit.fields.values():
        yield from value if isinstance(value, tuple) else (value,)


def _has_field(model: type[BaseModel], path: list[str]) -> bool:
    name, *rest = path
    if name not in model.model_fields:
        return False
    inner = _part_of(model.model_fields[name].annotation)
    return not rest or (inner is not None and _has_field(inner, rest))


def _part_of(annotation: Any) -> type[BaseModel] | None:
    """The part that a field holds: `Customer`, or the `Product` of `Product | None`."""
    candidates = (annotation, *get_args(annotation))
    return next((kind for kind in candidates if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def _sentence(fault: Any) -> str:
    """`emit.0.fields.channel: must have …`; the union's own names within a path say nothing to a reader."""
    path = ".".join(str(step) for step in fault["loc"] if not _is_union_step(step)) or "the whole"
    demand = fault["msg"].removeprefix("Value error, ").rstrip(".")
    return f"{path}: {demand[:1].lower()}{demand[1:]}."


def _is_union_step(step: Any) -> bool:
    return isinstance(step, str) and ("[" in step or step == "Value")
