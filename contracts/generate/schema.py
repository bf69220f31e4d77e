"""The JSON Schema (2020-12) of a message type: the flat record, envelope and message in one, open for fields not known yet."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from contracts.catalogue import Owner
from contracts.envelope import CommandHead, EventHead
from contracts.generate.words import Word
from contracts.model import Command

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TYPE = {"description": "Names the message and this schema."}


@cache
def schema(word: Word) -> Schema:
    """To be read only: the next caller gets the same object."""
    head = (CommandHead if issubclass(word.model, Command) else EventHead).model_json_schema()
    body = word.model.model_json_schema()
    merged = {
        "$schema": DIALECT,
        "$id": f"urn:redress:{word.name}",
        "title": word.model.__name__,
        "description": " ".join((word.model.__doc__ or "").split()),
        "type": "object",
        "properties": {"type": {"const": word.name, **_TYPE}} | head["properties"] | body.get("properties", {}),
        "required": ["type", *head["required"], *body.get("required", [])],
    }
    if definitions := head.get("$defs", {}) | body.get("$defs", {}):
        merged["$defs"] = definitions
    return {name: value if name == "title" else _opened(value, name in ("properties", "$defs")) for name, value in merged.items()}


def dossier_schema(owner: Owner) -> Schema:
    """Of what a service keeps on its compacted topic about one complaint."""
    told = owner.words.DOSSIER.model_json_schema()
    rest = {name: _opened(value, name in ("properties", "$defs")) for name, value in told.items() if not _says_nothing(name, value)}
    return {"$schema": DIALECT, "$id": f"urn:redress:{owner.name}.dossier.v1", "title": f"{owner.name}'s dossier"} | rest


def _opened(node: Any, is_names: bool = False) -> Any:
    """Without what holds only for writing (closed objects), without titles that repeat a field's name, and without defaults of null.

    `is_names`: the keys are fields' or definitions' names, not JSON Schema's own words.
    """
    if isinstance(node, list):
        return [_opened(each) for each in node]
    if not isinstance(node, Mapping):
        return node
    kept = {name: value for name, value in node.items() if is_names or not _says_nothing(name, value)}
    return {name: _opened(value, not is_names and name in ("properties", "$defs")) for name, value in kept.items()}


def _says_nothing(name: str, value: Any) -> bool:
    return name == "title" or (name == "additionalProperties" and value is False) or (name == "default" and value is None)
