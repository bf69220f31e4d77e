"""The command `redress`.

Each module named in `GROUPS` holds the command of its name: it makes `app = typer.Typer()` and decorates a function of that name with
`@app.command()`; one with several commands (`redress dead list`) makes `app = typer.Typer(name="dead", help=…)`.  Only the module that
is asked for is imported.  A command fails by raising one of `errors`; it never prints a traceback for something that its caller can put
right.
"""

import errno
import logging
import os
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import typer
from typer.exceptions import TyperException

GROUPS = (
    "run", "service", "canary", "probe", "topics", "submit", "show", "audit", "replay", "backtest", "export", "dead", "demo",
    "tiers", "policy", "advise",
)  # fmt: skip
INTERRUPTED = 130
UNWRITTEN = os.EX_IOERR
UNWRITABLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EPIPE, errno.EIO})
"""How an output fails that is full, or that nobody reads any more."""


def build_app(asked: str = "") -> typer.Typer:
    """The command with the group that is asked for; with all of them where it is none."""
    app = typer.Typer(
        help="Redress: own every complaint, in time, put it right, call back, learn.",
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(lambda: None)
    for group in (asked,) if asked in GROUPS else GROUPS:
        if find_spec(f"{__name__}.{group}"):
            app.add_typer(import_module(f"{__name__}.{group}").app)
    return app


def main() -> None:
    """Runs the command that the process was started with, and ends the process with its exit code."""
    speak_utf8()
    try:
        code = execute([os.fsencode(argument).decode("utf-8", "replace") for argument in sys.argv[1:]])
        if sys.stdout:
            sys.stdout.flush()
    except OSError as failure:
        if failure.errno not in UNWRITABLE:
            raise
        _give_up_output()
        code = _say(f"The output could not be written: {os.strerror(failure.errno)}.", UNWRITTEN)
    sys.exit(code)


def execute(arguments: list[str]) -> int:
    """Runs one command; returns its exit code and says its mistakes, a sentence each, on stderr."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # what it has to say comes as an exception too
    try:
        return build_app(*arguments[:1])(arguments or ["--help"], prog_name="redress", standalone_mode=False) or 0
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except Exception as failure:
        return _say(*_told(failure))


def _told(failure: Exception) -> tuple[str, int]:
    """What is said of it, and the exit code; raises it again where it is nothing that a command fails with.

    `errors` is imported only now: the clients that come with it take a second, which a probe has not.
    """
    from services.cli.errors import ABSENCES, MISTAKEN, MISTAKES, UNAVAILABLE

    if isinstance(failure, MISTAKES):
        return str(failure), MISTAKEN
    if isinstance(failure, ABSENCES):
        return str(failure), UNAVAILABLE
    if isinstance(failure, TyperException):
        return _one_line(failure), MISTAKEN
    raise failure


def speak_utf8() -> None:
    """Chinese prints everywhere, also where the locale says ASCII (`main` reads its arguments that way too)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _give_up_output() -> None:
    """What is still held back goes nowhere; else the interpreter would fail on it once more as it ends."""
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _say(sentences: str, code: int) -> int:
    print(sentences, file=sys.stderr)
    return code


def _one_line(misuse: TyperException) -> str:
    said = " ".join(misuse.format_message().split())
    return f"{said if said.endswith(('.', '?')) else f'{said}.'} `{_asked(misuse)} --help` shows what there is."


def _asked(misuse: TyperException) -> str:
    """The command that was misused, as one types it: `redress dead list`."""
    context = getattr(misuse, "ctx", None)
    return context.command_path if context else "redress"
