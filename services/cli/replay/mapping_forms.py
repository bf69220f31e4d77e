"""The forms that a value of a mapping can have: what a field is filled with, and under which conditions."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from contracts.model import Part

COUNTING = frozenset({"count", "count_from"})
PLAIN = b'\n\r,"~+-\x0e\x0f\x1b'
"""What a table is made of, and what begins another alphabet in hz, utf-7 and ISO 2022."""
ONE, MANY = "[one]", "[many]"
UNIX = {"unix": 1000, "unix_ms": 1}
"""Dates that count from 1970: so many milliseconds for each."""
BARE_DATES = frozenset({"iso8601", *UNIX})
"""Dates that need no format."""
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
    """One in which these characters always mean themselves, and a bad byte spoils no more than its line."""
    try:
        fits = PLAIN.decode(name) == PLAIN.decode("ascii") and PLAIN.decode("ascii").encode(name) == PLAIN
        b"\\x \x80 \xff".decode(name, "surrogateescape")
    except (LookupError, ValueError):
        fits = False
    if not fits:
        raise ValueError(f"must be an encoding that extends ASCII, like utf-8, gb18030 or cp1252, not {name!r}")
    return name


def _date(format: str) -> str:
    """Tried on a day of which all is known, so that no row has to find out.  `%Z` reads abbreviations, and forgets them."""
    if format in BARE_DATES:
        return format
    if "%Z" in format:
        raise ValueError("must have no %Z: abbreviations of zones name several; say the zone, or read offsets by %z")
    try:
        datetime.strptime(datetime(2026, 11, 22, 21, 43, 54, tzinfo=UTC).strftime(format), format)
    except (ValueError, re.error):
        raise ValueError(f"must be a format that dates can be read by, like '%Y-%m-%d %H:%M', each part once, not {format!r}") from None
    return format


def _plain(said: Any) -> Any:
    if not isinstance(said, str | bool | int | None):
        raise ValueError("must be a text, a whole number, true or false")
    return said


def _form(said: Any) -> str:
    """Which form was meant, so that only that one's faults are told."""
    return MANY if isinstance(said, list | tuple) else ONE


def _condition_form(said: Any) -> str:
    return ONE if isinstance(said, str) else MANY


Template = Annotated[str, Field(min_length=1), AfterValidator(_template)]
Zone = Annotated[str, AfterValidator(_zone)]
Constant = Annotated[str | bool | int, BeforeValidator(_plain)]


Condition = Annotated[
    Annotated[Literal["present", "absent"], Tag(ONE)] | Annotated[tuple[str, ...], Tag(MANY)], Discriminator(_condition_form)
]
Conditions = Mapping[str, Condition]
"""Column → whether it says something, or which texts it may have; all must hold."""


class Format(Part):
    """How the file is written: comma-separated values with quotation marks where needed, the first line names the columns."""

    encoding: Annotated[str, AfterValidator(_encoding)] = "utf-8"
    delimiter: Annotated[str, Field(min_length=1, max_length=1, pattern=r'^[^"\r\n]$')] = ","


class Number(Part):
    """`1,234.50` with `minor_digits: 2` is 123450: money in minor units.  Without, it is a whole number."""

    thousands: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    decimal: Annotated[str, Field(min_length=1, max_length=1)] = "."
    minor_digits: Annotated[int, Field(ge=0, le=4)] = 0

    @model_validator(mode="after")
    def _signs_can_be_told_apart(self) -> Self:
        signs = self.decimal + (self.thousands or "")
        if len(set(signs)) < len(signs) or any(sign.isdigit() or sign == "-" for sign in signs):
            raise ValueError("must have signs for decimal and thousands that differ, and are neither digits nor a minus")
        return self


class Ambiguous(Part):
    """When a date of the file may mean another instant: then its field is left out, and the row is sent and listed."""

    day_at_most: Annotated[int, Field(ge=0, le=31)] = 0
    """Days up to this one may have been swapped with the month."""
    twice: Literal["earlier", "later"] | None = None
    """Which of two instants is meant by a local time that comes twice when clocks go back; None: nobody knows."""


def _short_form(said: Any) -> Any:
    """A bare text, number or truth value is the shortest way to say a value."""
    if isinstance(said, str):
        return {"text": said}
    return {"constant": said} if isinstance(said, bool | int) else said


class Value(Part):
    """What a field is filled with.

    One of `text`, `join` (the texts that say something, on one line, with `between`), `constant` or, of a named value, `before` or
    `count`; then, in this order, `empty` (texts that mean nothing is said), `case`, and at most one of `lookup` (with a `default` for
    what it does not have, nothing said included; without one a row that says something else cannot be read), `date` (with `zone` and
    `ambiguous`) and `number`.
    """

    text: Template | None = None
    join: tuple[Template, ...] = ()
    between: str = ", "
    constant: bool | int | None = None
    before: Annotated[str, Field(min_length=1)] | None = None
    """What this column or named value last said in an earlier row of the complaint."""
    count: Conditions = {}
    """How often this has come to hold in the complaint's rows so far; of rows in a row the first counts."""
    count_from: int = 0
    empty: tuple[str, ...] = ()
    case: Literal["lower", "upper", "code"] | None = None
    """`code`: lower case, and a hyphen for whatever a code cannot hold: `Group 7` becomes `group-7`."""
    lookup: Mapping[str, Constant] | None = None
    default: Constant | None = None
    date: Annotated[str, AfterValidator(_date)] | None = None
    """As Python's strptime has it, `%m/%d/%y %H:%M`; or one of BARE_DATES."""
    zone: Zone | None = None
    """None: the mapping's."""
    ambiguous: Ambiguous | None = None
    number: Number | None = None
    given: Template | None = None
    """The field is left out where this text is empty: a currency without its amount says nothing."""
    numbered: bool = False
    """A text that comes again in the complaint's rows after another one has a number: `1-a`, `1-b`, `1-a.2`, as routing names works."""

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if sum((self.text is not None, bool(self.join), self.constant is not None, self.before is not None, bool(self.count))) != 1:
            raise ValueError("must have one of text, join and constant; of a named value also before or count")
        if self.model_fields_set & COUNTING and (not self.count or self.model_fields_set - COUNTING):
            raise ValueError("must have nothing beside count, but where it counts from (count_from)")
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

    @property
    def is_in_course(self) -> bool:
        """Whether it depends on the complaint's other rows."""
        return self.before is not None or bool(self.count) or self.numbered

    @property
    def filled_by(self) -> frozenset[str]:
        """The columns and named values that it is made of in a row."""
        return frozenset(name for template in self.templates for name in in_braces(template)) | set(self.count)

    @property
    def columns(self) -> frozenset[str]:
        """Named values among them."""
        return self.filled_by | ({self.before} if self.before else frozenset())


AnyValue = Annotated[Value, BeforeValidator(_short_form)]
FieldValue = Annotated[Annotated[AnyValue, Tag(ONE)] | Annotated[tuple[AnyValue, ...], Tag(MANY)], Discriminator(_form)]
