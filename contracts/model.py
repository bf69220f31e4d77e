"""The building blocks of every message: bounded strings, instants, codes, money, and the two kinds of message.

Models are frozen, closed for what we write (a misspelt field is an error) and open for what we read (unknown fields are ignored,
see `wire`).  Codes that policies extend are pattern-checked strings, not enums.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Annotated, Any, ClassVar, ParamSpec, Self, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer, StringConstraints, WithJsonSchema

FIRST_YEAR, LAST_YEAR = 2000, 2099
EARLIEST, LATEST = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC), datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)


def cut(instant: datetime) -> datetime:
    """The instant in UTC, cut to milliseconds: the precision of Kafka's append times and of MongoDB's dates."""
    if instant.microsecond % 1000:
        instant = instant.replace(microsecond=instant.microsecond // 1000 * 1000)
    return instant if instant.tzinfo is UTC else instant.astimezone(UTC)


@lru_cache(maxsize=4096)
def write_instant(instant: datetime) -> str:
    """`2026-03-01T09:30:00.250Z`: UTC, always three decimals, so that equal instants are equal bytes."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Instant = Annotated[
    AwareDatetime,
    Field(ge=EARLIEST, lt=LATEST),
    AfterValidator(cut),
    PlainSerializer(write_instant, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""A point in time with a zone, 2000-2100; kept in UTC and milliseconds."""

_UUID = r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
_TURNING = r"\u202a-\u202e\u2066-\u2069"
"""What turns the reading order, so that a reader sees other words than are written."""
_NO_CONTROL = rf"^[^\x00-\x1f\x7f-\x9f\u2028\u2029{_TURNING}]*$"
_TEXT = rf"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f{_TURNING}]*$"
"""Line breaks and tabs are welcome in a narrative, and so is what a misread encoding leaves (U+0080 to U+009F): real ones hold both."""

ComplaintId = Annotated[str, StringConstraints(pattern=_UUID, to_lower=True)]
MessageId = Annotated[str, StringConstraints(pattern=_UUID, to_lower=True)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
"""A word of a policy's vocabulary: kind, class, cause, reason, outcome, remedy, department, channel."""
Label = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_NO_CONTROL)]
"""One line as another system names it: a reference, an order number, a place, a descriptor."""
Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=_TEXT)]
"""Free text.  Only in commands and dossiers, never on an event."""
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_-]{0,63}$")]
"""A key of a free map: no `$`, no dots."""
Zone = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_+/-]{0,63}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Region = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=_NO_CONTROL)]
Minor = Annotated[int, Field(ge=0, le=10**15)]
"""Money in minor units (cents, fen)."""
Seconds = Annotated[int, Field(ge=0, le=10**10)]
Score = Annotated[int, Field(ge=1, le=5)]


def _in_order(attributes: Mapping[str, str]) -> Mapping[str, str]:
    return dict(sorted(attributes.items()))


Attributes = Annotated[Mapping[Name, Label], Field(max_length=50), AfterValidator(_in_order)]
"""A free map; kept in the order of its keys, so that equal facts are equal bytes."""


class Part(BaseModel):
    """A frozen piece of a message or of a state."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """As pydantic's own, in a third of the time: each decision is made of such copies.  What counts as set is as before."""
        if deep:
            return super().model_copy(update=update, deep=True)
        return _filled(type(self), {**self.__dict__, **(update or {})}, self.__pydantic_fields_set__)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled as what it says, not by which of it was set: what comes back shares with its like what all of them have alike."""
        return _restored, (type(self), self.__dict__)


P = ParamSpec("P")
T = TypeVar("T", bound=Part)


def made(kind: Callable[P, T], /, *none: P.args, **fields: P.kwargs) -> T:
    """A part of this kind from values that are as its fields ask, in a fifth of the time: nothing is checked or converted.

    For what a decision puts together of parts that were checked when they were read, and of its own arithmetic.  All tests of decisions
    hold what is made so against what pydantic would have made (tests/core/conftest.py).
    """
    new: T = _made(kind, fields)
    return new


def _made(kind: Any, fields: dict[str, Any]) -> Any:
    defaults, names = _fields_of(kind)
    return _filled(kind, defaults | fields, names)


def _restored(kind: type[T], fields: dict[str, Any]) -> T:
    return _filled(kind, fields, _fields_of(kind)[1])


@cache
def _fields_of(kind: type[Part]) -> tuple[dict[str, Any], set[str]]:
    """All fields with their defaults, in order; and their names."""
    fields = kind.model_fields
    return {name: field.get_default(call_default_factory=True, validated_data={}) for name, field in fields.items()}, set(fields)


_slots = BaseModel.__dict__
_fill, _note_set, _note_extra, _note_private = (
    _slots[name].__set__ for name in ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
)
"""Past what freezes a model."""


def _filled(kind: type[T], fields: dict[str, Any], names: set[str]) -> T:
    new = object.__new__(kind)
    _fill(new, fields)
    _note_set(new, names)
    _note_extra(new, None)
    _note_private(new, None)
    return new


class Message(Part):
    """What one record says, less its envelope.  `VERSION` is the number in its type's name."""

    VERSION: ClassVar[int] = 1
    KEY: ClassVar[str] = "complaint_id"
    """The field that is the record's key."""

    @property
    def key(self) -> str | None:
        """The record's key: the id of the complaint that it is about, for all but customers' matters."""
        found: str | None = getattr(self, self.KEY, None)
        return found


class Command(Message):
    """Asks (imperative).  From outside, by anyone with the right."""


class Event(Message):
    """Tells (past tense).  Only the owning service says it."""


class Staff(Part):
    """Who did it: an opaque staff key, never a name."""

    staff: Code
    role: Code
    department: Code | None = None


class Money(Part):
    amount_minor: Minor
    currency: Currency


_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@cache
def type_name(service: str, message: type[Message]) -> str:
    """`routing.complaint_routed.v1` for routing's `ComplaintRouted`."""
    return f"{service}.{_CAMEL.sub('_', message.__name__).lower()}.v{message.VERSION}"
