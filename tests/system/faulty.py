"""Run as a program in place of `redress service`: the real service, failing on purpose.

    python -m tests.system.faulty NAME

FAULTY_DEATH=0.05: kill -9 of itself, with this chance, at any point of its loop.
FAULTY_DECIDE=all|wakes|marked: decide raises on every message, on wakes, or on marked commands.
"""

import os
import random
import signal
import sys
from dataclasses import replace
from functools import partial

from services.cli.registry import find_service
from services.platform.chassis import serve as serving
from services.platform.chassis.engine import Engine
from services.platform.chassis.settings import read_settings
from services.platform.kernel.service import Cause, Decision, Service, Woken

MARK = "crash"
"""The reason of a withdrawal on which a marked decide raises."""


async def dying(chance: float, point: str) -> None:
    if random.random() < chance:
        os.kill(os.getpid(), signal.SIGKILL)


def raising(service: Service, on: str) -> Service:
    def decide(state: object, cause: Cause, policy: object) -> Decision:
        is_wake = isinstance(cause.message, Woken)
        if on == "all" or (on == "wakes" and is_wake) or (on == "marked" and getattr(cause.message, "reason", None) == MARK):
            raise ZeroDivisionError("made to fail")
        return service.decide(state, cause, policy)

    return replace(service, decide=decide)


def main(name: str) -> int:
    settings = read_settings()
    service = find_service(name, settings)
    serving.Engine = partial(Engine, points=partial(dying, float(os.environ.get("FAULTY_DEATH", 0))))
    return serving.serve(raising(service, os.environ.get("FAULTY_DECIDE", "")), settings)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
