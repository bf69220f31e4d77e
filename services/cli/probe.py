"""`redress probe`: asks the service in this container how it is, for orchestrators that run a command.

It is called every few seconds beside a service that needs its core: nothing heavy is imported here.
"""

import json
import os
from enum import StrEnum
from http.client import HTTPConnection, HTTPException
from typing import Annotated

import typer

app = typer.Typer()
HOST = "127.0.0.1"
PATIENCE = 4.0
"""Seconds; less than an orchestrator gives the command."""


class Question(StrEnum):
    live = "live"
    ready = "ready"


@app.command()
def probe(
    question: Question,
    port: Annotated[int, typer.Option(min=1, max=65_535, envvar="REDRESS_HTTP_PORT", help="Where it listens on this machine.")],
) -> None:
    """Ask the service on this machine whether it makes progress (live) or can work (ready): its answer, and exit code 0 or 1."""
    is_well, sentence = ask(question, port)
    print(sentence)
    raise typer.Exit(0 if is_well else 1)


def ask(question: str, port: int) -> tuple[bool, str]:
    """Whether it is well, and what there is to say."""
    connection = HTTPConnection(HOST, port, timeout=PATIENCE)
    try:
        connection.request("GET", f"/{question}")
        verdict = json.loads(connection.getresponse().read())
        return verdict["ok"] is True, str(verdict["why"])
    except OSError as failure:
        return False, f"Nobody answers on {HOST}:{port}: {os.strerror(failure.errno) if failure.errno else 'no answer in time'}."
    except (HTTPException, ValueError, LookupError, TypeError):
        return False, f"What answers on {HOST}:{port} is no service of Redress."
    finally:
        connection.close()
