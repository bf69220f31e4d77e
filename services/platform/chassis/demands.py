"""What a field of a policy demands, in words: pydantic finds the fault, people read the sentence."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter

from contracts import model

Fault = Mapping[str, Any]
"""As pydantic tells it: type, loc, msg, input, ctx."""


def _pattern(form: Any) -> Any:
    return TypeAdapter(form).json_schema().get("pattern")


_FORMS = {
    _pattern(model.Code): "must be a word of small letters, digits, `_`, `.` and `-`, at most 64 long",
    _pattern(model.Label): "must be one line without signs that cannot be printed",
    _pattern(model.Language): "must be a language like zh, en or zh-Hant",
    _pattern(model.Country): "must be a country's two capitals, like CN",
    _pattern(model.Currency): "must be a currency's three capitals, like CNY",
}
_OTHER_FORM = "is not of the form that such a word has: small letters, digits, `_`, `.` and `-`"

_PARTS: Mapping[str, str] = {"Target": "give a span like 8h or 3 business days, not {said}"}
"""In a form of their own: fields by name would be understood too, but nobody writes them."""

_TYPES: Mapping[str, str] = {
    "string_type": "must be a text, not {said}: put it in quotes",
    "int_type": "must be a whole number, not {said}",
    "int_from_float": "must be a whole number, not {said}",
    "int_parsing": "must be a whole number, not {said}",
    "float_type": "must be a number, not {said}",
    "bool_parsing": "must be true or false, not {said}",
    "bool_type": "must be true or false, not {said}",
    "greater_than_equal": "must be at least {ge}, not {said}",
    "less_than_equal": "must be at most {le}, not {said}",
    "greater_than": "must be more than {gt}, not {said}",
    "less_than": "must be less than {lt}, not {said}",
    "tuple_type": "must be a list, not {said}",
    "list_type": "must be a list, not {said}",
    "set_type": "must be a list, not {said}",
    "frozen_set_type": "must be a list, not {said}",
    "dict_type": "must hold names and what belongs to each, not {said}",
    "mapping_type": "must hold names and what belongs to each, not {said}",
    "model_type": "must hold fields and their values, not {said}",
    "model_attributes_type": "must hold fields and their values, not {said}",
    "string_too_long": "is longer than {max_length} signs",
    "too_long": "has more than {max_length} entries: {actual_length}",
    "literal_error": "must be {expected}, not {said}",
    "misplaced_truth": "must be a number, not {said}",
    "missing": "is missing",
}


def demand(fault: Fault, policy: type[BaseModel]) -> str:
    """Half a sentence that goes on from the field's name."""
    match fault["type"]:
        case "extra_forbidden":
            return _no_such_field(fault["loc"], policy)
        case "string_pattern_mismatch":
            return _FORMS.get(fault["ctx"]["pattern"], _OTHER_FORM)
        case "model_type" if fault["ctx"]["class_name"] in _PARTS:
            return _PARTS[fault["ctx"]["class_name"]].format(said=_said(fault["input"]))
        case "string_too_short" | "too_short" if fault["ctx"]["min_length"] == 1:
            return "must not be empty"
        case "too_short" | "missing_argument" | "unexpected_positional_argument":
            return "has too few entries"
        case kind if kind in _TYPES:
            return _TYPES[kind].format_map({"said": _said(fault["input"]), **_plainly(fault.get("ctx", {}))})
    told = str(fault["msg"]).removeprefix("Value error, ").rstrip(".")
    return f"{told[:1].lower()}{told[1:]}"


def truths(said: Any, form: Any, place: tuple[Any, ...] = ()) -> Iterator[Fault]:
    """Where `true` or `false` stands and something else is meant, which pydantic would take for 1 or 0."""
    match said:
        case bool() if bare(form) is not bool:
            yield {"type": "misplaced_truth", "loc": place, "input": said, "ctx": {}}
        case dict():
            for name, each in said.items():
                yield from truths(each, within(bare(form), name), (*place, name))
        case list():
            for n, each in enumerate(said):
                yield from truths(each, within(bare(form), n), (*place, n))


def suggested(word: str, known: Sequence[str]) -> str:
    """What was meant, or else what there is."""
    if near := get_close_matches(word, known, n=1):
        return f"perhaps {near[0]} is meant"
    return f"there is {', '.join(known) or 'none'}"


def _no_such_field(place: Sequence[Any], policy: type[BaseModel]) -> str:
    return f"there is no such field; {suggested(str(place[-1]), list(_fields(policy, place[:-1])))}"


def _fields(form: Any, place: Sequence[Any]) -> Iterator[str]:
    """The names of the fields at a place of a model."""
    for step in place:
        form = within(bare(form), step)
    model = bare(form)
    return iter(model.model_fields if isinstance(model, type) and issubclass(model, BaseModel) else ())


def within(form: Any, step: Any) -> Any:
    if isinstance(form, type) and issubclass(form, BaseModel):
        return form.model_fields[step].annotation if step in form.model_fields else None
    inner: tuple[Any, ...] = get_args(form)
    return (inner[1] if isinstance(get_origin(form), type) and issubclass(get_origin(form), Mapping) else inner[0]) if inner else None


def bare(form: Any) -> Any:
    """Without its bounds, and without `or nothing`."""
    while get_origin(form) in (Annotated, Union, UnionType):
        form = next(inner for inner in get_args(form) if inner is not type(None))
    return form


def _plainly(context: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.replace("'", "") if isinstance(value, str) else value for name, value in context.items()}


_KINDS: Sequence[tuple[type, Callable[[Any], str]]] = (
    (bool, lambda said: str(said).lower()),
    (dict, lambda said: "names with values"),
    (list, lambda said: "a list"),
    (str, lambda said: f"{said[:40]!r}"),
)


def _said(value: Any) -> str:
    """What was written, as it was written."""
    return "nothing" if value is None else next((tell(value) for kind, tell in _KINDS if isinstance(value, kind)), str(value))
