"""Whole lives: complaints a second from their submission to their end, through the four services."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, NamedTuple

from contracts.catalogue import OWNERS
from services.cli.processes import Services
from tests.bench.ground import LOGS, Ground, Stuck
from tests.bench.measuring import Pids, Spent, spent

LOAD = "everybody else"
UNDER_WAY = 2_000
"""Complaints at a time: each is a few seconds under way, and batches are as they are under a steady load."""
STEP, WARMING, ROUNDS = 1_000, 2, 8


class Lives(NamedTuple):
    """A round: some complaints that were closed one after the other, while as many others were under way."""

    per_second: float
    spent: Spent
    """For one complaint, in microseconds."""


def measure(ground: Ground, tenant: str = "life", policy: str = "full") -> list[Lives]:
    with ground.running(tenant, tuple(OWNERS), policy) as services, _load(ground, tenant, policy) as load:
        pids = ground.pids(services) | {LOAD: (load.pid,)}
        assert load.stdout
        return list(_rounds(load.stdout, pids, services))[WARMING:]


def _rounds(closed: IO[str], pids: Pids, services: Services) -> Iterator[Lives]:
    at, before = time.monotonic(), spent(pids)
    for _ in range(WARMING + ROUNDS):
        if not closed.readline():
            raise Stuck(f"Complaints were not played to their end: see {services.processes[0].log.parent}.")
        now, after = time.monotonic(), spent(pids)
        yield Lives(STEP / (now - at), after.each(before, STEP))
        at, before = now, after


@contextmanager
def _load(ground: Ground, tenant: str, policy: str) -> Iterator["subprocess.Popen[str]"]:
    complaints = (WARMING + ROUNDS) * STEP + UNDER_WAY
    command = [sys.executable, "-m", "tests.bench.life_load", *map(str, (complaints, UNDER_WAY, STEP))]
    with (LOGS / tenant / "load.log").open("a") as log:
        process = subprocess.Popen(
            command, env=os.environ | ground.environment(tenant, policy), stdout=subprocess.PIPE, stderr=log, text=True
        )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()
