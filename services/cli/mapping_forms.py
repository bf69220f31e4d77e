"""The forms that a value of a mapping can have: what a field is filled with, and under which conditions."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from contracts.model import Part

IN_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]+)\}")


def in_braces(template: str) -> tuple[str, ...]:
    """The columns and named values of a text."""
    return tuple(found[1] for found in IN_BRACES.finditer(template) if found[1])


def _template(text: str) -> str:
    if set("{}") & set(IN_BRACES.sub("", text)):
        raise ValueError(f"must have both braces around each column, and braces themselves doubled: {text!r}")
    return text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        raise ValueError(f"must be a zone of the IANA database, like Asia/Shanghai, not {name!r}") from None
    return name


def _encoding(name: str) -> str:
    try:
        fits = '\n\r,"'.encode(name) == b'\n\r,"'
    except LookupError:
        fits = False
    if not fits:
        raise ValueError(f"must be an encoding that extends ASCII, like utf-8, gb18030 or cp1252, not {name!r}")
    return name


Template = Annotated[str, Field(min_length=1), AfterValidator(_template)]
Zone = Annotated[str, AfterValidator(_zone)]


class Format(Part):
    """How the file is written: comma-separated values with quotation marks where needed, the first line names the columns."""

    encoding: Annotated[str, AfterValidator(_encoding)] = "utf-8"
    delimiter: Annotated[str, Field(min_length=1, max_length=1, pattern=r'^[^"\r\n]$')] = ","


class Number(Part):
    """`1,234.50` with `minor_digits: 2` is 123450: money in minor units.  Without, it is a whole number."""

    thousands: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    decimal: Annotated[str, Field(min_length=1, max_length=1)] = "."
    minor_digits: Annotated[int, Field(ge=0, le=4)] = 0


class Ambiguous(Part):
    """When a date of the file may mean another day: then its field is left out, and the row is sent and listed."""

    day_at_most: Annotated[int, Field(ge=1, le=31)]
    """Days up to this one may have been swapped with the month."""


def _short_form(said: Any) -> Any:
    """A bare text, number or truth value is the shortest way to say a value."""
    if isinstance(said, str):
        return {"text": said}
    return {"constant": said} if isinstance(said, bool | int) else said


class Value(Part):
    """What a field is filled with.

    One of `text`, `join` (the texts that say something, on one line, with `between`), or `constant`; then, in this order, `empty`
    (texts that mean nothing is said), `case`, and at most one of `lookup` (with a `default` for what it does not have, nothing said
    included; without one a row that says something else cannot be read), `date` (with `zone` and `ambiguous`) and `number`.
    """

    text: Template | None = None
    join: tuple[Template, ...] = ()
    between: str = ", "
    constant: bool | int | None = None
    empty: tuple[str, ...] = ()
    case: Literal["lower", "upper"] | None = None
    lookup: Mapping[str, str | bool | int] | None = None
    default: str | bool | int | None = None
    date: str | None = None
    """As Python's strptime has it: `%m/%d/%y %H:%M`."""
    zone: Zone | None = None
    """None: the mapping's."""
    ambiguous: Ambiguous | None = None
    number: Number | None = None
    given: Template | None = None
    """The field is left out where this text is empty: a currency without its amount says nothing."""

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if sum((self.text is not None, bool(self.join), self.constant is not None)) != 1:
            raise ValueError("must have one of text, join and constant")
        if sum(part is not None for part in (self.lookup, self.date, self.number)) > 1:
            raise ValueError("must have at most one of lookup, date and number")
        if "default" in self.model_fields_set and self.lookup is None:
            raise ValueError("must have a lookup for its default")
        if self.date is None and (self.zone or self.ambiguous):
            raise ValueError("must have a date for its zone or ambiguous")
        return self

    @property
    def templates(self) -> tuple[str, ...]:
        return tuple(text for text in (*self.join, self.text, self.given) if text is not None)


AnyValue = Annotated[Value, BeforeValidator(_short_form)]
FieldValue = AnyValue | tuple[AnyValue, ...]
Condition = Literal["present", "absent"] | tuple[str, ...]
Conditions = Mapping[str, Condition]
"""Column → whether it says something, or which texts it may have; all must hold."""
