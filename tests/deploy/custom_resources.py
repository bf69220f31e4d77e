"""The schemas that operators publish for their objects, made strict: a field that they do not know is a fault, however deep.

The API server would drop such a field without a word.  The files are not part of the project: whoever needs them is skipped where they
are absent.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.deploy.manifests import Object, name
from tests.deploy.tools import ROOT

PUBLISHED = ROOT.parent / "shared" / "crds"
METADATA = {"type": "object", "required": ["name"]}


def schemas() -> dict[tuple[str, str], Any]:
    """(apiVersion, kind) → strict JSON Schema."""
    if not PUBLISHED.is_dir():
        pytest.skip(f"the operators' schemas are not at {PUBLISHED}")
    return dict(_read(PUBLISHED))


def faults(each: Object) -> Iterator[str]:
    """Of one custom resource, with the place of each."""
    schema = schemas().get((each["apiVersion"], each["kind"]))
    if schema is None:
        yield f"{each['kind']} {name(each)}: nobody publishes {each['apiVersion']} of it."
        return
    for fault in Draft202012Validator(schema).iter_errors(each):
        yield f"{each['kind']} {name(each)}: {'.'.join(map(str, fault.absolute_path))}: {fault.message}"


def is_custom(each: Object) -> bool:
    """Whether its group is an operator's: Kubernetes' own have no dot, or end in `k8s.io`."""
    group = str(each["apiVersion"]).rpartition("/")[0]
    return "." in group and not group.endswith(".k8s.io")


@cache
def _read(directory: Path) -> tuple[tuple[tuple[str, str], Any], ...]:
    definitions = [yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)["spec"] for file in sorted(directory.glob("*.yaml"))]
    return tuple(
        ((f"{each['group']}/{version['name']}", each["names"]["kind"]), _whole(version["schema"]["openAPIV3Schema"]))
        for each in definitions
        for version in each["versions"]
    )


def _whole(schema: Any) -> Any:
    """Of an object that is applied: it has metadata, and no status."""
    strict = strictly(schema)
    fields = {field: says for field, says in strict["properties"].items() if field != "status"}
    return strict | {"properties": fields | {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": METADATA}}


def strictly(schema: Any) -> Any:
    """OpenAPI's dialect in JSON Schema's words, with every object closed that does not say it is open."""
    if isinstance(schema, list):
        return [strictly(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    said = {keyword: value for keyword, value in schema.items() if keyword not in {"properties", "default", "example"}}
    strict = {keyword: strictly(value) for keyword, value in said.items()}
    if "properties" in schema:
        strict["properties"] = {field: strictly(says) for field, says in schema["properties"].items()}
    if schema.get("x-kubernetes-int-or-string"):
        strict = {keyword: value for keyword, value in strict.items() if keyword not in {"anyOf", "type"}} | {"type": ["integer", "string"]}
    if "properties" in schema and "additionalProperties" not in schema and not schema.get("x-kubernetes-preserve-unknown-fields"):
        strict["additionalProperties"] = False
    return strict
