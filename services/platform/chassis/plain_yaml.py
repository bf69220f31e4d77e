"""YAML without its surprises: `no` is a word, `10:30` is a text, `2026-01-01` is a text, and a key said twice is an error."""

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml


class BadYaml(Exception):
    """One sentence naming the file and the line."""


class _Plain(yaml.SafeLoader):
    """Knows null, true and false, and numbers; all else is text."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, AttributeError, LookupError, ArithmeticError):
            what = f"a value cannot be read as {node.tag.rpartition(':')[2]}"
            raise yaml.constructor.ConstructorError(None, None, what, node.start_mark) from None

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        mapping = super().construct_mapping(node, deep)
        if len(mapping) < len(node.value):
            raise yaml.constructor.ConstructorError(None, None, "a key is said twice", node.start_mark)
        return mapping


def _resolve(tag: str, pattern: str, first: str) -> None:
    _Plain.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))


_resolve("null", r"^(?:~|null|)$", "~n\0")
_resolve("bool", r"^(?:true|false)$", "tf")
_resolve("int", r"^[-+]?[0-9]+$", "-+0123456789")
_resolve("float", r"^[-+]?[0-9]+\.[0-9]+$", "-+0123456789")


def read_yaml(file: Path) -> Any:
    """What the file says; raises BadYaml."""
    try:
        return yaml.load(file.read_text("utf-8"), _Plain)
    except OSError as error:
        raise BadYaml(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise BadYaml(f"{file} is not UTF-8.") from None
    except RecursionError:
        raise BadYaml(f"{file} is nested too deeply to be read.") from None
    except yaml.MarkedYAMLError as error:
        line = f" in line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise BadYaml(f"{file} is not YAML{line}: {error.problem}.") from None
    except yaml.YAMLError:
        raise BadYaml(f"{file} is not YAML: it holds characters that are not allowed.") from None
