"""`redress demo`: two minutes in which a small world complains, and every complaint is seen to its end."""

import asyncio
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from contracts.ids import reference_number
from services.cli import local
from services.cli.demo.play import Play
from services.cli.demo.view import watch
from services.cli.demo.world import World, entries
from services.cli.demo.world.accounts import contradictions
from services.cli.demo.world.ledger import Ledger
from services.cli.demo.world.stories import stories
from services.cli.demo.world.summary import table
from services.cli.processes import Services, start_services
from services.cli.registry import NAMES
from services.cli.run import ended_in_order
from services.cli.show.forms import span
from services.platform.chassis.policies import SHIPPED
from services.platform.chassis.settings import Settings, read_settings
from services.platform.chassis.topics import create_topics
from services.platform.stack import Addresses, start_stack
from services.platform.stack.lock import locked

app = typer.Typer()
HOME = local.HOME / "demo"
STACK, LOGS = HOME / "stack", HOME / "logs"
POLICIES = str(SHIPPED / "demo")
LIMIT = 240.0
"""Seconds after which what is not over is named as missing; twice as long as it takes."""
MOST_NAMED = 20
NARROWEST = 110
"""Columns where there is no terminal to ask."""


@app.command()
def demo(
    complaints: Annotated[int, typer.Option(min=1, help="How many of the sample come in.", show_default="all")] = 10_000,
    seed: Annotated[int, typer.Option(help="Another seed is another world. What becomes of one depends on the machine too.")] = 7,
) -> None:
    """Two minutes of complaints on real Kafka and MongoDB, played by stand-ins for callers, departments, dialers and customers.

    Seconds stand for hours.  It has its own data and its own tenant, ends by itself, and fails unless every complaint is accounted for.
    """
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = NARROWEST
    sample = entries(complaints)
    console.print(f"{len(sample)} complaints, written for this demonstration, come in now; a second stands for an hour or more.")
    with ended_in_order():
        play = _played(console, World(sample, seed))
    raise typer.Exit(report(console, play.ledger, len(sample)))


def _played(console: Console, world: World) -> Play:
    """Everything is started for it and ended after it, also by Ctrl-C."""
    with _fresh_home(), start_stack(STACK) as stack:
        settings = _settings(stack.addresses)
        asyncio.run(create_topics(settings))
        play = Play(settings, world, Ledger(), LIMIT)
        console.print(f"Starting the four services as the tenant {settings.topic_prefix}; their logs are in {LOGS} …")
        with start_services(NAMES, _variables(settings), LOGS) as services:
            took = asyncio.run(_play(console, services, play))
            console.print(f"\nAfter {span(took)} the doors close; the services finish what is in hand …\n")
    return play


async def _play(console: Console, services: Services, play: Play) -> float:
    view = asyncio.create_task(watch(console, services, play))
    try:
        return await play.run()
    finally:
        view.cancel()
        with suppress(asyncio.CancelledError):
            await view


def report(console: Console, ledger: Ledger, expected: int) -> int:
    """What happened, and whether all of it is accounted for: the exit code."""
    for line in stories(ledger):
        console.print(line, soft_wrap=True)
    console.print(Text("What happened, counted from the topics", "bold"), table(ledger), "", sep="\n")
    missing = ledger.missing
    for id in missing[:MOST_NAMED]:
        console.print(Text(f"Not accounted for: {ledger.where(id)}", "red"), soft_wrap=True)
    for matter in sorted(ledger.unsettled)[:MOST_NAMED]:
        console.print(Text(f"Not settled: the {matter.what} of {reference_number(matter.complaint)}", "red"), soft_wrap=True)
    for odd in (odds := list(contradictions(ledger))):
        console.print(Text(f"Does not add up: {odd}", "red"), soft_wrap=True)
    is_good = ledger.is_complete and not odds and len(ledger.submissions) == expected
    told = f"Accounted for: {len(ledger.submissions) - len(missing)} of {expected}."
    hint = "" if is_good else f" The services' logs are in {LOGS}."
    console.print(Text(told + hint, "bold green" if is_good else "bold red"))
    return 0 if is_good else 1


# -- a place of its own -----------------------------------------------------------------------------------------------------------------


@contextmanager
def _fresh_home() -> Iterator[None]:
    """An empty directory for data and logs, which nobody else uses; the last demonstration's is removed."""
    with locked(HOME, busy=f"Another demonstration runs on {HOME}: wait for its end."):
        with locked(STACK, busy=f"The last demonstration's Kafka and MongoDB have not ended yet on {STACK}: try again."):
            shutil.rmtree(STACK)
        shutil.rmtree(LOGS, ignore_errors=True)
        yield


def _settings(addresses: Addresses) -> Settings:
    """A tenant of its own: on a Kafka and MongoDB that others use too, nothing of theirs is touched."""
    tenant = f"demo-{secrets.token_hex(3)}"
    return read_settings(
        kafka_bootstrap_servers=addresses.kafka, mongodb_url=addresses.mongodb, topic_prefix=tenant, mongodb_database_prefix=tenant,
        policies=POLICIES,
    )  # fmt: skip


def _variables(settings: Settings) -> dict[str, str]:
    """The environment of its services: as we read it, and quick to notice what is due."""
    return local.variables(Addresses(settings.kafka_bootstrap_servers, settings.mongodb_url.get_secret_value())) | {
        "REDRESS_TOPIC_PREFIX": settings.topic_prefix,
        "REDRESS_MONGODB_DATABASE_PREFIX": settings.topic_prefix,
        "REDRESS_POLICIES": settings.policies,
        "REDRESS_POLL_SECONDS": "0.3",
    }
