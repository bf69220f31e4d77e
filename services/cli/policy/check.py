"""`redress policy check SET|DIR`: every fault of a set of policies at once; where there is none, what it will do, in words."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from services.cli.errors import MISTAKEN
from services.cli.policy import cross as policy_cross
from services.cli.policy.examples import examples
from services.cli.policy.whole_set import PolicySet, read_set
from services.cli.policy.words import Said, effect
from services.platform.chassis.policies import BadPolicy
from services.routing.policy import RoutingPolicy


def check(
    policies: Annotated[str, typer.Argument(help="A set that comes with Redress, or a directory.", metavar="SET|DIR", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="For machines: faults, notes, versions and worked examples.")] = False,
) -> None:
    """Check a set of policies: all faults of all files (exit code 2), or else its effect in words."""
    found = read_set(policies)
    faults, notes = [*found.faults, *policy_cross.faults(found)], list(policy_cross.notes(found))
    if as_json:
        print(json.dumps(_told(found, faults, notes), ensure_ascii=False, indent=2))
        raise typer.Exit(MISTAKEN if faults else 0)
    if faults:
        raise BadPolicy(*faults)
    _show(found, notes)


def _told(found: PolicySet, faults: list[str], notes: list[str]) -> dict[str, Any]:
    routing = found.of("routing", RoutingPolicy)
    return {
        "set": found.directory.name,
        "policies": {service: policy.reference for service, policy in found.policies.items()},
        "faults": faults,
        "notes": notes,
        "examples": [
            {"clock": each.clock, "from": each.start.isoformat(), "priority": priority, "due": due.isoformat()}
            for each in (examples(routing) if routing else ())
            for priority, due in each.dues.items()
        ],
    }


def _show(found: PolicySet, notes: list[str]) -> None:
    console = Console(highlight=False, soft_wrap=False)
    console.print(Text(f"The set {found.directory.name} has no fault.", "bold green"))
    for title, said in effect(found):
        _print(console, title, said)
    if notes:
        _print(console, "Notes", notes)


def _print(console: Console, title: str, said: Sequence[Said]) -> None:
    console.print(Text(f"\n{title}", "bold"))
    for each in said:
        console.print(Padding(Text(each) if isinstance(each, str) else each, (0, 0, 0, 2)))
