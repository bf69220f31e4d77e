"""Whatever deploy/README.md names is there: pages and their headings, files, targets, commands, scenarios, and the figures of the bench."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.chaos import scenarios
from tests.deploy.commands import unknown
from tests.deploy.tools import ROOT

PAGE = ROOT / "deploy" / "README.md"
TEXT = PAGE.read_text("utf-8")
FENCED = re.compile(r"^```sh\n(.*?)\n```$", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"(?<![\w./-])(?:deploy|tests|services|contracts)/[\w./-]*\w")
SERVERS = ("mongodump", "mongorestore")


def lines(text: str) -> list[str]:
    """What is to be typed as it stands."""
    return [line for block in FENCED.findall(text) for line in block.split("\n")]


def mentioned(text: str) -> list[str]:
    return INLINE.findall(FENCED.sub("", text))


def faults(text: str, page: Path = PAGE) -> list[str]:
    """A sentence for each thing named that is not there."""
    typed = [fault for line in lines(text) for fault in mistyped(line)]
    told = [fault for each in mentioned(text) for fault in mistyped(each, is_whole=False)]
    return [*typed, *told, *astray(text, page), *unplayed(text)]


# -- commands ---------------------------------------------------------------------------------------------------------------------------


def mistyped(command: str, is_whole: bool = True) -> Iterator[str]:
    match command.split():
        case ["make", *targets]:
            yield from (f"{command}: there is no target {name}" for name in targets if name not in make_targets())
        case ["docker", "compose", *rest]:
            yield from ill_composed(command, rest)
        case ["kubectl", "apply" | "delete", "-k", directory]:
            if not (ROOT / directory / "kustomization.yaml").is_file():
                yield f"{command}: there is nothing to build"
        case ["kubectl", "apply", "-f", file]:
            if not (ROOT / file).is_file():
                yield f"{command}: there is no such file"
        case ["redress" | "kubectl", _, *_]:
            yield from unknown(command, is_whole or " --" in command)      # with options it must be right, though only mentioned
        case [first, *_] if is_whole and first not in SERVERS:
            yield f"{command}: who knows {first}?"
        case _ if not is_whole:
            yield from (f"{command}: there is no {path}" for path in PATH.findall(command) if not (ROOT / path).exists())


@cache
def make_targets() -> frozenset[str]:
    return frozenset(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def ill_composed(command: str, words: list[str]) -> Iterator[str]:
    if words[:2] != ["-f", "deploy/compose.yaml"]:
        yield f"{command}: of which file?"
    composed = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text("utf-8"))["services"]
    profiles = {profile for each in composed.values() for profile in each.get("profiles", ())}
    if strange := set(re.findall(r"--profile (\S+)", command)) - profiles:
        yield f"{command}: there is no profile {strange}"
    if "down" in words and "--profile" not in words:
        yield f"{command}: what has a profile would stay, and hold the network"
    if run := re.search(r" run --rm (\S+) (.*)", command):
        if run[1] not in composed:
            yield f"{command}: there is no service {run[1]}"
        yield from unknown(f"redress {run[2]}")


# -- links and scenarios ----------------------------------------------------------------------------------------------------------------


def astray(text: str, page: Path) -> Iterator[str]:
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, heading = link.partition("#")
        target = (page.parent / path) if path else page
        if not target.exists():
            yield f"{link}: there is no such file"
        elif heading and heading not in headings(target.read_text("utf-8")):
            yield f"{link}: there is no such heading"


def headings(text: str) -> set[str]:
    """As GitHub calls them in links."""
    return {re.sub(r"[^\w -]", "", line).strip().lower().replace(" ", "-") for line in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}


def unplayed(text: str) -> Iterator[str]:
    known = {scenario.name for brokers in (1, 3) for scenario in scenarios.of_cluster(brokers)}
    for names in re.findall(r"chaos ((?:`[^`]+`(?:, )?)+)", text):
        yield from (f"chaos {name}: there is no such scenario" for name in INLINE.findall(names) if name not in known)


def test_all_that_it_names_is_there():
    assert faults(TEXT) == []


@pytest.mark.parametrize(
    "text",
    ["`make tst`", "`redress dead lst`", "`redress topics --chek`", "`kubectl -n redress rollout undo deploy/rooting`",
     "[x](k9s/README.md)", "[x](k8s/README.md#secret)", "[x](#nowhere)", "chaos `points`, `pints`",
     "`kubectl apply -k deploy/k8s/overlays/prod`", "`kubectl apply -f deploy/k8s/namespace.yaml`",
     "`tests/drill/test_nothing.py`", "`docker compose -f deploy/compose.yaml --profile ful up`", "`docker compose up`",
     "`docker compose -f deploy/compose.yaml down`",
     "```sh\ndocker compose -f deploy/compose.yaml run --rm redress canry\n```", "```sh\nredress dead replay\n```",
     "```sh\nhelm list\n```"],
)  # fmt: skip
def test_what_is_not_there_is_found(text: str):
    assert len(faults(text)) == 1


@pytest.mark.parametrize("kind", [r"^make ", r"^redress ", r"^kubectl -n ", r"^kubectl apply", r"^docker compose", r"^mongorestore"])
def test_each_kind_of_command_is_looked_at(kind: str):
    assert any(re.search(kind, each) for each in [*lines(TEXT), *mentioned(TEXT)])


# -- the measured -----------------------------------------------------------------------------------------------------------------------


def invented(page: str, bench: str) -> set[str]:
    """Figures of the table of what was measured that the bench does not tell."""
    (rows,) = re.findall(r"^\| what \| measured \|\n\|---\|---\|\n((?:\|.*\n)+)", page, re.MULTILINE)
    told = set(re.findall(r"\d[\d.,]*\d|\d", bench))
    return {figure for row in rows.splitlines() for figure in re.findall(r"\d[\d.,]*\d|\d", row.split("|")[2])} - told


def test_what_is_said_to_be_measured_the_bench_tells():
    bench = (ROOT / "tests" / "bench" / "README.md").read_text("utf-8")
    assert invented(TEXT, bench) == set()
    assert invented(re.sub(r"(\| whole lives a second[^|]*\|) \d+ ", r"\1 12222 ", TEXT), bench) == {"12222"}
