"""Whole lives: complaints a second from their submission to their end, through the four services."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import IO, NamedTuple

from contracts.catalogue import OWNERS
from services.cli.processes import Services
from tests.bench.ground import LOGS, Ground, Stuck
from tests.bench.measuring import Pids, Spent, spent
from tests.bench.report import Bar, Found, Sheet, cells, middle

TENANT, LOAD = "life", "everybody else"
LEAST, STRETCH = 250, 500
"""Complaints a second, on two cores that broker, database and everybody else use too."""
UNDER_WAY = 2_000
"""Complaints at a time: each is a few seconds under way, and batches are as they are under a steady load."""
STEP, WARMING = 1_000, 2


class Lives(NamedTuple):
    """A round: some complaints that were closed one after the other, while as many others were under way."""

    per_second: float
    spent: Spent
    """For one complaint, in microseconds."""


def measure(ground: Ground, rounds: int) -> list[Lives]:
    total = WARMING + rounds
    with ground.running(TENANT, tuple(OWNERS)) as services, _load(ground, total * STEP + UNDER_WAY) as load:
        pids = ground.pids(services) | {LOAD: (load.pid,)}
        assert load.stdout
        return list(_rounds(load.stdout, pids, services, total))[WARMING:]


def _rounds(closed: IO[str], pids: Pids, services: Services, total: int) -> Iterator[Lives]:
    at, before = time.monotonic(), spent(pids)
    for _ in range(total):
        if not closed.readline():
            raise Stuck(f"Complaints were not played to their end: see {services.processes[0].log.parent}.")
        now, after = time.monotonic(), spent(pids)
        yield Lives(STEP / (now - at), after.each(before, STEP))
        at, before = now, after


@contextmanager
def _load(ground: Ground, complaints: int) -> Iterator["subprocess.Popen[str]"]:
    """Has as many under way at the end as before: more complaints than are counted."""
    command = [sys.executable, "-m", "tests.bench.life_load", *map(str, (complaints, UNDER_WAY, STEP))]
    with (LOGS / TENANT / "load.log").open("a") as log:
        process = subprocess.Popen(
            command, env=os.environ | ground.environment(TENANT), stdout=subprocess.PIPE, stderr=log, text=True
        )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def found(lives: Sequence[Lives]) -> Found:
    costs, speed = middle([each.spent for each in lives]), median(each.per_second for each in lives)
    heads = ("whole lives", "complaints/s", "CPU in µs each", *costs.by)
    slowest, fastest = (f"{of(each.per_second for each in lives):,.0f}" for of in (min, max))
    rows = [(f"median of {len(lives)} rounds", f"{speed:,.0f} ({slowest} to {fastest})", *cells(costs))]
    bar = Bar(f"lives: complaints/s from submission to end (stretch {STRETCH})", speed, least=LEAST)
    return Found([Sheet("Whole lives, every call and survey played", heads, rows)], [bar])
