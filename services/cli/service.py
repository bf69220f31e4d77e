"""`redress service NAME`: one service in this process, as a container runs it."""

from typing import Annotated

import typer

from services.cli import local
from services.cli.registry import NAMES, check_name, find_service

app = typer.Typer()


@app.command()
def service(name: Annotated[str, typer.Argument(help=f"One of {', '.join(NAMES)}.")]) -> None:
    """Run one service until SIGTERM or Ctrl-C; it finishes what is in hand."""
    from services.platform.chassis.serve import serve

    check_name(name)
    settings = local.settings()
    raise typer.Exit(serve(find_service(name, settings), settings))
