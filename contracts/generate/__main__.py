"""`python -m contracts.generate` writes what is generated from the models; with `--check` it writes nothing.

The check names in a sentence each file that is stale and each change that breaks what was released, and exits 1 if there is any.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contracts.catalogue import OWNERS
from contracts.generate.asyncapi import asyncapi
from contracts.generate.example import example
from contracts.generate.gate import against_releases
from contracts.generate.readme import filled
from contracts.generate.schema import dossier_schema, schema
from contracts.generate.words import words

HERE = Path(__file__).parents[1]
README = "README.md"
WIRE_VERSION = "1.0.0"
"""Of the AsyncAPI document: every topic and every type carries its own version in its name."""


def schemas() -> dict[str, dict[str, Any]]:
    """Name → JSON Schema, of every message type and every dossier."""
    return {word.name: schema(word) for word in words()} | {f"{owner.name}.dossier.v1": dossier_schema(owner) for owner in OWNERS.values()}


def generated(directory: Path) -> dict[str, str]:
    """Path below the directory → what is to stand there; the README's text around its tables is taken from the directory."""
    files = {f"schemas/{name}.json": _json(each) for name, each in schemas().items()}
    files |= {f"schemas/examples/{word.name}.json": _json(example(word)) for word in words()}
    return files | {"asyncapi.json": _json(asyncapi(WIRE_VERSION)), README: filled((directory / README).read_text("utf-8"))}


def write(directory: Path, files: Mapping[str, str]) -> None:
    for name in _superfluous(directory, files):
        (directory / name).unlink()
    for name, text in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text, "utf-8")


def stale(directory: Path, files: Mapping[str, str]) -> list[str]:
    """What differs from what would be generated now, in sentences."""
    wrong = [name for name, text in files.items() if not (directory / name).is_file() or (directory / name).read_text("utf-8") != text]
    return [
        *(f"contracts/{name} is not what the models say: run `make contracts`." for name in wrong),
        *(f"contracts/{name} belongs to no message any more: run `make contracts`." for name in _superfluous(directory, files)),
    ]


def _superfluous(directory: Path, files: Mapping[str, str]) -> list[str]:
    found = (str(each.relative_to(directory)) for each in sorted((directory / "schemas").rglob("*.json")))
    return [name for name in found if name not in files]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main(arguments: list[str], directory: Path = HERE) -> int:
    files = generated(directory)
    if arguments == []:
        write(directory, files)
        return 0
    if arguments != ["--check"]:
        print("Run `python -m contracts.generate` to write the generated files, or with --check to compare them.", file=sys.stderr)
        return 2
    faults = stale(directory, files) + against_releases(directory / "released", schemas())
    print(*faults, sep="\n", end="\n" if faults else "", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
