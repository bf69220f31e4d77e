"""`redress replay`: the rows of a file become commands.

Exit code 0 if every row was sent, 1 if some could not be read (the others were sent), 2 if the file or the mapping cannot be used at all.
"""

import asyncio
import csv
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from contracts.catalogue import topic
from services.cli import local
from services.cli.errors import CommandError
from services.cli.outputs import check_outputs, written
from services.cli.replay.commands import Finding, Outcome, outcomes
from services.cli.replay.mapping import MappingFile, find_mapping, load_mapping
from services.cli.replay.rows import Table, open_table
from services.cli.replay.told import Told
from services.platform.chassis.clients import Unavailable, absent, open_admin, open_sender
from services.platform.chassis.settings import Settings

app = typer.Typer()
IN_FLIGHT = 2_000
SHOWN = 5


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(help="A CSV file, plain or gzipped.", metavar="FILE", show_default=False)],
    mapping: Annotated[str, typer.Option(help="A YAML file, or one of nyc311, comcast, servicedesk.", show_default=False)],
    only: Annotated[list[str] | None, typer.Option(help="Send these commands only, e.g. intake.SubmitComplaint; may be repeated.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Send nothing: show the counts and the first commands.")] = False,
    findings: Annotated[Path | None, typer.Option(help="Write the rows that are listed into this CSV file too.")] = None,
) -> None:
    """Send the rows of FILE as commands.  The same file sent again repeats the same commands and changes nothing."""
    plan = load_mapping(mapping)
    chosen = _chosen(only or (), plan)
    with open_table(file, plan.format) as table:
        table.require(plan.columns)
        told = Told(SHOWN if dry_run else 0)
        if findings:
            check_outputs({"--findings": findings}, (file, find_mapping(mapping)), "the replay")
        if dry_run:
            told.hear(_watched(table, plan, chosen))
        else:
            asyncio.run(_send(told, _watched(table, plan, chosen), _services(plan, chosen)))
    if findings:
        _write_findings(findings, told.findings)
    print("\n".join(told.lines("would be sent" if dry_run else "sent")))
    raise typer.Exit(0 if told.is_whole else 1)


def _chosen(only: Sequence[str], plan: MappingFile) -> frozenset[str]:
    there = {emit.command for emit in plan.emit}
    if unknown := [name for name in only if name not in there]:
        raise CommandError(f"--only {unknown[0]}: the mapping sends {', '.join(sorted(there))}.")
    return frozenset(only)


def _watched(table: Table, plan: MappingFile, chosen: frozenset[str]) -> Iterable[Outcome]:
    """The outcomes under a progress bar (on stderr, so that what is told can be kept in a file)."""
    columns = (TextColumn(table.path.name.replace("[", r"\[")), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[rows]:,} rows"))
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as progress:
        bar = progress.add_task("", total=table.size, rows=0)
        for rows, outcome in enumerate(outcomes(table.rows(), plan, chosen), 1):
            yield outcome
            progress.update(bar, completed=table.position, rows=rows)


def _services(plan: MappingFile, chosen: frozenset[str]) -> frozenset[str]:
    return frozenset(emit.service for emit in plan.emit if not chosen or emit.command in chosen)


async def require_topics(settings: Settings, services: Iterable[str]) -> None:
    """Raises Unavailable unless each of the services can be sent commands: the producer itself would wait long for a topic."""
    async with open_admin(settings) as admin:
        present = await admin.list_topics()
    for name in sorted(settings.topic(topic(service, "commands").name) for service in services):
        if name not in present:
            raise Unavailable(absent(settings, name))


async def _send(told: Told, results: Iterable[Outcome], services: Iterable[str]) -> None:
    """Posts many at a time, and counts a row as sent when the broker has it."""
    settings = local.settings()
    await require_topics(settings, services)
    async with open_sender(settings) as sender:
        flying: deque[tuple[Outcome, list[Awaitable[object]]]] = deque()
        for outcome in results:
            acknowledged: list[Awaitable[object]] = [
                await sender.post(one.service, one.command, id=one.id, source=one.source, key=one.key) for one in outcome.commands
            ]
            flying.append((outcome, acknowledged))
            if len(flying) >= IN_FLIGHT:
                await _land(flying, told.count, IN_FLIGHT // 2)
        await _land(flying, told.count, 0)


async def _land(flying: deque[tuple[Outcome, list[Awaitable[object]]]], count: Callable[[Outcome], None], until: int) -> None:
    while len(flying) > until:
        outcome, acknowledged = flying.popleft()
        for one in acknowledged:
            await one
        count(outcome)


def _write_findings(file: Path, found: Sequence[Finding]) -> None:
    with written(file, "--findings") as out:
        csv.writer(out).writerows([("row", "kind", "field", "why"), *found])
