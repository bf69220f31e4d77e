"""States are read back as what they are: our own words, written from a model that was whole.

A row is read at every turn, and to have pydantic test each word of it against its pattern once more takes a quarter longer, and leaves more
to the collector.  What is still looked at is the shape: each field that must be there, and none that nobody knows.  What has another
shape, or fields of a kind that is not known here, pydantic reads as ever, with its own error.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel
from pydantic_core import from_json

M = TypeVar("M", bound=BaseModel)
Back = Callable[[Any], Any]
"""What was written → the value."""


class _Unlike(Exception):
    """Nothing for us."""


def restored(model: type[M], text: str) -> M:
    """As `model_validate_json` reads what `to_json` wrote of a valid one, with or without the fields that have their defaults."""
    if (back := reader(model)) is None:
        return model.model_validate_json(text)
    try:
        found: M = back(from_json(text))
        return found
    except (_Unlike, TypeError, ValueError, AttributeError):
        return model.model_validate_json(text)


@cache
def reader(model: type[BaseModel]) -> Back | None:
    """None for a model that pydantic alone can read."""
    try:
        return _model(model)
    except _Unlike:
        return None


@cache
def _model(model: type[BaseModel]) -> Back:
    fields, told_by = model.model_fields, model.__pydantic_decorators__
    makes_more = model.__private_attributes__ or model.__pydantic_post_init__ or told_by.field_serializers or told_by.model_serializers
    if makes_more or any(field.alias or field.default_factory for field in fields.values()):
        raise _Unlike
    blank = {name: field.default for name, field in fields.items()}
    needed = frozenset(name for name, field in fields.items() if field.is_required())
    backs = [(name, back) for name, field in fields.items() if (back := _back(_less_none(field.annotation)))]
    put = object.__setattr__                                 # the model is frozen; as pydantic's own `model_construct` does

    def read(told: dict[str, Any]) -> BaseModel:
        held = blank | told
        if len(held) != len(blank) or not needed <= told.keys():
            raise _Unlike
        for name, back in backs:
            if (each := told.get(name)) is not None:
                held[name] = back(each)
        new = object.__new__(model)
        put(new, "__dict__", held)
        put(new, "__pydantic_fields_set__", set(told))
        put(new, "__pydantic_extra__", None)
        put(new, "__pydantic_private__", None)
        return new

    return read


def _back(kind: Any) -> Back | None:
    """None where what is written is the value."""
    origin, inner = get_origin(kind), get_args(kind)
    if kind in (str, int, bool) or origin is Literal:
        return None
    if kind is AwareDatetime:
        return datetime.fromisoformat
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _model(kind)
    if origin is tuple:
        return _row(inner)
    if origin is Mapping:
        return _map(inner[1])
    if hasattr(kind, "__metadata__"):
        return _back(kind.__origin__)
    raise _Unlike


def _less_none(kind: Any) -> Any:
    """The other one of `kind | None`."""
    inner = get_args(kind)
    is_optional = get_origin(kind) in (Union, UnionType) and len(inner) == 2 and NoneType in inner
    return next(each for each in inner if each is not NoneType) if is_optional else kind


def _row(kinds: tuple[Any, ...]) -> Back:
    if kinds[-1] is not Ellipsis:
        if any(_back(kind) for kind in kinds):
            raise _Unlike
        return tuple
    back = _back(kinds[0])
    return (lambda told: tuple(map(back, told))) if back else tuple


def _map(kind: Any) -> Back | None:
    back = _back(kind)
    return back and (lambda told: {name: back(each) for name, each in told.items()})
