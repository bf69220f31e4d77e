"""Every alert says what the customer feels, has a runbook that can be followed, and is tested: quiet, firing, over."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from typing import Any

import pytest
import yaml

from deploy.generate.monitoring import RULES
from tests.deploy.commands import unknown
from tests.deploy.monitoring import RUNBOOKS, TESTS, alerts
from tests.deploy.tools import run

SECTIONS = ["Meaning", "Impact", "First three commands", "Safe actions"]
NAMES = sorted(alerts())


# -- what it says -----------------------------------------------------------------------------------------------------------------------


def ill_said(name: str, alert: dict[str, Any]) -> Iterator[str]:
    if alert["labels"].get("severity") not in ("page", "ticket"):
        yield "its severity is page or ticket"
    if alert["annotations"].keys() != {"summary", "description", "runbook_url"}:
        yield "it has a summary, a description and a runbook"
    if alert["annotations"].get("runbook_url") != f"deploy/monitoring/runbooks/{name}.md":
        yield "its runbook is called like it"
    if [text for text in (alert["annotations"].get("summary", ""), alert["annotations"].get("description", "")) if not is_sentence(text)]:
        yield "its summary and its description are one sentence each"
    if not name.startswith("Redress"):
        yield "its name begins with Redress"


def is_sentence(text: str) -> bool:
    bare = re.sub(r"\{\{[^}]*\}\}", "5", text)
    return bare.endswith(".") and ". " not in bare and "\n" not in bare


@pytest.mark.parametrize("name", NAMES)
def test_an_alert_says_what_is_the_matter_and_what_the_customer_feels(name: str):
    assert list(ill_said(name, alerts()[name])) == []


def test_an_alert_that_says_less_is_found():
    poor = {"labels": {"severity": "critical"}, "annotations": {"summary": "It fails", "runbook_url": "x"}}
    assert len(list(ill_said("Failing", poor))) == 5


# -- its runbook ------------------------------------------------------------------------------------------------------------------------


def test_every_runbook_has_its_alert_and_every_alert_its_runbook():
    assert sorted(file.stem for file in RUNBOOKS.glob("*")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_runbook_has_its_four_sections_and_three_commands(name: str):
    text = (RUNBOOKS / f"{name}.md").read_text("utf-8")
    assert re.findall(r"^# (.*)$", text, re.MULTILINE) == [name]
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == SECTIONS
    assert all(len(part.strip()) > 40 for part in re.split(r"^## .*$", text, flags=re.MULTILINE)[1:])
    assert len(commands(text)) == 3


@pytest.mark.parametrize("name", NAMES)
def test_the_commands_of_a_runbook_exist(name: str):
    text = (RUNBOOKS / f"{name}.md").read_text("utf-8")
    mentioned = [" ".join(each.split()) for each in re.findall(r"`((?:redress|kubectl) [^`]+)`", text)]
    assert [fault for command in commands(text) for fault in unknown(command)] == []
    assert [fault for command in mentioned for fault in unknown(command, is_whole=False)] == []
    assert {f"Redress{other}" for other in re.findall(r"\bRedress([A-Z]\w+)", text)} <= set(NAMES)


@pytest.mark.parametrize(
    "command",
    ["redress dead lst", "redress dead list --servce intake", "redress dead replay", "redress", "kubectl get pods", "helm list",
     "kubectl -n redress logs -l app.kubernetes.io/name=rooting", "kubectl -n redress logs deploy/routing",
     "kubectl -n redress get secret redress-kafka-ca",
     "kubectl -n redress exec deploy/canary -- redress canry"],
)  # fmt: skip
def test_a_command_that_does_not_exist_is_found(command: str):
    assert list(unknown(command))


def commands(runbook: str) -> list[str]:
    (block,) = re.findall(r"```sh\n(.*?)\n```", runbook, re.DOTALL)
    return block.split("\n")


# -- its tests --------------------------------------------------------------------------------------------------------------------------


@cache
def scenes() -> dict[str, list[list[bool]]]:
    """Alert → for each of its scenes whether it fires, look after look."""
    found: dict[str, list[list[bool]]] = {}
    for file in sorted(TESTS.glob("*.yaml")):
        for scene in yaml.safe_load(file.read_text("utf-8"))["tests"]:
            looks = scene["alert_rule_test"]
            (name,) = {look["alertname"] for look in looks}
            found.setdefault(name, []).append([bool(look.get("exp_alerts")) for look in looks])
    return found


@pytest.mark.parametrize("name", NAMES)
def test_an_alert_is_tested_quiet_then_firing_then_over(name: str):
    assert [False, True, False] in [[fires for fires, _ in groupby(looks)] for looks in scenes().get(name, [])]


def test_no_scene_is_of_an_alert_that_is_gone():
    assert set(scenes()) == set(NAMES)


def test_every_file_of_rules_is_loaded_by_a_test():
    loaded = {name for file in TESTS.glob("*.yaml") for name in yaml.safe_load(file.read_text("utf-8"))["rule_files"]}
    assert loaded == {f"../rules/{file.name}" for file in RULES.glob("*.yaml")}


@pytest.mark.tools
def test_the_rules_are_well_formed():
    checked = run("promtool", "check", "rules", *sorted(RULES.glob("*.yaml")))
    assert checked.returncode == 0, checked.stderr


@pytest.mark.tools
@pytest.mark.parametrize("file", sorted(TESTS.glob("*.yaml")), ids=lambda file: file.stem)
def test_the_alerts_fire_when_they_should_and_only_then(file):
    played = run("promtool", "test", "rules", file)
    assert played.returncode == 0, played.stdout + played.stderr
