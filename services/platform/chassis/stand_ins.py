"""What could stand in the place of a faulty value, so that the rest can be looked at: values that its form admits.

No two of a field's are alike in what follows from them, as far as its form allows: what is a fault with one and none with another was the
stand-in's own, and not the file's.
"""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from services.platform.chassis.demands import bare

MOST = 8
"""As many are tried; no choice in a policy has more words."""
_PLAIN = (1, 4, 3660, 1_000_000, "9999h", "1 business day", "1 week", "x", "y", "zh", "en", "CNY", "EUR")
"""Spans first: a word admits them too, and a target only them."""


@cache
def stand_ins(model: type[BaseModel], name: str) -> tuple[Any, ...]:
    """For this field; none where nothing simple would do."""
    field = model.model_fields[name]
    return _of(Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation)


def _of(form: Any) -> tuple[Any, ...]:
    known = TypeAdapter(form)
    plain = tuple(value for value in _PLAIN if _is_one(value, known))
    return (plain or tuple(value for value in _composed(bare(form)) if _is_one(value, known)))[:MOST]


def _composed(form: Any) -> list[Any]:
    """A choice's words; else one of each part."""
    inner = get_args(form)
    if get_origin(form) is Literal:
        return list(inner)
    if isinstance(form, type) and issubclass(form, BaseModel):
        needed = {name: stand_ins(form, name) for name, field in form.model_fields.items() if field.is_required()}
        return [{name: values[n % len(values)] for name, values in needed.items()} for n in range(MOST)] if all(needed.values()) else []
    if isinstance(get_origin(form), type) and issubclass(get_origin(form), Mapping):
        names, values = _of(inner[0]), _of(inner[1])
        return [{name: values[n % len(values)]} for n, name in enumerate(names)] if values else []
    return [[value] for value in _of(inner[0])] if inner else []


def _is_one(value: Any, form: TypeAdapter[Any]) -> bool:
    try:
        form.validate_python(value)
    except ValidationError:
        return False
    return True
