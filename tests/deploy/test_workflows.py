"""What a public host runs on each change: pinned, with no more rights than it needs, and calling what exists."""

import json
import re
from collections import Counter
from typing import Any

import pytest
import yaml

from contracts.catalogue import OWNERS, TOPICS
from tests.deploy.commands import unknown
from tests.deploy.tools import ROOT, run

FILES = sorted((ROOT / ".github" / "workflows").glob("*.yaml"))
WORKFLOW_NAMES = [str(file.relative_to(ROOT)) for file in FILES]
WORKFLOWS: dict[str, dict[str, Any]] = {file.stem: yaml.safe_load(file.read_text("utf-8")) for file in FILES}
JOBS = {f"{name}.{job}": body for name, workflow in WORKFLOWS.items() for job, body in workflow["jobs"].items()}
STEPS = [step for body in JOBS.values() for step in body["steps"]]
SAID = "\n".join(step.get("run", "") for step in STEPS)
USES = [line.strip() for file in FILES for line in file.read_text("utf-8").splitlines() if "uses:" in line]
PINNED = re.compile(r"- uses: (actions/[a-z-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)")


def test_there_are_workflows_with_jobs_and_steps() -> None:
    assert WORKFLOWS.keys() == {"ci", "kubernetes"} and len(JOBS) >= 7 and len(USES) >= len(JOBS)


@pytest.mark.parametrize("line", sorted(set(USES)))
def test_an_action_is_pinned_by_its_commit_and_says_which_version_that_is(line: str) -> None:
    assert PINNED.fullmatch(line)


def test_an_action_is_of_one_version_everywhere() -> None:
    found = {match.groups() for line in USES if (match := PINNED.fullmatch(line))}
    assert len(found) == len({action for action, *_ in found})


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_may_only_read_and_gives_way_to_its_successor(name: str) -> None:
    workflow = WORKFLOWS[name]
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["concurrency"] == {"group": f"{name}-${{{{ github.head_ref || github.sha }}}}", "cancel-in-progress": True}
    assert "pull_request_target" not in workflow[True], "YAML reads `on` as true"


@pytest.mark.parametrize("name", JOBS)
def test_a_job_ends_in_time_and_asks_for_nothing_more(name: str) -> None:
    assert 0 < JOBS[name]["timeout-minutes"] <= 60
    assert "permissions" not in JOBS[name] and re.search(r"-\d", JOBS[name]["runs-on"]), "`latest` changes by itself"


def test_a_checkout_leaves_no_credentials_and_no_secret_is_asked_for() -> None:
    checkouts = [step for step in STEPS if "actions/checkout" in step.get("uses", "")]
    assert checkouts and all(step["with"]["persist-credentials"] is False for step in checkouts)
    assert not any(word in file.read_text("utf-8") for file in FILES for word in ("secrets.", "github.token"))


def test_what_is_fetched_besides_is_of_one_version() -> None:
    fetched = re.findall(r"go install (\S+)", SAID)
    assert fetched and all(re.search(r"@v\d+\.\d+\.\d+$", each) for each in fetched)
    assert not re.search(r"\b(curl|wget|pip install|npm)\b", SAID), "go checks what it gets, make by lock files"
    asked = [step["with"] for step in STEPS if "repository" in step.get("with", {})]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+|[0-9a-f]{40}", each["ref"]) for each in asked)


def test_what_fails_fails_the_job() -> None:
    assert not [each for each in (*JOBS.values(), *STEPS) if each.get("continue-on-error")]
    assert {step["if"] for step in STEPS if "if" in step} == {"failure()"}


def test_no_script_is_written_by_who_sends_a_change() -> None:
    assert "${{" not in SAID


def test_every_target_of_make_that_is_called_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    called = {word for line in re.findall(r"\bmake ((?:[a-z-]+ ?)+)$", SAID, re.MULTILINE) for word in line.split()}
    assert called >= {"check", "test", "check-deploy", "drill", "image", "sbom", "tools"} and called <= targets


def test_every_command_of_ours_that_is_called_exists() -> None:
    called = re.findall(r" (?:-T|--|env \S+) (redress [a-z].*)$", SAID, re.MULTILINE)
    assert len(called) >= 2 and not [fault for command in called for fault in unknown(command)]


def test_every_file_that_is_named_exists() -> None:
    named = set(re.findall(r"(?<![\w./])(?:deploy|\.github)/[\w./-]+\w", SAID))
    assert named and all((ROOT / name).exists() for name in named)


@pytest.mark.tools
def test_actionlint_finds_nothing() -> None:
    done = run("actionlint", *FILES)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.tools
def test_what_strimzi_is_given_is_the_example_of_a_kafka_with_every_topic_and_user_of_the_catalogue() -> None:
    built = yaml.safe_load_all(run("kustomize", "build", ".github/strimzi").stdout)
    count = Counter(thing["kind"] for thing in built)
    assert (count["Kafka"], count["KafkaNodePool"], count["KafkaTopic"]) == (1, 2, len(TOPICS))
    assert count["KafkaUser"] > len(OWNERS) and count.keys() <= {"Kafka", "KafkaNodePool", "KafkaTopic", "KafkaUser", "Namespace"}


@pytest.mark.tools
def test_checkov_finds_nothing_in_the_image_and_the_workflows() -> None:
    frameworks = ("--framework", "dockerfile", "github_actions")
    done = run("checkov", "--file", "deploy/Dockerfile", *WORKFLOW_NAMES, *frameworks, "--skip-download", "--output", "json")
    found = {report["check_type"]: report["summary"] for report in json.loads(done.stdout)}
    assert found.keys() == {"dockerfile", "github_actions"}, "it passes over in silence what it cannot read"
    assert all(summary["passed"] > 50 and not summary["failed"] and not summary["skipped"] for summary in found.values()), done.stdout
