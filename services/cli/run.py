"""`redress run`: Kafka, MongoDB and the four services in one terminal."""

import asyncio
import os
import signal
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Annotated, NoReturn

import typer
from rich.console import Console, Group
from rich.live import Live

from services.cli import local
from services.cli.processes import Services, start_services
from services.cli.registry import NAMES, find_service
from services.cli.screen import Screen, tables
from services.cli.supervisor import Supervisor
from services.platform.chassis.policies import load
from services.platform.chassis.settings import read_settings
from services.platform.chassis.topics import create_topics
from services.platform.stack import start_stack

app = typer.Typer()
EVERY = 1.0
"""Seconds between two looks."""
SOON = {"REDRESS_KAFKA_SESSION_SECONDS": "10"}
"""Unless the environment says otherwise: after a crash of all, the next run waits no longer for members that are gone."""


@app.command()
def run(policies: Annotated[str | None, typer.Option(help="A set of policies, or a directory with them.")] = None) -> None:
    """Run everything here, with a live table; Ctrl-C ends it in order, and the next run goes on where this one stopped."""
    settings = read_settings(**{"policies": policies} if policies else {})
    for name in NAMES:
        load(settings.policies, find_service(name, settings))  # what is wrong is said before anything is started
    with ended_in_order(), start_stack(local.STACK) as stack, local.announced(stack.addresses):
        asyncio.run(create_topics(local.settings_for(stack.addresses)))
        variables = SOON | os.environ | local.variables(stack.addresses) | {"REDRESS_POLICIES": settings.policies}
        with start_services(NAMES, variables, local.LOGS, wait=False) as services:
            where = f"Kafka listens at {stack.addresses.kafka}, MongoDB at {stack.addresses.mongodb}"
            print(f"{where}. All four services are starting; their logs are in {local.LOGS}.", flush=True)
            try:
                watch(services)
            except KeyboardInterrupt:
                print("Ending: each service finishes what is in hand …")


def watch(services: Services) -> NoReturn:
    """Shows the table and looks after the services, until interrupted.  Where there is no terminal, only the news are printed."""
    screen, supervisor, recent = Screen(services), Supervisor(services), deque[str](maxlen=5)
    console, hint = Console(), f"Logs: {local.LOGS}/NAME.log. Ctrl-C ends all."
    with Live(console=console, auto_refresh=False) if console.is_terminal else nullcontext() as live:
        while True:
            news = list(supervisor.tend())
            recent.extend(news)
            if live:
                live.update(Group(tables(screen.look()), *recent, hint), refresh=True)
            elif news:
                print(*news, sep="\n", flush=True)
            time.sleep(EVERY)


@contextmanager
def ended_in_order() -> Iterator[None]:
    """SIGTERM, and the terminal's end, end us as Ctrl-C does."""

    def interrupt(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    before = {sign: signal.signal(sign, interrupt) for sign in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)
