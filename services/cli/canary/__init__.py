"""`redress canary`: a complaint each minute that is nobody's, followed through all services to its end."""

import asyncio
import logging
import signal
from datetime import timedelta
from typing import Annotated

import typer

from services.cli import local
from services.cli.canary.process import Canary
from services.cli.canary.telling import SERVICE, Telling
from services.cli.canary.words import words_of
from services.platform.chassis import certificates
from services.platform.chassis.clients import Unavailable
from services.platform.chassis.errors import MustEnd
from services.platform.chassis.health import Pulse, serve_health
from services.platform.chassis.logs import describe, start_logs
from services.platform.chassis.settings import Settings
from services.platform.chassis.vitals import tell_pulse

app = typer.Typer()
log = logging.getLogger(__name__)
STOPPED = 1


@app.command()
def canary(
    once: Annotated[bool, typer.Option("--once", help="One complaint, and the end; exit code 1 when it does not come to its own.")] = False,
    back: Annotated[float, typer.Option(help="Hours to read back for canaries that a process before left unfinished.", min=0)] = 1.0,
) -> None:
    """Hand in a complaint of nobody's each minute (REDRESS_CANARY_SECONDS), play it to its end, and tell on /metrics how far it came."""
    settings = local.settings()
    telling, pulse = Telling(settings.canary_seconds), Pulse()
    tell_pulse(telling.series, pulse)
    start_logs(SERVICE, settings.log_level)
    one = Canary(settings, words_of(settings.policies), telling, pulse, timedelta(hours=back), once)
    try:
        asyncio.run(_run(one, settings, telling, pulse))
    except MustEnd as end:
        log.critical("%s", end)
        raise typer.Exit(STOPPED) from None
    except Unavailable:
        raise
    except Exception as error:
        log.critical("a fault of the program: %s", describe(error))
        raise typer.Exit(STOPPED) from None
    if once:
        print("The canary came to its end." if telling.failed is None else f"The canary waited in vain for: {telling.failed}.")
        raise typer.Exit(STOPPED if telling.failed else 0)


async def _run(one: Canary, settings: Settings, telling: Telling, pulse: Pulse) -> None:
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    if one.once:                                             # over too soon to be asked; and the port may be another canary's
        await one.run(stop)
        return
    listening = serve_health(settings.http_host, settings.http_port, pulse, telling.series.text)
    async with certificates.told(settings, telling.series), listening as port:
        log.info("started", extra={"port": port, "build": settings.build})
        await one.run(stop)
