"""One command that a row becomes."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Self, get_args

from pydantic import AfterValidator, BaseModel, model_validator

from contracts.catalogue import OWNERS
from contracts.intake import SubmitComplaint
from contracts.model import Command, Label, Part
from services.cli.replay.mapping_forms import AnyValue, Conditions, FieldValue, Template, Value, in_braces

COMMANDS: Mapping[str, type[Command]] = {
    f"{owner.name}.{command.__name__}": command for owner in OWNERS.values() for command in owner.words.COMMANDS
}
FILLED: Mapping[type[Command], str] = {SubmitComplaint: "source_ref"}
"""Which field of a command is filled from the row's `source_ref` itself; the others that have one get a `complaint_id`."""


def _command(name: str) -> str:
    if name not in COMMANDS:
        raise ValueError(f"must be one of {', '.join(COMMANDS)}, not {name!r}")
    return name


def _instant(value: Value) -> Value:
    if value.date is None:
        raise ValueError("must have a date")
    return value


At = Annotated[AnyValue, AfterValidator(_instant)]
"""When a command came, in the file's world: a backtest goes by it, a live replay by the log's clock."""


class Emit(Part):
    """One command that a row becomes."""

    command: Annotated[str, AfterValidator(_command)]
    """`routing.AcceptWork`: the service and the command."""
    name: Label | None = None
    """Tells this command of a row from another of the same class; goes into its id."""
    when: Conditions = {}
    changed: tuple[str, ...] = ()
    """Columns and named values of which one must say something else than it last did of this complaint."""
    once: Template | None = None
    """Sent only where this says what it never said of this complaint before; names the command in place of `row_id`."""
    at: At | None = None
    """None: the mapping's, or else that of the command before it in the row."""
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
    def values(self) -> Iterator[tuple[str, Value]]:
        """Every value, with where it stands."""
        for path, value in self.fields.items():
            yield from ((f"fields.{path}", one) for one in (value if isinstance(value, tuple) else (value,)))
        if self.at:
            yield "at", self.at

    @property
    def columns(self) -> Iterator[str]:
        """Named values among them."""
        yield from self.when
        yield from self.changed
        for template in (self.key, self.once):
            yield from in_braces(template or "")
        for _, value in self.values:
            yield from value.columns


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
