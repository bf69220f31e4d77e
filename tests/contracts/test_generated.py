"""The generated files are fresh and true: what the schema says, the reader does, and the README's tables are those of the catalogue."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from contracts import common
from contracts.catalogue import OWNERS, TOPICS
from contracts.generate.__main__ import HERE, generated, main, schemas, stale, write
from contracts.generate.asyncapi import asyncapi
from contracts.generate.example import BY_TYPE, example
from contracts.generate.words import Word, words
from contracts.model import Code
from contracts.wire import read
from tests.contracts.poison import encoded
from tests.contracts.strategies import within

WORDS = list(words())
SCHEMAS = schemas()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A directory with everything generated."""
    write(tmp_path, generated(HERE))
    return tmp_path


def test_the_committed_files_are_fresh() -> None:
    assert stale(HERE, generated(HERE)) == []


def test_another_run_generates_the_same_bytes() -> None:
    program = "from contracts.generate.__main__ import HERE, generated; print(ascii(generated(HERE)))"
    run = partial(subprocess.run, [sys.executable, "-c", program], capture_output=True, check=True, cwd=HERE.parent)
    assert run(env={"PYTHONHASHSEED": "1"}).stdout == run(env={"PYTHONHASHSEED": "2"}).stdout


def test_the_check_passes_on_fresh_files_and_says_nothing(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"], copy) == 0
    assert capsys.readouterr() == ("", "")


SOME_FILES = ("schemas/routing.accept_work.v1.json", "schemas/examples/intake.wake.v1.json", "asyncapi.json", "README.md")


@pytest.mark.parametrize("name", SOME_FILES)
def test_the_check_names_each_stale_file(copy: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = (copy / name).read_text("utf-8")
    (copy / name).write_text(text.replace("intake", "untake").replace("accept", "axcept"), "utf-8")
    assert main(["--check"], copy) == 1
    assert f"contracts/{name} is not what the models say: run `make contracts`." in capsys.readouterr().err
    assert main([], copy) == 0
    assert main(["--check"], copy) == 0


def test_the_check_names_a_file_that_is_missing_and_one_too_many(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copy / "asyncapi.json").unlink()
    (copy / "schemas/routing.gone.v1.json").write_text("{}")
    assert main(["--check"], copy) == 1
    told = capsys.readouterr().err
    assert "contracts/asyncapi.json is not what the models say" in told
    assert "contracts/schemas/routing.gone.v1.json belongs to no message any more" in told


def test_the_check_names_what_breaks_a_release(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    release = copy / "released/0.1.0"
    write(release, {name.removeprefix("schemas/"): text for name, text in generated(copy).items() if name.startswith("schemas/")})
    assert main(["--check"], copy) == 0
    (release / "routing.vanished.v1.json").write_text("{}")
    example_file = release / "examples/routing.accept_work.v1.json"
    example_file.write_text(json.dumps(json.loads(example_file.read_text("utf-8")) | {"work": 7}))
    assert main(["--check"], copy) == 1
    told = capsys.readouterr().err
    assert "Since release 0.1.0: routing.vanished.v1 is gone" in told
    assert "Since release 0.1.0: the released example of routing.accept_work.v1 cannot be read any more (invalid: work:" in told


def test_an_unknown_argument_is_answered_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--chekc"]) == 2
    assert "--check" in capsys.readouterr().err


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.name)
def test_each_example_is_what_its_schema_and_its_reader_allow(word: Word) -> None:
    told = json.loads((HERE / f"schemas/examples/{word.name}.json").read_text("utf-8"))
    checker(SCHEMAS[word.name]).validate(told)
    envelope, message = read(word.topic.name, encoded(told))
    assert (envelope.type, type(message)) == (word.name, word.model)
    contradicting = {field for field, value in BY_TYPE.get(word.model.__name__, {}).items() if value is None}
    assert told.keys() | contradicting == SCHEMAS[word.name]["properties"].keys()


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.name)
def test_a_required_field_is_required_by_schema_and_reader_and_an_unknown_one_is_welcome(word: Word) -> None:
    told = example(word)
    checker(SCHEMAS[word.name]).validate(within(told, {"new_field": 1}))
    for name in told:
        without = {field: value for field, value in told.items() if field != name}
        assert is_read(word, without) == checker(SCHEMAS[word.name]).is_valid(without) == (name not in SCHEMAS[word.name]["required"])


def checker(schema: dict[str, Any]) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)


def is_read(word: Word, told: dict[str, Any]) -> bool:
    try:
        read(word.topic.name, encoded(told))
    except Exception:
        return False
    return True


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_schema_is_a_schema_and_says_what_its_message_means(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["title"]
    assert re.fullmatch(r"\S.*[.…)]", SCHEMAS[name]["description"])


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.name)
def test_every_string_number_and_list_is_bounded(word: Word) -> None:
    """A document has a cap, a database has 64 bits: nobody may send what neither holds."""
    assert [path for path, node in leaves("", SCHEMAS[word.name]) if is_unbounded(node)] == []


def leaves(path: str, node: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield path, node
        for name, inner in node.items():
            if name not in ("default", "description"):
                yield from leaves(f"{path}/{name}", inner)
    elif isinstance(node, list):
        for n, inner in enumerate(node):
            yield from leaves(f"{path}/{n}", inner)


def is_unbounded(node: dict[str, Any]) -> bool:
    match node.get("type"):
        case "string" if not node.keys() & {"maxLength", "enum", "const"} and node.get("format") != "date-time":
            without_classes = re.sub(r"\[[^]]*\]", "x", node.get("pattern", "*"))
            return bool(re.search(r"[*+]|\{\d+,\}", without_classes))
        case "integer":
            return not ({"minimum", "maximum"} <= node.keys() and -(2**63) <= node["minimum"] <= node["maximum"] < 2**63)
        case "array":
            return "maxItems" not in node and "prefixItems" not in node
        case _:
            return False


@pytest.mark.parametrize("word", [word for word in WORDS if word.topic.kind == "events"], ids=lambda word: word.name)
def test_no_event_has_room_for_free_text(word: Word) -> None:
    """Law 10: what is longer than a line is a narrative."""
    assert [path for path, node in leaves("", SCHEMAS[word.name]) if node.get("maxLength", 0) > 200] == []


def test_asyncapi_has_a_channel_for_each_topic_and_every_reference_leads_somewhere() -> None:
    told = asyncapi("1.0.0")
    assert told["channels"].keys() == TOPICS.keys()
    for reference in re.findall(r'"\$ref": "(.+?)"', json.dumps(told)):
        assert (HERE / reference).is_file() if reference.startswith("schemas/") else found(told, reference)
    receivers = {name for name, operation in told["operations"].items() if operation["action"] == "receive"}
    heard = {f"{owner.name}.receive.{other}.events.v1" for owner in OWNERS.values() for other in owner.hears}
    assert receivers == heard | {f"{owner}.receive.{owner}.commands.v1" for owner in OWNERS}


def found(node: Any, reference: str) -> bool:
    for step in reference.removeprefix("#/").split("/"):
        node = node[step]
    return bool(node)


def test_the_readme_names_every_topic_message_and_reason() -> None:
    text = (HERE / "README.md").read_text("utf-8")
    reasons = [common.REASONS, common.DEAD_REASONS, *(owner.words.REASONS for owner in OWNERS.values())]
    named = [*TOPICS, *(word.name for word in WORDS if word.model is not common.Wake and word.model is not common.CommandRefused)]
    assert [name for name in (*named, *(code for codes in reasons for code in codes)) if f"`{name}`" not in text] == []


def test_every_reason_is_a_code_with_a_sentence() -> None:
    pattern = re.compile(Code.__metadata__[0].pattern)  # type: ignore[attr-defined]
    for reasons in (common.REASONS, common.DEAD_REASONS, *(owner.words.REASONS for owner in OWNERS.values())):
        assert [code for code, meaning in reasons.items() if not pattern.match(code) or not meaning.endswith((".", ".)", "`."))] == []


@pytest.mark.parametrize("service", OWNERS)
def test_every_reason_that_a_service_refuses_for_is_declared(service: str) -> None:
    """Literal reasons only: `Refused("closed")`."""
    sources = sorted((HERE.parent / "services" / service).rglob("*.py"))
    said = {code for source in sources for code in re.findall(r"\bRefused\(\s*\"([a-z0-9_.-]+)\"", source.read_text("utf-8"))}
    assert said - OWNERS[service].words.REASONS.keys() - common.REASONS.keys() == set()
