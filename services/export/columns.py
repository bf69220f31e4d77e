"""The columns of an event, by its model: one flat row, as reports and spreadsheets take it.

A part's fields stand beside the event's own, `classes.kind` as `classes_kind`; money is `<field>_minor` and `<field>_currency`; a list of
words or numbers is a list, a list of parts is JSON.  A field that an older event does not have has its default.
"""

from collections.abc import Iterator
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import AwareDatetime
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from contracts.model import Money, Part

Kind = Literal["text", "integer", "boolean", "instant", "texts", "integers", "instants", "json"]
_LISTS: dict[Kind, Kind] = {"text": "texts", "integer": "integers", "instant": "instants"}
_SCALARS: dict[Any, Kind] = {str: "text", bool: "boolean", int: "integer", AwareDatetime: "instant"}


class Column(NamedTuple):
    name: str
    path: tuple[str, ...]
    """Where in the JSON it stands."""
    kind: Kind
    is_told: bool
    """Whether every event tells it, or has a default for it; else a row may be without."""
    default: str | int | bool | None = None
    """Of an event that was written before there was such a field; a list's is none, which is an empty list."""


@cache
def columns(model: type[Part]) -> tuple[Column, ...]:
    """In the order of the model's fields."""
    return tuple(_of_part(model, (), is_told=True))


def _of_part(model: type[Part], path: tuple[str, ...], is_told: bool) -> Iterator[Column]:
    for name, field in model.model_fields.items():
        yield from _of_field((*path, name), field, is_told and not _may_be_none(field.annotation))


def _of_field(path: tuple[str, ...], field: FieldInfo, is_told: bool) -> Iterator[Column]:
    kind = plain(field.annotation)
    if kind is Money:
        yield Column("_".join((*path, "minor")), (*path, "amount_minor"), "integer", is_told)
        yield Column("_".join((*path, "currency")), (*path, "currency"), "text", is_told)
    elif isinstance(kind, type) and issubclass(kind, Part):
        yield from _of_part(kind, path, is_told)
    else:
        yield Column("_".join(path), path, _kind(kind), is_told, _default(field) if is_told else None)


def _kind(annotation: Any) -> Kind:
    """Raises KeyError for a kind of field that no event has had so far."""
    if get_origin(annotation) is Literal:
        return "text"
    if get_origin(annotation) is tuple:
        of = plain(get_args(annotation)[0])
        return "json" if isinstance(of, type) and issubclass(of, Part) else _LISTS[_kind(of)]
    return _SCALARS[annotation]


def _default(field: FieldInfo) -> str | int | bool | None:
    return field.default if field.default is not PydanticUndefined and isinstance(field.default, str | int | bool) else None


def plain(annotation: Any) -> Any:
    """Without what bounds it, and without None."""
    while get_origin(annotation) in (Annotated, Union, UnionType):
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        else:
            (annotation,) = (each for each in get_args(annotation) if each is not NoneType)
    return annotation


def _may_be_none(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, UnionType) and NoneType in get_args(annotation)
