"""Hypothesis strategies: what a message's JSON Schema allows, and records that are nearly good."""

import re
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from hypothesis import strategies as st

from contracts.model import EARLIEST, LATEST, write_instant

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=8,
)
instants = st.datetimes(EARLIEST.replace(tzinfo=None), LATEST.replace(tzinfo=None), timezones=st.just(UTC)).filter(lambda at: at < LATEST)


def allowed(node: Mapping[str, Any], root: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Values that the schema allows; optional fields are sometimes left out."""
    match node:
        case {"$ref": reference}:
            return allowed(root["$defs"][reference.rpartition("/")[2]], root)
        case {"const": value}:
            return st.just(value)
        case {"enum": values}:
            return st.sampled_from(values)
        case {"anyOf": nodes} | {"oneOf": nodes}:
            return st.one_of(*(allowed(each, root) for each in nodes))
        case {"type": "object", "properties": fields}:
            required = node.get("required", [])
            made = {name: allowed(field, root) for name, field in fields.items()}
            always = {name: each for name, each in made.items() if name in required}
            return st.fixed_dictionaries(always, optional={name: each for name, each in made.items() if name not in required})
        case {"type": "array", "items": item}:
            least = node.get("minItems", 0)
            return st.lists(allowed(item, root), min_size=least, max_size=max(least, min(node.get("maxItems", 3), 3))).map(list)
        case {"type": "integer"}:
            return st.integers(node.get("minimum", -(2**53)), node.get("maximum", 2**53))
        case {"type": "boolean"}:
            return st.booleans()
        case {"type": "null"}:
            return st.none()
        case {"type": "string"}:
            return _texts(node)
    raise AssertionError(f"no strategy for {node}")


def _texts(node: Mapping[str, Any]) -> st.SearchStrategy[str]:
    if node.get("format") == "date-time":
        return instants.map(write_instant)
    pattern, least, most = node.get("pattern"), node.get("minLength", 0), node.get("maxLength")
    if pattern is None or pattern.startswith("^[^"):
        return st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=least, max_size=min(most or 50, 50))
    whole = pattern.replace("$|", r"\Z|").removesuffix("$") + r"\Z"
    return st.from_regex(re.compile(whole, re.ASCII)).filter(lambda text: least <= len(text) <= (most or len(text)))


def within(value: Any, unknown: dict[str, Any]) -> Any:
    """The value with unknown fields in each of its objects."""
    if isinstance(value, list):
        return [within(each, unknown) for each in value]
    return {**unknown, **{name: within(each, unknown) for name, each in value.items()}} if isinstance(value, dict) else value
