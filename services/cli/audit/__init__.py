"""`redress audit`: law 11 on the live stores.  README.md of `services/audit` says what is proved and what to do about a difference."""

import asyncio
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services.cli import local
from services.cli.audit.live import audit as examine
from services.cli.audit.told import lines, table
from services.cli.audit.topics import OutOfRoom
from services.cli.errors import CommandError
from services.cli.registry import NAMES, check_name

app = typer.Typer()


@app.command()
def audit(
    complaint: Annotated[
        str | None, typer.Argument(help="Of one complaint: its reference number or its id.", metavar="[REFERENCE|ID]", show_default=False)
    ] = None,
    service: Annotated[
        list[str] | None, typer.Option("--service", help="Of this service only; may be said again.", show_default=False)
    ] = None,
) -> None:
    """Fold every document from its causes, and compare it, byte for byte, with what is stored and what stands on the topics.

    Exit code 1 if anything differs.  The services may run meanwhile; nothing is written.
    """
    names = [check_name(name) for name in service or NAMES]
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    try:
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            tallies = asyncio.run(examine(local.settings(), names, progress, complaint))
    except OutOfRoom as error:
        raise CommandError(f"The topics cannot be set aside ({error}): let TMPDIR name a place with room for all of them.") from None
    console = Console(width=None if sys.stdout.isatty() else 200, highlight=False, soft_wrap=True)
    console.print(table(tallies))
    for line in lines(tallies):
        console.print(line, markup=False)
    clean = all(tally.is_clean for tally in tallies)
    console.print("All that could be compared is equal." if clean else "Differences: see above.", style="green" if clean else "red")
    raise typer.Exit(0 if clean else 1)
