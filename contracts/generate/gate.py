"""The gate: what may not change once it is released.  Pure, but for `against_releases`, which reads the released files.

Additive only: an optional field or a type may be added.  Nothing may be removed, renamed, retyped or tightened; and an event may not become
vaguer either (a field that was always there, a closed list of words), since its readers rely on it.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from contracts.catalogue import TOPICS, vocabulary
from contracts.wire import Unreadable, read

Schema = Mapping[str, Any]

AT_LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
AT_MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
EXACT = ("pattern", "format", "multipleOf", "uniqueItems")


class Field(NamedTuple):
    """What a schema asks of one field, whichever way it is spelt (`$ref`, `anyOf`)."""

    types: frozenset[str]
    is_required: bool
    words: frozenset[str] | None
    """The closed list of its values, None if open."""
    limits: Mapping[str, Any]


def against_releases(released: Path, current: Mapping[str, Schema]) -> list[str]:
    """Each breaking change since each release, in a sentence."""
    return [f"Since release {version.name}: {fault}" for version in _directories(released) for fault in _since(version, current)]


def _since(version: Path, current: Mapping[str, Schema]) -> Iterator[str]:
    yield from breaking(_json_files(version), current)
    for name, example in _json_files(version / "examples").items():
        if name in current and (fault := unreadable(name, example)):
            yield fault


def breaking(old: Mapping[str, Schema], new: Mapping[str, Schema]) -> list[str]:
    """Each change from the old schemas (by type name) to the new ones that somebody would notice."""
    gone = [f"{name} is gone; keep the type, it may be on the topics still." for name in sorted(old.keys() - new.keys())]
    return gone + [f"{name}: {fault}" for name in sorted(old.keys() & new.keys()) for fault in changes(old[name], new[name])]


def changes(old: Schema, new: Schema) -> list[str]:
    """The breaking changes of one type."""
    before, after = fields(old), fields(new)
    is_event = "seq" in old.get("properties", {})
    lost = [f"{path} is gone (removed or renamed)." for path in before if path not in after and _parent(path) in after]
    added = [f"{path} is new and required; new fields are optional." for path in after if _is_demanded(path, before, after)]
    kept = [f"{path} {fault}" for path in before if path in after for fault in _tightened(before[path], after[path])]
    vaguer = [f"{path} {fault}" for path in before if is_event and path in after for fault in _vaguer(before[path], after[path])]
    return lost + added + kept + vaguer


def unreadable(name: str, example: Any) -> str | None:
    """Why the current code cannot read a released example of this type, None if it can."""
    topic = next((topic for topic in TOPICS if name in vocabulary(topic)), None)
    if topic is None:
        return None
    try:
        read(topic, json.dumps(example).encode())
    except Unreadable as error:
        return f"the released example of {name} cannot be read any more ({error})."
    return None


# -- what is asked of each field ----------------------------------------------------------------------------------------------------------


def fields(schema: Schema) -> dict[str, Field]:
    """Path → what is asked there; `a.b` is a field of a field, `a[]` the items of a list, `a{}` the values of a map."""
    return dict(_walk("", schema, schema, is_required=True, above=()))


def _walk(path: str, node: Schema, root: Schema, is_required: bool, above: tuple[str, ...]) -> Iterator[tuple[str, Field]]:
    variants = list(_variants(node, root))
    yield path, _field(variants, is_required)
    for variant in variants:
        name = str(variant.get("$name", ""))
        if name in above:
            continue  # a part that holds parts of its own kind
        within = (*above, name) if name else above
        required = variant.get("required", ())
        for child, inner in variant.get("properties", {}).items():
            yield from _walk(f"{path}.{child}" if path else child, inner, root, child in required, within)
        for suffix, inner in _elements(variant):
            yield from _walk(path + suffix, inner, root, True, within)


def _elements(node: Schema) -> Iterator[tuple[str, Schema]]:
    if isinstance(items := node.get("items"), Mapping):
        yield "[]", items
    for position, item in enumerate(node.get("prefixItems", ())):
        yield f"[{position}]", item
    values = [*node.get("patternProperties", {}).values(), node.get("additionalProperties")]
    yield from (("{}", value) for value in values if isinstance(value, Mapping))


def _variants(node: Schema, root: Schema) -> Iterator[dict[str, Any]]:
    """The node without references and alternatives; a definition's name goes with it."""
    if reference := node.get("$ref"):
        name = str(reference).rpartition("/")[2]
        yield from ({"$name": name} | variant for variant in _variants(root["$defs"][name], root))
    elif alternatives := node.get("anyOf") or node.get("oneOf"):
        for each in alternatives:
            yield from _variants(each, root)
    else:
        yield dict(node)


def _field(variants: list[dict[str, Any]], is_required: bool) -> Field:
    types = frozenset(chain.from_iterable(_types(variant) for variant in variants))
    real = [variant for variant in variants if variant.get("type") != "null"]
    lists = [variant["enum"] if "enum" in variant else [variant["const"]] for variant in real if "enum" in variant or "const" in variant]
    words = frozenset(json.dumps(word) for word in chain.from_iterable(lists)) if lists and len(lists) == len(real) else None
    limits = {name: variant[name] for variant in real for name in (*AT_LEAST, *AT_MOST, *EXACT) if name in variant}
    return Field(types, is_required, words, limits)


def _types(node: Schema) -> Iterator[str]:
    told = node.get("type")
    if isinstance(told, str):
        yield told
    elif told:
        yield from told
    elif "const" in node or "enum" in node:
        yield "string"


# -- what changed -------------------------------------------------------------------------------------------------------------------------


def _tightened(old: Field, new: Field) -> Iterator[str]:
    if retyped := old.types - new.types:
        yield f"was {_list(retyped)} and may not be so any more."
    if new.is_required and not old.is_required:
        yield "was optional and is required."
    if new.words is not None and (old.words is None or old.words - new.words):
        yield f"allows only {_list(new.words)} now."
    for name in (*AT_LEAST, *AT_MOST, *EXACT):
        if name in new.limits and _is_narrower(name, old.limits.get(name), new.limits[name]):
            yield f"has a narrower {name}: {new.limits[name]}, it was {old.limits.get(name, 'free')}."


def _is_narrower(name: str, old: Any, new: Any) -> bool:
    if old is None:
        return True
    return bool(new > old if name in AT_LEAST else new < old if name in AT_MOST else new != old)


def _vaguer(old: Field, new: Field) -> Iterator[str]:
    if old.is_required and not new.is_required:
        yield "was always there and is optional; readers of the event rely on it."
    if wider := new.types - old.types:
        yield f"may be {_list(wider)} too; readers of the event do not know that."
    if old.words is not None and (new.words is None or new.words - old.words):
        yield "has more words than its readers know; a new word needs a new field or a new version of the type."


def _is_demanded(path: str, before: Mapping[str, Field], after: Mapping[str, Field]) -> bool:
    """Whether a new field must be given where the old one knew nothing of it; within a new optional part it may."""
    return path not in before and after[path].is_required and _parent(path) in before and not path.endswith(("[]", "{}"))


def _parent(path: str) -> str:
    cut = max(path.rfind("."), path.rfind("["), path.rfind("{"))
    return path[:cut] if cut > 0 else ""


def _list(words: frozenset[str]) -> str:
    return " or ".join(sorted(words))


def _directories(parent: Path) -> list[Path]:
    return sorted(each for each in parent.iterdir() if each.is_dir()) if parent.is_dir() else []


def _json_files(directory: Path) -> dict[str, Any]:
    files = sorted(directory.glob("*.json")) if directory.is_dir() else []
    return {file.stem: json.loads(file.read_text("utf-8")) for file in files}
