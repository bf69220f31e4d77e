"""The image as its Dockerfile says it; that what it builds runs is tried in tests/drill/test_image.py."""

import json
import re
import shlex
import sys
from importlib.metadata import version

import pytest

from contracts.catalogue import OWNERS
from services.cli import GROUPS
from services.platform.chassis.settings import PREFIX, Settings
from tests.deploy.instructions import environment, every, last, stages
from tests.deploy.tools import ROOT, run

DOCKERFILE = ROOT / "deploy" / "Dockerfile"
BASE, BUILD, FINAL = stages(DOCKERFILE)
LOCKS = ("requirements.lock", "requirements-build.lock")
DIGEST = re.compile(r"[a-z0-9./-]+:[0-9][\w.-]*@sha256:[0-9a-f]{64} AS python")


def test_the_base_is_slim_and_one_and_the_same_for_ever() -> None:
    assert DIGEST.fullmatch(BASE[0].rest) and "-slim-" in BASE[0].rest
    assert (BUILD[0].rest, FINAL[0].rest) == ("python AS build", "python")


def test_the_image_has_the_python_that_the_tests_run_on() -> None:
    minor = ".".join(map(str, sys.version_info[:2]))
    if minor != "3.11":
        pytest.skip(f"this is Python {minor}: the image's is the oldest that Redress runs on")
    assert BASE[0].rest.startswith("python:3.11.") and f"python{minor}/ensurepip" in last(FINAL, "RUN").rest


def test_it_runs_as_nobody_in_particular() -> None:
    assert last(FINAL, "USER").rest == "10001:10001"


def test_its_entry_is_the_command_itself_so_that_signals_reach_it() -> None:
    assert last(FINAL, "ENTRYPOINT").exec_form == ["redress"]
    assert last(FINAL, "STOPSIGNAL").rest == "SIGTERM"
    assert not every(FINAL, "CMD") and "service" in GROUPS


def test_it_holds_no_secret_and_says_its_version() -> None:
    assert not [name for name in environment(FINAL) if name.removeprefix(PREFIX).lower() in Settings.SECRET]
    assert f'image.version="{version("redress")}"' in last(FINAL, "LABEL").rest


def test_it_is_asked_for_its_health_by_its_own_command() -> None:
    options, _, command = last(FINAL, "HEALTHCHECK").rest.partition(" CMD ")
    assert json.loads(command) == ["redress", "probe", "live"] and "probe" in GROUPS
    assert "--timeout=5s" in options


def test_what_it_sets_are_settings_and_valid_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = {name: value for name, value in environment(FINAL).items() if name.startswith(PREFIX)}
    assert {name.removeprefix(PREFIX).lower() for name in ours} <= Settings.model_fields.keys()
    for name, value in ours.items():
        monkeypatch.setenv(name, value.replace("${BUILD}", last(FINAL, "ARG").rest.removeprefix("BUILD=")))
    settings = Settings()
    assert (settings.http_host, settings.http_port, settings.build) == ("0.0.0.0", 8080, "0.1.0")
    assert last(FINAL, "EXPOSE").rest == str(settings.http_port)


def test_the_last_stage_gets_the_environment_and_nothing_that_builds() -> None:
    assert [one.rest for one in every(FINAL, "COPY")] == ["--from=build /opt/redress /opt/redress"]
    (run,) = every(FINAL, "RUN")
    assert shlex.split(run.rest)[:5] == ["python", "-m", "pip", "uninstall", "--quiet"] and " pip setuptools wheel " in run.rest
    assert not every(FINAL, "ADD")


def test_every_package_comes_by_its_hash() -> None:
    installs = re.findall(r"pip (?:--python \S+ )?install ([^&]*)", " && ".join(one.rest for one in every(BUILD, "RUN")))
    assert len(installs) == 3
    for options in installs:
        assert "--require-hashes --only-binary=:all: -r" in options or "--no-deps --no-index" in options


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_hashes_and_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert re.findall(r"^[a-z0-9][\w.\[\],-]*==", text, re.MULTILINE)
    assert all("--hash=sha256:" in pinned for pinned in re.split(r"\n(?=[a-z0-9])", text))
    assert "://" not in text


def test_the_builder_is_given_only_what_the_image_is_made_of() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert lines[0] == "*"
    let_in = {line[1:] for line in lines if line.startswith("!")}
    copied = {source for one in every(BUILD, "COPY") for source in one.rest.split()[:-1]}
    assert let_in == copied and {"contracts", "services", *LOCKS} <= copied
    assert all((ROOT / name).exists() for name in let_in)


def test_there_is_one_image_for_every_service() -> None:
    assert not any(name in DOCKERFILE.read_text("utf-8").split("FROM python\n")[1] for name in OWNERS)


@pytest.mark.tools
def test_hadolint_finds_nothing() -> None:
    done = run("hadolint", DOCKERFILE)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.tools
def test_the_bill_of_materials_names_each_locked_package_with_its_hashes() -> None:
    done = run("cyclonedx-py", "requirements", "requirements.lock", "--pyproject", "pyproject.toml")
    bill = json.loads(done.stdout)
    locked = set(re.findall(r"^([a-z0-9][\w.-]*)(?:\[[\w,]+\])?==", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE))
    assert {one["name"] for one in bill["components"]} == locked
    assert all(one["externalReferences"][0]["hashes"] for one in bill["components"])
    assert bill["metadata"]["component"]["name"] == "redress"
