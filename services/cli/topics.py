"""`redress topics`: the topics on the broker against the catalogue."""

import asyncio
from typing import Annotated

import typer

from services.cli import local
from services.platform.chassis.topics import create_topics, verify_topics

app = typer.Typer()


@app.command()
def topics(
    create: Annotated[bool, typer.Option("--create", help="Create the topics that are missing.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Compare all with the catalogue (also without an option).")] = False,
) -> None:
    """Create the topics, and name each difference from the catalogue; exit code 1 if there is one."""
    settings = local.settings()
    if create:
        for name in asyncio.run(create_topics(settings)):
            print(f"Created {name}.")
    if create and not check:
        return
    differences = asyncio.run(verify_topics(settings))
    print("\n".join(differences) or "All topics are as the catalogue says.")
    raise typer.Exit(1 if differences else 0)
