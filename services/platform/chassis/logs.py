"""Logs: one JSON object a line on stderr, without customer data.

    {"at": "2026-03-01T09:30:00.250Z", "level": "warning", "service": "routing", "logger": "…", "message": "…", "partition": 3}

What `extra=` names becomes a field.  An exception is told by its class and where in the code it was raised; its text only if the class
is ours, since anybody else's may quote what a customer wrote.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from traceback import walk_tb
from types import TracebackType
from typing import Any

from contracts.model import write_instant

OURS = ("services.", "contracts.")
HARMLESS = (str, int, float, bool, type(None))
LOUD = ("pymongo", "motor", "asyncio")
"""Third parties' loggers, which are heard from `warning` on."""
DEAFENING = ("aiokafka", "faststream")
"""Those that repeat what the engine tells once (`kafka does not answer`), some hundred times a minute while Kafka is away."""
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def start_logs(service: str, level: str = "info") -> None:
    """Sends every logger of this process to stderr; called once, before anything is logged."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(service))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in LOUD:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
    for name in DEAFENING:
        logging.getLogger(name).setLevel(logging.DEBUG if level == "debug" else logging.CRITICAL)


class JsonLines(logging.Formatter):
    """Formats a record as this module promises."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self.service = service

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": write_instant(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "service": self.service,
            "logger": record.name,
            "message": message(record),
        }
        told |= {name: value for name, value in vars(record).items() if name not in STANDARD}
        if record.exc_info and record.exc_info[1]:
            told["error"] = describe(record.exc_info[1])
        return json.dumps(told, ensure_ascii=False, default=lambda value: type(value).__name__)


def message(record: logging.LogRecord) -> str:
    """The record's text; of a third party's only the template with harmless arguments, and one line."""
    if record.name.startswith(OURS):
        return record.getMessage()
    arguments = record.args if isinstance(record.args, tuple) else ()
    try:
        text = str(record.msg) % tuple(map(harmless, arguments)) if arguments else str(record.msg)
    except (TypeError, ValueError):                          # %d of something that is no number to us
        text = str(record.msg)
    if record.exc_info and record.exc_info[1]:
        text = text.replace(str(record.exc_info[1]) or "\0", "…")
    return text.partition("\n")[0]


def harmless(value: object) -> object:
    """The value if it cannot hold a message's content, else the name of its class."""
    return value if isinstance(value, HARMLESS) else type(value).__name__


def describe(error: BaseException) -> str:
    """`ValueError at decide.py:41 in decide`; the text too if the class is ours, and the cause behind it."""
    name = type(error).__qualname__
    text = f": {error}" if type(error).__module__.startswith(OURS) and str(error) else ""
    behind = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return f"{name}{text}{place(error.__traceback__)}" + (f"; after {describe(behind)}" if behind else "")


def place(trace: TracebackType | None) -> str:
    """The innermost line of ours, else the innermost."""
    steps = [(frame, line) for frame, line in walk_tb(trace)]
    if not steps:
        return ""
    own = [step for step in steps if str(step[0].f_globals.get("__name__", "")).startswith(OURS)]
    frame, line = (own or steps)[-1]
    file = frame.f_code.co_filename.rpartition("/")[2]
    return f" at {file}:{line} in {frame.f_code.co_name}"
