"""What our pages tell operators to type, held against what there is; nothing is run."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from typer.main import get_command

from contracts.catalogue import OWNERS
from services.cli import build_app
from tests.deploy.manifests import K8S


def unknown(command: str, is_whole: bool = True) -> Iterator[str]:
    """Why it cannot be given as it stands; one that is only mentioned need not be whole."""
    match command.split()[0]:
        case "redress":
            arguments = command.split()[1:]
            yield from misused([each for each in arguments if each != "--help"], is_whole and "--help" not in arguments)
        case "kubectl":
            if not command.startswith("kubectl -n redress "):
                yield f"{command}: which namespace?"
            if strange := set(re.findall(r"(?:deploy/|deploy |/name=)([a-z]\w+)", command)) - {*OWNERS, "canary"}:
                yield f"{command}: there is no {strange}"
            if re.search(r" logs deploy/(?!canary)", command):
                yield f"{command}: that is the log of one of its processes"
            if strange := set(re.findall(r" get secret (\S+)", command)) - secrets():
                yield f"{command}: there is no Secret {strange}"
            if inside := re.search(r" -- (?:env \S+ )?(redress .*)", command):
                yield from unknown(inside[1], is_whole)
        case "mongosh" | "mongodump" | "mongorestore" | "kafka-topics.sh" | "kafka-consumer-groups.sh" | "kafka-console-consumer.sh":
            pass  # the servers' own
        case other:
            yield f"{command}: {other} is nothing that an operator of ours has"


@cache
def secrets() -> frozenset[str]:
    """As the manifests call them that mount them; `service` there stands for each."""
    manifests = "".join(file.read_text("utf-8") for part in ("base", "components") for file in (K8S / part).rglob("*.yaml"))
    named = re.findall(r"\bsecret:\n +name: ([\w-]+)", manifests)
    return frozenset(name.replace("-service", f"-{each}") for name in named for each in (*OWNERS, "canary"))


@cache
def command_line() -> Any:
    return get_command(build_app())


def misused(arguments: list[str], is_whole: bool) -> Iterator[str]:
    """What the command line itself would say to it; nothing is run."""
    command = command_line()
    context = command.make_context("redress", [], resilient_parsing=True)
    try:
        while hasattr(command, "commands") and (arguments or is_whole):
            name, command, arguments = command.resolve_command(context, arguments)
        command.make_context(name, arguments, parent=context, resilient_parsing=not is_whole)
    except Exception as misuse:
        yield f"redress … {' '.join(arguments)}: {type(misuse).__name__} {misuse}"
