"""Every mistake on the command line is one sentence that names it, and exit code 2; never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.cli import build_app, execute

ROOT = Path(__file__).parents[2]

MISTAKES = {
    "a command that is none": (["topix"], {}, "'topix'"),
    "an option that is none": (["topics", "--every"], {}, "--every"),
    "an argument that is missing": (["service"], {}, "'name'"),
    "a service that is none": (["service", "billing"], {}, "'billing'"),
    "a policy set that is none": (["run", "--policies", "moon"], {}, "'moon'"),
    "a directory without policies": (["run", "--policies", "/"], {}, "/intake.yaml"),
    "a complaint without a word": (["submit"], {}, "--narrative"),
    "a complaint of blanks": (["submit", "--narrative", " "], {}, "--narrative"),
    "a flag with a wrong value": (["submit", "--narrative", "x", "--channel", "Carrier Pigeon"], {}, "--channel"),
    "a flag that may be repeated": (["submit", "--narrative", "x", "--hazard", "fire", "--hazard", "On Fire"], {}, "--hazard"),
    "a flag of the customer's": (["submit", "--narrative", "x", "--country", "china"], {}, "--country"),
    "a time zone that is none": (["submit", "--narrative", "x", "--zone", "8 hours east"], {}, "--zone"),
    "a complaint's half name": (["show", "--ref", "T-1"], {}, "--source"),
    "a customer's id that is none": (["submit", "--narrative", "x", "--customer", "x\ny"], {}, "--customer"),
    "a setting with a wrong value": (["topics"], {"REDRESS_HTTP_PORT": "many"}, "REDRESS_HTTP_PORT"),
    "a secret setting with a wrong value": (["topics"], {"REDRESS_MONGODB_URL": "mongo:hunter2"}, "REDRESS_MONGODB_URL"),
    "a letter that is none": (["dead", "show", "letter"], {}, "'letter'"),
    "one repair for two letters": (["dead", "replay", "routing-1", "routing-2", "--value", "x"], {}, "--value"),
    "a repaired body that is not there": (["dead", "replay", "routing-1", "--value", "/no/such"], {}, "/no/such"),
    "dead letters of a service that is none": (["dead", "list", "--service", "billing"], {}, "'billing'"),
}


def redress(arguments: list[str], directory: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """As a user calls it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REDRESS_")}
    environment = kept | {"PYTHONPATH": str(ROOT)} | environment
    command = [sys.executable, "-m", "services.cli", *arguments]
    return subprocess.run(command, cwd=directory, env=environment, capture_output=True, encoding="utf-8", timeout=60, check=False)


@pytest.mark.parametrize(("arguments", "environment", "named"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_line_and_exit_code_2(
    monkeypatch, tmp_path, capsys, arguments: list[str], environment: dict[str, str], named: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert execute(arguments) == 2
    said = capsys.readouterr()
    assert len(said.err.splitlines()) == 1 and named in said.err and "hunter2" not in said.err and not said.out


@pytest.mark.parametrize(
    ("arguments", "help"),
    [
        (["topix"], "`redress --help`"),
        (["submit", "--every"], "`redress submit --help`"),
        (["dead", "list", "--x"], "`redress dead list --help`"),
    ],
)
def test_a_misuse_names_the_help_of_the_command_that_was_misused(capsys, arguments: list[str], help: str) -> None:
    assert execute(arguments) == 2 and help in capsys.readouterr().err


def test_a_mistake_ends_the_process_without_a_traceback(tmp_path: Path) -> None:
    ended = redress(["topics"], tmp_path, REDRESS_HTTP_PORT="many")
    assert ended.returncode == 2 and len(ended.stderr.splitlines()) == 1


def test_kafka_that_is_not_there_is_one_line_and_an_exit_code_of_its_own(tmp_path: Path) -> None:
    ended = redress(["topics"], tmp_path, REDRESS_KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:1", REDRESS_MONGODB_URL="mongodb://127.0.0.1:1")
    assert ended.returncode == 75
    assert ended.stderr.splitlines() == [
        "Kafka at 127.0.0.1:1 does not answer as it should (KafkaConnectionError): "
        "check REDRESS_KAFKA_BOOTSTRAP_SERVERS and that it runs (`redress run` starts one here)."
    ]  # fmt: skip


def test_a_command_is_there_without_all_the_others() -> None:
    """A service that starts should not wait for, or trip over, the demo."""
    assert [len(build_app(asked).registered_groups) for asked in ("service", "dead")] == [1, 1]


@pytest.mark.parametrize("arguments", [[], ["--help"], ["submit", "--help"]])
def test_help_is_no_mistake(capsys, arguments: list[str]) -> None:
    assert execute(arguments) == 0 and "Usage: " in capsys.readouterr().out


def test_chinese_prints_where_the_locale_says_ascii(tmp_path: Path) -> None:
    ended = redress(["service", "投诉"], tmp_path, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", PYTHONIOENCODING="ascii")
    assert ended.returncode == 2 and "投诉" in ended.stderr
